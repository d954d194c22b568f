/**
 * Proleptic Gregorian calendar and time zones as plain arithmetic; no host clock. Years reach ±999,999,999.
 * The day count follows the well known era arithmetic (400 years = 146,097 days), day 0 being 1970-01-01.
 */
import { count } from './meter.ts';

export const MAX_YEAR = 999_999_999;

export function isLeapYear(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

const MONTH_DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;

/** Days in a month; `month` is 1 to 12. */
export function daysInMonth(year: number, month: number): number {
  return month === 2 && isLeapYear(year) ? 29 : (MONTH_DAYS[month - 1] ?? 0);
}

/** Days since 1970-01-01. */
export function epochDayOf(year: number, month: number, day: number): number {
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

/** The inverse of `epochDayOf`. */
export function civilOf(epochDay: number): { year: number; month: number; day: number } {
  const shifted = epochDay + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1;
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day };
}

/** Steps for each offset of a named time zone that is looked up: it is asked for deep inside comparing and calculating. */
const ZONE_COST = 120;

/** A fixed offset from UTC in seconds, or the name of a zone of the IANA database. */
export type Zone = number | string;

const formats = new Map<string, Intl.DateTimeFormat | null>();

function formatOf(zone: string): Intl.DateTimeFormat | null {
  const known = formats.get(zone);
  if (known !== undefined) return known;
  let format: Intl.DateTimeFormat | null = null;
  try {
    if (/^[A-Za-z][A-Za-z0-9_+\-/]{0,63}$/.test(zone)) {
      format = new Intl.DateTimeFormat('en-US', {
        timeZone: zone,
        calendar: 'gregory',
        numberingSystem: 'latn',
        hourCycle: 'h23',
        era: 'short',
        year: 'numeric',
        month: 'numeric',
        day: 'numeric',
        hour: 'numeric',
        minute: 'numeric',
        second: 'numeric',
      });
    }
  } catch {
    // Intl throws for a zone that it does not know: remembered as unknown below.
  }
  if (formats.size >= 1000) formats.clear();
  formats.set(zone, format);
  return format;
}

/** Is this the name of a zone that we can compute with? */
export function isKnownZone(zone: string): boolean {
  // A name never met before takes the host several times as long as an offset.
  count(4 * ZONE_COST);
  return formatOf(zone) !== null;
}

// Intl covers years up to ±271,821; the calendar repeats every 400 years, so far years borrow a near one.
const CYCLE_SECONDS = 146_097 * 86_400;
const INTL_LIMIT_SECONDS = 8_000_000_000_000;

/** Offset of a named zone, in seconds, at an instant given in seconds since 1970-01-01T00:00:00Z. */
function offsetAtInstant(zone: string, epochSecond: number): number {
  const format = formatOf(zone);
  if (format === null) return 0;
  const near = Math.abs(epochSecond) < INTL_LIMIT_SECONDS ? epochSecond : epochSecond % CYCLE_SECONDS;
  const parts = new Map(format.formatToParts(near * 1000).map((part) => [part.type, part.value]));
  const part = (name: Intl.DateTimeFormatPartTypes): number => Number(parts.get(name) ?? '0');
  const year = parts.get('era')?.startsWith('B') ? 1 - part('year') : part('year');
  const local =
    epochDayOf(year, part('month'), part('day')) * 86_400 + part('hour') * 3600 + part('minute') * 60 + part('second');
  return local - near;
}

/**
 * Offset in seconds that holds at a local date and time in a zone. In a gap (spring) the offset before it holds, in an
 * overlap (autumn) the earlier one, as RFC 9557 and java.time choose.
 */
export function offsetAtLocal(zone: Zone, epochDay: number, secondOfDay: number): number {
  if (typeof zone === 'number') return zone;
  count(ZONE_COST);
  const local = epochDay * 86_400 + secondOfDay;
  const before = offsetAtInstant(zone, local - 86_400);
  const after = offsetAtInstant(zone, local + 86_400);
  if (before === after) return before;
  if (offsetAtInstant(zone, local - before) === before) return before;
  return offsetAtInstant(zone, local - after) === after ? after : before;
}

/** Offset in seconds that holds in a zone at an instant. */
export function offsetAt(zone: Zone, epochSecond: number): number {
  if (typeof zone === 'number') return zone;
  count(ZONE_COST);
  return offsetAtInstant(zone, epochSecond);
}
