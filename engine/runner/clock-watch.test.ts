import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { ClockWatch, jumpBetween, readClocks } from './clock-watch.ts';

/** What is said of it: more than a minute is a jump, or a sleep. */
const MINUTE = 60_000;
const span = fc.integer({ min: 0, max: 10 * 86_400_000 });

/** Clocks that are moved by hand, and what was told of them. */
function watched() {
  const clocks = { wall: 0, steady: 0, awake: 0 };
  const told: unknown[] = [];
  const watch = new ClockWatch(() => ({ ...clocks }), {
    jumped: (by, from) => told.push([by, from]),
    slept: () => told.push('slept'),
  });
  const pass = (ms: number, asleep = 0): void => {
    clocks.wall += ms + asleep;
    clocks.steady += ms + asleep;
    clocks.awake += ms;
  };
  return { clocks, told, watch, pass };
}

test('P8 a clock that was set by more than a minute is told of once, with how far, either way, also around a sleep', () => {
  fc.assert(
    fc.property(
      span,
      fc.oneof(fc.constant(0), span),
      fc.integer({ min: MINUTE + 1, max: 30 * 86_400_000 }),
      fc.boolean(),
      (passed, asleep, far, back) => {
        const by = back ? -far : far;
        const { clocks, told, watch, pass } = watched();
        pass(passed, asleep);
        clocks.wall += by;
        watch.look();
        watch.look();
        expect(told).toEqual([[by, 0]]);
      },
    ),
  );
});

test('P8 a machine that slept, however long, is no jump: what came due is taken up, and nothing goes on record', () => {
  fc.assert(
    fc.property(span, fc.integer({ min: MINUTE + 1, max: 30 * 86_400_000 }), (passed, asleep) => {
      const { told, watch, pass } = watched();
      pass(passed, asleep);
      watch.look();
      watch.look();
      expect(told).toEqual(['slept']);
    }),
  );
});

test('P8 control: time that passes, however long, and drift within a minute are no jump and no sleep', () => {
  fc.assert(
    fc.property(span, fc.integer({ min: -MINUTE, max: MINUTE }), (passed, drift) => {
      const { clocks, told, watch, pass } = watched();
      pass(passed);
      clocks.wall += drift;
      watch.look();
      expect(told).toEqual([]);
    }),
  );
});

test('P8 control: by a clock that stands still in sleep a sleep would be a jump', () => {
  const { clocks, pass } = watched();
  const before = { ...clocks };
  pass(0, 3_600_000);
  expect(jumpBetween(before, clocks)).toBeNull();
  expect(jumpBetween({ ...before, steady: before.awake }, { ...clocks, steady: clocks.awake })).toBe(3_600_000);
});

test('the clocks of this machine agree with one another', () => {
  const before = readClocks();
  const after = readClocks();
  expect(jumpBetween(before, after)).toBeNull();
  expect(after.steady).toBeGreaterThanOrEqual(before.steady);
});
