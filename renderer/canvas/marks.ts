import type { Flow } from '../../engine/flow/document.ts';
import { outerEdge, outerNode } from '../../engine/flow/inlined-ids.ts';
import type { Problem } from '../../engine/flow/problem.ts';
import { wayOf } from '../../engine/flow/wires-taken.ts';
import type { ScenarioResult, StudioAnswer, TraceStep } from '../../engine/studio/contract.ts';
import { KINDS } from '../../nodes/index.ts';
import type { UnsafePath } from '../checks/check.ts';
import { causesFirst } from '../document/causes.ts';
import { withConsequences, type Cause } from '../document/consequences.ts';
import { isReachedBy, isSettledBy, standsAt, upTo } from '../replay/up-to.ts';
import type { RealCase, Replay, ShownTraffic, StudioState } from '../state/records.ts';

/** What is drawn over the flow: problems, an unsafe path, the way of a case, what a suite covered. */

/** A function of one object, worked out once for it; what else is given goes with that object. */
function once<A extends object, R, More extends unknown[]>(
  work: (a: A, ...more: More) => R,
): (a: A, ...more: More) => R {
  const known = new WeakMap<A, { result: R }>();
  return (a, ...more) => {
    const hit = known.get(a);
    if (hit !== undefined) return hit.result;
    const result = work(a, ...more);
    known.set(a, { result });
    return result;
  };
}

const byNode = once((checks: StudioState['checks']): ReadonlyMap<string, readonly Problem[]> =>
  Map.groupBy(
    causesFirst(checks.problems, checks.of).filter((problem) => problem.node !== undefined),
    (problem) => problem.node ?? '',
  ),
);

const NONE: readonly Problem[] = [];
export const problemsOf = (state: Pick<StudioState, 'checks'>, node: string): readonly Problem[] =>
  byNode(state.checks).get(node) ?? NONE;

/** One problem for each unsafe path, and those of the checks: the gravest first, and causes before what follows from them. */
export const allProblems = once((checks: StudioState['checks']): readonly Problem[] => [
  ...checks.unsafe.map(unsafeProblem),
  ...causesFirst(checks.problems, checks.of),
]);

/** {@link allProblems}, with what follows from each below it. */
export const allCauses = once((checks: StudioState['checks']): readonly Cause[] =>
  withConsequences(allProblems(checks), checks.of),
);

const unsafeProblem = (path: UnsafePath): Problem => ({
  code: 'UNSAFE_PATH',
  severity: 'error',
  path: ['nodes', path.effect.node],
  message: path.reason,
  hint: '',
  node: path.effect.node,
});

export interface Trace {
  /** Where the case ran: what is drawn of the one is never taken for the other. */
  of: 'sandbox' | 'real';
  /** The numbers of the steps at which each node had its turn, from 1. */
  turns: ReadonlyMap<string, readonly number[]>;
  edges: ReadonlySet<string>;
  /** Where it stands at the moment that is replayed; nowhere in a case that is drawn as a whole. */
  here: ReadonlySet<string>;
}

/** A case that is drawn over the flow: one of the sandbox, or a real one. */
export interface DrawnCase {
  of: Trace['of'];
  /** What a replay of it names. */
  key: Replay['of'];
  /** Of the sandbox: its scenario. */
  name: string | null;
  flow: Flow;
  steps: readonly TraceStep[];
  /** Milliseconds since 1970, or of the sandbox's clock. */
  started: number;
}

const sandboxCase = once((result: ScenarioResult, flow: Flow): DrawnCase => {
  const { scenario: name, trace: steps, started } = result;
  return { of: 'sandbox', key: result, name, flow, steps, started };
});
const realCase = once((real: RealCase): DrawnCase => {
  const { run: key, of: flow, steps, started } = real;
  return { of: 'real', key, name: null, flow, steps, started };
});

const whole = once((drawn: DrawnCase): Trace => wayThrough(drawn, null));
export const traceOf = (result: ScenarioResult, flow: Flow): Trace => whole(sandboxCase(result, flow));

/** Every card asks for it; a replay has one moment at a time. */
const replayed = new WeakMap<DrawnCase, { place: number; trace: Trace }>();
function traceUpTo(drawn: DrawnCase, place: number): Trace {
  const hit = replayed.get(drawn);
  if (hit?.place === place) return hit.trace;
  const trace = wayThrough(drawn, place);
  replayed.set(drawn, { place, trace });
  return trace;
}

