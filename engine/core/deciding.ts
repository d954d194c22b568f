import type { ErrorShape } from '../flow/error.ts';
import type { Program, ProgramNode } from '../program/program.ts';
import type { Signal, Turn } from '../../nodes/kind.ts';
import { digestOfValue } from './digest.ts';
import type { RunEvent } from './event.ts';
import type { Command, RunState } from './state.ts';

export interface Decision {
  events: RunEvent[];
  commands: Command[];
  /** Why a person's decision was not taken; no event then. */
  refused: ErrorShape | null;
}

/** One decision in the making: what it emits is folded into the state at once, so that the next step sees it. */
export interface Deciding {
  readonly program: Program;
  readonly state: RunState;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly decision: Decision;
  emit(event: RunEvent): void;
  /** Hands a node the outcome of what it asked for, and takes the step that it then asks for. */
  resume(node: ProgramNode, signal: Signal): void;
}

/** What a node may know at this point of the run. */
export function turnOf(deciding: Deciding): Turn {
  const { state, now } = deciding;
  return { scope: state.scope, now, visit: state.position?.visit ?? 1, digest: digestOfValue };
}
