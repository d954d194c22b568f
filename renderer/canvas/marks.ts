import type { Flow } from '../../engine/flow/document.ts';
import { outerEdge, outerNode } from '../../engine/flow/inlined-ids.ts';
import type { Problem } from '../../engine/flow/problem.ts';
import type { ScenarioResult, StudioAnswer } from '../../engine/studio/contract.ts';
import type { UnsafePath } from '../checks/check.ts';
import type { StudioState } from '../state/records.ts';

/** What is drawn over the flow: problems, an unsafe path, the way of a case, what a suite covered. */

/** A function of one object, worked out once for it. */
function once<A extends object, R>(work: (a: A) => R): (a: A) => R {
  const known = new WeakMap<A, { result: R }>();
  return (a) => {
    const hit = known.get(a);
    if (hit !== undefined) return hit.result;
    const result = work(a);
    known.set(a, { result });
    return result;
  };
}

const byNode = once((problems: readonly Problem[]): ReadonlyMap<string, readonly Problem[]> =>
  Map.groupBy(
    problems.filter((problem) => problem.node !== undefined),
    (problem) => problem.node ?? '',
  ),
);

const NONE: readonly Problem[] = [];
export const problemsOf = (state: Pick<StudioState, 'checks'>, node: string): readonly Problem[] =>
  byNode(state.checks.problems).get(node) ?? NONE;

/** The problems of the checks, and one for each unsafe path, the gravest first. */
export const allProblems = once((checks: StudioState['checks']): readonly Problem[] => [
  ...checks.unsafe.map(unsafeProblem),
  ...checks.problems.filter((problem) => problem.severity === 'error'),
  ...checks.problems.filter((problem) => problem.severity !== 'error'),
]);

const unsafeProblem = (path: UnsafePath): Problem => ({
  code: 'UNSAFE_PATH',
  severity: 'error',
  path: ['nodes', path.effect.node],
  message: path.reason,
  hint: '',
  node: path.effect.node,
});

export interface Trace {
  /** The numbers of the steps at which each node had its turn, from 1. */
  turns: ReadonlyMap<string, readonly number[]>;
  edges: ReadonlySet<string>;
}

export const traceOf = once((result: ScenarioResult): Trace => {
  const turns = new Map<string, number[]>();
  const edges = new Set<string>();
  for (const [i, step] of result.trace.entries()) {
    // What runs within a sub-flow is drawn as the step that stands for it.
    const node = outerNode(step.node);
    const before = turns.get(node);
    if (before === undefined) turns.set(node, [i + 1]);
    else before.push(i + 1);
    const edge = step.edge === null ? null : outerEdge(step.edge);
    if (edge !== null) edges.add(edge);
  }
  return { turns, edges };
});

/** Is it the same program? Moving steps about changes nothing that a result could depend on. */
export const sameProgram = (a: Flow | null, b: Flow | null): boolean =>
  a !== null && b !== null && a.nodes === b.nodes && a.edges === b.edges && a.input === b.input;

/** The trace to draw: that of the last case, as long as the program is the one that it ran on. */
export function shownTrace(state: StudioState): Trace | null {
  const { result, of } = state.sandbox;
  if (result === null || !sameProgram(of, state.document?.history.present ?? null)) return null;
  return traceOf(result);
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
  if (!showCoverage || suite === null || !sameProgram(of, state.document?.history.present ?? null)) return null;
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
