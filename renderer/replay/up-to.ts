import type { StoryMoment, TraceStep } from '../../engine/studio/contract.ts';

/** An event of a case, with the step in whose story it stands. */
export interface Happening {
  moment: StoryMoment;
  step: TraceStep;
}

/** Everything that happened in a case, in the order of its record. */
export const happeningsOf = (steps: readonly TraceStep[]): Happening[] =>
  steps
    .flatMap((step) => step.moments.map((moment) => ({ moment, step })))
    .sort((a, b) => a.moment.place - b.moment.place);

/** Had the step come to its state by then? */
export const isSettledBy = ({ settledAt }: Pick<TraceStep, 'settledAt'>, place: number): boolean =>
  settledAt !== null && settledAt <= place;

/** Had the case come to the step by then? What nothing is on record of counts as reached from the first. */
export const isReachedBy = ({ moments }: Pick<TraceStep, 'moments'>, place: number): boolean =>
  (moments[0]?.place ?? 0) <= place;

/**
 * A case as it stood right after one of its events.
 *
 * - U1 After the last event it is the whole case.
 * - U2 What is told of a moment is where any later one begins: the same steps in the same order, each with the first of its
 *   moments.
 * - U3 A step that was not settled by then is under way, and has no exit and no value.
 *
 * How a step came out is told as it is known today: one at which the case failed later, by an event of its own, has failed
 * from when it was settled.
 *
 * @param place of the event among those of the case; see {@link StoryMoment}
 */
export function upTo(steps: readonly TraceStep[], place: number): TraceStep[] {
  return steps.filter((step) => isReachedBy(step, place)).map((step) => stepUpTo(step, place));
}

function stepUpTo(step: TraceStep, place: number): TraceStep {
  const moments = step.moments.filter((moment) => moment.place <= place);
  const last = moments.at(-1);
  const settled = isSettledBy(step, place);
  if (last === undefined || (settled === (step.settledAt !== null) && moments.length === step.moments.length))
    return step;
  const course = { ...step, moments, atMs: last.atMs, sentence: last.sentence };
  return settled ? course : { ...course, ...UNDER_WAY };
}

const UNDER_WAY = {
  state: 'under way',
  settledAt: null,
  port: null,
  edge: null,
  value: null,
  record: null,
  tookMs: null,
} as const;

/** The steps at which a case stands: those under way, and the one that the last event is of. */
export function standsAt(steps: readonly TraceStep[]): string[] {
  const last = happeningsOf(steps).at(-1)?.step.node;
  const underWay = steps.flatMap(({ node, state }) => (state === 'under way' ? [node] : []));
  return [...underWay, ...(last === undefined ? [] : [last])].filter((node) => node !== '');
}