/** @param place the event up to which it is drawn; null for all of it */
function wayThrough({ of, flow, steps }: DrawnCase, place: number | null): Trace {
  const told = place === null ? steps : upTo(steps, place);
  const turns = new Map<string, number[]>();
  for (const [i, step] of told.entries()) {
    // What runs within a sub-flow is drawn as the step that stands for it.
    const node = outerNode(step.node);
    const before = turns.get(node);
    if (before === undefined) turns.set(node, [i + 1]);
    else before.push(i + 1);
  }
  // Which wires a case took shows by the whole of it: one that is tried again goes on from elsewhere than where it began.
  const edges = wayOf(flow, KINDS, steps).flatMap(({ step, begins, leaves }) => [
    ...(place === null || isReachedBy(step, place) ? begins : []),
    ...(leaves !== null && (place === null || isSettledBy(step, place)) ? [leaves] : []),
  ]);
  const here = place === null ? [] : standsAt(told).map(outerNode);
  return { of, turns, edges: new Set(edges.flatMap((edge) => outerEdge(edge) ?? [])), here: new Set(here) };
}

/** Is it the same program? Moving steps about changes nothing that a result could depend on. */
export const sameProgram = (a: Flow | null, b: Flow | null): boolean =>
  a !== null && b !== null && a.nodes === b.nodes && a.edges === b.edges && a.input === b.input;

/** The case to draw: a real one that is shown, or the last one in the sandbox, as long as the program is theirs. */
export function drawnCase(state: StudioState): DrawnCase | null {
  const { result, of } = state.sandbox;
  const { real, traffic } = state.presence;
  const present = state.document?.history.present ?? null;
  if (real !== null) return sameProgram(real.of, present) ? realCase(real) : null;
  return result === null || of === null || traffic !== null || !sameProgram(of, present)
    ? null
    : sandboxCase(result, of);
}

/** The event up to which the case is drawn; null for all of it. */
export const replayedTo = ({ presence: { replay } }: StudioState, drawn: DrawnCase): number | null =>
  replay === null || replay.of !== drawn.key ? null : replay.place;

/** The trace to draw of that case, up to the moment that is replayed. */
export function shownTrace(state: StudioState): Trace | null {
  const drawn = drawnCase(state);
  if (drawn === null) return null;
  const place = replayedTo(state, drawn);
  return place === null ? whole(drawn) : traceUpTo(drawn, place);
}

/** The traffic to draw, as long as the program is the one that it is of. */
export function shownTraffic({ presence: { traffic }, document }: StudioState): ShownTraffic | null {
  return traffic !== null && sameProgram(traffic.of, document?.history.present ?? null) ? traffic : null;
}

type Coverage = StudioAnswer<'runSuite'>['coverage'];
export interface Covered {
  nodes: ReadonlySet<string>;
  missedNodes: ReadonlySet<string>;
  edges: ReadonlySet<string>;
  missedEdges: ReadonlySet<string>;
}

/** A step that stands for a sub-flow is covered when any step of that is, and a wire when any copy of it is. */
const sets = once((coverage: Coverage): Covered => {
  const nodes = new Set(coverage.nodes.covered.map(outerNode));
  const edges = new Set(coverage.edges.covered.flatMap((edge) => outerEdge(edge) ?? []));
  return {
    nodes,
    missedNodes: new Set(coverage.nodes.missed.map(outerNode)).difference(nodes),
    edges,
    missedEdges: new Set(coverage.edges.missed.flatMap((edge) => outerEdge(edge) ?? [])).difference(edges),
  };
});

export function shownCoverage(state: StudioState): Covered | null {
  const { suite, of, showCoverage } = state.sandbox;
  const { traffic } = state.presence;
  if (!showCoverage || suite === null || traffic !== null) return null;
  if (!sameProgram(of, state.document?.history.present ?? null)) return null;
  return sets(suite.coverage);
}

export interface Unsafe {
  nodes: ReadonlySet<string>;
  edges: ReadonlySet<string>;
}

const union = once((paths: readonly UnsafePath[]): Unsafe => ({
  nodes: new Set(paths.flatMap((path) => path.nodes)),
  edges: new Set(paths.flatMap((path) => path.edges)),
}));
const single = once((path: UnsafePath): Unsafe => ({ nodes: new Set(path.nodes), edges: new Set(path.edges) }));

/** The unsafe path that was asked for, or all of them. */
export const shownUnsafe = (state: StudioState): Unsafe =>
  state.presence.shownPath === null ? union(state.checks.unsafe) : single(state.presence.shownPath);
