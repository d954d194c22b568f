/** FEEL's temporal values (DMN 1.5, 10.3.2.3.4 to 10.3.2.3.8): small immutable classes. Text forms: temporal-text.ts. */
import { daysInMonth, epochDayOf, civilOf, isKnownZone, MAX_YEAR, offsetAtLocal } from './calendar.ts';
import type { Zone } from './calendar.ts';

export type { Zone };

const within = (n: number, limit: number): boolean => Number.isInteger(n) && n >= 0 && n < limit;

export class FeelDate {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  /** Days since 1970-01-01. */
  readonly epochDay: number;

  private constructor(year: number, month: number, day: number) {
    this.year = year;
    this.month = month;
    this.day = day;
    this.epochDay = epochDayOf(year, month, day);
  }

  /** The date, or null when there is none such (30 February, a year beyond ±999,999,999). */
  static of(year: number, month: number, day: number): FeelDate | null {
    const valid =
      Number.isInteger(year) &&
      Math.abs(year) <= MAX_YEAR &&
      Number.isInteger(month) &&
      month >= 1 &&
      month <= 12 &&
      Number.isInteger(day) &&
      day >= 1 &&
      day <= daysInMonth(year, month);
    return valid ? new FeelDate(year, month, day) : null;
  }

  static ofEpochDay(epochDay: number): FeelDate | null {
    if (!Number.isSafeInteger(epochDay)) return null;
    const { year, month, day } = civilOf(epochDay);
    return FeelDate.of(year, month, day);
  }
}

export class FeelTime {
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly nano: number;
  /** Null for a local time. */
  readonly zone: Zone | null;

  private constructor(hour: number, minute: number, second: number, nano: number, zone: Zone | null) {
    this.hour = hour;
    this.minute = minute;
    this.second = second;
    this.nano = nano;
    this.zone = zone;
  }

  /** The time, or null when out of range or the zone is unknown (offsets reach ±18 hours). */
  static of(hour: number, minute: number, second: number, nano = 0, zone: Zone | null = null): FeelTime | null {
    const zoneOk =
      zone === null ||
      (typeof zone === 'number' ? Number.isInteger(zone) && Math.abs(zone) <= 64_800 : isKnownZone(zone));
    const valid = within(hour, 24) && within(minute, 60) && within(second, 60) && within(nano, 1e9) && zoneOk;
    return valid ? new FeelTime(hour, minute, second, nano, zone) : null;
  }

  get secondOfDay(): number {
    return this.hour * 3600 + this.minute * 60 + this.second;
  }

  /** Offset from UTC in seconds; a named zone without a date uses its offset of 1970-01-01. Null for a local time. */
  get offset(): number | null {
    return this.zone === null ? null : offsetAtLocal(this.zone, 0, this.secondOfDay);
  }
}

export class FeelDateTime {
  readonly date: FeelDate;
  readonly time: FeelTime;
  #offset: number | null | undefined = undefined;

  constructor(date: FeelDate, time: FeelTime) {
    this.date = date;
    this.time = time;
  }

  /** Offset from UTC in seconds; null for a local date and time. Found once. */
  get offset(): number | null {
    if (this.#offset !== undefined) return this.#offset;
    const { zone } = this.time;
    this.#offset = zone === null ? null : offsetAtLocal(zone, this.date.epochDay, this.time.secondOfDay);
    return this.#offset;
  }
}

/** Days, hours, minutes and seconds as one exact count of nanoseconds. */
export class DayTimeDuration {
  readonly nanos: bigint;

  constructor(nanos: bigint) {
    this.nanos = nanos;
  }
}

/** Years and months as one count of months. */
export class YearMonthDuration {
  readonly months: number;

  constructor(months: number) {
    this.months = months + 0;
  }
}

export const NANOS_PER_SECOND = 1_000_000_000n;
export const NANOS_PER_DAY = 86_400n * NANOS_PER_SECOND;
