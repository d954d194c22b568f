import type { EdgeChange, FinalConnectionState, ReactFlowInstance, ReactFlowProps } from '@xyflow/react';
import { useMemo } from 'react';
import type { Flow } from '../../engine/flow/document.ts';
import { groupOfCard } from '../document/groups.ts';
import { selectNodes } from '../state/edit.ts';
import { flowOf, transit, useStudio } from '../state/store.ts';
import { present, selected } from '../state/transitions.ts';
import { exitAtHandle, meantBy } from './drawn.ts';
import type { CardNode } from './elements.ts';
import { holdDrag } from './hold-drag.ts';
import { connectCards, pointOf, wireUnder } from './splice.ts';
import { inputAt } from './quick-add-place.ts';
import { followSelection, type Moves } from './use-moves.ts';
import { focusCanvas } from './viewport.ts';
import type { WireEdge } from './wires.ts';

type Instance = ReactFlowInstance<CardNode, WireEdge>;
type Gestures = Pick<
  ReactFlowProps<CardNode, WireEdge>,
  | 'onMoveEnd'
  | 'onEdgesChange'
  | 'onNodeDragStart'
  | 'onNodeDrag'
  | 'onNodeDragStop'
  | 'onNodeClick'
  | 'onEdgeClick'
  | 'onPaneClick'
  | 'onNodeDoubleClick'
  | 'onConnect'
  | 'onConnectEnd'
  | 'isValidConnection'
>;

interface Hands {
  instance: Instance | null;
  readOnly: boolean;
  drop: Moves['drop'];
  /** The wire into which a step would be put if it were let go now. */
  setTarget: (wire: string | null) => void;
}

/**
 * What the mouse does on the canvas. The very same functions however often the canvas is drawn: a new one would have React
 * Flow look at every card and wire again. They take the flow from the store when they are called.
 */
export const useGestures = ({ instance, readOnly, drop, setTarget }: Hands): Gestures =>
  useMemo(
    () => ({ ...constant(), ...dragging(drop, setTarget), ...connecting(instance), ...renaming(readOnly) }),
    [instance, readOnly, drop, setTarget],
  );

const openFlow = (): Flow | null => flowOf(useStudio.getState());

const isAdding = ({ ctrlKey, metaKey, shiftKey }: Keys): boolean => ctrlKey || metaKey || shiftKey;
type Keys = Pick<MouseEvent, 'ctrlKey' | 'metaKey' | 'shiftKey'>;

/**
 * What is clicked is meant alone, whatever was selected; with nothing clicked, nothing is. React Flow tells of no more than
 * what it drew itself as selected, and of some steps in a folded group it drew nothing.
 */
export const CLICKS = {
  onNodeClick: (event: Keys, { id }: { id: string }): void => {
    const flow = openFlow();
    if (flow !== null && !isAdding(event)) selectNodes(meantBy(flow, id));
  },
  onEdgeClick: (event: Keys, { id }: { id: string }): void => {
    if (!isAdding(event)) transit((state) => selected(state, { nodes: [], edges: [id] }));
  },
  onPaneClick: (): void => selectNodes([]),
} as const;

const constant = (): Gestures => ({
  onMoveEnd: (_, viewport) => {
    transit((state) => present(state, { viewport }));
    // The card that had the keyboard may be out of sight, and with it out of the document.
    if (document.activeElement === document.body) focusCanvas();
  },
  onEdgesChange: (changes: readonly EdgeChange<WireEdge>[]) => followSelection(changes, 'edges'),
  ...CLICKS,
  onConnect: ({ source, sourceHandle, target }) => {
    const flow = openFlow();
    if (flow !== null) connectCards(flow, source, sourceHandle ?? '', target);
  },
  isValidConnection: ({ source, target }) => source !== target,
});

function dragging(drop: Moves['drop'], setTarget: Hands['setTarget']): Gestures {
  const under = (event: object, node: CardNode, dragged: readonly CardNode[]): string | null => {
    const flow = openFlow();
    return flow !== null && dragged.length === 1 ? wireUnder(flow, node.id, pointOf(event)) : null;
  };
  return {
    onNodeDragStart: holdDrag,
    onNodeDrag: (event, node, dragged) => setTarget(under(event, node, dragged)),
    onNodeDragStop: (event, node, dragged) => {
      drop(dragged, under(event, node, dragged));
      setTarget(null);
    },
  };
}

/** A wire that is let go over empty paper asks what is to follow there. */
const connecting = (instance: Instance | null): Gestures => ({
  onConnectEnd: (event: MouseEvent | TouchEvent, { fromNode, fromHandle, toNode, isValid }: FinalConnectionState) => {
    if (isValid === true || toNode !== null || fromNode === null || fromHandle?.type !== 'source' || instance === null)
      return;
    const at = 'clientX' in event ? event : event.changedTouches[0];
    if (at === undefined) return;
    const place = instance.screenToFlowPosition({ x: at.clientX, y: at.clientY });
    const from = exitAtHandle(fromNode.id, fromHandle.id ?? '');
    transit((state) =>
      present(state, { quickAdd: { place: inputAt(place), from, at: { x: at.clientX, y: at.clientY } } }),
    );
  },
});

const renaming = (readOnly: boolean): Gestures => ({
  onNodeDoubleClick: (_, node) => {
    if (!readOnly) transit((state) => present(state, { renaming: groupOfCard(node.id) ?? node.id }));
  },
});
