import type { ErrorShape } from '../flow/error.ts';
import type { Program, ProgramNode } from '../program/program.ts';
import type { Signal, Turn } from '../../nodes/kind.ts';
import { digestOfValue } from './digest.ts';
import type { RunEvent } from './event.ts';
import { visibleScope } from './frames.ts';
import type { Ledger } from './ledger.ts';
import type { Command, Frame, RunState } from './state.ts';
import { storable } from './storable.ts';

export interface Decision {
  events: RunEvent[];
  commands: Command[];
  /** Why a person's decision was not taken; no event then. */
  refused: ErrorShape | null;
  /** There is more to do at once: the run is to be told `continued`, in a later turn. */
  more: boolean;
}

/** One decision in the making: what it emits is folded into the state at once, so that the next step sees it. */
export interface Deciding {
  readonly program: Program;
  readonly state: RunState;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly decision: Decision;
  /** Effects of all runs, as far as contracts limit them. */
  readonly ledger: Ledger;
  /** Nothing is begun: the run is suspended or waits for its turn, or the flow or everything is stopped. */
  readonly held: boolean;
  /** The line of the run that is decided about. */
  readonly frame: Frame;
  /** Emits an event of this frame; its path is filled in. */
  emit(event: RunEvent): void;
  /** Hands a node the outcome of what it asked for, and takes the step that it then asks for. */
  resume(node: ProgramNode, signal: Signal): void;
  /** The same decision, about another frame. */
  within(frame: Frame): Deciding;
}

/** What a node may know at this point of the run. */
export function turnOf({ frame, now }: Deciding): Turn {
  return {
    scope: visibleScope(frame),
    now,
    visit: frame.position?.visit ?? 1,
    aside: frame.aside,
    // Of what a formula gave, which may be more than any record holds.
    digest: (value) => digestOfValue(storable(value)),
  };
}
