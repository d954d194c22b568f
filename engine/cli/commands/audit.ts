import type { Command } from 'commander';
import { readCheckpoints, readNote } from '../../audit/checkpoint-sink.ts';
import {
  verifyJournal,
  verifyJournalInThreads,
  type AuditReport,
  type VerifyOptions as JournalOptions,
} from '../../audit/verify.ts';
import { checkNotRestoring } from '../../journal/restoring.ts';
import { verifyKeys, type KeysReport } from '../../journal/verify-keys.ts';
import { inFile, readBytes } from '../../manifest/atomic.ts';
import { readPublicKey } from '../../manifest/keys.ts';
import { runnerPaths } from '../../runner/folder.ts';
import { logKeysOf, rawOf } from '../../runner/log-keys.ts';
import { body, usage, type Answer, type Wiring } from '../command.ts';
import { addProving } from './audit-prove.ts';
import { addReverify } from './audit-reverify.ts';
import { addWatching } from './audit-watch.ts';

interface VerifyOptions {
  runner: string;
  checkpoint?: string[];
  key?: string[];
  only?: string;
}

export function addAudit(program: Command, wiring: Wiring): void {
  const audit = program.command('audit').description('The record: is it whole, and can a case be proved from it.');
  audit
    .command('verify')
    .description(
      'Verify every event, the tree over them, what is derived and the keys of what is sealed, against checkpoints held elsewhere.',
    )
    .requiredOption('--runner <folder>', 'the runner folder')
    .option('--checkpoint <file...>', 'checkpoint notes held elsewhere; without it those of the runner folder')
    .option('--key <file...>', 'the log’s .pub.json, also of earlier keys; without it those of the runner folder')
    .option('--only <part>', 'record: leaves, tree and checkpoints alone, many times as fast')
    .action(body(wiring, (_talk, options: VerifyOptions) => verify(options)));
  addProving(audit, wiring);
  addReverify(audit, wiring);
  addWatching(audit, wiring);
}

/** What the check of the keys came to; not done where only the record was asked for. */
const keysOf = ({ runner, only }: VerifyOptions): KeysReport | null =>
  only === undefined ? verifyKeys(runnerPaths(runner).journal) : null;

/** Verifies a runner's journal against checkpoints and the log's keys. */
export const auditOf = (options: VerifyOptions): AuditReport =>
  verifyJournal(runnerPaths(options.runner).journal, against(options));

/** What is held against the journal: checkpoints held elsewhere, or those of the folder, and every key of the log. */
function against(options: VerifyOptions): JournalOptions {
  const { checkpoints } = runnerPaths(options.runner);
  const keys =
    options.key === undefined
      ? logKeysOf(options.runner)
      : options.key.map((file) => inFile(file, () => readPublicKey(readBytes(file))));
  return {
    checkpoints: options.checkpoint === undefined ? readCheckpoints(checkpoints) : options.checkpoint.map(readNote),
    ...(keys.length === 0 ? {} : { publicKey: keys.map(rawOf) }),
    ...(options.only === undefined ? {} : { only: 'record' }),
  };
}

const OWN_CHECKPOINTS =
  'The checkpoints are those of the runner folder: who rewrote the journal may have rewritten them. Give one held elsewhere with --checkpoint.';
const NOT_WHOLE =
  'Stop the engine and keep the runner folder as it is, as evidence. Go on from a backup that verifies against the same checkpoints.';

async function verify(options: VerifyOptions): Promise<Answer> {
  if (options.only !== undefined && options.only !== 'record') throw usage('--only takes the word record.');
  const { journal } = runnerPaths(options.runner);
  checkNotRestoring(journal);
  const report = await verifyJournalInThreads(journal, against(options));
  const keys = keysOf(options);
  const ok = report.ok && keys?.ok !== false;
  const hint = ok ? {} : { hint: NOT_WHOLE };
  const own = options.checkpoint === undefined && report.scope !== 'internal consistency only';
  return {
    holds: ok,
    json: { ...report, ok, keys, checkpointsFrom: own ? 'the runner folder itself' : 'elsewhere', ...hint },
    lines: [
      `${ok ? 'verified' : 'does not hold'}: ${report.events} events, ${report.scope}, signatures ${report.signatures}`,
      `root ${report.root}`,
      ...(own ? [OWN_CHECKPOINTS] : []),
      ...report.findings.map(
        (finding) =>
          `  ${finding.code}${finding.seq === undefined ? '' : ` at event ${finding.seq}`}: ${finding.message}`,
      ),
      ...(keys === null ? [] : [`keys: ${keys.keys}, and ${keys.sealed} sealed parts that open or were erased`]),
      ...(keys?.problems ?? []).map((problem) => `  KEYS: ${problem}`),
      ...(ok ? [] : [`  What to do: ${NOT_WHOLE}`]),
    ],
  };
}
