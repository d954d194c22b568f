import { z } from '../flow/zod.ts';
import { isSignedBy, type Note } from './checkpoint.ts';
import { CHECKPOINT_POLICY } from './checkpoint-policy.ts';
import { CompactRange } from './compact-range.ts';
import { HASH_BYTES, sameBytes } from './merkle.ts';

/** What a watcher can find, a closed set. */
export type WatchCode = 'ORIGIN' | 'TRUNCATED' | 'FORK' | 'SIGNATURE' | 'UNPROVED' | 'LAG' | 'UNREADABLE' | 'CLOCK';

export interface WatchFinding {
  code: WatchCode;
  message: string;
}

/** What a watcher remembers between two looks, as its state file holds it. */
export const watchState = z.strictObject({
  format: z.literal('countersign.watch'),
  version: z.literal(1),
  origin: z.string(),
  /** The last tree that was seen, and its subtrees where the leaves were at hand; base64. */
  size: z.int().nonnegative(),
  root: z.base64(),
  range: z.base64().nullable(),
  /** Size of the newest checkpoint that was seen and held. */
  covered: z.int().nonnegative(),
  /** Since when there are events that no checkpoint covers, or no newer checkpoint came; milliseconds since 1970. */
  behindSince: z.int().nullable(),
  lookedAt: z.int(),
});
export type WatchState = z.infer<typeof watchState>;

/** A journal that is watched from beside the engine. */
export interface WatchedLog {
  readonly origin: string;
  head(): { size: number; root: Uint8Array };
  leaves(size: number, after: number): Uint8Array;
}

export interface WatchOptions {
  /** Milliseconds since 1970. */
  now: number;
  /** Keys of the log, 32 bytes each; a note that none of them signed is a finding. */
  logKeys: readonly Uint8Array[];
  /** How long events may stay without a checkpoint; P27's quarter of an hour and a minute by default. */
  maxLagMs?: number;
}

export interface Look {
  findings: WatchFinding[];
  /** Null when nothing was found that could be remembered; after a finding it is the state of before. */
  state: WatchState | null;
  /** Events that no checkpoint covers. */
  behind: number;
}

const MAX_LAG_MS = CHECKPOINT_POLICY.everyMs + 60_000;

/**
 * Looks at a journal and its checkpoints: that they continue what was seen last, leaf for leaf, and keep up. Costs one
 * hash for each new event. An edit of an event seen before shows once its root is given out; that the leaves of the past
 * are still those of their events is for `audit verify`.
 */
export function lookAtLog(
  log: WatchedLog,
  notes: readonly Note[],
  before: WatchState | null,
  options: WatchOptions,
): Look {
  const found: WatchFinding[] = [];
  const head = log.head();
  const start = before?.size ?? 0;
  if (before !== null && before.origin !== log.origin)
    return stopped(
      before,
      'ORIGIN',
      `The log was ${before.origin}, and is ${log.origin} now: another journal is in its place.`,
    );
  if (before !== null && head.size < start)
    return stopped(
      before,
      'TRUNCATED',
      `The log has ${head.size} events, and had ${start} when it was last looked at.`,
    );
  const range = CompactRange.decode(start, Buffer.from(before?.range ?? '', 'base64'));
  const leaves = log.leaves(head.size, start);
  const due = [...notes].sort((a, b) => a.checkpoint.size - b.checkpoint.size);
  const compare = (): void => {
    for (const note of due)
      if (note.checkpoint.size === range.size) checkNote(note, log.origin, range.root(), options, found);
  };
  compare();
  const sizes = new Set(due.map(({ checkpoint }) => checkpoint.size));
  for (let at = 0; at < leaves.length; at += HASH_BYTES) {
    range.append(leaves.slice(at, at + HASH_BYTES));
    if (sizes.has(range.size)) compare();
  }
  if (range.size !== head.size || !sameBytes(range.root(), head.root))
    found.push({
      code: 'FORK',
      message: `The log of ${head.size} events does not continue the ${start} that were seen last: its past was rewritten.`,
    });
  for (const { checkpoint } of due)
    if (checkpoint.size > head.size)
      found.push({
        code: 'TRUNCATED',
        message: `A checkpoint covers ${checkpoint.size} events, and the log has ${head.size}.`,
      });
  const covered = Math.max(0, ...due.map(({ checkpoint }) => checkpoint.size));
  const lag = lagOf(before, { behind: head.size - covered, covered }, options);
  found.push(...lag.findings);
  const held = found.every(({ code }) => code === 'LAG');
  const state: WatchState = {
    format: 'countersign.watch',
    version: 1,
    origin: log.origin,
    size: head.size,
    root: base64(head.root),
    range: base64(range.encode()),
    covered,
    behindSince: lag.since,
    lookedAt: options.now,
  };
  return {
    findings: found,
    state: held ? state : before,
    behind: Math.max(0, head.size - covered),
  };
}

function checkNote(note: Note, origin: string, root: Uint8Array, options: WatchOptions, found: WatchFinding[]): void {
  const { checkpoint } = note;
  checkSigned(note, options, found);
  if (checkpoint.origin !== origin)
    found.push({ code: 'ORIGIN', message: `The checkpoint of ${checkpoint.size} events is of ${checkpoint.origin}.` });
  else if (!sameBytes(checkpoint.root, root))
    found.push({
      code: 'FORK',
      message: `The checkpoint of ${checkpoint.size} events is not of the events that are in the log.`,
    });
}

export function checkSigned(note: Note, { logKeys }: WatchOptions, found: WatchFinding[]): void {
  if (logKeys.some((key) => isSignedBy(note, key))) return;
  found.push({
    code: 'SIGNATURE',
    message: `The checkpoint of ${note.checkpoint.size} events is not signed by a key of the log.`,
  });
}

/** Since when checkpoints lag, and whether that is too long. A clock that went back is said, as it would hide a lag. */
export function lagOf(
  before: WatchState | null,
  { behind, covered }: { behind: number; covered: number },
  { now, maxLagMs = MAX_LAG_MS }: WatchOptions,
): { findings: WatchFinding[]; since: number | null } {
  if (before !== null && now < before.lookedAt)
    return {
      findings: [{ code: 'CLOCK', message: 'The clock of this machine went back since the last look.' }],
      since: null,
    };
  const same = before !== null && before.covered === covered && before.behindSince !== null;
  const since = behind === 0 ? null : same ? before.behindSince : now;
  if (since === null || now - since <= maxLagMs) return { findings: [], since };
  const minutes = Math.round((now - since) / 60_000);
  return {
    findings: [{ code: 'LAG', message: `${behind} events have had no checkpoint for ${minutes} minutes.` }],
    since,
  };
}

export const stopped = (before: WatchState | null, code: WatchCode, message: string): Look => ({
  findings: [{ code, message }],
  state: before,
  behind: 0,
});

const base64 = (data: Uint8Array): string => Buffer.from(data).toString('base64');
