import { MarkerType, type Edge, type Node } from '@xyflow/react';
import type { Flow } from '../../engine/flow/document.ts';
import type { Size } from '../document/tidy.ts';
import { placesOf } from '../document/tidy.ts';
import type { Box } from '../document/travel.ts';
import { KINDS } from '../../nodes/index.ts';
import type { Selection } from '../state/records.ts';
import { words } from '../words.ts';
import type { Covered, Trace, Unsafe } from './marks.ts';

/** The flow as React Flow's nodes and edges: graph maths without React. */

export type CardNode = Node<Record<string, never>, 'step' | 'note'>;
export type WireTone = 'plain' | 'unsafe' | 'traced' | 'covered' | 'missed';
export type WireEdge = Edge<{ tone: WireTone; label: string; back: number | null; lane: number; low: number }, 'wire'>;

/** The handle by which wires come in; exits' handles are called as their ports. */
export const IN = 'in';

const NO_DATA: Record<string, never> = {};

export interface Moment {
  flow: Flow;
  selection: Selection;
  /** Places and sizes of what is being dragged or resized right now. */
  held: ReadonlyMap<string, Partial<Size & { x: number; y: number }>>;
  measured: ReadonlyMap<string, Size>;
}

/** Nodes to draw; one that is as it was in `before` is the same object, so that its card is not drawn again. */
export function cardNodes(
  { flow, selection, held, measured }: Moment,
  before: ReadonlyMap<string, CardNode>,
): CardNode[] {
  const places = placesOf(flow);
  const chosen = new Set(selection.nodes);
  return Object.entries(flow.nodes).map(([id, node]) => {
    const place = places[id] ?? { x: 0, y: 0 };
    const hold = held.get(id);
    const isNote = KINDS[node.kind]?.inProgram === false;
    const width = hold?.width ?? place.width;
    const height = hold?.height ?? place.height;
    const size = measured.get(id);
    const next: CardNode = {
      id,
      type: isNote ? 'note' : 'step',
      position: { x: hold?.x ?? place.x, y: hold?.y ?? place.y },
      data: NO_DATA,
      selected: chosen.has(id),
      ariaLabel: words.canvas.cardLabel(node.name, KINDS[node.kind]?.label ?? node.kind),
      ...(isNote && width !== undefined ? { width } : {}),
      ...(isNote && height !== undefined ? { height } : {}),
      ...(size === undefined ? {} : { measured: size }),
      ...(isNote ? { zIndex: -1 } : {}),
    };
    const old = before.get(id);
    return old !== undefined && sameCard(old, next) ? old : next;
  });
}

/** {@link cardNodes} that remembers what it drew last. */
export function rememberingCards(): (moment: Moment) => CardNode[] {
  let before: ReadonlyMap<string, CardNode> = new Map();
  return (moment) => {
    const nodes = cardNodes(moment, before);
    before = new Map(nodes.map((node) => [node.id, node]));
    return nodes;
  };
}

const sameCard = (a: CardNode, b: CardNode): boolean =>
  a.type === b.type &&
  a.position.x === b.position.x &&
  a.position.y === b.position.y &&
  a.selected === b.selected &&
  a.width === b.width &&
  a.height === b.height &&
  a.measured === b.measured &&
  a.ariaLabel === b.ariaLabel;

export interface WireMarks {
  trace: Trace | null;
  unsafe: Unsafe;
  coverage: Covered | null;
}

const COLOUR: Record<WireTone, string> = {
  plain: 'var(--wire)',
  unsafe: 'var(--red-line)',
  traced: 'var(--accent)',
  covered: 'var(--green-line)',
  missed: 'var(--amber-line)',
};

function toneOf(id: string, { trace, unsafe, coverage }: WireMarks): WireTone {
  if (unsafe.edges.has(id)) return 'unsafe';
  if (trace !== null) return trace.edges.has(id) ? 'traced' : 'plain';
  if (coverage?.edges.has(id) === true) return 'covered';
  if (coverage?.missedEdges.has(id) === true) return 'missed';
  return 'plain';
}

/** Wires to draw; a wire is labelled with its exit, unless the exit is the only one. */
export function wireEdges(
  flow: Flow,
  selection: Selection,
  marks: WireMarks,
  portAt: PortAt,
  all: readonly Box[],
): WireEdge[] {
  let backs = 0;
  const chosen = new Set(selection.edges);
  return Object.entries(flow.edges).map(([id, edge]) => {
    const tone = toneOf(id, marks);
    const selected = chosen.has(id);
    const { label, lane } = portAt(edge.from.node, edge.from.port);
    const from = flow.nodes[edge.from.node]?.name ?? edge.from.node;
    const to = flow.nodes[edge.to.node]?.name ?? edge.to.node;
    return {
      id,
      type: 'wire',
      source: edge.from.node,
      sourceHandle: edge.from.port,
      target: edge.to.node,
      targetHandle: IN,
      selected,
      ariaLabel: words.canvas.wireLabel(from, label, to, edge.back !== undefined),
      markerEnd: {
        type: MarkerType.ArrowClosed,
        color: selected ? 'var(--accent)' : COLOUR[tone],
        width: 16,
        height: 16,
      },
      data: {
        tone,
        label,
        back: edge.back?.maxVisits ?? null,
        lane,
        low: edge.back === undefined ? 0 : lowest(all, edge.from.node, edge.to.node) + BELOW + GAP * backs++,
      },
      ...(tone === 'plain' && !selected ? {} : { zIndex: 1 }),
    };
  });
}

/** The label of an exit, empty for the only exit of a step, and how many exits lie above it. */
export type PortAt = (node: string, port: string) => { label: string; lane: number };

export interface Ends {
  sourceX: number;
  sourceY: number;
  targetX: number;
  targetY: number;
}

/** How far a wire that goes back leads below the cards that it passes, and how far two of them are apart. */
const BELOW = 28;
const GAP = 20;

/** The lower edge of the cards that lie between two steps, these included. */
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
