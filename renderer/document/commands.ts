import type { About, Fields, Flow, FlowEdge, FlowNode, Place } from '../../engine/flow/document.ts';
import { forwardPath, graphOf } from '../../engine/flow/graph.ts';
import type { Port } from '../../nodes/kind.ts';
import type { Kinds } from '../../nodes/index.ts';
import { withoutCommentsOn } from './comments.ts';
import { withoutMembers } from './groups.ts';
import type { Box } from './travel.ts';

/**
 * Everything that is done to a flow document on the screen, as pure functions from flow to flow. What does not change is
 * kept as the same object, so that drawing and undoing are cheap. Ids come in as parameters.
 */

/** How often a run may go back over a wire that is drawn backwards, until the analyst says otherwise. */
export const DEFAULT_BACK_VISITS = 3;

export interface NewNode {
  id: string;
  node: FlowNode;
  place: Place;
}

export const addNode = (flow: Flow, { id, node, place }: NewNode): Flow => ({
  ...flow,
  nodes: { ...flow.nodes, [id]: node },
  layout: { ...flow.layout, [id]: place },
});

export interface Things {
  nodes: readonly string[];
  edges: readonly string[];
}

/** Without these nodes and edges, and without the edges that would be left hanging. */
export function removeThings(flow: Flow, { nodes, edges }: Things): Flow {
  const goneNodes = new Set(nodes.filter((id) => Object.hasOwn(flow.nodes, id)));
  const goneEdges = new Set(edges.filter((id) => Object.hasOwn(flow.edges, id)));
  for (const [id, edge] of Object.entries(flow.edges))
    if (goneNodes.has(edge.from.node) || goneNodes.has(edge.to.node)) goneEdges.add(id);
  if (goneNodes.size + goneEdges.size === 0) return flow;
  const rest = goneNodes.size === 0 ? flow : withoutCommentsOn(withoutMembers(flow, goneNodes), goneNodes);
  return {
    ...rest,
    nodes: without(flow.nodes, goneNodes),
    edges: without(flow.edges, goneEdges),
    layout: without(flow.layout, goneNodes),
  };
}

/** Takes nodes out of what runs, or puts them back. */
export function setDisabled(flow: Flow, ids: readonly string[], disabled: boolean): Flow {
  const nodes = { ...flow.nodes };
  let changed = false;
  for (const id of ids) {
    const node = flow.nodes[id];
    if (node === undefined || (node.disabled === true) === disabled) continue;
    const { disabled: _before, ...enabled } = node;
    nodes[id] = disabled ? { ...enabled, disabled: true } : enabled;
    changed = true;
  }
  return changed ? { ...flow, nodes } : flow;
}

/**
 * A node that nothing leads to yet, put into a wire: the wire leads to it, and from its exit `port` another, with the id
 * `onward`, to where the wire led. The wire's bound, if it goes back, stays with the part that goes back.
 */
export function spliceNode(
  flow: Flow,
  wire: string,
  { node, port, onward }: { node: string; port: string; onward: string },
): Flow {
  const edge = flow.edges[wire];
  if (edge === undefined || edge.to.node === node || edge.from.node === node) return flow;
  const { back, ...forward } = edge;
  return {
    ...flow,
    edges: {
      ...flow.edges,
      [wire]: { ...forward, to: { node } },
      [onward]: { from: { node, port }, to: edge.to, ...(back === undefined ? {} : { back }) },
    },
  };
}

export interface NewWire {
  id: string;
  from: { node: string; port: string };
  to: string;
}

/**
 * A wire from an exit to a step. One wire leaves an exit: one that was there before is replaced. A wire that would close
 * a circle is drawn as one that goes back.
 */
