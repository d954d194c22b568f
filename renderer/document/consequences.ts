import type { Flow } from '../../engine/flow/document.ts';
import type { Problem, ProblemCode } from '../../engine/flow/problem.ts';

/** A problem, and those that go with it: they follow from it, or are the same once more. */
export interface Cause {
  problem: Problem;
  follows: readonly Problem[];
}

/** Formulas and tables of a step that is not reached: nothing is known there of what ran before. */
const OF_NAMES: ReadonlySet<ProblemCode> = new Set(['EXPRESSION', 'EXPRESSION_TYPE', 'EXPRESSION_NULLABLE', 'TABLE']);

/**
 * Problems with what follows from them below them, in the order in which they are given. A step that is reached by others
 * alone that are not reached follows from the first of those; so does a wire that leads back from it, and a name in it of
 * a step that the flow has. A name that the flow has nowhere is one cause, however often it is read.
 */
export function withConsequences(problems: readonly Problem[], flow: Flow | null): Cause[] {
  if (flow === null) return problems.map((problem) => ({ problem, follows: [] }));
  const unreached = new Map(
    problems.flatMap((problem) =>
      problem.code === 'NODE_UNREACHABLE' && problem.node !== undefined ? [[problem.node, problem] as const] : [],
    ),
  );
  const rootOf = rootsIn(flow, unreached);
  const names = new Set(Object.values(flow.nodes).map(({ name }) => name));
  const firstOf = new Map<string, Problem>();
  const causeOf = (problem: Problem): Problem | null => {
    const { code, node, edge } = problem;
    if (code === 'NODE_UNREACHABLE') return rootOf(node);
    if (code === 'BACK_EDGE_IDLE') return rootOf(edge === undefined ? node : flow.edges[edge]?.from.node);
    const name = OF_NAMES.has(code) ? nameAt(flow, problem) : null;
    if (name === null) return null;
    if (names.has(name)) return rootOf(node) ?? (node === undefined ? null : (unreached.get(node) ?? null));
    const first = firstOf.get(name) ?? problem;
    firstOf.set(name, first);
    return first;
  };
  const below = new Map<Problem, Problem[]>();
  const causes: Problem[] = [];
  for (const problem of problems) {
    const cause = causeOf(problem);
    if (cause === null || cause === problem) causes.push(problem);
    else below.set(cause, [...(below.get(cause) ?? []), problem]);
  }
  return causes.map((problem) => ({ problem, follows: below.get(problem) ?? [] }));
}

/** By step, the problem of the step from which on none is reached; null for that step itself, and for one that is reached. */
function rootsIn(flow: Flow, unreached: ReadonlyMap<string, Problem>): (node: string | undefined) => Problem | null {
  const into = new Map<string, string[]>();
  for (const { from, to } of Object.values(flow.edges))
    if (from.node !== to.node) into.set(to.node, [...(into.get(to.node) ?? []), from.node]);
  return (node) => {
    if (node === undefined || !unreached.has(node)) return null;
    const seen = new Set([node]);
    for (const id of seen) {
      const before = into.get(id) ?? [];
      if (before.length === 0) return id === node ? null : (unreached.get(id) ?? null);
      for (const one of before) if (unreached.has(one)) seen.add(one);
    }
    return null;
  };
}

/** The name that a problem points at, if it points at one in a text of the document. */
function nameAt(flow: Flow, { path, at, message }: Problem): string | null {
  if (at === undefined) return null;
  let text: unknown = flow;
  for (const key of path) {
    if (typeof text !== 'object' || text === null || !Object.hasOwn(text, key)) return null;
    text = Reflect.get(text, key);
  }
  // After a point it is a field of what is there.
  if (typeof text !== 'string' || text.slice(0, at.from).trimEnd().endsWith('.')) return null;
  const name = text.slice(at.from, at.to).replace(/^`|`$/g, '');
  // A type that does not fit points at a name as well; what is missing is said by its name.
  return /^[\p{L}_][\p{L}\p{N}_ ]*$/u.test(name) && message.includes(`“${name}”`) ? name : null;
}
