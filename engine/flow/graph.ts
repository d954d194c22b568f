import type { Flow } from './document.ts';
import { dominance, immediateDominators, postorder, UNREACHED, type Neighbours } from './dominators.ts';
import { blocksOf, mustPrecedeJoin, skippingWires, type Blocks } from './blocks.ts';
import { isEnd, isInProgram, isTrigger, openFlow, type Kinds, type OpenFlow } from './open.ts';
import { compareText } from './problems.ts';

/** An edge of the program. */
export interface Wire {
  id: string;
  from: string;
  port: string;
  to: string;
  /** It goes back for correction. */
  back: boolean;
  /** How often a run may take it; null for edges that go forward. */
  maxVisits: number | null;
  /** It is no edge of the document but the way past an empty list. */
  skips?: true;
}

/** The program's nodes and the edges between them; notes and edges that hang in the air are left out. */
export interface Graph {
  /** Ids, sorted. */
  nodes: readonly string[];
  /** Sorted by id. */
  wires: readonly Wire[];
  out: ReadonlyMap<string, readonly Wire[]>;
  into: ReadonlyMap<string, readonly Wire[]>;
  triggers: readonly string[];
  ends: readonly string[];
  /** What fans out, and where it comes together. */
  blocks: Blocks;
}

type Bare = Omit<Graph, 'blocks'>;

/** The graph of a flow; ports are not looked at. */
export const graphOf = (flow: Flow, kinds: Kinds): Graph => graphOfOpen(openFlow(flow, kinds));

export function graphOfOpen(opened: OpenFlow): Graph {
  const inProgram = [...opened.nodes.values()].filter(isInProgram);
  const nodes = inProgram.map((node) => node.id);
  const out = new Map<string, Wire[]>(nodes.map((id) => [id, []]));
  const into = new Map<string, Wire[]>(nodes.map((id) => [id, []]));
  const wires: Wire[] = [];
  for (const [id, edge] of Object.entries(opened.flow.edges).sort(([a], [b]) => compareText(a, b))) {
    const leaving = out.get(edge.from.node);
    const entering = into.get(edge.to.node);
    if (leaving === undefined || entering === undefined) continue;
    const maxVisits = edge.back?.maxVisits ?? null;
    const wire: Wire = {
      id,
      from: edge.from.node,
      port: edge.from.port,
      to: edge.to.node,
      back: edge.back !== undefined,
      maxVisits,
    };
    wires.push(wire);
    leaving.push(wire);
    entering.push(wire);
  }
  const bare = {
    nodes,
    wires,
    out,
    into,
    triggers: inProgram.filter(isTrigger).map((node) => node.id),
    ends: inProgram.filter(isEnd).map((node) => node.id),
  };
  const blocks = blocksOf(opened, bare, topologicalOrder(bare));
  for (const wire of skippingWires(blocks)) {
    wires.push(wire);
    out.get(wire.from)?.push(wire);
    into.get(wire.to)?.push(wire);
  }
  return { ...bare, blocks };
}

/** The wire that leaves a port, or null when the port is unwired. */
export const wireAt = (graph: Graph, node: string, port: string): Wire | null =>
  graph.out.get(node)?.find((wire) => wire.port === port) ?? null;

export interface Direction {
  /** Only wires that go forward. */
  forward?: boolean;
  /** Against the wires. */
  against?: boolean;
}

/** The nodes that can be reached from `starts`, which are among them. */
export function reachable(graph: Graph, starts: Iterable<string>, direction: Direction = {}): Set<string> {
  const reached = new Set(starts);
  const side = direction.against === true ? graph.into : graph.out;
  // A set's iteration also visits what is added while it runs.
  for (const id of reached) {
    for (const wire of side.get(id) ?? []) {
      if (direction.forward === true && wire.back) continue;
      reached.add(direction.against === true ? wire.from : wire.to);
    }
  }
  return reached;
}

interface Numbered {
  index: ReadonlyMap<string, number>;
  next: Neighbours;
  previous: Neighbours;
}

/** The graph in numbers: node i is `ids[i]`. */
export function numbered(graph: Bare, forward = false, ids: readonly string[] = graph.nodes): Numbered {
  const index = new Map(ids.map((id, i) => [id, i]));
  const next: number[][] = ids.map(() => []);
  const previous: number[][] = ids.map(() => []);
  for (const wire of graph.wires) {
    if (forward && wire.back) continue;
    const from = index.get(wire.from) ?? 0;
    const to = index.get(wire.to) ?? 0;
    next[from]?.push(to);
    previous[to]?.push(from);
  }
  return { index, next, previous };
}

/** `seeds`, then as few further nodes as it takes to reach every node: those without a way in first. */
export function completeRoots(seeds: readonly number[], next: Neighbours, previous: Neighbours): number[] {
  const roots = [...seeds];
  const seen = new Set(postorder(seeds, next));
  const add = (node: number) => {
    if (seen.has(node)) return;
    roots.push(node);
    for (const reached of postorder([node], next)) seen.add(reached);
  };
  for (const [node, before] of previous.entries()) if (before.length === 0) add(node);
  for (const node of next.keys()) add(node);
  return roots;
}

/**
 * Every node once; each after the nodes whose forward wires lead to it. What the trigger reaches comes before what it
 * does not. A circle of forward wires, which is a problem, is broken where the walk first closes it.
 */
export function topologicalOrder(graph: Bare): string[] {
  const { index, next, previous } = numbered(graph, true);
  const seeds = graph.triggers.map((id) => index.get(id) ?? 0);
  const roots = completeRoots(seeds, next, previous);
  return postorder(roots.toReversed(), next)
    .toReversed()
    .map((i) => graph.nodes[i] ?? '');
}