export function connect(flow: Flow, wire: NewWire, kinds: Kinds): Flow {
  const { from, to } = wire;
  const replaced = Object.entries(flow.edges).filter(([, e]) => e.from.node === from.node && e.from.port === from.port);
  if (replaced.length === 1 && replaced[0]?.[1].to.node === to) return flow;
  const edges = without(flow.edges, new Set(replaced.map(([id]) => id)));
  const rest = { ...flow, edges };
  const closes = forwardPath(graphOf(rest, kinds), to, from.node).length > 0;
  const edge: FlowEdge = {
    from: { node: from.node, port: from.port },
    to: { node: to },
    ...(closes ? { back: { maxVisits: DEFAULT_BACK_VISITS } } : {}),
  };
  return { ...rest, edges: { ...edges, [wire.id]: edge } };
}

/** Marks a wire as going back at most `maxVisits` times, or as going forward (null). */
export function setBack(flow: Flow, id: string, maxVisits: number | null): Flow {
  const edge = flow.edges[id];
  if (edge === undefined || (edge.back?.maxVisits ?? null) === maxVisits) return flow;
  const { back: _before, ...forward } = edge;
  return {
    ...flow,
    edges: { ...flow.edges, [id]: maxVisits === null ? forward : { ...forward, back: { maxVisits } } },
  };
}

/** Steps at new places, in whole pixels. */
export function placeNodes(flow: Flow, places: Readonly<Record<string, { x: number; y: number }>>): Flow {
  const layout = { ...flow.layout };
  let moved = false;
  for (const [id, at] of Object.entries(places)) {
    if (!Object.hasOwn(flow.nodes, id)) continue;
    const old = flow.layout[id];
    const place = { ...old, x: Math.round(at.x), y: Math.round(at.y) };
    if (old?.x === place.x && old.y === place.y) continue;
    layout[id] = place;
    moved = true;
  }
  return moved ? { ...flow, layout } : flow;
}

/** A step of another size, in whole pixels; what is drawn at its upper or left edge moves that edge. */
export function sizeNode(flow: Flow, id: string, size: Omit<Box, 'id'>): Flow {
  const place = flow.layout[id];
  const [x, y] = [Math.round(size.x), Math.round(size.y)];
  const [width, height] = [Math.round(size.width), Math.round(size.height)];
  if (!Object.hasOwn(flow.nodes, id)) return flow;
  if (place?.x === x && place.y === y && place.width === width && place.height === height) return flow;
  return { ...flow, layout: { ...flow.layout, [id]: { x, y, width, height } } };
}

/**
 * A node's config, and its wires with it: a wire of an exit that is now called otherwise moves there, a wire of an exit
 * that is gone goes too.
 */
export function setConfig(
  flow: Flow,
  id: string,
  config: Record<string, unknown>,
  ports: { before: readonly Port[]; after: readonly Port[] },
): Flow {
  const node = flow.nodes[id];
  if (node === undefined || node.config === config) return flow;
  const next: Flow = { ...flow, nodes: { ...flow.nodes, [id]: { ...node, config } } };
  const after = new Set(ports.after.map((port) => port.id));
  const before = new Set(ports.before.map((port) => port.id));
  const renamed = new Map<string, string>();
  if (ports.before.length === ports.after.length)
    for (const [i, port] of ports.before.entries()) {
      const now = ports.after[i]?.id;
      if (now !== undefined && !after.has(port.id) && !before.has(now)) renamed.set(port.id, now);
    }
  const edges: Record<string, FlowEdge> = {};
  let touched = false;
  for (const [edgeId, edge] of Object.entries(flow.edges)) {
    if (edge.from.node !== id || after.has(edge.from.port)) {
      edges[edgeId] = edge;
      continue;
    }
    touched = true;
    const port = renamed.get(edge.from.port);
    if (port !== undefined) edges[edgeId] = { ...edge, from: { node: id, port } };
  }
  return touched ? { ...next, edges } : next;
}

export const setAbout = (flow: Flow, about: About): Flow => (about === flow.about ? flow : { ...flow, about });

export const setInput = (flow: Flow, input: Fields): Flow => (input === flow.input ? flow : { ...flow, input });

function without<T>(record: Readonly<Record<string, T>>, gone: ReadonlySet<string>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).filter(([id]) => !gone.has(id)));
}
