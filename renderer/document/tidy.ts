import { graphlib, layout as runDagre } from '@dagrejs/dagre';
import type { Flow, FlowEdge, Place } from '../../engine/flow/document.ts';
import { portsOf } from './describe.ts';
import { cardOf, groupCardId, groupOf, groupOfCard, membersOf } from './groups.ts';

export interface Size {
  width: number;
  height: number;
}

/** A card that has not been measured yet. */
export const CARD_SIZE: Size = { width: 232, height: 120 };
const GRID = 4;
const GAP = { between: 40, ranks: 72 } as const;

const snap = (value: number): number => Math.round(value / GRID) * GRID;

/**
 * Places from left to right in the order of the wires, by dagre's layered drawing. Wires that go back do not count, and
 * nodes without wires (notes) stay where they are. The steps of a group stay together; a folded one is drawn as its card,
 * and its steps are moved as they lie.
 */
export function tidyPlaces(flow: Flow, sizeOf: (id: string) => Size): Record<string, { x: number; y: number }> {
  const wired = new Set<string>();
  for (const edge of Object.values(flow.edges)) wired.add(edge.from.node).add(edge.to.node);
  const ids = Object.keys(flow.nodes).filter((id) => wired.has(id));
  if (ids.length === 0) return {};
  const cards = new Set(ids.map((id) => cardOf(flow, id)));
  const graph = new graphlib.Graph({ compound: true });
  graph.setGraph({ rankdir: 'LR', nodesep: GAP.between, ranksep: GAP.ranks, marginx: 0, marginy: 0 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const card of cards) {
    graph.setNode(card, { ...sizeOf(card) });
    const group = groupOf(flow).get(card);
    if (group === undefined) continue;
    graph.setNode(groupCardId(group), {});
    graph.setParent(card, groupCardId(group));
  }
  for (const edge of inPortOrder(flow)) {
    const [from, to] = [cardOf(flow, edge.from.node), cardOf(flow, edge.to.node)];
    if (edge.back === undefined && from !== to) graph.setEdge(from, to);
  }
  runDagre(graph);
  const places: Record<string, { x: number; y: number }> = {};
  for (const card of cards) {
    const { x, y } = centre(graph.node(card));
    const size = sizeOf(card);
    Object.assign(places, stepsAt(flow, card, { x: snap(x - size.width / 2), y: snap(y - size.height / 2) }));
  }
  return places;
}

/** Where steps lie once a card is at a place: its own, or all of a folded group, as they lie to each other. */
function stepsAt(flow: Flow, card: string, to: { x: number; y: number }): Record<string, { x: number; y: number }> {
  const group = groupOfCard(card);
  if (group === null) return { [card]: to };
  const known = membersOf(flow, group).map((id) => [id, flow.layout[id] ?? { x: 0, y: 0 }] as const);
  const left = Math.min(...known.map(([, { x }]) => x));
  const top = Math.min(...known.map(([, { y }]) => y));
  return Object.fromEntries(known.map(([id, { x, y }]) => [id, { x: to.x + x - left, y: to.y + y - top }]));
}

/** Edges in the order of the exits that they leave by, which the drawing then keeps from top to bottom where it can. */
function inPortOrder(flow: Flow): FlowEdge[] {
  const lane = (edge: FlowEdge): number => {
    const node = flow.nodes[edge.from.node];
    return node === undefined ? 0 : portsOf(node).findIndex((port) => port.id === edge.from.port);
  };
  return Object.values(flow.edges)
    .map((edge) => ({ edge, lane: lane(edge) }))
    .toSorted((a, b) => a.lane - b.lane)
    .map(({ edge }) => edge);
}

const centre = (at: unknown): { x: number; y: number } => {
  const read = (key: 'x' | 'y'): number => {
    const value: unknown = typeof at === 'object' && at !== null ? Reflect.get(at, key) : 0;
    return typeof value === 'number' ? value : 0;
  };
  return { x: read('x'), y: read('y') };
};

/** A place for every node: its own, or, where a document gives none, one from {@link tidyPlaces} or beside the others. */
export function placesOf(flow: Flow): Record<string, Place> {
  const missing = Object.keys(flow.nodes).filter((id) => flow.layout[id] === undefined);
  if (missing.length === 0) return flow.layout;
  const tidy = tidyPlaces(flow, () => CARD_SIZE);
  const places: Record<string, Place> = { ...flow.layout };
  for (const [i, id] of missing.entries())
    places[id] = tidy[id] ?? { x: 0, y: -(i + 1) * (CARD_SIZE.height + GAP.between) };
  return places;
}
