/**
 * Blocks: a node that fans out, the branches behind its exits, and the join where they come together. Blocks nest and do
 * not cross; which ones a node stands in is worked out from the wires alone.
 */
import type { Graph, Wire } from './graph.ts';
import type { OpenFlow, OpenNode } from './open.ts';

export interface Blocks {
  /** The nodes that opened the blocks around a node, the innermost last. A join stands outside of the block it closes. */
  around: ReadonlyMap<string, readonly string[]>;
  /** By the node that opens a block, the join that closes it. */
  joinOf: ReadonlyMap<string, string>;
  splitOf: ReadonlyMap<string, string>;
  /** Nodes that open a branch for each item of a list. */
  iterates: ReadonlySet<string>;
  /** Joins that wait for one branch only. */
  any: ReadonlySet<string>;
  /** Wires by which blocks are entered, left or closed in a way that they cannot be, each with what is wrong. */
  faults: readonly BlockFault[];
}

export type BlockFault =
  /** Two ways lead to the node, from different blocks or out of one. */
  | { fault: 'crossed'; wire: Wire; around: readonly string[]; expected: readonly string[] }
  /** An end within a block: the other branches would not be waited for. */
  | { fault: 'end inside'; node: string; split: string }
  /** A join where no block is open. */
  | { fault: 'join without'; node: string }
  /** The branches of one block lead to two joins, or one join closes two blocks. */
  | { fault: 'two joins'; node: string; split: string }
  /** The branches of a block come together nowhere. */
  | { fault: 'no join'; node: string };

type Bare = Pick<Graph, 'nodes' | 'wires' | 'out' | 'into' | 'triggers' | 'ends'>;

export function blocksOf(opened: OpenFlow, graph: Bare, order: readonly string[]): Blocks {
  const soundOf = (id: string) => opened.nodes.get(id)?.sound ?? null;
  const opens = (id: string): boolean => opened.nodes.get(id)?.kind?.opens !== undefined;
  const closes = (id: string): boolean => opened.nodes.get(id)?.kind?.closes !== undefined;
  const iterates = new Set(graph.nodes.filter((id) => opens(id) && itemOf(soundOf(id)) !== null));
  const any = new Set(graph.nodes.filter((id) => isAny(soundOf(id))));
  const around = new Map<string, readonly string[]>();
  const joinOf = new Map<string, string>();
  const splitOf = new Map<string, string>();
  const faults: BlockFault[] = [];
  const ends = new Set(graph.ends);
  if (!graph.nodes.some((id) => opens(id) || closes(id)))
    return { around: new Map(graph.nodes.map((id) => [id, NONE])), joinOf, splitOf, iterates, any, faults };
  for (const id of order) {
    const outer = around.get(id) ?? NONE;
    around.set(id, outer);
    const inner = opens(id) ? [...outer, id] : outer;
    for (const wire of graph.out.get(id) ?? []) {
      const split = inner.at(-1);
      let there = inner;
      if (closes(wire.to)) {
        if (split === undefined) {
          faults.push({ fault: 'join without', node: wire.to });
        } else {
          const known = [joinOf.get(split) ?? wire.to, splitOf.get(wire.to) ?? split];
          if (known[0] !== wire.to || known[1] !== split) faults.push({ fault: 'two joins', node: wire.to, split });
          joinOf.set(split, joinOf.get(split) ?? wire.to);
          splitOf.set(wire.to, splitOf.get(wire.to) ?? split);
          there = inner.slice(0, -1);
        }
      }
      const expected = around.get(wire.to);
      if (expected === undefined) around.set(wire.to, there);
      else if (!same(expected, there)) faults.push({ fault: 'crossed', wire, around: there, expected });
    }
    const split = inner.at(-1);
    if (ends.has(id) && split !== undefined) faults.push({ fault: 'end inside', node: id, split });
  }
  for (const id of graph.nodes) if (opens(id) && !joinOf.has(id)) faults.push({ fault: 'no join', node: id });
  return { around, joinOf, splitOf, iterates, any, faults: dedupe(faults) };
}

const NONE: readonly string[] = [];

type Sound = OpenNode['sound'];

/** The name under which the branches that a node opens see their item; null where they see none. */
export const itemOf = (sound: Sound): string | null => sound?.kind.opens?.(sound.config).item ?? null;

/** Whether a join waits for one branch only. */
export const isAny = (sound: Sound): boolean => sound?.kind.closes?.(sound.config).any === true;

const same = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((id, i) => id === b[i]);

function dedupe(faults: readonly BlockFault[]): BlockFault[] {
  const told = new Set<string>();
  return faults.filter((fault) => {
    const key = fault.fault === 'crossed' ? `crossed ${fault.wire.id}` : `${fault.fault} ${fault.node}`;
    return !told.has(key) && told.add(key);
  });
}

/**
 * The way past an empty list: from a node that opens a branch for each item to its join. It is in no document; with it
 * nothing within the branches counts as having always run.
 */
export const skippingWires = ({ joinOf, iterates }: Blocks): Wire[] =>
  [...joinOf]
    .filter(([split]) => iterates.has(split))
    .map(([split, join]) => ({
      id: `${split} without items`,
      from: split,
      port: WITHOUT_ITEMS,
      to: join,
      back: false,
      maxVisits: null,
      skips: true,
    }));

/** The exit that the way past an empty list takes. */
export const WITHOUT_ITEMS = 'without items';

/** Whether what a node leaves can be seen at another: what an iteration left is seen within it, and where it is collected. */
export function sees({ around, splitOf, iterates }: Blocks, later: string, earlier: string): boolean {
  const own = around.get(later) ?? NONE;
  const collecting = splitOf.get(later);
  return (around.get(earlier) ?? NONE).every(
    (split) => !iterates.has(split) || split === collecting || own.includes(split),
  );
}

/**
 * Whether one node can run while another does, or in an iteration before it, though no wire leads from it to the other.
 * `canPrecede` says whether a wire does. Two that exclude each other within one branch count as well.
 */
export function canRunBeside(
  { around, iterates }: Blocks,
  one: string,
  other: string,
  canPrecede: (earlier: string, later: string) => boolean,
): boolean {
  const theirs = around.get(other) ?? NONE;
  const shared = (around.get(one) ?? NONE).filter((split) => theirs.includes(split));
  if (shared.length === 0) return false;
  return shared.some((split) => iterates.has(split)) || !(canPrecede(one, other) || canPrecede(other, one));
}

/**
 * What must have run in the branches that come together at a join, though not every way there passes it: of each branch
 * what every way through it passes. `always` says of two nodes whether the first has always run before the second.
 */
export function mustPrecedeJoin(
  { blocks, out, into }: Pick<Graph, 'blocks' | 'out' | 'into'>,
  join: string,
  always: (earlier: string, later: string) => boolean,
): Set<string> {
  const must = new Set<string>();
  const split = blocks.splitOf.get(join);
  if (split === undefined) return must;
  const last = (into.get(join) ?? []).filter((wire) => wire.skips !== true).map((wire) => wire.from);
  for (const wire of out.get(split) ?? []) {
    if (wire.skips === true || wire.to === join) continue;
    const branch = new Set([wire.to]);
    for (const id of branch) for (const on of out.get(id) ?? []) if (on.to !== join) branch.add(on.to);
    const ends = last.filter((id) => branch.has(id));
    for (const node of branch)
      if (ends.length > 0 && ends.every((end) => end === node || always(node, end))) must.add(node);
  }
  return must;
}
