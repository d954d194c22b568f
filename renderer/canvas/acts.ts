import { passingExit } from '../../engine/flow/disabled.ts';
import type { Flow } from '../../engine/flow/document.ts';
import { autoName } from '../../engine/flow/edit.ts';
import { KINDS } from '../../nodes/index.ts';
import { aligned, distributed, type Alignment, type Axis } from '../document/arrange.ts';
import { placeNodes, setDisabled } from '../document/commands.ts';
import {
  cardOf,
  dissolveGroup,
  foldGroup,
  groupCardId,
  groupOf,
  groupOfCard,
  groupWith,
  makeGroup,
  membersOf,
  nameGroup,
} from '../document/groups.ts';
import { placesOf } from '../document/tidy.ts';
import { edit, freshId, selectNodes } from '../state/edit.ts';
import type { StudioState } from '../state/records.ts';
import { flowOf, transit, useStudio } from '../state/store.ts';
import { present } from '../state/transitions.ts';
import { refuse } from '../ui/notice.ts';
import { foldPlace, meantBy } from './drawn.ts';
import { boxes } from './sizes.ts';
import { focusNode } from './viewport.ts';
import { words } from '../words/index.ts';

/** What is done with the steps that are selected, each one step for undo. */

interface Chosen {
  flow: Flow;
  nodes: readonly string[];
}

function chosen(state: StudioState = useStudio.getState()): Chosen | null {
  const flow = flowOf(state);
  const { nodes } = state.presence.selection;
  return flow === null || nodes.length === 0 ? null : { flow, nodes };
}

/** Disables what can be disabled of the selection; where all of that is disabled, enables it. */
export function toggleDisabled(): void {
  const at = chosen();
  if (at === null) return;
  const able = at.nodes.filter((id) => {
    const node = at.flow.nodes[id];
    return node !== undefined && (node.disabled === true || passingExit(node, KINDS) !== null);
  });
  if (able.length === 0) return refuse(words().canvas.disable.cannot);
  const disable = able.some((id) => at.flow.nodes[id]?.disabled !== true);
  edit(disable ? words().canvas.did.disable : words().canvas.did.enable, (flow) => setDisabled(flow, able, disable));
}

/** Are all selected steps disabled? */
export function isDisabled(state: StudioState): boolean {
  const at = chosen(state);
  return at !== null && at.nodes.every((id) => at.flow.nodes[id]?.disabled === true);
}

/** A box around the selected steps, whose name is asked for on it. */
export function groupSelected(): void {
  const at = chosen();
  if (at === null) return;
  const id = freshId('g');
  const taken = new Set(Object.values(at.flow.groups ?? {}).map((group) => group.name));
  const name = autoName(words().canvas.group.fresh, taken);
  edit(words().canvas.did.group, (flow) => makeGroup(flow, id, name, at.nodes));
  transit((state) => present(state, { renaming: id }));
}

/** The groups that any selected step stands in. */
function groupsOf({ flow, nodes }: Chosen): string[] {
  return [...new Set(nodes.flatMap((id) => groupOf(flow).get(id) ?? []))];
}

export const isGrouped = (state: StudioState): boolean => {
  const at = chosen(state);
  return at !== null && groupsOf(at).length > 0;
};

export function ungroupSelected(): void {
  const at = chosen();
  if (at !== null) edit(words().canvas.did.ungroup, (flow) => groupsOf(at).reduce(dissolveGroup, flow));
}

/** The group that is selected as a whole; null where none is. */
export function selectedGroup(state: StudioState): string | null {
  const at = chosen(state);
  return at === null ? null : groupWith(at.flow, at.nodes);
}

/** Folds the groups of the selection, or unfolds them where all are folded. */
export function toggleFold(): void {
  const at = chosen();
  if (at === null) return;
  const groups = groupsOf(at);
  setFold(
    groups,
    groups.some((id) => at.flow.groups?.[id]?.folded !== true),
  );
}

/** Folds groups, or unfolds them: their steps are selected, and what stands for the first has the keyboard. */
export function setFold(groups: readonly string[], folded: boolean): void {
  const did = words().canvas.did[folded ? 'fold' : 'unfold'];
  edit(did, (now) => groups.reduce((flow, id) => foldGroup(flow, id, folded), now));
  const flow = flowOf(useStudio.getState());
  const [first] = groups;
  if (flow === null || first === undefined) return;
  selectNodes(groups.flatMap((id) => membersOf(flow, id)));
  focusNode(groupCardId(first), groups.length > 1);
}

export function renameGroup(group: string, name: string): void {
  edit(words().canvas.did.nameGroup, (flow) => nameGroup(flow, group, name.trim().slice(0, 60)));
}

/** What the selected steps are drawn as, as boxes. */
function selectedBoxes({ flow, nodes }: Chosen) {
  const cards = new Set(nodes.map((id) => cardOf(flow, id)));
  return boxes().filter((box) => cards.has(box.id));
}

type Places = Record<string, { x: number; y: number }>;

/** Places of cards as places of steps: a folded group takes its steps along. */
function stepPlaces(flow: Flow, cards: Places): Places {
  const places: Places = {};
  const known = placesOf(flow);
  const at = (id: string) => known[id] ?? { x: 0, y: 0 };
  for (const [card, to] of Object.entries(cards)) {
    const group = groupOfCard(card);
    const from = group === null ? at(card) : foldPlace(flow, group, at);
    for (const id of meantBy(flow, card)) places[id] = { x: at(id).x + to.x - from.x, y: at(id).y + to.y - from.y };
  }
  return places;
}

export function alignSelected(how: Alignment): void {
  const at = chosen();
  if (at === null) return;
  edit(words().canvas.did.align, (flow) => placeNodes(flow, stepPlaces(at.flow, aligned(selectedBoxes(at), how))));
}

export function distributeSelected(axis: Axis): void {
  const at = chosen();
  if (at === null) return;
  edit(words().canvas.did.distribute, (flow) =>
    placeNodes(flow, stepPlaces(at.flow, distributed(selectedBoxes(at), axis))),
  );
}

/** How many cards are selected; a folded group is one. */
export function selectedCards(state: StudioState): number {
  const at = chosen(state);
  return at === null ? 0 : new Set(at.nodes.map((id) => cardOf(at.flow, id))).size;
}
