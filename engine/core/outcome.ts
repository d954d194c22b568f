import type { FeelContext } from '../feel/value.ts';
import type { ErrorShape } from '../flow/error.ts';
import type { ModelAnswer } from '../../nodes/kind.ts';

/** How asking a model came out. */
export type AskOutcome = { outcome: 'answered'; answer: ModelAnswer } | { outcome: 'failed'; error: ErrorShape };

/**
 * How a call to an outside system came out. `sent` says whether the other side may have seen it: after `maybe` only an
 * action that is safe to repeat is repeated.
 */
export type PerformOutcome =
  | { outcome: 'done'; status: number; response: FeelContext }
  | { outcome: 'refused'; status: number; error: ErrorShape }
  | {
      outcome: 'failed';
      sent: 'no' | 'maybe';
      error: ErrorShape;
      /** The connection is paused and nothing was sent: when to come again, in milliseconds since 1970. */
      pausedUntil?: number;
      /** It was stopped before it left, and goes on when it may: no attempt, and nobody's outage. */
      held?: true;
    };

/** What the other side says when asked whether an effect with a certain key happened. */
export type DoneOutcome =
  | { asked: 'happened'; response: FeelContext }
  | { asked: 'did not happen' }
  | { asked: 'unknown'; error: ErrorShape; pausedUntil?: number; held?: true };
