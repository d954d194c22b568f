import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { ClockWatch, JUMP_MS, jumpBetween } from './clock-watch.ts';

const span = fc.integer({ min: 0, max: 10 * 86_400_000 });

test('P8 a clock that was set by more than a minute is told of once, with how far, either way', () => {
  fc.assert(
    fc.property(span, fc.integer({ min: JUMP_MS + 1, max: 30 * 86_400_000 }), fc.boolean(), (passed, far, back) => {
      const by = back ? -far : far;
      const clocks = { wall: 0, steady: 0 };
      const told: [number, number][] = [];
      const watch = new ClockWatch(
        () => ({ ...clocks }),
        (jump, from) => told.push([jump, from]),
      );
      clocks.wall += passed + by;
      clocks.steady += passed;
      watch.look();
      watch.look();
      expect(told).toEqual([[by, 0]]);
    }),
  );
});

test('P8 control: time that passes, however long, and drift within a minute are no jump', () => {
  fc.assert(
    fc.property(span, fc.integer({ min: -JUMP_MS, max: JUMP_MS }), (passed, drift) => {
      expect(jumpBetween({ wall: 5, steady: 7 }, { wall: 5 + passed + drift, steady: 7 + passed })).toBeNull();
    }),
  );
});
