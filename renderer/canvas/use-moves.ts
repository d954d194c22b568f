import type { NodeChange, EdgeChange } from '@xyflow/react';
import { useCallback, useState } from 'react';
import type { Flow } from '../../engine/flow/document.ts';
import { placesOf, type Size } from '../document/tidy.ts';
import { placeNodes } from '../document/commands.ts';
import { spliced } from '../document/splice.ts';
import { edit, freshId, movePlaces } from '../state/edit.ts';
import { flowOf, transit, useStudio } from '../state/store.ts';
import { selected } from '../state/transitions.ts';
import { groupOfCard } from '../document/groups.ts';
import { foldPlace, frameOf, meantBy } from './drawn.ts';
import type { CardNode, Held } from './elements.ts';
import { rememberSize, sizeOf } from './sizes.ts';
import type { WireEdge } from './wires.ts';
import { words } from '../words/index.ts';

/** What moves while a gesture lasts is held here; the document gets it once, when the gesture ends. */

const NOTHING_HELD: Held = new Map();
type At = { x: number; y: number };
type Hold = { id: string } & Partial<Size & At>;

export interface Moves {
  held: Held;
  measured: ReadonlyMap<string, Size>;
  onNodesChange: (changes: readonly NodeChange<CardNode>[]) => void;
  /** The drag is over: what was moved is at its new place, and in the wire that it was dropped on, in one step. */
  drop: (dragged: readonly CardNode[], into: string | null) => void;
}

export function useMoves(): Moves {
  const [held, setHeld] = useState<Held>(NOTHING_HELD);
  const [measured, setMeasured] = useState<ReadonlyMap<string, Size>>(new Map());

  const onNodesChange = useCallback((changes: readonly NodeChange<CardNode>[]) => {
    const sizes = changes.flatMap((one) =>
      one.type === 'dimensions' && one.dimensions !== undefined ? [{ id: one.id, size: one.dimensions }] : [],
    );
    if (sizes.length > 0)
      setMeasured((before) => {
        const after = new Map(before);
        for (const { id, size } of sizes) {
          after.set(id, size);
          rememberSize(id, size);
        }
        return after;
      });
    const flow = flowOf(useStudio.getState());
    const holds = flow === null ? [] : changes.flatMap((one) => holdsOf(flow, one));
    if (holds.length > 0)
      setHeld((before) => {
        const after = new Map(before);
        for (const { id, ...hold } of holds) after.set(id, { ...after.get(id), ...hold });
        return after;
      });
    if (changes.some((one) => one.type === 'dimensions' && one.resizing === false)) setHeld(NOTHING_HELD);
    followSelection(changes, 'nodes');
  }, []);

  const drop = useCallback((dragged: readonly CardNode[], into: string | null) => {
    const flow = flowOf(useStudio.getState());
    const places = flow === null ? {} : Object.fromEntries(dragged.flatMap((card) => placesAfter(flow, card)));
    const [only] = dragged;
    if (into === null || only === undefined) movePlaces(places);
    else {
      const onward = freshId('e');
      edit(words().canvas.did.splice, (now) => spliced(placeNodes(now, places), into, only.id, onward));
    }
    setHeld(NOTHING_HELD);
  }, []);

  return { held, measured, onNodesChange, drop };
}

/** What a change of the gesture holds; a group holds its steps. */
function holdsOf(flow: Flow, change: NodeChange<CardNode>): Hold[] {
  // One that gets another size moves by itself, when that is done at its upper or left edge.
  if (change.type === 'position' && change.position !== undefined)
    return change.dragging === undefined
      ? [{ id: change.id, ...change.position }]
      : movedTo(flow, change.id, change.position).map(([id, at]) => ({ id, ...at }));
  if (change.type === 'dimensions' && change.resizing === true && change.dimensions !== undefined)
    return [{ id: change.id, ...change.dimensions }];
  return [];
}

/** Where steps are once a card is at a place: one that stands for a group takes its steps along. */
function movedTo(flow: Flow, card: string, to: At): [string, At][] {
  const group = groupOfCard(card);
  if (group === null) return [[card, to]];
  const places = placesOf(flow);
  const placeOf = (id: string): At => places[id] ?? { x: 0, y: 0 };
  const from =
    flow.groups?.[group]?.folded === true
      ? foldPlace(flow, group, placeOf)
      : frameOf(flow, group, (id) => ({ ...placeOf(id), ...sizeOf(id) }));
  if (from === null) return [];
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  return meantBy(flow, card).map((id) => [id, { x: placeOf(id).x + dx, y: placeOf(id).y + dy }]);
}

const placesAfter = (flow: Flow, { id, position }: CardNode): [string, At][] => movedTo(flow, id, position);

/** Selecting on the canvas selects in the studio; what stands for a group selects its steps. */
export function followSelection(
  changes: readonly (NodeChange<CardNode> | EdgeChange<WireEdge>)[],
  what: 'nodes' | 'edges',
): void {
  const picked = changes.flatMap((one) => (one.type === 'select' ? [one] : []));
  if (picked.length === 0) return;
  transit((state) => {
    const flow = flowOf(state);
    const meant = (id: string): readonly string[] => (flow === null || what === 'edges' ? [id] : meantBy(flow, id));
    const now = new Set(state.presence.selection[what]);
    // A step goes out of the selection with its group's frame unless it is picked itself.
    for (const { id, selected: on } of picked) if (!on) for (const one of meant(id)) now.delete(one);
    for (const { id, selected: on } of picked) if (on) for (const one of meant(id)) now.add(one);
    return selected(state, { ...state.presence.selection, [what]: [...now] });
  });
}
