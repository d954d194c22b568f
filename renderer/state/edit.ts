import type { Flow, FlowNode } from '../../engine/flow/document.ts';
import { autoName, ID_BYTES, newId, renameNode } from '../../engine/flow/edit.ts';
import { namesOf } from '../../engine/flow/names.ts';
import type { Problem } from '../../engine/flow/problem.ts';
import { KINDS } from '../../nodes/index.ts';
import {
  addNode,
  connect,
  duplicateNodes,
  placeNodes,
  removeThings,
  setBack,
  setConfig,
} from '../document/commands.ts';
import { portsOf } from '../document/describe.ts';
import { placesOf, tidyPlaces, type Size } from '../document/tidy.ts';
import { words } from '../words.ts';
import { flowOf, surroundingsOf, transit, useStudio } from './store.ts';
import { changed, gestureEnded, present, redone, selected, undone } from './transitions.ts';

/** What a person does to the open document, each one step for undo. */

const fresh = (prefix: string): string => newId(crypto.getRandomValues(new Uint8Array(ID_BYTES)), prefix);

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
}

/** Draws a step of a kind and selects it; gives its id, or null for a kind that is not known or nothing open. */
export function drawNode({ kind: name, place, from }: Drawn): string | null {
  const kind = KINDS[name];
  const flow = flowOf(useStudio.getState());
  if (kind === undefined || flow === null) return null;
  const id = fresh('n');
  const config = kind.initial();
  const node: FlowNode = {
    kind: name,
    name: autoName(kind.label, namesOf(flow)),
    config: isConfig(config) ? config : {},
  };
  edit(words.did.add(kind.label), (now) => {
    const added = addNode(now, { id, node, place: { x: Math.round(place.x), y: Math.round(place.y) } });
    return from && kind.hasInput ? connect(added, { id: fresh('e'), from, to: id }, KINDS) : added;
  });
  selectNodes([id]);
  return id;
}

export function connectNodes(from: { node: string; port: string }, to: string): void {
  const id = fresh('e');
  edit(words.did.connect, (flow) => connect(flow, { id, from, to }, KINDS));
  if (flowOf(useStudio.getState())?.edges[id] !== undefined) transit((s) => selected(s, { nodes: [], edges: [id] }));
}

/** Takes away what is selected. */
export function removeSelected(): void {
  const { nodes, edges } = useStudio.getState().presence.selection;
  if (nodes.length + edges.length > 0)
    edit(nodes.length > 0 ? words.did.removeSteps(nodes.length) : words.did.removeWire, (flow) =>
      removeThings(flow, { nodes, edges }),
    );
}

export function duplicateSelected(): void {
  const state = useStudio.getState();
  const flow = flowOf(state);
  const { nodes } = state.presence.selection;
  if (flow === null || nodes.length === 0) return;
  const taken = namesOf(flow);
  const ids = new Map<string, string>();
  const names = new Map<string, string>();
  for (const id of nodes) {
    const node = flow.nodes[id];
    if (node === undefined) continue;
    const name = autoName(node.name, taken);
    taken.add(name);
    ids.set(id, fresh('n'));
    names.set(id, name);
  }
  edit(words.did.duplicate, (now) =>
    duplicateNodes({ ...now, layout: placesOf(now) }, { ids, names, edgeId: () => fresh('e'), by: { x: 32, y: 32 } }),
  );
  selectNodes([...ids.values()]);
}

/** A node gets another name, and so do the formulas that speak of it; what is wrong with the name, or null. */
export function renameTo(id: string, name: string): Problem | null {
  const state = useStudio.getState();
  const flow = flowOf(state);
  if (flow === null || flow.nodes[id] === undefined) return null;
  const renaming = renameNode(flow, id, name, KINDS, surroundingsOf(state));
  if (!renaming.ok) return renaming.problem;
  edit(words.did.rename, () => renaming.flow);
  return null;
}

export function configure(id: string, config: Record<string, unknown>, gesture?: string): void {
  edit(
    words.did.configure,
    (flow) => {
      const node = flow.nodes[id];
      if (node === undefined) return flow;
      return setConfig(flow, id, config, { before: portsOf(node), after: portsOf({ ...node, config }) });
    },
    gesture,
  );
}

export const boundBack = (id: string, maxVisits: number | null): void =>
  edit(words.did.back, (flow) => setBack(flow, id, maxVisits), `back ${id}`);

export const movePlaces = (places: Readonly<Record<string, { x: number; y: number }>>, gesture?: string): void =>
  edit(words.did.move, (flow) => placeNodes(flow, places), gesture);

export const tidyUp = (sizeOf: (id: string) => Size): void =>
  edit(words.did.tidy, (flow) => placeNodes(flow, tidyPlaces(flow, sizeOf)));

export const selectNodes = (nodes: readonly string[]): void => transit((s) => selected(s, { nodes, edges: [] }));

export function selectAll(): void {
  transit((state) => selected(state, { nodes: Object.keys(flowOf(state)?.nodes ?? {}), edges: [] }));
}

export const clearSelection = (): void =>
  transit((state) => present(selected(state, { nodes: [], edges: [] }), { shownPath: null }));

const isConfig = (value: unknown): value is FlowNode['config'] =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
