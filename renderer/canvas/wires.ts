import { MarkerType, type Edge } from '@xyflow/react';
import { passingExit } from '../../engine/flow/disabled.ts';
import type { Flow, FlowEdge } from '../../engine/flow/document.ts';
import { KINDS } from '../../nodes/index.ts';
import { cardOf, foldOf } from '../document/groups.ts';
import type { Box } from '../document/travel.ts';
import type { Selection, ShownTraffic } from '../state/records.ts';
import { words } from '../words/index.ts';
import { exitHandle } from './drawn.ts';
import { IN, sameItems } from './elements.ts';
import type { Covered, Trace, Unsafe } from './marks.ts';

/** What is drawn of a flow's wires as React Flow's edges: without React. */

export type WireTone =
  | 'plain'
  | 'unsafe'
  | 'traced'
  | 'real'
  | 'covered'
  | 'missed'
  | 'idle'
  | 'target'
  | 'load'
  | 'load rehearsed';

export interface WireData extends Record<string, unknown> {
  tone: WireTone;
  label: string;
  /** How often a case may go back over it; null for one that goes forward. */
  back: number | null;
  /** How many exits of its step lie above the one it leaves by. */
  lane: number;
  /** How low it runs where it goes back. */
  low: number;
  /** How many cases took it, where traffic is drawn. */
  cases: number | null;
  /** How thick it is by that, in pixels of the flow; from afar it is drawn as thick as it would be from near (real.css). */
  width: number | null;
  /** How far its label is moved down, so that those of wires between the same two steps do not lie on each other. */
  nudge: number;
}

export type WireEdge = Edge<WireData, 'wire'>;

export interface WireMarks {
  trace: Trace | null;
  unsafe: Unsafe;
  coverage: Covered | null;
  traffic?: ShownTraffic | null;
  /** The wire into which a step would be put if it were dropped now. */
  target?: string | null;
}

const COLOUR: Record<WireTone, string> = {
  plain: 'var(--wire)',
  unsafe: 'var(--red-line)',
  traced: 'var(--accent)',
  real: 'var(--ink)',
  covered: 'var(--green-line)',
  missed: 'var(--amber-line)',
  idle: 'var(--line-strong)',
  target: 'var(--accent)',
  load: 'var(--ink-2)',
  'load rehearsed': 'var(--accent)',
};

function toneOf(id: string, idle: boolean, { trace, unsafe, coverage, traffic, target }: WireMarks): WireTone {
  if (target === id) return 'target';
  if (unsafe.edges.has(id)) return 'unsafe';
  if (trace !== null) return !trace.edges.has(id) ? 'plain' : trace.of === 'real' ? 'real' : 'traced';
  if ((traffic?.traffic.edges[id] ?? 0) > 0) return traffic?.release === null ? 'load rehearsed' : 'load';
  if (coverage?.edges.has(id) === true) return 'covered';
  if (coverage?.missedEdges.has(id) === true) return 'missed';
  return idle ? 'idle' : 'plain';
}

/** No case takes the wire: it leaves a disabled step by another exit than the one by which that is passed. */
function isIdle(flow: Flow, { from }: FlowEdge): boolean {
  const node = flow.nodes[from.node];
  return node?.disabled === true && passingExit(node, KINDS) !== from.port;
}

/** The label of an exit, empty for the only exit of a step, and how many exits lie above it. */
export type PortAt = (node: string, port: string) => { label: string; lane: number };

/** Wires to draw; a wire is labelled with its exit, unless the exit is the only one. Within a folded group none is drawn. */
export function wireEdges(
  flow: Flow,
  selection: Selection,
  marks: WireMarks,
  portAt: PortAt,
  all: readonly Box[],
): WireEdge[] {
  let backs = 0;
  const loads = marks.traffic?.traffic.edges ?? null;
  const most = Math.max(1, ...Object.values(loads ?? {}));
  const chosen = new Set(selection.edges);
  const drawn = Object.entries(flow.edges).flatMap(([id, edge]): WireEdge[] => {
    const [source, target] = [cardOf(flow, edge.from.node), cardOf(flow, edge.to.node)];
    if (source === target && foldOf(flow, edge.from.node) !== null) return [];
    const { label, lane } = portAt(edge.from.node, edge.from.port);
    const tone = toneOf(id, isIdle(flow, edge), marks);
    const selected = chosen.has(id);
    const data: WireData = {
      tone,
      label,
      back: edge.back?.maxVisits ?? null,
      lane,
      low: edge.back === undefined ? 0 : lowest(all, source, target) + BELOW + GAP * backs++,
      cases: loads === null ? null : (loads[id] ?? 0),
      width: loads === null ? null : widthOf(loads[id] ?? 0, most),
      nudge: 0,
    };
    return [drawnWire({ id, flow, edge, source, target, selected, data })];
  });
  for (const { edge, nudge } of nudges(drawn)) if (edge.data !== undefined) edge.data.nudge = nudge;
  return drawn;
}

/** In pixels: a wire that few take can still be told from one that nobody does. */
const THIN = 1.5;
const THICK = 9;

/** By area rather than by length a wire with a quarter of the cases is half as thick. */
const widthOf = (cases: number, most: number): number =>
  cases === 0 ? THIN : Math.max(2, Math.round(2 * THICK * Math.sqrt(cases / most)) / 2);

interface Parts {
  id: string;
  flow: Flow;
  edge: FlowEdge;
  source: string;
  target: string;
  selected: boolean;
  data: WireData;
}

