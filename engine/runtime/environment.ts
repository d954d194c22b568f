import type { AskOutcome, DoneOutcome, PerformOutcome } from '../core/outcome.ts';
import type { Settlement } from '../core/event.ts';
import type { FeelContext } from '../feel/value.ts';
import type { ErrorShape } from '../flow/error.ts';
import type { PersonDecision } from '../../nodes/kind.ts';

export type { AskOutcome, DoneOutcome, PerformOutcome };

/** Time as the engine sees it; virtual in the sandbox. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Calls back once `now()` has reached `at`; returns a function that cancels. */
  wakeAt(at: number, wake: () => void): () => void;
  /** Calls back after so many milliseconds, whatever the clock is set to meanwhile; returns a function that cancels. */
  wakeIn(ms: number, wake: () => void): () => void;
}

export interface AskRequest {
  model: string;
  text: string | null;
  columns: FeelContext;
  bar: number | null;
  timeoutMs: number;
}

/** What the engine asks models through. */
export interface Models {
  /**
   * The answer at once, when the model is pure and in this process: asking it touches nothing outside, so it is no
   * barrier. Null when it has to be asked over a wire. Never throws.
   */
  answerNow(request: AskRequest): AskOutcome | null;
  /** Never rejects. */
  ask(request: AskRequest): Promise<AskOutcome>;
}

export interface PerformRequest {
  connection: string;
  action: string;
  request: FeelContext;
  /** The effect key; sent where the contract says, the same on every attempt. Empty for reads. */
  key: string;
  timeoutMs: number;
}

/**
 * Asked at the last moment before something leaves. False once it was stopped: then it does not leave, and its outcome is
 * `failed`, `sent: 'no'` and `held`.
 */
export type MayLeave = () => boolean;

/** What the engine reaches outside systems through. In a sandbox it holds no binding to a real one. */
export interface Systems {
  /** Never rejects. */
  perform(request: PerformRequest, mayLeave?: MayLeave): Promise<PerformOutcome>;
  /** Asks whether the effect with this key happened; for actions whose outcome is askable. Never rejects. */
  askDone(request: PerformRequest, mayLeave?: MayLeave): Promise<DoneOutcome>;
}

/** Who may decide, and whether a signature is theirs. */
export interface People {
  /** Null when the decision holds, otherwise why not. `digest` is that of what is shown now. */
  check(
    task: { id: string; run: string; role: string; digest: string; fourEyes: boolean; initiator: string },
    decision: PersonDecision,
  ): ErrorShape | null;
  /** The same for a person's word on an effect in doubt; `key` is the effect's. */
  checkSettlement(task: { id: string; run: string; key: string }, settlement: Settlement): ErrorShape | null;
}

/** Everything of the world that the runtime uses. The sandbox hands in another one; nothing else differs. */
export interface Environment {
  clock: Clock;
  /** Random bytes for run ids. */
  random(bytes: number): Uint8Array;
  /** By digest of the program that asks or calls: its release pins models and contracts. */
  modelsOf(program: string): Models;
  systemsOf(program: string): Systems;
  people: People;
  /** Runs something in a turn of its own; the event loop's next, where it is left out. */
  soon?: (turn: () => void) => void;
}
