import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { moves, PROGRAMS, walk } from '../../engine/core/testing/walk.ts';
import type { Program } from '../../engine/program/program.ts';
import { storyOf } from '../../engine/runtime/story.ts';
import { stepView } from '../../engine/studio/views.ts';
import type { TraceStep } from '../../engine/studio/contract.ts';
import { shownTrace } from '../canvas/marks.ts';
import type { RealCase } from '../state/records.ts';
import { initialState, opened, present } from '../state/transitions.ts';
import { shownAt } from './moments.ts';
import { happeningsOf, standsAt, upTo } from './up-to.ts';

type Journal = ReturnType<typeof walk>['journal'];
const stepsOf = (program: Program, journal: Journal): TraceStep[] => storyOf(program, journal).map(stepView);
const placesOf = (steps: readonly TraceStep[]): number[] => happeningsOf(steps).map(({ moment }) => moment.place);
const turn = ({ node, path, visit, moments }: TraceStep): string =>
  JSON.stringify([node, path, visit, moments.map(({ place }) => place)]);

/** What is drawn of a case at each of its moments, and of the whole of it. */
function drawnOf(program: Program, steps: readonly TraceStep[]) {
  const { flow } = program;
  const state = opened(initialState(), { path: 'flows/a.flow.json', flow, digest: '', readOnly: null });
  const course = { release: '1', program: program.digest, status: '', result: null, started: 0, ended: null };
  const real: RealCase = { ...course, run: 'r', steps, of: flow, differs: null };
  return (place: number | null) =>
    shownTrace(present(state, { real, replay: place === null ? null : { of: 'r', place } }));
}

describe('a case up to one of its moments', () => {
  it.each(PROGRAMS.map((program, i) => [i, program] as const))(
    'U1 U2 U3 is what the record told then, begins whatever comes later, and ends as the whole: %i',
    (_, program) => {
      fc.assert(
        fc.property(moves, (chances) => {
          const { journal } = walk(program, chances);
          const steps = stepsOf(program, journal);
          expect(placesOf(steps)).toEqual(journal.map((_event, i) => i + 1));
          expect(upTo(steps, journal.length)).toEqual(steps);
          expect(upTo(steps, 0)).toEqual([]);
          let before: TraceStep[] = [];
          for (let place = 1; place <= journal.length; place++) {
            const now = upTo(steps, place);
            const told = stepsOf(program, journal.slice(0, place));
            expect(now.map(turn)).toEqual(told.map(turn));
            expect(now.map(({ settledAt }) => settledAt)).toEqual(told.map(({ settledAt }) => settledAt));
            const underWay = { state: 'under way', port: null, edge: null, value: null };
            for (const [i, { state, port, edge, value, settledAt }] of now.entries())
              expect({ state, port, edge, value }).toMatchObject(
                settledAt === null ? underWay : { state: steps[i]?.state },
              );
            expect(now.length).toBeGreaterThanOrEqual(before.length);
            for (const [i, step] of before.entries()) {
              const shown = now[i]?.moments.slice(0, step.moments.length);
              expect([now[i]?.node, shown]).toEqual([step.node, step.moments]);
            }
            before = now;
          }
        }),
        { numRuns: 25 },
      );
    },
    60_000,
  );

  it.each(PROGRAMS.map((program, i) => [i, program] as const))(
    'no wire and no step that is drawn goes away again, and in the end all of them are: %i',
    (_, program) => {
      fc.assert(
        fc.property(moves, (chances) => {
          const steps = stepsOf(program, walk(program, chances).journal);
          const draw = drawnOf(program, steps);
          const whole = draw(null);
          let edges: ReadonlySet<string> = new Set();
          let nodes: ReadonlySet<string> = new Set();
          for (const place of placesOf(steps)) {
            const trace = draw(place);
            expect(edges.isSubsetOf(trace?.edges ?? new Set())).toBe(true);
            expect(nodes.isSubsetOf(new Set(trace?.turns.keys()))).toBe(true);
            expect((trace?.here.size ?? 0) > 0 || steps.some(({ node }) => node === '')).toBe(true);
            edges = trace?.edges ?? new Set();
            nodes = new Set(trace?.turns.keys());
          }
          expect(edges).toEqual(whole?.edges);
          expect(nodes).toEqual(new Set(whole?.turns.keys()));
          expect(whole?.here.size).toBe(0);
        }),
        { numRuns: 25 },
      );
    },
    60_000,
  );

  it('control: a step that is told before its time is found out', () => {
    const [program] = PROGRAMS;
    if (program === undefined) throw new Error('there are programs');
    const steps = stepsOf(program, walk(program, [['done', 0, 5]]).journal);
    const hasty = (place: number): TraceStep[] => upTo(steps, place + 1);
    expect(hasty(1).map(turn)).not.toEqual(upTo(steps, 1).map(turn));
  });

  it('times that were set back change nothing of the order', () => {
    const [program] = PROGRAMS;
    if (program === undefined) throw new Error('there are programs');
    const { journal } = walk(program, [
      ['done', 0, 9000],
      ['done', 0, 10],
    ]);
    const back = journal.map((one, i) => ({ ...one, at: one.at - i * 60_000 }));
    const [steps, straight] = [stepsOf(program, back), stepsOf(program, journal)];
    for (const place of placesOf(straight))
      expect(upTo(steps, place).map(turn)).toEqual(upTo(straight, place).map(turn));
  });

  it('stands at the step that the last event is of, and at all that is under way', () => {
    const [program] = PROGRAMS;
    if (program === undefined) throw new Error('there are programs');
    const steps = stepsOf(program, walk(program, [['done', 0, 5]]).journal);
    const nodes = placesOf(steps).map((place) => standsAt(upTo(steps, place)));
    expect(nodes[0]).toEqual([program.trigger]);
    const underWay = steps.flatMap(({ node, state }) => (state === 'under way' ? [node] : []));
    expect(nodes.at(-1)).toEqual(expect.arrayContaining(underWay));
  });

  it('a moment that is not of this telling is the one before it', () => {
    const [program] = PROGRAMS;
    if (program === undefined) throw new Error('there are programs');
    const happenings = happeningsOf(stepsOf(program, walk(program, [['done', 0, 5]]).journal));
    expect(shownAt(happenings, null)).toBe(happenings.length - 1);
    expect(shownAt(happenings, 1)).toBe(0);
    expect(shownAt(happenings, 999)).toBe(happenings.length - 1);
    expect(shownAt(happenings.slice(1), 1)).toBe(happenings.length - 2);
  });
});
