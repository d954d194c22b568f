import type { FeelScopeTypes } from '../feel/index.ts';
import type { FeelContext, FeelValue } from '../feel/value.ts';
import type { Fields, Flow } from '../flow/document.ts';
import type { Action } from '../connections/contract.ts';
import type { Behaviour } from '../../nodes/kind.ts';
import type { Guard } from './guard.ts';

/** Where a port leads. `back` bounds how often a run may take it. */
export interface Way {
  edge: string;
  to: string;
  back: { maxVisits: number } | null;
}

/** The action that takes an effect back. */
export interface Undo {
  action: string;
  contract: Action;
  /** When taking back would need a person: nobody is asked then, it is not done. */
  guard: Guard | null;
  /** How long after the effect it may still be taken back. */
  withinMs: number;
  /** What is sent, from what was sent and what came back. */
  request(request: FeelContext, response: FeelValue, now: number): FeelContext;
}

/** A node ready to run. */
export interface ProgramNode {
  id: string;
  /** What people call it, such as `Check credit › Read account` for a step of a sub-flow. */
  name: string;
  /** The name by which formulas read its value. */
  variable: string;
  kind: string;
  behaviour: Behaviour;
  ways: ReadonlyMap<string, Way>;
  /** Its value comes from personal fields: value, record and requests are sealed in the journal. */
  sealed: boolean;
  /** For a node that fans out: where its branches come together, and whether the first to arrive is enough. */
  block: { join: string; any: boolean } | null;
  /** Branches come together here. */
  isJoin: boolean;
  /** For a connector: what it does, and the contract of its action. */
  target: { connection: string; action: string } | null;
  action: Action | null;
  /** The fields that its value is declared to hold, where no action says so: of a message, or of a sub-flow's input. */
  declared: Fields | null;
  /** How its effect is taken back when the case fails later; null where it is not. */
  undo: Undo | null;
  /** For an effect that depends on an AI answer: when it needs a person, by the policy in force here. */
  guard: Guard | null;
  /** The types of what it may read, by name. */
  scope: FeelScopeTypes;
  /** Paths in scope that its expressions read. */
  reads: readonly (readonly string[])[];
}

/**
 * A flow frozen for running: expressions compiled, names bound, contracts pinned. The digest covers the flow without
 * layout and notes and everything it leans on; two programs with one digest behave alike.
 */
export interface Program {
  digest: string;
  title: string;
  /** The flow with its sub-flows in their places (engine/flow/inline.ts). */
  flow: Flow;
  trigger: string;
  nodes: ReadonlyMap<string, ProgramNode>;
  /** Input fields that are sealed in the journal. */
  personalFields: ReadonlySet<string>;
  /** How long a run may take; null where it may take for ever. */
  deadlineMs: number | null;
  /** By whose value cases run one at a time, from their input; null where they have no order. */
  orderOf: ((input: FeelContext, now: number) => FeelValue) | null;
  /** Whether anything of it is sealed; its runs then carry a salt. */
  sealsAnything: boolean;
}
