import { join } from 'node:path';
import type { Command } from 'commander';
import { readCheckpoints, readNote } from '../../audit/checkpoint-sink.ts';
import type { Note } from '../../audit/checkpoint.ts';
import { proveConsistency } from '../../audit/consistency.ts';
import { writeEvidence } from '../../audit/evidence-file.ts';
import { proveRun } from '../../audit/evidence.ts';
import { CountersignError, toErrorShape } from '../../flow/error.ts';
import { asJson, prettyJson } from '../../flow/json.ts';
import { openJournalReader } from '../../journal/reader.ts';
import { writeFileAtomic } from '../../manifest/atomic.ts';
import { checkpointedSchema } from '../../runner/api-record.ts';
import { exportEvidence } from '../../runner/evidence.ts';
import { runnerPaths } from '../../runner/folder.ts';
import { engineOn } from '../../runner/serve.ts';
import { body, type Answer, type Talk, type Wiring } from '../command.ts';

interface ProveOptions {
  runner: string;
  checkpoint?: string;
  from?: string;
  out?: string;
}

interface ExportOptions {
  runner: string;
  out: string;
  checkpoint?: string;
  between?: boolean;
  open?: boolean;
}

/** `audit prove` and `audit export`: what is handed to somebody who has no access to the runner. */
export function addProving(audit: Command, wiring: Wiring): void {
  audit
    .command('prove')
    .description('Print the inclusion proofs of a case, and that its checkpoint continues an earlier one.')
    .argument('<case>')
    .requiredOption('--runner <folder>', 'the runner folder')
    .option('--checkpoint <file>', 'the checkpoint note to prove against; the newest by default')
    .option('--from <file>', 'an earlier checkpoint note; the oldest by default')
    .option('--out <file>', 'where the proofs go as JSON')
    .action(body(wiring, (talk, id: string, options: ProveOptions) => prove(talk, id, options)));
  audit
    .command('export')
    .description(
      'Write the evidence file of a case, which verifies without any of our software: see verifier/README.md.',
    )
    .argument('<case>')
    .requiredOption('--runner <folder>', 'the runner folder')
    .requiredOption('-o, --out <file>', 'where the evidence goes')
    .option('--checkpoint <file>', 'the checkpoint note to prove against; the newest by default')
    .option('--between', 'show that no event of the case was left out, by the headers of all others in between')
    .option('--open', 'hand out the keys of the case’s sealed parts: whoever has the file can read personal content')
    .action(body(wiring, (talk, id: string, options: ExportOptions) => exportFile(talk, id, options)));
}

async function prove(talk: Talk, id: string, options: ProveOptions): Promise<Answer> {
  if (options.checkpoint === undefined) await checkpointNow(talk, options.runner);
  const { journal: path, checkpoints } = runnerPaths(options.runner);
  const notes = readCheckpoints(checkpoints);
  const target = options.checkpoint === undefined ? notes.at(-1) : readNote(options.checkpoint);
  const from = options.from === undefined ? notes[0] : readNote(options.from);
  const journal = openJournalReader(path);
  try {
    const inclusion = proveRun(journal, id, target === undefined ? {} : { checkpoint: target });
    const consistency =
      target === undefined || from === undefined ? null : proveConsistency(journal, from.checkpoint, target.checkpoint);
    const proofs = { ...inclusion, consistency };
    if (options.out !== undefined) writeFileAtomic(options.out, prettyJson(asJson(proofs)));
    return {
      holds: true,
      json: proofs,
      lines: [
        `checkpoint of ${inclusion.checkpoint.size} events of ${inclusion.checkpoint.origin}, ${target === undefined ? 'not signed: there is none yet' : 'signed'}`,
        `root ${inclusion.checkpoint.root}`,
        ...inclusion.events.flatMap(({ seq, leafIndex, header, proof }) => [
          `event ${seq}, leaf ${leafIndex}: ${header}`,
          ...proof.map((hash) => `  ${hash}`),
        ]),
        ...(consistency === null
          ? []
          : [
              `it continues the checkpoint of ${consistency.from} events`,
              ...consistency.proof.map((hash) => `  ${hash}`),
            ]),
        ...howToCheck(id, options),
      ],
    };
  } finally {
    journal.close();
  }
}

/**
 * Where an engine runs on the folder, a checkpoint of all there is now, so that what has just happened is covered. What is
 * covered already can be shown without it: why there is none is said, and keeps nobody from that.
 */
async function checkpointNow(talk: Talk, runner: string): Promise<void> {
  try {
    const engine = await engineOn(runner, 'operator');
    if (engine === null) return;
    const { outage } = checkpointedSchema.parse(await engine.post('/record/checkpoints', {}));
    if (outage !== null) throw new CountersignError(outage);
  } catch (error) {
    const { message, hint } = toErrorShape(error);
    talk.say(`No checkpoint of now was written: ${message} ${hint}`);
  }
}

/** These are the bare proofs; what checks them by itself, without this software, is the evidence file. */
function howToCheck(id: string, { runner, out }: ProveOptions): string[] {
  return [
    'How to check it: each leaf with its hashes gives the root above (RFC 9162), and the checkpoint that names the root is signed.',
    `  without this software: countersign audit export ${id} --runner ${runner} --out evidence.json`,
    `  then: node verifier/countersign-verify.mjs evidence.json --key ${join(runner, 'log.pub.json')}`,
    ...(out === undefined ? ['  as JSON, for a program of your own: --out proofs.json'] : [`  as JSON: ${out}`]),
  ];
}

const opensWords = (open: boolean, keys: number): string => {
  if (!open) return 'Personal content stays sealed.';
  return keys === 0
    ? 'It holds no keys of personal content: nothing is sealed in this case, or it was erased or pruned.'
    : 'It holds the keys of personal content: hand it only to who may read that.';
};

async function exportFile(talk: Talk, id: string, options: ExportOptions): Promise<Answer> {
  if (options.checkpoint === undefined) await checkpointNow(talk, options.runner);
  const checkpoint: { checkpoint?: Note } =
    options.checkpoint === undefined ? {} : { checkpoint: readNote(options.checkpoint) };
  const between = options.between === true;
  const open = options.open === true;
  const evidence = exportEvidence(options.runner, id, { ...checkpoint, between, open, now: Date.now() });
  writeFileAtomic(options.out, writeEvidence(evidence));
  const { events, releases } = evidence;
  return {
    holds: true,
    json: { case: id, events: events.length, releases: releases.length, between, open, file: options.out },
    lines: [
      `wrote ${options.out}: ${events.length} events, ${releases.length} release${releases.length === 1 ? '' : 's'}`,
      between
        ? 'It shows that no event in between was left out.'
        : 'It does not show that no event was left out: --between does.',
      opensWords(open, evidence.sealKeys.length),
      'Verify it with: node verifier/countersign-verify.mjs FILE --key log.pub.json --key …',
    ],
  };
}
