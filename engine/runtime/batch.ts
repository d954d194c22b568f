import { digestOfValue } from '../core/digest.ts';
import type { Actor, RunEvent } from '../core/event.ts';
import type { Command, RunState, Stimulus } from '../core/state.ts';
import type { Carried, Retries } from '../core/try-again.ts';
import type { FeelContext, JsonValue } from '../feel/value.ts';
import { toErrorShape, type CountersignError } from '../flow/error.ts';
import type { Draft } from '../journal/journal.ts';
import type { Program } from '../program/program.ts';
import { failure } from './errors.ts';

export interface StartRequest {
  program: Program;
  release: string | null;
  /** Digest of the manifest that it is pinned to, if any. */
  manifest?: string;
  /** The same key starts one run. Of a caller's only a keyed hash is kept. */
  key: string | null;
  /** The key is of our own making, and says nothing of anybody: it is kept as it is. */
  ownKey?: true;
  initiator: Actor;
  input: FeelContext;
  /** It tries an ended run again: which, and what it begins with. */
  retries?: Retries;
  carried?: Carried;
}

/** A message from another system. */
export interface Message {
  name: string;
  /** What it is about: the text that the waiting node names. */
  key: string;
  /** The sender's own id of it: the same message sent twice is taken once. */
  id: string;
  from: string;
  body: Readonly<Record<string, JsonValue>>;
}

export interface Started {
  run: string;
  /** The key had already started it. */
  again: boolean;
}

/** What was committed, told to those who watch. */
export interface Committed {
  run: string;
  at: number;
  event: RunEvent;
}

export type Arrival =
  | {
      arrival: 'start';
      request: StartRequest;
      done: (result: Started) => void;
      fail: (error: CountersignError) => void;
    }
  | {
      arrival: 'stimulus';
      run: string;
      stimulus: Stimulus;
      done: (() => void) | null;
      fail: ((error: CountersignError) => void) | null;
    }
  /** The outcome of a call; nobody waits for it but the run. */
  | { arrival: 'outcome'; run: string; stimulus: Outcome; done: null; fail: null };

/** What came of a call. */
export type Outcome = Extract<Stimulus, { stimulus: 'answered' | 'performed' | 'asked' }>;

/** What is decided together, to be written in one transaction. */
export interface Batch {
  /** How many arrivals it has taken. */
  arrivals: number;
  /** A timer was among them: the next is waited for once this is on disk, also where it came to nothing. */
  timers: boolean;
  committed: Committed[];
  drafts: Draft[];
  commands: { run: string; program: string; manifest: string | null; command: Command }[];
  acknowledge: (() => void)[];
  refuse: ((error: CountersignError) => void)[];
  touched: Map<string, RunState>;
  /** The starts in it, by key. */
  starting: Map<string, Starting>;
}

/** A start within the batch that is being taken, not on disk yet. */
export interface Starting extends Started {
  input: string;
}

export const emptyBatch = (): Batch => ({
  arrivals: 0,
  timers: false,
  committed: [],
  drafts: [],
  commands: [],
  acknowledge: [],
  refuse: [],
  touched: new Map(),
  starting: new Map(),
});

/** R4, within what is not on disk yet. */
export function startingNow(request: StartRequest, batches: readonly (Batch | null)[]): Started | null {
  const { key } = request;
  const known =
    key === null ? undefined : batches.map((batch) => batch?.starting.get(key)).find((one) => one !== undefined);
  if (known !== undefined && known.input !== digestOfValue(request.input))
    throw failure.keyReused(key ?? '', known.run);
  return known ?? null;
}

/** Some run of it has not ended, and may have timers. */
export function goesOn(batch: Batch): boolean {
  for (const { ended } of batch.touched.values()) if (ended === null) return true;
  return false;
}

/** A watcher that throws does not take the engine with it. */
export function tell(listener: (committed: readonly Committed[]) => void, committed: readonly Committed[]): void {
  try {
    listener(committed);
  } catch (error) {
    process.emitWarning(toErrorShape(error).message);
  }
}
