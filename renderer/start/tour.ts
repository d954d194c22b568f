import type { Session, StudioState } from '../state/records.ts';
import { transit, useStudio } from '../state/store.ts';
import { arranged, present } from '../state/transitions.ts';
import { FIRST, stepOf, TOUR, type TourStep } from './tour-steps.ts';

type Tour = Session['tour'];

/** The tour one step on, when its step is done; what is done already is passed by. Pure, from state to state. */
export function onTour(state: StudioState): StudioState {
  const { tour } = state.session;
  if (tour?.open !== true) return state;
  const found = stepOf(tour.step);
  if (found === null) return withTour(state, null);
  if (!found.step.done(state)) return state;
  const next = TOUR[found.at + 1];
  return next === undefined ? state : withTour(state, { ...tour, step: next.id });
}

const withTour = (state: StudioState, tour: Tour): StudioState => arranged(state, { tour });

/** The tour follows what is done in the window. Returns how to stop. */
export const startTour = (): (() => void) =>
  useStudio.subscribe((state) => {
    if (onTour(state) !== state) transit(onTour);
  });

/** Begins the tour on the start page, or goes on where it was left. */
export function beginTour(): void {
  transit((state) => {
    const { tour } = state.session;
    if (tour === null || stepOf(tour.step) === null)
      return withTour(arranged(state, { view: 'start' }), { step: FIRST, open: true });
    return withTour(state, { ...tour, open: true });
  });
}

/** Leaves the tour; it can be gone on with where it was left. */
export const leaveTour = (): void =>
  transit((state) => {
    const { tour } = state.session;
    return tour === null ? state : withTour(state, { ...tour, open: false });
  });

/** The tour is over. */
export const finishTour = (): void => transit((state) => withTour(state, null));

/** The next step, whether or not this one was done. */
export const skipStep = (): void =>
  transit((state) => {
    const { tour } = state.session;
    const next = tour === null ? undefined : TOUR[(stepOf(tour.step)?.at ?? TOUR.length) + 1];
    return tour === null || next === undefined ? withTour(state, null) : withTour(state, { ...tour, step: next.id });
  });

/** The first of these that can be seen. */
function seen(selectors: readonly string[]): HTMLElement | null {
  for (const selector of selectors) {
    const found = document.querySelector(selector);
    if (found instanceof HTMLElement && found.checkVisibility() && found.getClientRects().length > 0) return found;
  }
  return null;
}

/** The element that is pointed at: what is meant, or the way to the place where it is. */
export const pointedAt = ({ targets, view }: TourStep): HTMLElement | null =>
  seen(targets) ?? seen([`[data-view="${view}"]`, '.rail-item.last']);

/** Goes to where the step is done, and puts the keyboard on what is meant. */
export function point(): void {
  const { tour } = useStudio.getState().session;
  const step = tour === null ? undefined : stepOf(tour.step)?.step;
  if (step === undefined) return;
  transit((state) => present(arranged(state, { view: step.view }), { dialog: null }));
  setTimeout(() => focusOn(step, TRIES), EACH_MS);
}

const TRIES = 40;
const EACH_MS = 30;

/** A place may not be drawn yet, or a dialog may still be closing. */
function focusOn(step: TourStep, tries: number): void {
  const meant = document.querySelector('[role="dialog"]') === null ? seen(step.targets) : null;
  if (meant === null && tries > 1) return void setTimeout(() => focusOn(step, tries - 1), EACH_MS);
  const target = meant ?? pointedAt(step);
  // The canvas selects a step that the keyboard walks to, from wherever it was.
  if (document.activeElement === document.body) seen(['.tour'])?.focus();
  target?.scrollIntoView({ block: 'center', inline: 'nearest' });
  target?.focus({ preventScroll: true });
  // What was drawn anew in the meantime let the keyboard fall to nobody.
  setTimeout(() => {
    if (document.activeElement === document.body && tries > 1) focusOn(step, tries - 1);
  }, EACH_MS);
}
