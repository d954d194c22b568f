import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import { publishNote, readCheckpoints, readPublished } from '../../audit/checkpoint-sink.ts';
import { proveConsistency } from '../../audit/consistency.ts';
import { lookAtNotes } from '../../audit/watch-notes.ts';
import { lookAtLog, watchState, type Look, type WatchState } from '../../audit/watch.ts';
import { toErrorShape } from '../../flow/error.ts';
import { asJson, prettyJson } from '../../flow/json.ts';
import { openJournalReader, type JournalReader } from '../../journal/reader.ts';
import { inFile, readBytes, writeFileAtomic } from '../../manifest/atomic.ts';
import { readPublicKey } from '../../manifest/keys.ts';
import { readDocument } from '../../manifest/read-document.ts';
import { runnerPaths } from '../../runner/folder.ts';
import { logKeysOf, rawOf } from '../../runner/log-keys.ts';
import { body, countOf, usage, type Answer, type Talk, type Wiring } from '../command.ts';

interface WatchOptions {
  runner?: string;
  checkpoints?: string;
  state: string;
  key?: string[];
  publish?: string;
  every: string;
  maxLag: string;
  once?: boolean;
}

/** `audit watch`: somebody else’s eye on the record. */
export function addWatching(audit: Command, wiring: Wiring): void {
  audit
    .command('watch')
    .description('Follow a journal, or a folder of checkpoints, and end with 1 as soon as it forks, shrinks or lags.')
    .option('--runner <folder>', 'a runner folder, also while its engine runs')
    .option('--checkpoints <folder>', 'without a runner: a folder that another watcher publishes to')
    .requiredOption('--state <file>', 'what was seen last; keep it where whoever runs the engine cannot write')
    .option(
      '--key <file...>',
      'the log’s .pub.json; by default those of the runner folder, which vouches for itself then',
    )
    .option('--publish <folder>', 'with --runner: hand checkpoints on, each with the proof that it continues the last')
    .option('--every <seconds>', 'how often to look', '10')
    .option('--max-lag <minutes>', 'how long events may stay without a checkpoint', '16')
    .option('--once', 'look once')
    .action(body(wiring, (talk, options: WatchOptions) => watch(talk, options)));
}

async function watch(talk: Talk, options: WatchOptions): Promise<Answer> {
  if ((options.runner === undefined) === (options.checkpoints === undefined))
    throw usage(
      'Give --runner or --checkpoints, and not both.',
      'Add one of them, such as --runner .countersign/demo/runner.',
    );
  if (options.publish !== undefined && options.runner === undefined) throw usage('--publish goes with --runner.');
  if (options.key === undefined && options.runner === undefined)
    throw usage('Give the log’s key with --key: a folder of checkpoints cannot vouch for itself.');
  const everyMs = countOf(options.every, '--every') * 1000;
  countOf(options.maxLag, '--max-lag');
  const stop = new AbortController();
  const end = (): void => stop.abort();
  process.once('SIGINT', end).once('SIGTERM', end);
  try {
    for (;;) {
      const { look, looked } = lookOnce(options);
      if (look.findings.length > 0 || options.once === true || stop.signal.aborted) return told(look, looked);
      talk.say(`${looked}, ${look.behind} events without a checkpoint`);
      // oxlint-disable-next-line no-await-in-loop -- one look after the other
      await sleep(everyMs, undefined, { signal: stop.signal }).catch(() => undefined);
      if (stop.signal.aborted) return told(look, looked);
    }
  } finally {
    process.off('SIGINT', end).off('SIGTERM', end);
  }
}

function told({ findings, state, behind }: Look, looked: string): Answer {
  return {
    holds: findings.length === 0,
    json: { holds: findings.length === 0, findings, size: state?.size ?? 0, covered: state?.covered ?? 0, behind },
    lines:
      findings.length === 0
        ? [`${looked}: it continues what was seen before`]
        : [
            `${looked}: IT DOES NOT HOLD`,
            ...findings.map(({ code, message }) => `  ${code}: ${message}`),
            '  What to do: keep the runner folder, the checkpoints and the state file as they are, as evidence.',
          ],
  };
}

/** One look; what was seen is remembered only where it holds, so that a fork is found again at every look. */
function lookOnce(options: WatchOptions): { look: Look; looked: string } {
  const before = stateIn(options.state);
  let look: Look;
  try {
    look = options.runner === undefined ? lookAtFolder(options, before) : lookAtRunner(options, options.runner, before);
  } catch (error) {
    // A file that cannot be read any more is the very thing that a watcher is for.
    if (before === null) throw error;
    look = { findings: [{ code: 'UNREADABLE', message: toErrorShape(error).message }], state: before, behind: 0 };
  }
  if (look.state !== null && look.state !== before) writeFileAtomic(options.state, prettyJson(asJson(look.state)));
  return { look, looked: `${look.state?.size ?? 0} events, checkpoint over ${look.state?.covered ?? 0}` };
}

function lookAtRunner(options: WatchOptions, runner: string, before: WatchState | null): Look {
  const paths = runnerPaths(runner);
  // Read first: a checkpoint is of events that are on disk already.
  const notes = readCheckpoints(paths.checkpoints);
  const keys = options.key === undefined ? logKeysOf(runner).map(rawOf) : keysIn(options.key);
  const journal = openJournalReader(paths.journal);
  try {
    const look = lookAtLog(journal, notes, before, optionsOf(options, keys));
    const newest = notes.at(-1);
    if (options.publish !== undefined && newest !== undefined && look.findings.length === 0)
      publish(journal, options.publish, newest);
    return look;
  } finally {
    journal.close();
  }
}

function publish(journal: JournalReader, folder: string, newest: ReturnType<typeof readCheckpoints>[number]): void {
  const last = readPublished(folder).at(-1)?.note ?? null;
  if (last?.checkpoint.size === newest.checkpoint.size) return;
  const proof = last === null ? null : proveConsistency(journal, last.checkpoint, newest.checkpoint);
  publishNote(folder, newest, proof);
}

const lookAtFolder = (options: WatchOptions, before: WatchState | null): Look =>
  lookAtNotes(readPublished(options.checkpoints ?? ''), before, optionsOf(options, keysIn(options.key ?? [])));

const optionsOf = (options: WatchOptions, logKeys: Uint8Array[]) => ({
  now: Date.now(),
  logKeys,
  maxLagMs: countOf(options.maxLag, '--max-lag') * 60_000,
});

const keysIn = (files: readonly string[]): Uint8Array[] =>
  files.map((file) => rawOf(inFile(file, () => readPublicKey(readBytes(file)))));

function stateIn(file: string): WatchState | null {
  if (!existsSync(file)) return null;
  return readDocument(readBytes(file), watchState, {
    code: 'DOCUMENT_INVALID',
    what: `the state of the watcher ${file}`,
    hint: 'Restore it. Without it the watcher begins anew and knows nothing of what was there before.',
    file,
  });
}
