import * as fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import type { ErrorShape } from '../../engine/flow/error.ts';
import type { StudioAnswer } from '../../engine/studio/contract.ts';
import { queueOf } from '../../engine/studio/queue.ts';
import { initialState } from '../state/transitions.ts';
import { drawn, textsOf } from '../test-kit/views.tsx';
import { clockTime } from '../ui/format.ts';
import { words } from '../words/index.ts';
import { askedFor, periodOf, PERIODS, rowsOf, shapeOf } from './queue-shape.ts';
import { Queue } from './queue.tsx';

interface Said {
  answer: StudioAnswer<'queue'> | null;
  error: ErrorShape | null;
}
const said = vi.hoisted((): Said => ({ answer: null, error: null }));
vi.mock('../ui/use-answer.ts', () => ({ useAnswer: () => ({ ...said, again: () => undefined }) }));

const HOUR = 3_600_000;
const NOW = new Date(2026, 2, 9, 14, 40).getTime();
const spans = fc.array(
  fc.record({
    asked: fc.integer({ min: NOW - 50 * HOUR, max: NOW }),
    settled: fc.option(fc.integer({ min: NOW - 50 * HOUR, max: NOW })),
    due: fc.constant(null),
  }),
  { maxLength: 12 },
);
const SIZE = { width: 400, height: 56 };

describe('the queue over a time', () => {
  it('is asked for by whole hours and days, of which the last is this one', () => {
    const [day, week] = PERIODS.map((period) => askedFor(period, NOW));
    expect(new Date(day?.from ?? 0).getTime()).toBe(new Date(2026, 2, 8, 15).getTime());
    expect(new Date(week?.from ?? 0).getTime()).toBe(new Date(2026, 2, 3).getTime());
    // Whenever it is asked for, also across a change of the clocks, the answer says over what it is.
    for (let now = NOW; now < NOW + 40 * 24 * HOUR; now += 5 * HOUR)
      for (const period of PERIODS) expect(periodOf({ from: askedFor(period, now).from, to: now })).toBe(period);
  });

  it('rows hold whatever came up and was settled, and the most of all', () => {
    fc.assert(
      fc.property(spans, fc.constantFrom(...PERIODS), (tasks, period) => {
        const queue = queueOf(tasks, { ...askedFor(period, NOW), to: NOW });
        const rows = rowsOf(queue.slots, period);
        const sum = (list: typeof rows, what: 'asked' | 'settled') => list.reduce((all, row) => all + row[what], 0);
        for (const what of ['asked', 'settled'] as const) expect(sum(rows, what)).toBe(sum(queue.slots, what));
        expect(Math.max(0, ...rows.map(({ most }) => most))).toBe(queue.most?.open ?? 0);
        expect(rows.length).toBeLessThanOrEqual(period === 'day' ? 24 : 7);
        expect(rows.every(({ most }) => most > 0)).toBe(true);
      }),
    );
  });

  it('is drawn within its frame, from the left edge to the right, with its peak at its highest', () => {
    fc.assert(
      fc.property(spans, (tasks) => {
        const queue = queueOf(tasks, { ...askedFor('day', NOW), to: NOW });
        const { line, area, peak } = shapeOf(queue, SIZE);
        expect(line).toMatch(/^M 0 /);
        expect(line.endsWith(`H ${SIZE.width}`)).toBe(true);
        expect(area.startsWith(line)).toBe(true);
        const heights = [...line.matchAll(/(?:^M 0|V) ([\d.]+)/g)].map(([, y]) => Number(y));
        expect(heights.every((y) => y >= 0 && y <= SIZE.height)).toBe(true);
        expect((peak?.y ?? 1) * SIZE.height).toBeCloseTo(Math.min(...heights), 1);
        expect(peak?.x ?? 0).toBeGreaterThanOrEqual(0);
        expect(peak?.x ?? 0).toBeLessThanOrEqual(1);
      }),
    );
    expect(shapeOf(queueOf([], { from: NOW, to: NOW, slotMs: HOUR }), SIZE).line).toBe('');
  });

  it('says in words what it draws, how many are overdue, and when it could not count all', () => {
    const at = NOW - 2 * HOUR;
    const tasks = [1, 2, 3].map((i) => ({ asked: at + i, settled: i === 3 ? at + 9 : null, due: i === 1 ? at : null }));
    const queue = queueOf(tasks, { ...askedFor('day', NOW), to: NOW });
    said.answer = { ...queue, cut: true };
    const texts = textsOf(drawn(initialState(), <Queue />));
    const most = words().queue.most(clockTime(at), 3);
    expect(texts).toEqual(
      expect.arrayContaining(['2 open', '1 overdue', most, words().queue.cut, words().queue.caption.day]),
    );
    expect(texts).toContain(words().queue.said('day', most, 2));
    expect(texts.filter((text) => text === '3')).toHaveLength(2);
  });

  it('of a time in which nobody was asked it says so, and counts nothing', () => {
    said.answer = { ...queueOf([], { ...askedFor('day', NOW), to: NOW }), cut: false };
    const html = drawn(initialState(), <Queue />);
    expect(textsOf(html)).toContain(words().queue.none.day);
    expect(html).not.toContain('<svg');
    expect(textsOf(html)).not.toContain('0 open');
    said.answer = null;
    expect(textsOf(drawn(initialState(), <Queue />))).not.toContain(words().queue.none.day);
  });

  it('tells of the time that was asked over while another is asked for, and says why there is no answer', () => {
    // A day is chosen, and the answer that stands there is still that over a week.
    const queue = queueOf([{ asked: NOW - HOUR, settled: null, due: null }], { ...askedFor('week', NOW), to: NOW });
    said.answer = { ...queue, cut: false };
    said.error = {
      code: 'INTERNAL',
      message: 'It cannot be counted.',
      hint: 'Try again.',
      retryable: true,
      fault: 'us',
    };
    const texts = textsOf(drawn(initialState(), <Queue />));
    expect(texts).toContain(words().queue.caption.week);
    expect(texts).not.toContain(words().queue.caption.day);
    expect(texts).toContain('It cannot be counted.');
    said.error = null;
  });
});
