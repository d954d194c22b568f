/** A moment of Coordinated Universal Time as FEEL says it. */
import { FeelDate, FeelDateTime, FeelTime } from './temporal.ts';
import type { FeelValue } from './value.ts';

const DAY_MS = 86_400_000;

/** `ms` since 1970; throws for a number that is no moment. */
export function momentOf(ms: number): FeelDateTime {
  const day = Math.floor(ms / DAY_MS);
  const inDay = ms - day * DAY_MS;
  const second = Math.floor(inDay / 1000);
  const date = FeelDate.ofEpochDay(day);
  const time = FeelTime.of(
    Math.floor(second / 3600),
    Math.floor(second / 60) % 60,
    second % 60,
    (inDay % 1000) * 1_000_000,
    0,
  );
  if (date === null || time === null) throw new RangeError(`not a moment: ${ms}`);
  return new FeelDateTime(date, time);
}

/** Milliseconds since 1970 of a date, or of a date and time; what has no offset counts as UTC. Null for anything else. */
export function epochMsOf(value: FeelValue): number | null {
  if (value instanceof FeelDate) return value.epochDay * DAY_MS;
  if (!(value instanceof FeelDateTime)) return null;
  const { date, time, offset } = value;
  return date.epochDay * DAY_MS + (time.secondOfDay - (offset ?? 0)) * 1000 + Math.trunc(time.nano / 1_000_000);
}
