/**
 * Which facts are worth keeping where. A fact that nothing further on asks for is dropped, so that paths which differ in
 * nothing that matters are followed once. Liveness in the sense of data-flow analysis (Kildall, 1973), over facts.
 */
import type { Graph } from '../flow/graph.ts';
import { branchesOf } from './proof-branches.ts';
import type { Facts, Term } from './proof-expressions.ts';
import type { Exit, Step } from './proof-steps.ts';
import { complement, exactly, isEmpty, type ValueSet } from './proof-values.ts';

/** Decides what stays known on the way from one step to the next. */
export interface Memory {
  /** What is known where a run begins: no step has run, so whatever is read of one is null. */
  atStart(trigger: string): Facts;
  /** The facts of an exit of `step`, as far as they matter at `next` and after it. */
  carry(facts: Facts, exit: Exit, step: Step, next: string): Facts;
}

type Paths = readonly (readonly string[])[];

interface Key {
  readonly text: string;
  readonly reads: Paths;
  /** It is a plain path into a step's value. */
  readonly isPath: boolean;
}

/** `asks` are the expressions that the proof itself asks for at a node, beside what its step tests. */
export function memoryOf(
  graph: Graph,
  steps: ReadonlyMap<string, Step>,
  asks: ReadonlyMap<string, readonly Term[]>,
): Memory {
  const keys = keysOf(steps);
  const byRoot = Map.groupBy(keys, (key) => key.reads[0]?.[0] ?? '');
  const partsOf = (term: Term): readonly string[] => {
    const roots = new Set(term.reads.map(([root = '']) => root));
    return [...roots]
      .flatMap((root) => byRoot.get(root) ?? [])
      .filter((key) => isPart(key, term))
      .map((key) => key.text);
  };
  const uses = new Map<string, NodeUses>();
  for (const [id, step] of steps) {
    uses.set(id, {
      always: new Set([...step.tests, ...(asks.get(id) ?? [])].flatMap(partsOf)),
      // What a field comes from matters as long as the field does.
      through: [...step.writes].map(([field, terms]) => ({
        field: `${step.name}.${field}`,
        parts: new Set(terms.flatMap(partsOf)),
      })),
      // A node that opens branches gives each of them another item.
      own: new Set(
        keys
          .filter((key) => key.reads.some(([root = null]) => root === step.name || root === step.item))
          .map((key) => key.text),
      ),
    });
  }
  const live = liveAt(graph, uses);
  const blurred = blurredAt(graph, steps, keys);
  const unrun = keys.filter((key) => key.isPath).map((key) => key.text);
  return {
    atStart: (trigger) =>
      new Map(unrun.filter((text) => live.get(trigger)?.has(text) === true).map((text) => [text, exactly(null)])),
    carry(facts, exit, step, next) {
      const wanted = live.get(next);
      const carried = new Map<string, ValueSet>();
      if (wanted === undefined || wanted.size === 0) return carried;
      const own = uses.get(step.id)?.own;
      const blur = blurred(step.id, next);
      const keep = (text: string, set: ValueSet): void => {
        if (isEmpty(complement(set))) carried.delete(text);
        else if (wanted.has(text) && blur?.has(text) !== true) carried.set(text, set);
      };
      for (const [text, set] of [...facts, ...exit.learned]) if (own?.has(text) !== true) keep(text, set);
      for (const [field, set] of exit.written) keep(`${step.name}.${field}`, set);
      return carried;
    },
  };
}

/**
 * What is not known at a join, by the step from which a way arrives there: values that other branches left meanwhile, and
 * those of an iteration, which was one of several. What its own branch left is known where all branches are waited for, and
 * no other runs the same steps.
 */
function blurredAt(
  graph: Graph,
  steps: ReadonlyMap<string, Step>,
  keys: readonly Key[],
): (from: string, join: string) => ReadonlySet<string> | undefined {
  const { blocks, nodes } = graph;
  const textsOf = (names: ReadonlySet<string>): ReadonlySet<string> =>
    new Set(keys.filter((key) => key.reads.some(([root = '']) => names.has(root))).map((key) => key.text));
  const blurred = new Map<string, { all: ReadonlySet<string>; beside: ReadonlyMap<string, ReadonlySet<string>> }>();
  for (const [join, split] of blocks.splitOf) {
    const inside = nodes.filter((id) => blocks.around.get(id)?.includes(split) === true);
    const nameOf = (id: string): string => steps.get(id)?.name ?? '';
    const item = steps.get(split)?.item;
    const names = new Set([...inside.map(nameOf), ...(typeof item === 'string' ? [item] : [])]);
    const beside = new Map<string, ReadonlySet<string>>();
    if (!blocks.iterates.has(split) && !blocks.any.has(join)) {
      const alone = [...branchesOf(graph, split)].filter(([, ports]) => ports.size === 1);
      for (const [, own] of Map.groupBy(alone, ([, [first = '']]) => first)) {
        const others = textsOf(names.difference(new Set(own.map(([id]) => nameOf(id)))));
        for (const [id] of own) beside.set(id, others);
      }
    }
    blurred.set(join, { all: textsOf(names), beside });
  }
  return (from, join) => blurred.get(join)?.beside.get(from) ?? blurred.get(join)?.all;
}

function keysOf(steps: ReadonlyMap<string, Step>): Key[] {
  const keys = new Map<string, Key>();
  for (const step of steps.values()) {
    for (const { key, reads } of step.tests)
      if (key !== null) keys.set(key, { text: key, reads, isPath: isPath(key, reads) });
    for (const field of step.writes.keys()) {
      const text = `${step.name}.${field}`;
      keys.set(text, { text, reads: [[step.name, field]], isPath: true });
    }
  }
  return [...keys.values()];
}

const isPath = (key: string, [path, ...more]: Paths): boolean =>
  more.length === 0 && path !== undefined && path[0] !== 'input' && key === path.join('.');

/** May the expression of the key be part of the term? All that it reads is then read by the term as well. */
function isPart(key: Key, term: Term): boolean {
  return key.reads.every((path) => term.reads.some((read) => read.every((name, i) => name === path[i])));
}

interface NodeUses {
  readonly always: ReadonlySet<string>;
  readonly through: readonly { field: string; parts: ReadonlySet<string> }[];
  /** Facts that speak of the node's own value, or of the items that it hands out. */
  readonly own: ReadonlySet<string>;
}

/** By node, the facts that matter when it is entered. Going round until nothing grows gives the least solution. */
function liveAt(graph: Graph, uses: ReadonlyMap<string, NodeUses>): ReadonlyMap<string, ReadonlySet<string>> {
  const live = new Map(graph.nodes.map((id) => [id, new Set<string>(uses.get(id)?.always)]));
  const waiting = new Set(graph.nodes.toReversed());
  for (const id of waiting) {
    waiting.delete(id);
    const here = live.get(id) ?? new Set<string>();
    const before = here.size;
    const { through = [], own = new Set<string>() } = uses.get(id) ?? {};
    const after = (graph.out.get(id) ?? []).map((wire) => live.get(wire.to) ?? new Set<string>());
    for (const set of after) for (const text of set) if (!own.has(text)) here.add(text);
    for (const { field, parts } of through)
      if (after.some((set) => set.has(field))) for (const part of parts) here.add(part);
    if (here.size > before) for (const wire of graph.into.get(id) ?? []) waiting.add(wire.from);
  }
  return live;
}
