import type { Flow } from '../flow/document.ts';
import type { Action } from '../connections/contract.ts';
import type { Behaviour } from '../../nodes/kind.ts';
import type { Guard } from './guard.ts';

/** Where a port leads. `back` bounds how often a run may take it. */
export interface Way {
  edge: string;
  to: string;
  back: { maxVisits: number } | null;
}

/** A node ready to run. */
export interface ProgramNode {
  id: string;
  name: string;
  kind: string;
  behaviour: Behaviour;
  ways: ReadonlyMap<string, Way>;
  /** Its value comes from personal fields: value, record and requests are sealed in the journal. */
  sealed: boolean;
  /** For a connector: what it does, and the contract of its action. */
  target: { connection: string; action: string } | null;
  action: Action | null;
  /** For an effect that depends on an AI answer: when it needs a person, by the policy in force here. */
  guard: Guard | null;
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
  flow: Flow;
  trigger: string;
  nodes: ReadonlyMap<string, ProgramNode>;
  /** Input fields that are sealed in the journal. */
  personalFields: ReadonlySet<string>;
  /** Whether anything of it is sealed; its runs then carry a salt. */
  sealsAnything: boolean;
}
