import { MarkerType, type Edge } from '@xyflow/react';
import { passingExit } from '../../engine/flow/disabled.ts';
import type { Flow, FlowEdge } from '../../engine/flow/document.ts';
import { KINDS } from '../../nodes/index.ts';
import { cardOf, foldOf } from '../document/groups.ts';
import type { ShownTraffic } from '../state/records.ts';
import { plainNumber } from '../ui/format.ts';
import { words } from '../words/index.ts';
import { exitHandle } from './drawn.ts';
import { IN } from './elements.ts';
import type { Covered, Trace, Unsafe } from './marks.ts';
import type { Point } from './rect.ts';
import { sameItems } from './same-items.ts';

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
  /** How many cases took it, where traffic is drawn. */
  cases: number | null;
  /** How thick it is by that, in pixels of the flow; from afar it is drawn as thick as it would be from near (real.css). */
  width: number | null;
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

/** Where wires have joined, one that was taken lies over one that was not. */
const BEHIND: ReadonlySet<WireTone> = new Set(['plain', 'missed', 'idle']);

/** No case takes the wire: it leaves a disabled step by another exit than the one by which that is passed. */
function isIdle(flow: Flow, { from }: FlowEdge): boolean {
  const node = flow.nodes[from.node];
  return node?.disabled === true && passingExit(node, KINDS) !== from.port;
}

/** The label of an exit, empty for the only exit of a step. */
export type LabelAt = (node: string, port: string) => string;

/** Wires to draw; a wire is labelled with its exit, unless the exit is the only one. Within a folded group none is drawn. */
export function wireEdges(flow: Flow, chosen: readonly string[], marks: WireMarks, labelAt: LabelAt): WireEdge[] {
  const loads = marks.traffic?.traffic.edges ?? null;
  const most = Math.max(1, ...Object.values(loads ?? {}));
  const ids = new Set(chosen);
  return Object.entries(flow.edges).flatMap(([id, edge]): WireEdge[] => {
    const [source, target] = [cardOf(flow, edge.from.node), cardOf(flow, edge.to.node)];
    if (source === target && foldOf(flow, edge.from.node) !== null) return [];
    const tone = toneOf(id, isIdle(flow, edge), marks);
    const selected = ids.has(id);
    const data: WireData = {
      tone,
      label: labelAt(edge.from.node, edge.from.port),
      back: edge.back?.maxVisits ?? null,
      cases: loads === null ? null : (loads[id] ?? 0),
      width: loads === null ? null : widthOf(loads[id] ?? 0, most),
    };
    return [drawnWire({ id, flow, edge, source, target, selected, data })];
  });
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
    ...(BEHIND.has(data.tone) && !selected ? {} : { zIndex: 1 }),
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

const DATA = ['tone', 'label', 'back', 'cases', 'width'] as const;

const sameWire = (a: WireEdge, b: WireEdge): boolean =>
  a.source === b.source &&
  a.sourceHandle === b.sourceHandle &&
  a.target === b.target &&
  a.selected === b.selected &&
  a.ariaLabel === b.ariaLabel &&
  DATA.every((key) => a.data?.[key] === b.data?.[key]);

/** What is written on a wire. On a short one only how many took it: its exit's name stands beside it on the card. */
export function wireText({ label, back, cases }: WireData, short: boolean): string {
  return [
    short ? '' : label,
    short || back === null ? '' : words().canvas.backLabel(back),
    cases === null || cases === 0 ? '' : plainNumber(cases),
  ]
    .filter((part) => part !== '')
    .join(' · ');
}

const SHORT = 200;

/** Does it lead so far only that its exit can be read beside it? One that goes back says so, however far. */
export const isShort = ({ back }: WireData, from: Point, to: Point): boolean =>
  back === null && Math.hypot(to.x - from.x, to.y - from.y) < SHORT;
