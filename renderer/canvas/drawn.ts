import type { Flow } from '../../engine/flow/document.ts';
import { boundsOf } from '../document/arrange.ts';
import { foldOf, groupCardId, groupOf, groupOfCard, membersOf } from '../document/groups.ts';
import { CARD_SIZE, placesOf, type Size } from '../document/tidy.ts';
import type { Box } from '../document/travel.ts';

/** What is drawn for steps and groups, and where. */

/** The steps that are meant by what is drawn under an id. */
export function meantBy(flow: Flow, card: string): readonly string[] {
  const group = groupOfCard(card);
  return group === null ? [card] : membersOf(flow, group);
}

/** The exit of a step in a folded group has a handle of this name on the group's card. */
export const exitHandle = (node: string, port: string): string => `${node} ${port}`;

/** The exit that is meant by a handle of what is drawn under an id. */
export function exitAtHandle(card: string, handle: string): { node: string; port: string } {
  if (groupOfCard(card) === null) return { node: card, port: handle };
  const space = handle.indexOf(' ');
  return { node: handle.slice(0, space), port: handle.slice(space + 1) };
}

type At = { x: number; y: number };

/** A folded group's card before it is measured. */
export const FOLD_SIZE: Size = { width: 232, height: 88 };

const PADDING = 16;
const HEAD = 32;

/** Where the frame of a group lies around the steps in it; `boxOf` gives a step's box. */
export function frameOf(flow: Flow, group: string, boxOf: (node: string) => Omit<Box, 'id'>): Omit<Box, 'id'> | null {
  const bounds = boundsOf(membersOf(flow, group).map(boxOf));
  if (bounds === null) return null;
  return {
    x: bounds.x - PADDING,
    y: bounds.y - PADDING - HEAD,
    width: bounds.width + 2 * PADDING,
    height: bounds.height + 2 * PADDING + HEAD,
  };
}

/** Where a group's frame has its name: a wire that can leads around it. */
export function frameHeads(flow: Flow, boxOf: (node: string) => Omit<Box, 'id'>): Box[] {
  return Object.entries(flow.groups ?? {}).flatMap(([id, { folded }]) => {
    const frame = folded === true ? null : frameOf(flow, id, boxOf);
    return frame === null ? [] : [{ id: groupCardId(id), ...frame, height: HEAD }];
  });
}

/** Where the card of a folded group lies: at the corner of where its steps lie. */
export function foldPlace(flow: Flow, group: string, placeOf: (node: string) => At): At {
  const members = membersOf(flow, group).map(placeOf);
  return { x: Math.min(...members.map(({ x }) => x)), y: Math.min(...members.map(({ y }) => y)) };
}

/** Everything that is drawn, as boxes; frames, which lie around others, are none. */
export function drawnBoxes(flow: Flow, measured: ReadonlyMap<string, Size>): Box[] {
  const places = placesOf(flow);
  const placeOf = (id: string): At => places[id] ?? { x: 0, y: 0 };
  const cards = Object.keys(flow.nodes)
    .filter((id) => foldOf(flow, id) === null)
    .map((id) => ({ id, ...placeOf(id), ...(measured.get(id) ?? CARD_SIZE) }));
  const folds = foldedGroups(flow).map((group) => ({
    id: groupCardId(group),
    ...foldPlace(flow, group, placeOf),
    ...(measured.get(groupCardId(group)) ?? FOLD_SIZE),
  }));
  return [...cards, ...folds];
}

export const foldedGroups = (flow: Flow): string[] =>
  Object.keys(flow.groups ?? {}).filter((id) => flow.groups?.[id]?.folded === true && membersOf(flow, id).length > 0);

export interface FoldedExit {
  node: string;
  port: string;
}

/** How a folded group hangs together with the rest: the exits by which wires leave it, and the step that they enter by. */
export interface FoldEnds {
  exits: readonly FoldedExit[];
  /** Null where several can be entered, or none. */
  entry: string | null;
  entered: boolean;
}

export function foldEnds(flow: Flow, group: string): FoldEnds {
  const by = groupOf(flow);
  const within = (node: string): boolean => by.get(node) === group;
  const wires = Object.values(flow.edges);
  const exits = wires.filter(({ from, to }) => within(from.node) && !within(to.node)).map(({ from }) => from);
  const entries = new Set(
    wires.filter(({ from, to }) => !within(from.node) && within(to.node)).map(({ to }) => to.node),
  );
  const [entry = null] = entries;
  return { exits, entry: entries.size === 1 ? entry : null, entered: entries.size > 0 };
}
