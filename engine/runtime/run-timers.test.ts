import { expect, test } from 'vitest';
import type { TimerPlace, TimerRow } from '../journal/journal.ts';
import { RunTimers } from './run-timers.ts';

/** A clock whose wakes are called by hand, and a journal of timers that are due. */
function kit(runs: readonly string[]) {
  const rows: TimerRow[] = runs.map((run) => ({ run, at: 5, kind: 'wait' }));
  const wakes: (() => void)[] = [];
  const told: string[] = [];
  let read = 0;
  let now = 10;
  const clock = {
    now: () => now,
    wakeAt: (_at: number, wake: () => void) => {
      wakes.push(wake);
      return () => void wakes.splice(wakes.indexOf(wake), 1);
    },
    wakeIn: () => () => undefined,
  };
  const journal = {
    isOpen: true,
    nextTimer: () => rows[0]?.at ?? null,
    dueTimers: (until: number, limit: number, after: TimerPlace | null = null) => {
      const isAfter = ({ at, run }: TimerPlace) =>
        after === null || at > after.at || (at === after.at && run > after.run);
      const found = rows.filter((row) => row.at <= until && isAfter(row)).slice(0, limit);
      read += found.length;
      return found;
    },
  };
  const timers = new RunTimers(clock, (run) => told.push(run), { touches: () => false, touched: 0 });
  return {
    timers,
    told,
    read: () => read,
    now: (to: number) => void (now = to),
    arm: () => timers.arm(journal),
    wake: () => wakes.splice(0).forEach((wake) => wake()),
    /** Its timer went off and is on disk. */
    over: (run: string) => {
      timers.takenUp(run);
      rows.splice(
        rows.findIndex((row) => row.run === run),
        1,
      );
    },
  };
}

test('a run whose timer is due is told of once, however often others commit before it is taken up', () => {
  const { arm, wake, told } = kit(['a', 'b']);
  for (let i = 0; i < 5; i++) {
    arm();
    wake();
  }
  expect(told).toEqual(['a', 'b']);
});

test('many timers that are due at once are told of by the batch, the next when the last was taken up', () => {
  const runs = Array.from({ length: 1000 }, (_, i) => `r${i}`);
  const { arm, wake, told, over } = kit(runs);
  let most = 0;
  for (let taken = 0; taken < runs.length;) {
    arm();
    wake();
    most = Math.max(most, told.length - taken);
    for (; taken < told.length; taken++) over(told[taken] ?? '');
  }
  expect(told).toEqual(runs);
  expect(most).toBeLessThanOrEqual(128);
});

test('what was told of and then dropped is told of again', () => {
  const { arm, wake, told, timers } = kit(['a']);
  arm();
  wake();
  timers.stop();
  arm();
  wake();
  expect(told).toEqual(['a', 'a']);
});

test('timers that are set aside and have long been due are looked at once, and again when they are let go', () => {
  const runs = Array.from({ length: 1000 }, (_, i) => `r${String(i).padStart(4, '0')}`);
  const { arm, wake, told, timers, read, now } = kit(runs);
  now(1_000_000);
  for (let i = 0; i < 20; i++) {
    arm();
    wake();
    for (const run of told.splice(0)) {
      timers.takenUp(run);
      timers.setAside(run);
    }
  }
  arm();
  const before = read();
  for (let i = 0; i < 50; i++) arm();
  expect(read() - before).toBeLessThan(50);
  timers.letGo('r0500');
  arm();
  wake();
  expect(told).toEqual(['r0500']);
});
