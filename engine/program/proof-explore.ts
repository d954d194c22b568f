/** Every case that a flow can be in, as far as it matters to the safety proof: where it is, and what is known there. */
import { wireAt, type Graph } from '../flow/graph.ts';
import type { Facts } from './proof-expressions.ts';
import type { Memory } from './proof-live.ts';
import type { Step } from './proof-steps.ts';
import { textOfSet } from './proof-values.ts';

/** A node about to run, with what is known then. */
export interface State {
  readonly node: string;
  readonly facts: Facts;
  /** What was known had to be dropped, for there are too many cases. */
  readonly blunt: boolean;
  /** How a case gets here, in the order in which it was found. */
  readonly from: Link[];
}

export interface Link {
  /** Where it comes from: a number of a state. */
  readonly state: number;
  readonly edge: string;
  readonly port: string;
  /** The row by which a rule took this exit. */
  readonly row: string | null;
}

/** States told apart in all, shared out among the nodes; beyond, a node has one more, where nothing is known. */
const MAX_STATES = 8000;
const MOST_OF_NODE = 256;
const LEAST_OF_NODE = 8;

/** All states, the shortest way first. Same flow, same states in the same order. */
export function explore(graph: Graph, steps: ReadonlyMap<string, Step>, memory: Memory): readonly State[] {
  const states: State[] = [];
  const share = Math.floor(MAX_STATES / Math.max(1, graph.nodes.length));
  const most = Math.min(MOST_OF_NODE, Math.max(LEAST_OF_NODE, share));
  const known = new Map<string, Map<string, number>>();
  const numberOf = (node: string, facts: Facts): number => {
    const here = known.get(node) ?? new Map<string, number>();
    known.set(node, here);
    const text = textOfFacts(facts);
    const found = here.get(text);
    if (found !== undefined) return found;
    const full = here.size >= most;
    const instead = full ? here.get(BLUNT) : undefined;
    if (instead !== undefined) return instead;
    here.set(full ? BLUNT : text, states.length);
    states.push({ node, facts: full ? new Map() : facts, blunt: full, from: [] });
    return states.length - 1;
  };
  for (const trigger of graph.triggers) numberOf(trigger, memory.atStart(trigger));
  // The list grows while it is walked, which makes this a breadth-first search.
  for (let at = 0; at < states.length; at++) {
    const state = states[at];
    const step = state === undefined ? undefined : steps.get(state.node);
    if (state === undefined || step === undefined) continue;
    const taken = new Set<string>();
    for (const exit of step.exits(state.facts)) {
      const wire = wireAt(graph, step.id, exit.port);
      if (wire === null) continue;
      const next = numberOf(wire.to, memory.carry(state.facts, exit, step, wire.to));
      const way = JSON.stringify([next, wire.id, exit.row]);
      if (taken.has(way)) continue;
      taken.add(way);
      states[next]?.from.push({ state: at, edge: wire.id, port: exit.port, row: exit.row });
    }
  }
  return states;
}

const BLUNT = 'nothing is told apart';

function textOfFacts(facts: Facts): string {
  return [...facts]
    .map(([key, set]) => JSON.stringify([key, textOfSet(set)]))
    .sort()
    .join();
}
