import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Program } from '../program/program.ts';
import { begin, decide, fold } from './core.ts';
import type { Decision } from './deciding.ts';
import type { RunEvent } from './event.ts';
import { MAX_STEPS, MAX_STEPS_IN_ALL, STEPS_AT_ONCE, type RunState, type Stimulus } from './state.ts';
import { listsWithin, programOf } from './testing/flows.ts';
import { INA } from './testing/people.ts';
import { AT, contextOf } from './testing/play.ts';

const nested = (outer: number, inner: number, atOnce: number): Program => programOf(listsWithin(outer, inner, atOnce));

const start = { run: 'run1', release: null, key: null, initiator: INA, salt: null, input: contextOf({ order: '7' }) };

interface Course {
  state: RunState;
  events: RunEvent[];
  decisions: Decision[];
}

/** Takes a run to its end by decisions of its own, and before each of them does something to where it stands. */
function whole(program: Program, before: (course: Course) => Stimulus = () => ({ stimulus: 'continued' })): Course {
  const { state, decision } = begin(program, start, AT);
  const course: Course = { state, events: [...decision.events], decisions: [decision] };
  for (let last = decision; last.more;) {
    const stimulus = before(course);
    last = decide(program, course.state, stimulus, AT);
    course.decisions.push(last);
    for (const event of last.events) course.events.push(event);
  }
  return course;
}

describe('P40 I8 I11 a case that has much to do at once', () => {
  it('P40 I11 takes a bounded number of steps in each decision, and all of them come to the same', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 40 }), fc.nat(30), (outer, inner, n) => {
        const program = nested(outer, inner, n + 1);
        const { state, events, decisions } = whole(program);
        const sum = (inner * outer * (outer + 1) + outer * inner * (inner + 1)) / 2;
        expect([state.ended?.result, state.ended?.value]).toEqual(['done', contextOf({ sum })]);
        // Each step says one thing, but for the first decision, which says that the case has begun.
        for (const { events: said } of decisions) expect(said.length).toBeLessThanOrEqual(STEPS_AT_ONCE + 1);
        const completed = events.filter(({ type }) => type === 'node.completed');
        expect(completed).toHaveLength(2 * inner * outer + 2 * outer + 1);
        expect(decisions.length).toBeGreaterThanOrEqual(events.length / (STEPS_AT_ONCE + 1));
      }),
      { numRuns: 25 },
    );
  });

  it('control: a short case is one decision, and says that there is no more', () => {
    const { decisions } = whole(nested(3, 3, 2));
    expect(decisions.map(({ more }) => more)).toEqual([false]);
  });

  it('I1 I11 goes on from what is on disk wherever it was cut, with the same events', () => {
    const program = nested(30, 31, 7);
    const undisturbed = whole(program);
    expect(undisturbed.decisions.length).toBeGreaterThan(3);
    const crashed = whole(program, (course) => {
      course.state = fold(
        program,
        'run1',
        course.events.map((event) => ({ event, at: AT })),
      );
      return { stimulus: 'recovered' };
    });
    expect(crashed.events).toEqual(undisturbed.events);
  });

  it('P32 I11 stands still where it was cut while it is held, and goes on when it is let go', () => {
    const program = nested(30, 30, 10);
    const { state, decision } = begin(program, start, AT);
    expect(decision.more).toBe(true);
    expect(decide(program, state, { stimulus: 'continued' }, AT, true)).toMatchObject({ events: [], more: false });
    decide(program, state, { stimulus: 'suspended', by: INA, reason: 'to look' }, AT);
    expect(decide(program, state, { stimulus: 'continued' }, AT)).toMatchObject({ events: [], more: false });
    const resumed = decide(program, state, { stimulus: 'resumed', by: INA, reason: 'looked' }, AT);
    expect([resumed.events.length > 100, resumed.more]).toEqual([true, true]);
  });

  it('I11 its time may be over in between', () => {
    const program = { ...nested(30, 30, 10), deadlineMs: 1000 };
    const { state, decision } = begin(program, start, AT);
    expect(decision.more).toBe(true);
    decide(program, state, { stimulus: 'continued' }, AT + 1000);
    expect(state.ended?.error?.code).toBe('DEADLINE_PASSED');
  });

  it('I11 a long list is a decision of its own, of however few steps', () => {
    const { decisions, state } = whole(nested(3, 900, 1));
    // Before each inner list is gone through there is a cut.
    expect(decisions.length).toBeGreaterThanOrEqual(3 + (3 * 900) / STEPS_AT_ONCE);
    expect(state.ended?.result).toBe('done');
  });

  it('I8 lists within lists end at the bound of steps of all lines together, in words', () => {
    const program = nested(40, 40, 5);
    let near = false;
    const { state } = whole(program, (course) => {
      // So many steps have been taken, as far as the state knows.
      if (!near) course.state.steps = MAX_STEPS_IN_ALL - 100;
      near = true;
      return { stimulus: 'continued' };
    });
    expect(state.steps).toBe(MAX_STEPS_IN_ALL + 1);
    expect(state.ended).toMatchObject({
      status: 'failed',
      error: { code: 'STEPS_EXHAUSTED', message: `The case took more than ${MAX_STEPS_IN_ALL} steps.` },
    });
  });

  it('I8 every node that any line enters counts, and the fold counts alike', () => {
    const program = nested(10, 12, 3);
    const { state, events } = whole(program);
    // The first node, one for each item of either list with its join, and what comes after.
    expect(state.steps).toBeGreaterThan(2 * 10 * 12);
    expect(state.steps).toBeLessThan(MAX_STEPS);
    const folded = fold(
      program,
      'run1',
      events.map((event) => ({ event, at: AT })),
    );
    expect(folded.steps).toBe(state.steps);
  });
});
