import type { PublishedNote } from './checkpoint-sink.ts';
import type { Checkpoint } from './checkpoint.ts';
import { sameBytes, verifyConsistency } from './merkle.ts';
import {
  checkSigned,
  lagOf,
  stopped,
  type Look,
  type WatchFinding,
  type WatchOptions,
  type WatchState,
} from './watch.ts';

/**
 * Looks at checkpoints alone, where no journal is at hand: each has to be proved to continue the last by the proof that
 * was published with it. One without a proof is a finding, as a fork could hide behind it.
 */
export function lookAtNotes(
  published: readonly PublishedNote[],
  before: WatchState | null,
  options: WatchOptions,
): Look {
  const found: WatchFinding[] = [];
  let last: Checkpoint | null =
    before === null ? null : { origin: before.origin, size: before.size, root: Buffer.from(before.root, 'base64') };
  const sorted = [...published].sort((a, b) => a.note.checkpoint.size - b.note.checkpoint.size);
  const newest = sorted.at(-1)?.note.checkpoint.size ?? 0;
  if (last !== null && newest < last.size)
    return stopped(
      before,
      'TRUNCATED',
      `The newest checkpoint is of ${newest} events, and one of ${last.size} was seen.`,
    );
  for (const { note, proof } of sorted) {
    const now = note.checkpoint;
    if (last !== null && now.size < last.size) continue;
    checkSigned(note, options, found);
    if (last !== null) checkFollows(last, now, proof, found);
    if (found.length > 0) break;
    last = now;
  }
  const lag = lagOf(before, { behind: 0, covered: newest }, options);
  found.push(...lag.findings);
  const held = found.every(({ code }) => code === 'LAG') && last !== null;
  const state: WatchState | null =
    last === null
      ? null
      : {
          format: 'countersign.watch',
          version: 1,
          origin: last.origin,
          size: last.size,
          root: base64(last.root),
          range: null,
          covered: last.size,
          behindSince: lag.since,
          lookedAt: options.now,
        };
  return { findings: found, state: held ? state : before, behind: 0 };
}

function checkFollows(last: Checkpoint, now: Checkpoint, proof: PublishedNote['proof'], found: WatchFinding[]): void {
  if (now.origin !== last.origin) {
    found.push({
      code: 'ORIGIN',
      message: `The checkpoint of ${now.size} events is of ${now.origin}, not of ${last.origin}.`,
    });
    return;
  }
  if (now.size === last.size && sameBytes(now.root, last.root)) return;
  if (now.size === last.size) {
    found.push({ code: 'FORK', message: `There are two checkpoints of ${now.size} events with different roots.` });
    return;
  }
  if (proof === null || proof.from !== last.size) {
    found.push({
      code: 'UNPROVED',
      message: `No proof lies beside the checkpoint of ${now.size} events that it continues the one of ${last.size}.`,
    });
    return;
  }
  const claim = { from: last.size, to: now.size, fromRoot: last.root, toRoot: now.root, proof: proof.hashes };
  if (!verifyConsistency(claim))
    found.push({
      code: 'FORK',
      message: `The checkpoint of ${now.size} events does not continue the one of ${last.size}.`,
    });
}

const base64 = (data: Uint8Array): string => Buffer.from(data).toString('base64');
