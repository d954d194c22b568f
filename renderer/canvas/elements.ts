import type { Node } from '@xyflow/react';
import type { Flow } from '../../engine/flow/document.ts';
import { KINDS } from '../../nodes/index.ts';
import { foldOf, groupCardId, membersOf } from '../document/groups.ts';
import { CARD_SIZE, placesOf, type Size } from '../document/tidy.ts';
import type { Box } from '../document/travel.ts';
import type { Selection } from '../state/records.ts';
import { words } from '../words/index.ts';
import { foldPlace, frameOf } from './drawn.ts';
import { inReadingOrder } from './reading-order.ts';
import { sameItems } from './same-items.ts';

/** What is drawn of steps and groups as React Flow's nodes: without React. */

export type CardNode = Node<Record<string, never>, 'step' | 'note' | 'fold' | 'frame' | 'ghost'>;

/** The handle by which wires come in; exits' handles are called as their ports. */
export const IN = 'in';

/** Cards lie over wires that stand out, and over every label (canvas.css). */
const CARD_Z = 3;

const NO_DATA: Record<string, never> = {};

/** Places and sizes of what is being dragged or resized right now. */
export type Held = ReadonlyMap<string, Partial<Size & { x: number; y: number }>>;

export interface Moment {
  flow: Flow;
  selection: Selection;
  held: Held;
  measured: ReadonlyMap<string, Size>;
}

/** Nodes to draw; one that is as it was in `before` is the same object, so that its card is not drawn again. */
export function cardNodes(moment: Moment, before: ReadonlyMap<string, CardNode>): CardNode[] {
  const { flow } = moment;
  const draw = drawing(moment);
  const drawn = inReadingOrder(flow, [
    ...Object.keys(flow.groups ?? {}).flatMap((id) => draw.group(id)),
    ...Object.keys(flow.nodes).flatMap((id) => (foldOf(flow, id) === null ? [draw.node(id)] : [])),
  ]);
  return drawn.map((next) => {
    const old = before.get(next.id);
    return old !== undefined && sameCard(old, next) ? old : next;
  });
}

function drawing({ flow, selection, held, measured }: Moment) {
  const places = placesOf(flow);
  const chosen = new Set(selection.nodes);
  const placeOf = (id: string): { x: number; y: number } => {
    const [hold, place] = [held.get(id), places[id]];
    return { x: hold?.x ?? place?.x ?? 0, y: hold?.y ?? place?.y ?? 0 };
  };
  const boxOf = (id: string): Omit<Box, 'id'> => ({ ...placeOf(id), ...(measured.get(id) ?? CARD_SIZE) });

  function node(id: string): CardNode {
    const { name, kind: kindName } = flow.nodes[id] ?? { name: id, kind: '' };
    const kind = KINDS[kindName];
    const isNote = kind?.inProgram === false;
    const width = held.get(id)?.width ?? places[id]?.width;
    const height = held.get(id)?.height ?? places[id]?.height;
    const size = measured.get(id);
    return {
      id,
      type: isNote ? 'note' : 'step',
      position: placeOf(id),
      data: NO_DATA,
      selected: chosen.has(id),
      ariaLabel: words().canvas.cardLabel(name, kind?.label ?? kindName),
      ...(isNote && width !== undefined ? { width } : {}),
      ...(isNote && height !== undefined ? { height } : {}),
      ...(size === undefined ? {} : { measured: size }),
      zIndex: isNote ? -1 : CARD_Z,
    };
  }

  /** A group as its card, or as the frame around its steps; a group without steps is not drawn. */
  function group(id: string): CardNode[] {
    const members = membersOf(flow, id);
    const { name = '', folded } = flow.groups?.[id] ?? {};
    const frame = folded === true ? null : frameOf(flow, id, boxOf);
    if (members.length === 0) return [];
    const card = groupCardId(id);
    const common = {
      id: card,
      data: NO_DATA,
      selected: members.every((member) => chosen.has(member)),
      ariaLabel: words().canvas.group.label(name, members.length, folded === true),
    };
    if (frame === null) {
      const size = measured.get(card);
      const position = foldPlace(flow, id, placeOf);
      return [{ ...common, type: 'fold', position, zIndex: CARD_Z, ...(size === undefined ? {} : { measured: size }) }];
    }
    const { x, y, width, height } = frame;
    const measure = { width, height };
    const style = { pointerEvents: 'none' } as const;
    const dragHandle = '.frame-head';
    return [
      { ...common, type: 'frame', position: { x, y }, width, height, measured: measure, style, dragHandle, zIndex: -2 },
    ];
  }

  return { node, group };
}

/** {@link cardNodes} that remembers what it drew last; where all is as it was, the list is the same as well. */
export function rememberingCards(): (moment: Moment) => CardNode[] {
  let before: ReadonlyMap<string, CardNode> = new Map();
  let last: CardNode[] = [];
  return (moment) => {
    const nodes = cardNodes(moment, before);
    if (sameItems(nodes, last)) return last;
    before = new Map(nodes.map((node) => [node.id, node]));
    last = nodes;
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
  a.measured?.width === b.measured?.width &&
  a.measured?.height === b.measured?.height &&
  a.ariaLabel === b.ariaLabel;
