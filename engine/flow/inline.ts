/**
 * Sub-flows are put in before anything else looks at a program: each node that stands for another flow is replaced by the
 * nodes of that flow. Scopes, marks, the safety proof, the dry run and the engine then see one flow and know of no other.
 *
 * What holds of the result, `S` being such a node and `F` its flow:
 * - L1 A flow without such nodes, and with none disabled, is its own result, the very same object.
 * - L2 Ids: `S.b` for a node or edge `b` of F (inlined-ids.ts). Names: `S _ B` for a node `B` of F, the middle word being
 *   longer than any run of underscores that a document of the program has as a word. No formula can read such a name but
 *   those that are rewritten here, and no two of them are alike.
 * - L3 F's start becomes the entry: its value is F's input, made from the arguments of S, and its name stands for `input`
 *   in the formulas of F. F's ends become returns: they all bear the name of S, and the one that is passed last gives it
 *   its value. A wire that left S by a result leaves every return of that result; wires count as one however often they
 *   had to be copied (`edgeOf`).
 * - L4 Where S's exit “failed” is wired, each exit “failed” within F that leads nowhere leads there. Branches cannot be
 *   left before they come together, so that what fails within a branch of F still fails the run.
 * - L5 Formulas see what their own flow drew: nothing of F is in scope outside of it, nor the other way round (scope.ts).
 */
import type { Surroundings } from '../../nodes/kind.ts';
import { withoutDisabled } from './disabled.ts';
import type { Flow } from './document.ts';
import { embed, failingAnyway, type Part, type Use } from './embed.ts';
import { isEnd, isInProgram, isTrigger, openFlow, type Kinds } from './open.ts';
import type { Problem } from './problem.ts';
import { MAX_EDGES, MAX_NODES } from './read.ts';
import { analyseFlow } from './scope.ts';
import { listOf, quote } from './words.ts';

/** A flow within a flow within a flow, at most so deep. */
export const MAX_DEPTH = 8;

export interface Inlined {
  /** The flow with its sub-flows in place; the very object that was given when it has none. */
  flow: Flow;
  /** What keeps sub-flows from being put in, and what is not as one might expect, at the nodes that stand for them. */
  problems: readonly Problem[];
  /** Paths of all flows that were put in, sorted. */
  flows: readonly string[];
  /** Nodes whose sub-flow could not be put in: they are still there, and the result is no program. */
  left: readonly string[];
}

/**
 * Takes out what is disabled and puts in every sub-flow of a flow, over all steps. Pure, and never throws for what
 * documents may hold.
 */
export function inlineFlows(document: Flow, kinds: Kinds, surroundings: Surroundings): Inlined {
  const flow = withoutDisabled(document, kinds);
  if (usesOf(flow, kinds).length === 0) return { flow, problems: [], flows: [], left: [] };
  const inliner = new Inliner(kinds, surroundings, seamFor(flow, kinds, surroundings));
  const { flow: whole, faults, warnings, left } = inliner.inline(flow, []);
  const told = (severity: Problem['severity'], all: ReadonlyMap<string, Fault>): Problem[] =>
    [...all].map(([node, fault]) => ({ ...fault, severity, path: ['nodes', node, 'config', 'flow'], node }));
  const problems = [...told('error', faults), ...told('warning', warnings)];
  return { flow: whole, problems, flows: [...inliner.used].sort(), left };
}

/** The nodes that stand for other flows, by id in sorted order. */
function usesOf(flow: Flow, kinds: Kinds): Use[] {
  // Most flows have none; they are not opened for it.
  if (!Object.values(flow.nodes).some(({ kind }) => Object.hasOwn(kinds, kind) && kinds[kind]?.inlines !== undefined))
    return [];
  return [...openFlow(flow, kinds).nodes.values()].flatMap((opened) => {
    const { sound } = opened;
    const use = sound?.kind.inlines?.use(sound.config);
    return use === undefined ? [] : [{ ...use, opened }];
  });
}

const flowNamed = ({ flows = {} }: Surroundings, path: string): Flow | undefined =>
  Object.hasOwn(flows, path) ? flows[path] : undefined;

/** A word of underscores that no document of the program has: whatever is named with it can be written nowhere. */
function seamFor(flow: Flow, kinds: Kinds, surroundings: Surroundings): string {
  const seen = new Set<Flow>([flow]);
  for (const one of seen)
    for (const use of usesOf(one, kinds)) {
      const inner = flowNamed(surroundings, use.flow);
      if (inner !== undefined) seen.add(inner);
    }
  let longest = 0;
  for (const one of seen)
    for (const [word] of JSON.stringify(one.nodes).matchAll(/(?<![\p{L}\p{N}_])_+(?![\p{L}\p{N}_])/gu))
      longest = Math.max(longest, word.length);
  return '_'.repeat(longest + 1);
}

type Fault = Pick<Problem, 'code' | 'message' | 'hint'>;

interface Draft {
  flow: Flow;
  faults: ReadonlyMap<string, Fault>;
  warnings: ReadonlyMap<string, Fault>;
  left: readonly string[];
}

