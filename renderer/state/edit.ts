import type { Flow, FlowNode } from '../../engine/flow/document.ts';
import { autoName, ID_BYTES, newId, renameNode } from '../../engine/flow/edit.ts';
import { namesOf } from '../../engine/flow/names.ts';
import { renameInput } from '../../engine/flow/rename-input.ts';
import type { Problem } from '../../engine/flow/problem.ts';
import { KINDS } from '../../nodes/index.ts';
import { addNode, connect, placeNodes, removeThings, setBack, setConfig } from '../document/commands.ts';
import { clipOf, pasteClip } from '../document/clip.ts';
import { portsOf } from '../document/describe.ts';
import { spliced } from '../document/splice.ts';
import { placesOf, tidyPlaces, type Size } from '../document/tidy.ts';
import { refuse } from '../ui/notice.ts';
import { words } from '../words/index.ts';
import { flowOf, surroundingsOf, transit, useStudio } from './store.ts';
import { changed, gestureEnded, present, redone, selected, undone } from './transitions.ts';

/** What a person does to the open document, each one step for undo. */

/** A new random id, such as `n_…` for the prefix `n`. */
export const freshId = (prefix: string): string => newId(crypto.getRandomValues(new Uint8Array(ID_BYTES)), prefix);

/** The open flow through a command, under the name by which it can be undone. */
export function edit(label: string, command: (flow: Flow) => Flow, gesture?: string): void {
  transit((state) => {
    const flow = flowOf(state);
    if (flow === null) return state;
    return changed(state, command(flow), { label, ...(gesture === undefined ? {} : { gesture }) });
  });
}

export const endGesture = (): void => transit(gestureEnded);
export const undoEdit = (): void => transit(undone);
export const redoEdit = (): void => transit(redone);

export interface Drawn {
  kind: string;
  place: { x: number; y: number };
  /** The exit that leads to the new step, if it was drawn by dropping a wire. */
  from?: { node: string; port: string } | null;
  /** The wire that it goes into, if it was dropped on one. */
  into?: string | null;
  /** How it is set up, where it is not as its kind begins. */
  config?: FlowNode['config'];
  /** What it is to be called, if that is free, where it is not its kind's word. */
  name?: string;
}

/** Draws a step of a kind and selects it; gives its id, or null for a kind that is not known or nothing open. */
export function drawNode({ kind: name, place, from, into, config: given, name: wish }: Drawn): string | null {
  const kind = KINDS[name];
  const flow = flowOf(useStudio.getState());
  if (kind === undefined || flow === null) return null;
  const id = freshId('n');
  const config = given ?? kind.initial();
  const node: FlowNode = {
    kind: name,
    name: autoName(wish ?? kind.label, namesOf(flow)),
    config: isConfig(config) ? config : {},
  };
  edit(words().did.add(kind.label), (now) => {
    const added = addNode(now, { id, node, place: { x: Math.round(place.x), y: Math.round(place.y) } });
    if (into) return spliced(added, into, id, freshId('e'));
    return from && kind.hasInput ? connect(added, { id: freshId('e'), from, to: id }, KINDS) : added;
  });
  selectNodes([id]);
  return id;
}

export function connectNodes(from: { node: string; port: string }, to: string): void {
  const id = freshId('e');
  edit(words().did.connect, (flow) => connect(flow, { id, from, to }, KINDS));
  if (flowOf(useStudio.getState())?.edges[id] !== undefined) transit((s) => selected(s, { nodes: [], edges: [id] }));
}

/** Takes away what is selected. */
export function removeSelected(): void {
  const { nodes } = useStudio.getState().presence.selection;
  takeAway(nodes.length > 0 ? words().did.removeSteps(nodes.length) : words().did.removeWire);
}

/** Takes away what is selected, which is on the clipboard by then. */
export const cutOut = (): void => takeAway(words().canvas.clip.cutOut);

function takeAway(did: string): void {
  const { nodes, edges } = useStudio.getState().presence.selection;
  if (nodes.length + edges.length > 0) edit(did, (flow) => removeThings(flow, { nodes, edges }));
}

/** Copies of what is selected, beside it; their formulas speak of the copies where these are meant. */
export function duplicateSelected(): void {
  const state = useStudio.getState();
  const flow = flowOf(state);
  const { nodes } = state.presence.selection;
  if (flow === null || nodes.length === 0) return;
  const options = { kinds: KINDS, surroundings: surroundingsOf(state), freshId, by: { x: 32, y: 32 } };
  const pasting = pasteClip({ ...flow, layout: placesOf(flow) }, clipOf(flow, nodes, KINDS), options);
  if (!pasting.ok) return refuse(pasting.why);
  edit(words().did.duplicate, () => pasting.flow);
  selectNodes(pasting.nodes);
}

/** A node gets another name, and so do the formulas that speak of it; what is wrong with the name, or null. */
export function renameTo(id: string, name: string): Problem | null {
  const state = useStudio.getState();
  const flow = flowOf(state);
  if (flow === null || flow.nodes[id] === undefined) return null;
  const renaming = renameNode(flow, id, name, KINDS, surroundingsOf(state));
  if (!renaming.ok) return renaming.problem;
  edit(words().did.rename, () => renaming.flow);
  return null;
}

/** A field of the input gets another name, and so do the formulas that read it; why it cannot have it, or null. */
export function renameInputTo(from: string, to: string): string | null {
  const state = useStudio.getState();
  const flow = flowOf(state);
  if (flow === null || !Object.hasOwn(flow.input, from)) return null;
  const renaming = renameInput(flow, from, to, KINDS, surroundingsOf(state));
  if (!renaming.ok) return `${renaming.problem.message} ${renaming.problem.hint}`;
  transit((now) => changed(now, renaming.flow, { label: words().did.input, fields: new Map([[from, to]]) }));
  return null;
}

export function configure(id: string, config: Record<string, unknown>, gesture?: string): void {
  edit(
    words().did.configure,
    (flow) => {
      const node = flow.nodes[id];
      if (node === undefined) return flow;
      return setConfig(flow, id, config, { before: portsOf(node), after: portsOf({ ...node, config }) });
    },
    gesture,
  );
}

export const boundBack = (id: string, maxVisits: number | null): void =>
  edit(words().did.back, (flow) => setBack(flow, id, maxVisits), `back ${id}`);

export const movePlaces = (places: Readonly<Record<string, { x: number; y: number }>>, gesture?: string): void =>
  edit(words().did.move, (flow) => placeNodes(flow, places), gesture);

export const tidyUp = (sizeOf: (id: string) => Size): void =>
  edit(words().did.tidy, (flow) => placeNodes(flow, tidyPlaces(flow, sizeOf)));

export const selectNodes = (nodes: readonly string[]): void => transit((s) => selected(s, { nodes, edges: [] }));

export function selectAll(): void {
  transit((state) => selected(state, { nodes: Object.keys(flowOf(state)?.nodes ?? {}), edges: [] }));
}

export const clearSelection = (): void =>
  transit((state) => present(selected(state, { nodes: [], edges: [] }), { shownPath: null }));

const isConfig = (value: unknown): value is FlowNode['config'] =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