/** What may and what must have run before a node. */
export interface Precedence {
  /** The graph's nodes in {@link topologicalOrder}. */
  order: readonly string[];
  /** Can a run have been at `earlier` before it is at `later`? Holds for a node and itself on a circle. */
  canPrecede: (earlier: string, later: string) => boolean;
  /** Has every run that is at `later` been at `earlier`, another node, before? */
  alwaysPrecedes: (earlier: string, later: string) => boolean;
  /** Calls back for every node that can precede `later`, in topological order, and says whether it always does. */
  eachBefore: (later: string, visit: (earlier: string, always: boolean) => void) => void;
}

/**
 * Precedence over all wires, back edges too: a back edge that leads past a node takes it from what has always run. For
 * nodes that the trigger does not reach yet, it is asked from where they begin.
 */
export function precedence(graph: Graph): Precedence {
  const order = topologicalOrder(graph);
  const { index, next, previous } = numbered(graph, false, order);
  const seeds = graph.triggers.map((id) => index.get(id) ?? 0);
  const idom = immediateDominators(seeds, next, previous);
  fillUnreached(idom, seeds, next, previous);
  const dominates = dominance(idom);
  const joined = new Map<string, ReadonlySet<string>>();
  const always = (earlier: string, later: string): boolean =>
    earlier !== later &&
    (dominates(at(earlier), at(later)) ||
      [...joined].some(([join, must]) => must.has(earlier) && (join === later || dominates(at(join), at(later)))));
  const before = ancestors(next, previous, completeRoots(seeds, next, previous));
  const at = (id: string): number => index.get(id) ?? -1;
  // All branches have run where all are waited for; a list may be empty.
  const { splitOf, any, iterates } = graph.blocks;
  for (const id of order) {
    const split = splitOf.get(id);
    if (split !== undefined && !any.has(id) && !iterates.has(split)) joined.set(id, mustPrecedeJoin(graph, id, always));
  }
  return {
    order,
    canPrecede: (earlier, later) => at(earlier) >= 0 && hasBit(before[at(later)], at(earlier)),
    alwaysPrecedes: always,
    eachBefore: (later, visit) => {
      const own = at(later);
      const bits = before[own];
      order.forEach((earlier, i) => {
        if (hasBit(bits, i))
          visit(earlier, joined.size === 0 ? i !== own && dominates(i, own) : always(earlier, later));
      });
    },
  };
}

/** Dominators among what the trigger does not reach, as if runs began wherever that part of the drawing begins. */
function fillUnreached(idom: Int32Array, seeds: readonly number[], next: Neighbours, previous: Neighbours): void {
  const outside = (node: number) => idom[node] === UNREACHED;
  if (!idom.some((dominator) => dominator === UNREACHED)) return;
  const loose = next.map((to, node) => (outside(node) ? to.filter(outside) : []));
  const roots = completeRoots(seeds, next, previous).filter(outside);
  immediateDominators(roots, loose, previous).forEach((dominator, node) => {
    if (outside(node)) idom[node] = dominator;
  });
}

/** For each node the set of nodes with a path to it, as bits. */
function ancestors(next: Neighbours, previous: Neighbours, roots: readonly number[]): Uint32Array[] {
  const words = Math.ceil(next.length / 32);
  const sets = next.map(() => new Uint32Array(words));
  const order = postorder(roots, next).toReversed();
  for (let changed = true; changed;) {
    changed = false;
    for (const node of order) {
      const own = sets[node];
      if (own === undefined) continue;
      for (const before of previous[node] ?? []) {
        if (setBit(own, before)) changed = true;
        if (unite(own, sets[before])) changed = true;
      }
    }
  }
  return sets;
}

function unite(into: Uint32Array, from: Uint32Array | undefined): boolean {
  if (from === undefined) return false;
  let grown = false;
  for (let i = 0; i < into.length; i++) {
    const old = into[i] ?? 0;
    const both = (old | (from[i] ?? 0)) >>> 0;
    if (both !== old) {
      into[i] = both;
      grown = true;
    }
  }
  return grown;
}

function setBit(bits: Uint32Array, at: number): boolean {
  if (hasBit(bits, at)) return false;
  bits[at >>> 5] = (bits[at >>> 5] ?? 0) | (1 << (at & 31));
  return true;
}

const hasBit = (bits: Uint32Array | undefined, at: number): boolean =>
  bits !== undefined && ((bits[at >>> 5] ?? 0) & (1 << (at & 31))) !== 0;

export interface Cycle {
  /** The nodes of one circle, in the order in which a run would go round; it begins where `closing` leads. */
  nodes: readonly string[];
  /** The wire by which the circle closes. */
  closing: Wire;
}

/** For each wire by which forward wires close a circle, one circle. Empty when every circle has a back edge. */
export function unmarkedCycles(graph: Graph): Cycle[] {
  const position = new Map(topologicalOrder(graph).map((id, i) => [id, i]));
  const at = (id: string): number => position.get(id) ?? 0;
  return graph.wires
    .filter((wire) => !wire.back && at(wire.to) <= at(wire.from))
    .map((closing) => ({ nodes: forwardPath(graph, closing.to, closing.from), closing }));
}

/** A shortest path of forward wires, both ends included; empty when there is none. */
export function forwardPath(graph: Graph, from: string, to: string): string[] {
  const cameFrom = new Map<string, string | null>([[from, null]]);
  for (const [id] of cameFrom) {
    if (id === to) break;
    for (const wire of graph.out.get(id) ?? []) {
      if (!wire.back && !cameFrom.has(wire.to)) cameFrom.set(wire.to, id);
    }
  }
  const path: string[] = [];
  for (let id = cameFrom.has(to) ? to : null; id !== null; id = cameFrom.get(id) ?? null) path.unshift(id);
  return path;
}
