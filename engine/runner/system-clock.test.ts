import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { systemClock } from './system-clock.ts';

const DAY_MS = 86_400_000;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test.each([
  ['a while', (days: number, wake: () => void) => systemClock().wakeIn(days * DAY_MS, wake)],
  ['a time', (days: number, wake: () => void) => systemClock().wakeAt(Date.now() + days * DAY_MS, wake)],
])('%s that is longer than a timer of the platform goes is waited for to its end', (_, waitFor) => {
  const woken: string[] = [];
  waitFor(60, () => woken.push('after 60 days'));
  waitFor(60, () => woken.push('cancelled'))();
  vi.advanceTimersByTime(60 * DAY_MS - 1);
  expect(woken).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(woken).toEqual(['after 60 days']);
});
