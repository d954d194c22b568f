import { useStoreApi, type InternalNode } from '@xyflow/react';
import { useDeferredValue, useMemo, useState } from 'react';
import type { Flow } from '../../engine/flow/document.ts';
import { KINDS } from '../../nodes/index.ts';
import type { Box } from '../document/travel.ts';
import { frameHeads } from './drawn.ts';
import type { CardNode } from './elements.ts';
import { obstacleOf, rememberingRoutes, type Routes, type WireEnds } from './routes.ts';
import { isShort, wireText, type WireEdge } from './wires.ts';

/**
 * The ways of a flow's wires around its cards where these lie in the document: not while they are being dragged. What was
 * changed is drawn first, by ways that are led as in a drag; then these follow.
 */
export function useLedWires(flow: Flow, edges: readonly WireEdge[], all: readonly Box[]): Routes {
  const drawn = useMemo(() => ({ flow, edges, all }), [flow, edges, all]);
  return useRoutes(useDeferredValue(drawn));
}

function useRoutes({ flow, edges, all }: { flow: Flow; edges: readonly WireEdge[]; all: readonly Box[] }): Routes {
  const store = useStoreApi<CardNode, WireEdge>();
  const [lead] = useState(() => rememberingRoutes());
  return useMemo(() => {
    // Where the ends are on a card was measured together with its size, by which `all` is another list.
    const { nodeLookup } = store.getState();
    const boxes = new Map(all.map((box) => [box.id, box]));
    const isNote = (id: string): boolean => KINDS[flow.nodes[id]?.kind ?? '']?.inProgram === false;
    const heads = frameHeads(flow, (id) => boxes.get(id) ?? NOWHERE);
    return lead(
      edges.flatMap((edge) => endsOf(edge, boxes, nodeLookup)),
      [...all.map((box) => obstacleOf(box, isNote(box.id))), ...heads.map((box) => obstacleOf(box, true))],
    );
  }, [lead, store, flow, edges, all]);
}

const NOWHERE = { x: 0, y: 0, width: 0, height: 0 };

function endsOf(
  { id, source, sourceHandle, target, targetHandle, data }: WireEdge,
  boxes: ReadonlyMap<string, Box>,
  cards: ReadonlyMap<string, InternalNode<CardNode>>,
): WireEnds[] {
  const [out, box] = [cards.get(source)?.internals.handleBounds?.source, boxes.get(source)];
  const [into, goal] = [cards.get(target)?.internals.handleBounds?.target, boxes.get(target)];
  const exit = out?.find((handle) => handle.id === sourceHandle);
  const entry = into?.find((handle) => handle.id === targetHandle);
  if (box === undefined || goal === undefined || exit === undefined || entry === undefined || data === undefined)
    return [];
  // Measured again, from near or from afar, an end is where it was only to the pixel (light-card.tsx).
  const from = { x: box.x + Math.round(exit.x + exit.width), y: box.y + Math.round(exit.y + exit.height / 2) };
  const to = { x: goal.x + Math.round(entry.x), y: goal.y + Math.round(entry.y + entry.height / 2) };
  return [{ id, source, target, from, to, text: wireText(data, isShort(data, from, to)), least: wireText(data, true) }];
}
