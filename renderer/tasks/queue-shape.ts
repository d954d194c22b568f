import type { Queue } from '../../engine/studio/contract-queue.ts';

/** A queue over time as it is drawn and listed: without React. Hours and days are those of where the window is. */

export const PERIODS = ['day', 'week'] as const;
export type Period = (typeof PERIODS)[number];

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** What is asked for: 24 hours, of which this is the last, or seven days, of which this is the last. */
export function askedFor(period: Period, now: number): { from: number; slotMs: number } {
  const from = new Date(now);
  if (period === 'day') return { from: from.setHours(from.getHours() - 23, 0, 0, 0), slotMs: 15 * MINUTE };
  from.setDate(from.getDate() - 6);
  return { from: from.setHours(0, 0, 0, 0), slotMs: HOUR };
}

/** What an answer is over, which is not what was asked for last until that is answered. */
export const periodOf = ({ from, to }: Pick<Queue, 'from' | 'to'>): Period => (to - from > 48 * HOUR ? 'week' : 'day');

type Slot = Queue['slots'][number];

/** The slots by the hour, or by day, without those in which no task was open. */
export function rowsOf(slots: readonly Slot[], period: Period): Slot[] {
  const begin = (at: number): number =>
    period === 'day' ? new Date(at).setMinutes(0, 0, 0) : new Date(at).setHours(0, 0, 0, 0);
  return [...Map.groupBy(slots, ({ at }) => begin(at)).values()]
    .map((group) => ({
      at: group[0]?.at ?? 0,
      most: Math.max(...group.map(({ most }) => most)),
      asked: group.reduce((sum, { asked }) => sum + asked, 0),
      settled: group.reduce((sum, { settled }) => sum + settled, 0),
    }))
    .filter(({ most }) => most > 0);
}

export interface Shape {
  /** The level as an SVG path of steps, and the same closed along the ground. */
  line: string;
  area: string;
  /** Where the most were open, as shares of width and height from the upper left; null where none ever was. */
  peak: { x: number; y: number } | null;
}

/** Room above the highest level, as a share of the height: its mark is drawn whole. */
const HEAD = 0.12;

/** @param size of the drawing in its own units; the time takes all of its width, the most that were open its height */
export function shapeOf({ from, to, slots, most }: Queue, { width, height }: { width: number; height: number }): Shape {
  const span = Math.max(1, to - from);
  const top = Math.max(1, ...slots.map((slot) => slot.most));
  const share = (at: number): number => Math.min(1, Math.max(0, (at - from) / span));
  const level = (open: number): number => 1 - (open / top) * (1 - HEAD);
  const number = (value: number): string => String(Math.round(value * 100) / 100);
  const x = (at: number): string => number(share(at) * width);
  const y = (open: number): string => number(level(open) * height);
  const steps = slots.map((slot, i) => `${i === 0 ? '' : `V ${y(slot.most)} `}H ${x(slots[i + 1]?.at ?? to)}`);
  const line = slots.length === 0 ? '' : [`M ${x(from)} ${y(slots[0]?.most ?? 0)}`, ...steps].join(' ');
  return {
    line,
    area: line === '' ? '' : `${line} V ${number(height)} H 0 Z`,
    peak: most === null ? null : { x: share(most.at), y: level(most.open) },
  };
}
