import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import { readCheckpoints, readNote } from '../../audit/checkpoint-sink.ts';
import { proveRun } from '../../audit/evidence.ts';
import { verifyJournal, type AuditReport } from '../../audit/verify.ts';
import { asJson, prettyJson } from '../../flow/json.ts';
import { inFile, readBytes, writeFileAtomic } from '../../manifest/atomic.ts';
import { rawPublicKey, readPublicKey } from '../../manifest/keys.ts';
import { openRunnerReading } from '../../runner/reading.ts';
import { runnerPaths } from '../../runner/folder.ts';
import { body, type Answer, type Wiring } from '../command.ts';

interface VerifyOptions {
  runner: string;
  checkpoint?: string[];
  key?: string;
}

export function addAudit(program: Command, wiring: Wiring): void {
  const audit = program.command('audit').description('The record: is it whole, and can a case be proved from it.');
  audit
    .command('verify')
    .description('Verify every event, the tree over them, and what is derived, against checkpoints held elsewhere.')
    .requiredOption('--runner <folder>', 'the runner folder')
    .option('--checkpoint <file...>', 'checkpoint notes held elsewhere; without it those of the runner folder')
    .option('--key <file>', 'the log’s .pub.json; without it that of the runner folder')
    .action(body(wiring, (_talk, options: VerifyOptions) => verify(options)));
  audit
    .command('prove')
    .description('Write the evidence of one case: its events with inclusion proofs against the newest checkpoint.')
    .argument('<case>')
    .requiredOption('--runner <folder>', 'the runner folder')
    .requiredOption('--out <file>', 'where the evidence goes')
    .action(body(wiring, (_talk, id: string, options: { runner: string; out: string }) => prove(id, options)));
}

/** Verifies a runner's journal against checkpoints and the log's key. */
export function auditOf(options: VerifyOptions): AuditReport {
  const paths = runnerPaths(options.runner);
  const checkpoints =
    options.checkpoint === undefined ? readCheckpoints(paths.checkpoints) : options.checkpoint.map(readNote);
  const keyFile = options.key ?? paths.logKey.replace(/\.key\.json$/, '.pub.json');
  const publicKey = existsSync(keyFile)
    ? rawPublicKey(inFile(keyFile, () => readPublicKey(readBytes(keyFile))).publicKey)
    : null;
  return verifyJournal(paths.journal, { checkpoints, ...(publicKey === null ? {} : { publicKey }) });
}

const NOT_WHOLE =
  'Stop the engine and keep the runner folder as it is, as evidence. Go on from a backup that verifies against the same checkpoints.';

function verify(options: VerifyOptions): Answer {
  const report = auditOf(options);
  const hint = report.ok ? {} : { hint: NOT_WHOLE };
  return {
    holds: report.ok,
    json: { ...report, ...hint },
    lines: [
      `${report.ok ? 'verified' : 'does not hold'}: ${report.events} events, ${report.scope}, signatures ${report.signatures}`,
      `root ${report.root}`,
      ...report.findings.map(
        (finding) =>
          `  ${finding.code}${finding.seq === undefined ? '' : ` at event ${finding.seq}`}: ${finding.message}`,
      ),
      ...(report.ok ? [] : [`  What to do: ${NOT_WHOLE}`]),
    ],
  };
}

function prove(id: string, options: { runner: string; out: string }): Answer {
  const reading = openRunnerReading(options.runner);
  try {
    const checkpoint = readCheckpoints(runnerPaths(options.runner).checkpoints).at(-1);
    const evidence = proveRun(reading.engine.reader(), id, {
      payloads: true,
      ...(checkpoint === undefined ? {} : { checkpoint }),
    });
    writeFileAtomic(options.out, prettyJson(asJson(evidence)));
    return {
      holds: true,
      json: { case: id, events: evidence.events.length, checkpoint: evidence.checkpoint.size, file: options.out },
      lines: [
        `wrote ${options.out}: ${evidence.events.length} events, proved against the checkpoint of size ${evidence.checkpoint.size}`,
      ],
    };
  } finally {
    reading.close();
  }
}