class Inliner {
  readonly used = new Set<string>();
  private readonly kinds: Kinds;
  private readonly surroundings: Surroundings;
  private readonly seam: string;
  /** By path, each worked out once; null for a flow that is not fit to be put in, which is told where it is checked. */
  private readonly parts = new Map<string, { part: Part | null; fault: Fault | null; depth: number }>();

  constructor(kinds: Kinds, surroundings: Surroundings, seam: string) {
    this.kinds = kinds;
    this.surroundings = surroundings;
    this.seam = seam;
  }

  /** @param chain paths of the flows around this one, the outermost first */
  inline(flow: Flow, chain: readonly string[]): Draft & { depth: number } {
    const faults = new Map<string, Fault>();
    const warnings = new Map<string, Fault>();
    const left: string[] = [];
    const uses = usesOf(flow, this.kinds);
    const size = { nodes: Object.keys(flow.nodes).length, edges: Object.keys(flow.edges).length };
    const ready: { use: Use; part: Part }[] = [];
    let depth = 0;
    for (const use of uses) {
      const { part, fault, depth: below } = this.partAt(use.flow, chain);
      depth = Math.max(depth, below + 1);
      size.nodes += part === null ? 0 : Object.keys(part.flow.nodes).length;
      size.edges += part === null ? 0 : Object.keys(part.flow.edges).length;
      const tooLarge = size.nodes > MAX_NODES || size.edges > MAX_EDGES;
      const why = fault ?? (depth > MAX_DEPTH ? tooDeep() : tooLarge ? largerThan() : null);
      if (why !== null) faults.set(use.opened.id, why);
      if (part === null || why !== null) left.push(use.opened.id);
      else ready.push({ use, part });
    }
    const whole = ready.reduce((into, { use, part }) => embed(into, use, part, this.seam), flow);
    for (const { use, part } of ready) {
      const anyway = failingAnyway(flow, use, part);
      if (anyway.length > 0) warnings.set(use.opened.id, notLeft(anyway));
    }
    return { flow: whole, faults, warnings, left, depth };
  }

  private partAt(path: string, chain: readonly string[]): { part: Part | null; fault: Fault | null; depth: number } {
    const flow = flowNamed(this.surroundings, path);
    if (flow === undefined) return { part: null, fault: null, depth: 0 };
    if (path === this.surroundings.self) return { part: null, fault: this.circle([path, ...chain]), depth: 0 };
    const begun = chain.indexOf(path);
    if (begun >= 0) return { part: null, fault: this.circle(chain.slice(begun)), depth: 0 };
    const known = this.parts.get(path);
    if (known !== undefined) return known;
    if (chain.length >= MAX_DEPTH) return { part: null, fault: tooDeep(), depth: 0 };
    const { flow: whole, faults, left, depth } = this.inline(withoutDisabled(flow, this.kinds), [...chain, path]);
    const [fault = null] = faults.values();
    const made = fault === null && left.length === 0 ? this.partOf(whole) : null;
    if (made !== null) this.used.add(path);
    const result = { part: made, fault, depth };
    // Whatever leads into a circle does so wherever it is entered.
    this.parts.set(path, result);
    return result;
  }

  private circle(paths: readonly string[]): Fault {
    const titles = [...paths, paths[0] ?? ''].map((path) =>
      quote(flowNamed(this.surroundings, path)?.about.title ?? path),
    );
    return {
      code: 'FLOW_CIRCLE',
      message: `A flow cannot contain itself: ${titles.join(' → ')}.`,
      hint: 'Take one of these sub-flows out of the flow that it stands in.',
    };
  }

  /** Null for a flow whose drawing is not fit: without one start, without an end, or with steps that cannot be opened. */
  private partOf(flow: Flow): Part | null {
    const analysis = analyseFlow(flow, this.kinds, this.surroundings);
    const inProgram = [...analysis.opened.nodes.values()].filter(isInProgram);
    const isFit =
      inProgram.every(({ sound }) => sound !== null) &&
      inProgram.filter(isTrigger).length === 1 &&
      inProgram.some(isEnd) &&
      inProgram.every((node) => !isEnd(node) || node.kind?.ends !== undefined);
    return isFit ? { flow, analysis } : null;
  }
}

const notLeft = (names: readonly string[]): Fault => ({
  code: 'CONFIG',
  message: `${listOf(names)} of the sub-flow ${names.length === 1 ? 'stands' : 'stand'} in branches, which cannot be left: when ${names.length === 1 ? 'it fails' : 'one fails'} the case fails, and the exit “failed” is not taken.`,
  hint: 'Wire “failed” there, within the branch.',
});

const tooDeep = (): Fault => ({
  code: 'FLOW_TOO_LARGE',
  message: `Sub-flows stand within each other more than ${MAX_DEPTH} deep.`,
  hint: 'Draw some of their steps where they are used.',
});

const largerThan = (): Fault => ({
  code: 'FLOW_TOO_LARGE',
  message: `With its sub-flows the flow has more than ${MAX_NODES} steps or ${MAX_EDGES} wires.`,
  hint: 'Use fewer sub-flows in one flow, or let another system start some of them as flows of their own.',
});
