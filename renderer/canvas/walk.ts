import { placesOf } from '../document/tidy.ts';
import { firstBox, nearestInDirection, type Direction } from '../document/travel.ts';
import { movePlaces, selectNodes } from '../state/edit.ts';
import type { StudioState } from '../state/records.ts';
import { flowOf, transit, useStudio } from '../state/store.ts';
import { selected, toggled } from '../state/transitions.ts';
import { cardOf } from '../document/groups.ts';
import { meantBy } from './drawn.ts';
import { boxes } from './sizes.ts';
import { focusedCard, focusNode, showNode } from './viewport.ts';

/** Going about on the canvas by keyboard. */

const NUDGE = 8;

/** Selects a step, or the steps of a group's card, brings it into sight and gives it the keyboard. */
export function goToStep(id: string): void {
  const flow = flowOf(useStudio.getState());
  selectNodes(flow === null ? [id] : meantBy(flow, id));
  showNode(id);
  focusNode(id);
}

/** To the next step in a direction; from nowhere, to the first. */
export function travel(direction: Direction): void {
  const to = nextCard(direction);
  if (to !== undefined) goToStep(to);
}

/** As {@link travel}, and what is selected stays so: to the steps that are to be selected beside each other. */
export function travelAlone(direction: Direction): void {
  const to = nextCard(direction);
  if (to === undefined) return;
  showNode(to);
  focusNode(to, true);
}

function nextCard(direction: Direction): string | undefined {
  const all = boxes();
  const at = cardAt(useStudio.getState());
  return at === null ? firstBox(all) : nearestInDirection(all, at, direction);
}

/** The card that has the keyboard, or else that of the first step that is selected. */
function cardAt(state: StudioState): string | null {
  const [first] = state.presence.selection.nodes;
  const flow = flowOf(state);
  return focusedCard() ?? (first === undefined || flow === null ? null : cardOf(flow, first));
}

/** The card that has the keyboard goes into the selection, or out of it; a group's with all of its steps. */
export function toggleFocused(): void {
  const card = focusedCard();
  const flow = flowOf(useStudio.getState());
  if (card !== null && flow !== null)
    transit((state) => selected(state, toggled(state.presence.selection, meantBy(flow, card))));
}

export function nudge(direction: Direction): void {
  const state = useStudio.getState();
  const flow = flowOf(state);
  if (flow === null) return;
  const places = placesOf(flow);
  const by = { left: [-NUDGE, 0], right: [NUDGE, 0], up: [0, -NUDGE], down: [0, NUDGE] }[direction];
  const { nodes } = state.presence.selection;
  const moved = nodes.map((id) => {
    const at = places[id] ?? { x: 0, y: 0 };
    return [id, { x: at.x + (by[0] ?? 0), y: at.y + (by[1] ?? 0) }] as const;
  });
  movePlaces(Object.fromEntries(moved), `nudge ${nodes.join(' ')}`);
}

/** To the first field of the settings. */
export function focusInspector(): void {
  const field = document.querySelector('.inspector input, .inspector textarea, .inspector button');
  if (field instanceof HTMLElement) field.focus();
}
