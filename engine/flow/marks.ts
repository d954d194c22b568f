import type { Surroundings } from '../../nodes/kind.ts';
import type { Flow } from './document.ts';
import { inlineFlows } from './inline.ts';
import { immediateDominators, postorder } from './dominators.ts';
import { completeRoots, numbered, type Graph } from './graph.ts';
import { sameSources, sourcesIn, type AllSources } from './mark-sources.ts';
import type { Kinds } from './open.ts';
import { analyseFlow, type FlowAnalysis } from './scope.ts';

/** What clings to a node's value, and to the fact that it runs. */
export interface Marks {
  /** AI nodes whose answers the value depends on, the node itself if it is one. */
  ai: ReadonlySet<string>;
  /** AI nodes whose answers decide, wholly or in part, whether the node runs. */
  controlAi: ReadonlySet<string>;
  /** A person's node has always run before, or the node is one. By which exit the run left it is not looked at. */
  person: boolean;
  /** The value derives from what is marked *personal*, or, where anything of the flow is, from what a person wrote. */
  personal: boolean;
  /** The value derives from what is marked *protected*. */
  protected: boolean;
}

/** The marks of every node of the program, by id: those of sub-flows stand in their places. */
export const marksOf = (flow: Flow, kinds: Kinds, surroundings: Surroundings): ReadonlyMap<string, Marks> =>
  marksOfAnalysis(analyseFlow(inlineFlows(flow, kinds, surroundings).flow, kinds, surroundings));

/**
 * Marks from an analysis that is there already; they are worked out once for it. Where nothing that they come from has
 * changed since `before`, an analysis of the document before a change, they are the very marks of that one.
 *
 * Data: a value depends on all that its node reads, a node as a whole. Where a node that is read may not have run, that
 * its value is null tells what decided so, and counts as data. So does, for a node on a circle, what decides how often it
 * runs. A node that could not be opened is taken to depend on everything that can have run before it.
 *
 * Control: a node runs by grace of those it is control dependent on (Ferrante, Ottenstein and Warren, 1987): their choice
 * of exit, which depends on their value, and whatever made them run. An exit without a wire is no way on and does not
 * count. Both are closed over all steps, loops too. That a run fails or never ends is not taken as telling anything.
 */
export function marksOfAnalysis(
  analysis: FlowAnalysis,
  before: FlowAnalysis | null = null,
): ReadonlyMap<string, Marks> {
  const known = FOUND.get(analysis);
  if (known !== undefined) return known.marks;
  const sources = sourcesIn(analysis);
  const earlier = before === null ? undefined : FOUND.get(before);
  // One graph stands for how nodes hang together and of which kinds they are: all else that marks come from.
  const isSame = earlier !== undefined && before?.graph === analysis.graph && sameSources(earlier.sources, sources);
  const marks = isSame ? earlier.marks : marksFrom(analysis, sources);
  FOUND.set(analysis, { sources, marks });
  return marks;
}

/** What was worked out, for as long as somebody has the analysis: three ask for it in turn, and who comes after a change. */
const FOUND = new WeakMap<FlowAnalysis, { sources: AllSources; marks: ReadonlyMap<string, Marks> }>();

function marksFrom({ graph, opened, precedence }: FlowAnalysis, sources: AllSources): ReadonlyMap<string, Marks> {
  const { order } = precedence;
  const controllers = controlDependence(graph);
  const marks = new Map(order.map((id) => [id, blank()]));
  const people = order.filter((id) => opened.nodes.get(id)?.kind?.influence === 'person');
  // What people write about a case is about somebody, where anything of it is.
  const writers = new Set(sources.personal ? people : []);
  const at = (id: string): Draft => marks.get(id) ?? blank();
  // All marks only grow, so going round until nothing grows ends, at the least solution.
  for (let grown = true; grown;) {
    grown = false;
    for (const [id, own] of marks) {
      const before = sizeOf(own);
      if (opened.nodes.get(id)?.kind?.influence === 'ai') own.ai.add(id);
      const source = sources.of.get(id);
      own.personal ||= source?.personal ?? false;
      own.protected ||= source?.protected ?? false;
      for (const read of source?.nodes ?? []) {
        const other = at(read);
        addAll(own.ai, other.ai);
        if (!precedence.alwaysPrecedes(read, id)) addAll(own.ai, other.controlAi);
        own.personal ||= other.personal || writers.has(read);
        own.protected ||= other.protected;
      }
      for (const effect of source?.through ?? []) {
        addAll(own.ai, at(effect).ai);
        addAll(own.ai, at(effect).controlAi);
      }
      for (const entry of source?.entries ?? [])
        if (precedence.canPrecede(entry, entry)) addAll(own.ai, at(entry).controlAi);
      for (const controller of controllers.get(id) ?? []) {
        addAll(own.controlAi, at(controller).ai);
        addAll(own.controlAi, at(controller).controlAi);
      }
      // On a circle, control decides how often the node runs, and by that which of its values is the last.
      if (precedence.canPrecede(id, id)) addAll(own.ai, own.controlAi);
      if (sizeOf(own) !== before) grown = true;
    }
  }
  for (const [id, own] of marks) {
    own.person = people.some((person) => person === id || precedence.alwaysPrecedes(person, id));
  }
  return marks;
}

interface Draft extends Marks {
  ai: Set<string>;
  controlAi: Set<string>;
}

const blank = (): Draft => ({ ai: new Set(), controlAi: new Set(), person: false, personal: false, protected: false });

const sizeOf = (marks: Draft): number =>
  marks.ai.size + marks.controlAi.size + Number(marks.personal) + Number(marks.protected);

function addAll(into: Set<string>, from: ReadonlySet<string>): void {
  for (const item of from) into.add(item);
}

/**
 * By node, the nodes whose choice of wire decides whether it runs: it stands on every way on from one of their wires,
 * but not on every way on from them.
 */
export function controlDependence(graph: Graph): ReadonlyMap<string, readonly string[]> {
  const { next, previous } = numbered(graph);
  const exits = graph.nodes.flatMap((id, i) => ((graph.out.get(id) ?? []).length === 0 ? [i] : []));
  // A circle without a way out has no end to be judged from; one of its nodes stands in for it.
  const roots = completeRoots(exits, previous, next);
  const after = immediateDominators(roots, previous, next);
  const controllers = new Map<string, Set<string>>(graph.nodes.map((id) => [id, new Set()]));
  for (const node of postorder(roots, previous)) {
    const targets = next[node] ?? [];
    // An end that a circle lacks was given to it; leaving there is one more way on.
    const branches = new Set(targets).size + (roots.includes(node) && targets.length > 0 ? 1 : 0) > 1;
    if (!branches) continue;
    for (const target of targets) {
      for (let on = target; on >= 0 && on !== after[node]; on = after[on] ?? -1) {
        controllers.get(graph.nodes[on] ?? '')?.add(graph.nodes[node] ?? '');
      }
    }
  }
  return new Map([...controllers].map(([id, by]) => [id, [...by].sort()]));
}