function drawnWire({ id, flow, edge, source, target, selected, data }: Parts): WireEdge {
  const from = flow.nodes[edge.from.node]?.name ?? edge.from.node;
  const to = flow.nodes[edge.to.node]?.name ?? edge.to.node;
  const color = selected ? 'var(--accent)' : COLOUR[data.tone];
  return {
    id,
    type: 'wire',
    source,
    sourceHandle: source === edge.from.node ? edge.from.port : exitHandle(edge.from.node, edge.from.port),
    target,
    targetHandle: IN,
    selected,
    ariaLabel: [
      words().canvas.wireLabel(from, data.label, to, edge.back !== undefined),
      ...(data.cases === null ? [] : [words().real.cases(data.cases)]),
    ].join(', '),
    markerEnd: { type: MarkerType.ArrowClosed, color, ...arrow(data.width) },
    data,
    ...(data.tone === 'plain' && !selected ? {} : { zIndex: 1 }),
  };
}

/** An arrow grows with its wire, but not as fast. */
const arrow = (width: number | null) =>
  width === null
    ? { width: 16, height: 16 }
    : { width: 20 + 2 * width, height: 20 + 2 * width, markerUnits: 'userSpaceOnUse' };

/** {@link wireEdges} that remembers what it drew last: a wire that is as it was is the same object, and so is the list. */
export function rememberingWires(): (...given: Parameters<typeof wireEdges>) => WireEdge[] {
  let before: ReadonlyMap<string, WireEdge> = new Map();
  let last: WireEdge[] = [];
  return (...given) => {
    const edges = wireEdges(...given).map((next) => {
      const old = before.get(next.id);
      return old !== undefined && sameWire(old, next) ? old : next;
    });
    if (sameItems(edges, last)) return last;
    before = new Map(edges.map((edge) => [edge.id, edge]));
    last = edges;
    return edges;
  };
}

const DATA = ['tone', 'label', 'back', 'lane', 'low', 'cases', 'width', 'nudge'] as const;

const sameWire = (a: WireEdge, b: WireEdge): boolean =>
  a.source === b.source &&
  a.sourceHandle === b.sourceHandle &&
  a.target === b.target &&
  a.selected === b.selected &&
  a.ariaLabel === b.ariaLabel &&
  DATA.every((key) => a.data?.[key] === b.data?.[key]);

/** How far two exits of a card are apart, and how far labels have to be. */
const LANE = 20;
const LABEL = 18;

/** Labels of wires between the same two cards lie half as far apart as the exits, which is too close to be read. */
function nudges(edges: readonly WireEdge[]): { edge: WireEdge; nudge: number }[] {
  const labelled = edges.filter(({ data }) => (data?.label !== '' || (data.cases ?? 0) > 0) && data?.back === null);
  return [...Map.groupBy(labelled, ({ source, target }) => `${source} ${target}`).values()]
    .filter((twins) => twins.length > 1)
    .flatMap((twins) => {
      const row = twins.toSorted((a, b) => (a.data?.lane ?? 0) - (b.data?.lane ?? 0));
      const natural = row.map(({ data }) => ((data?.lane ?? 0) * LANE) / 2);
      const apart = spread(natural, LABEL);
      return row.map((edge, i) => ({ edge, nudge: (apart[i] ?? 0) - (natural[i] ?? 0) }));
    });
}

/** Ascending numbers moved so that none is closer to its neighbour than `least`, and their mean stays where it was. */
export function spread(numbers: readonly number[], least: number): number[] {
  const moved: number[] = [];
  for (const number of numbers) moved.push(Math.max(number, (moved.at(-1) ?? -Infinity) + least));
  const mean = (all: readonly number[]): number => all.reduce((sum, one) => sum + one, 0) / Math.max(1, all.length);
  const shift = mean(moved) - mean(numbers);
  return moved.map((number) => number - shift);
}

export interface Ends {
  sourceX: number;
  sourceY: number;
  targetX: number;
  targetY: number;
}

/** How far a wire that goes back leads below the cards that it passes, and how far two of them are apart. */
const BELOW = 28;
const GAP = 20;

/** The lower edge of the cards that lie between two of them, these included. */
function lowest(all: readonly Box[], from: string, to: string): number {
  const a = all.find((box) => box.id === from);
  const b = all.find((box) => box.id === to);
  if (a === undefined || b === undefined) return 0;
  const [left, right] = [Math.min(a.x, b.x), Math.max(a.x + a.width, b.x + b.width)];
  return Math.max(...all.filter((box) => box.x < right && box.x + box.width > left).map((box) => box.y + box.height));
}

const OUT = 20;
const CORNER = 10;

/** The path of a wire that goes back: out to the right, down below both ends, left, and up into its step. */
export function backPath(
  { sourceX, sourceY, targetX, targetY }: Ends,
  low: number,
): { path: string; labelX: number; labelY: number } {
  const right = sourceX + OUT;
  const left = targetX - OUT;
  const r = CORNER;
  const path = [
    `M ${sourceX} ${sourceY}`,
    `H ${right - r}`,
    `Q ${right} ${sourceY} ${right} ${sourceY + r}`,
    `V ${low - r}`,
    `Q ${right} ${low} ${right - r} ${low}`,
    `H ${left + r}`,
    `Q ${left} ${low} ${left} ${low - r}`,
    `V ${targetY + r}`,
    `Q ${left} ${targetY} ${left + r} ${targetY}`,
    `H ${targetX}`,
  ].join(' ');
  return { path, labelX: (left + right) / 2, labelY: low };
}
