import { digestOfValue } from '../core/digest.ts';
import type { Actor, RunEvent } from '../core/event.ts';
import type { Command, RunState, Stimulus } from '../core/state.ts';
import type { FeelContext, JsonValue } from '../feel/value.ts';
import { toErrorShape, type CountersignError } from '../flow/error.ts';
import type { Draft } from '../journal/journal.ts';
import type { Program } from '../program/program.ts';
import { failure } from './errors.ts';

export interface StartRequest {
  program: Program;
  release: string | null;
  key: string | null;
  initiator: Actor;
  input: FeelContext;
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

export interface Batch {
  committed: Committed[];
  drafts: Draft[];
  commands: { run: string; program: string; command: Command }[];
  acknowledge: (() => void)[];
  refuse: ((error: CountersignError) => void)[];
  touched: Map<string, RunState>;
}

/** A start within the batch that is being taken, not on disk yet. */
export interface Starting extends Started {
  input: string;
}

export const emptyBatch = (): Batch => ({
  committed: [],
  drafts: [],
  commands: [],
  acknowledge: [],
  refuse: [],
  touched: new Map(),
});

/** R4, within one batch. */
export function startingNow(
  key: string,
  request: StartRequest,
  starting: ReadonlyMap<string, Starting>,
): Started | null {
  const known = starting.get(key);
  if (known !== undefined && known.input !== digestOfValue(request.input)) throw failure.keyReused(key, known.run);
  return known ?? null;
}

/** A watcher that throws does not take the engine with it. */
export function tell(listener: (committed: readonly Committed[]) => void, committed: readonly Committed[]): void {
  try {
    listener(committed);
  } catch (error) {
    process.emitWarning(toErrorShape(error).message);
  }
}
