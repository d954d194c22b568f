import { drawnCase, replayedTo, type DrawnCase } from '../canvas/marks.ts';
import { showNode } from '../canvas/viewport.ts';
import type { StudioState } from '../state/records.ts';
import { transit, useStudio } from '../state/store.ts';
import { present } from '../state/transitions.ts';
import { happeningsOf, type Happening } from './up-to.ts';

/** The moments of the case that is drawn, and at which of them it is drawn. */

/** Can the case be replayed? One of a single event has nothing to it. */
export const canReplay = (state: StudioState): boolean => {
  const drawn = drawnCase(state);
  return drawn !== null && happeningsOf(drawn.steps).length > 1;
};

/** Which of the moments is shown, from 0; the last one where the whole case is drawn. */
export function shownAt(happenings: readonly Happening[], place: number | null): number {
  const at = place === null ? -1 : happenings.findLastIndex(({ moment }) => moment.place <= place);
  return at < 0 ? happenings.length - 1 : at;
}

/**
 * Draws the case at one of its moments, from 0, and brings its step into sight; at the last one it is the whole case, and
 * goes on as that does.
 */
export const showMoment = (drawn: DrawnCase, happenings: readonly Happening[], at: number): void => {
  const happening = happenings[Math.min(Math.max(0, at), happenings.length - 1)];
  const place = at >= happenings.length - 1 ? undefined : happening?.moment.place;
  transit((state) => present(state, { replay: place === undefined ? null : { of: drawn.key, place } }));
  if (happening !== undefined) showNode(happening.step.node);
};

/** The moment after the one that is shown; from the last one on the first. False where it is the last one. */
export function showNext(): boolean {
  const state = useStudio.getState();
  const drawn = drawnCase(state);
  if (drawn === null) return false;
  const happenings = happeningsOf(drawn.steps);
  const at = shownAt(happenings, replayedTo(state, drawn));
  const next = at >= happenings.length - 1 ? 0 : at + 1;
  showMoment(drawn, happenings, next);
  return next < happenings.length - 1;
}
