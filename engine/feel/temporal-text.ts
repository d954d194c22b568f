/** Text of temporal values: ISO 8601 as XML Schema part 2 and DMN 1.5 (10.3.1.2, 10.3.4.1) narrow it. */
import { daysInMonth } from './calendar.ts';
import { DayTimeDuration, FeelDate, FeelDateTime, FeelTime, NANOS_PER_SECOND, YearMonthDuration } from './temporal.ts';
import type { Zone } from './temporal.ts';
import type { FeelTemporal } from './value.ts';

const DATE = /^(-?)(\d{4}|[1-9]\d{4,8})-(\d\d)-(\d\d)$/;
const TIME = /^(\d\d):(\d\d):(\d\d)(?:\.(\d{1,30}))?(Z|z|[+-]\d\d:\d\d(?::\d\d)?|@[A-Za-z0-9_+\-/]+)?$/;
const DAY_TIME = /^(-?)P(?:(\d{1,15})D)?(T(?:(\d{1,15})H)?(?:(\d{1,15})M)?(?:(\d{1,15})(?:\.(\d{0,30}))?S)?)?$/;
const YEAR_MONTH = /^(-?)P(?:(\d{1,12})Y)?(?:(\d{1,12})M)?$/;

export function parseDate(text: string): FeelDate | null {
  const match = DATE.exec(text);
  if (match === null) return null;
  const [, sign, year, month, day] = match;
  return FeelDate.of(Number(year) * (sign === '-' ? -1 : 1) + 0, Number(month), Number(day));
}

function parseZone(text: string): Zone {
  if (text === 'Z' || text === 'z') return 0;
  if (text.startsWith('@')) return text.slice(1);
  const [hours, minutes, seconds] = text.slice(1).split(':').map(Number);
  if ((minutes ?? 0) > 59 || (seconds ?? 0) > 59) return Number.NaN;
  const offset = (hours ?? 0) * 3600 + (minutes ?? 0) * 60 + (seconds ?? 0);
  return (text.startsWith('-') ? -offset : offset) + 0;
}

function nanosOf(fraction: string | undefined): number {
  return fraction === undefined ? 0 : Number(fraction.slice(0, 9).padEnd(9, '0'));
}

export function parseTime(text: string): FeelTime | null {
  const match = TIME.exec(text);
  if (match === null) return null;
  const [, hour, minute, second, fraction, zone] = match;
  return FeelTime.of(
    Number(hour),
    Number(minute),
    Number(second),
    nanosOf(fraction),
    zone === undefined ? null : parseZone(zone),
  );
}

/** `2026-03-02T10:00:00`, with offset or `@zone`; a date alone is its midnight. */
export function parseDateTime(text: string): FeelDateTime | null {
  const at = text.indexOf('T');
  const date = parseDate(at < 0 ? text : text.slice(0, at));
  const clock = at < 0 ? '00:00:00' : text.slice(at + 1);
  // 24:00:00 ends a day: it is the midnight of the next (ISO 8601, XML Schema).
  const isEnd = /^24:00:00(\.0+)?(?![.\d])/.test(clock);
  const time = parseTime(isEnd ? clock.replace('24', '00') : clock);
  const day = isEnd && date !== null ? FeelDate.ofEpochDay(date.epochDay + 1) : date;
  return day === null || time === null ? null : new FeelDateTime(day, time);
}

export function parseDuration(text: string): DayTimeDuration | YearMonthDuration | null {
  const years = YEAR_MONTH.exec(text);
  if (years !== null && (years[2] !== undefined || years[3] !== undefined)) {
    const months = Number(years[2] ?? 0) * 12 + Number(years[3] ?? 0);
    return new YearMonthDuration(years[1] === '-' ? -months : months);
  }
  const match = DAY_TIME.exec(text);
  if (match === null) return null;
  const [, sign, days, time, hours, minutes, seconds, fraction] = match;
  if (days === undefined && time === undefined) return null;
  if (time === 'T') return null;
  const total =
    BigInt(days ?? 0) * 86_400n + BigInt(hours ?? 0) * 3600n + BigInt(minutes ?? 0) * 60n + BigInt(seconds ?? 0);
  const nanos = total * NANOS_PER_SECOND + BigInt(nanosOf(fraction));
  return new DayTimeDuration(sign === '-' ? -nanos : nanos);
}

/** The value of `@"…"`: the first temporal type whose text form it is. */
export function parseTemporal(text: string): FeelTemporal | null {
  return (
    parseDate(text) ??
    (text.includes('T') && !/^-?P/.test(text) ? parseDateTime(text) : null) ??
    parseTime(text) ??
    parseDuration(text)
  );
}

const two = (n: number): string => String(n).padStart(2, '0');

export function dateText(date: FeelDate): string {
  const year = String(Math.abs(date.year)).padStart(4, '0');
  return `${date.year < 0 ? '-' : ''}${year}-${two(date.month)}-${two(date.day)}`;
}

function fractionText(nano: number): string {
  return nano === 0 ? '' : `.${String(nano).padStart(9, '0').replace(/0+$/, '')}`;
}

function zoneText(zone: Zone | null): string {
  if (zone === null) return '';
  if (typeof zone === 'string') return `@${zone}`;
  if (zone === 0) return 'Z';
  const offset = Math.abs(zone);
  const seconds = offset % 60 === 0 ? '' : `:${two(offset % 60)}`;
  return `${zone < 0 ? '-' : '+'}${two(Math.floor(offset / 3600))}:${two(Math.floor(offset / 60) % 60)}${seconds}`;
}

export function timeText(time: FeelTime): string {
  return `${two(time.hour)}:${two(time.minute)}:${two(time.second)}${fractionText(time.nano)}${zoneText(time.zone)}`;
}

export function dayTimeText(duration: DayTimeDuration): string {
  const { nanos } = duration;
  if (nanos === 0n) return 'PT0S';
  const total = nanos < 0n ? -nanos : nanos;
  const seconds = total / NANOS_PER_SECOND;
  const fraction = fractionText(Number(total % NANOS_PER_SECOND));
  const days = seconds / 86_400n;
  const hours = (seconds / 3600n) % 24n;
  const minutes = (seconds / 60n) % 60n;
  const rest = seconds % 60n;
  const time =
    (hours > 0n ? `${hours}H` : '') +
    (minutes > 0n ? `${minutes}M` : '') +
    (rest > 0n || fraction !== '' ? `${rest}${fraction}S` : '');
  return `${nanos < 0n ? '-' : ''}P${days > 0n ? `${days}D` : ''}${time === '' ? '' : `T${time}`}`;
}

export function yearMonthText(duration: YearMonthDuration): string {
  const months = Math.abs(duration.months);
  if (months === 0) return 'P0M';
  const years = Math.floor(months / 12);
  const rest = months % 12;
  return `${duration.months < 0 ? '-' : ''}P${years > 0 ? `${years}Y` : ''}${rest > 0 ? `${rest}M` : ''}`;
}

/** The ISO text of any temporal value; `parseTemporal` reads it back. */
export function temporalText(value: FeelTemporal): string {
  if (value instanceof FeelDate) return dateText(value);
  if (value instanceof FeelTime) return timeText(value);
  if (value instanceof FeelDateTime) return `${dateText(value.date)}T${timeText(value.time)}`;
  if (value instanceof DayTimeDuration) return dayTimeText(value);
  return yearMonthText(value);
}

/** Midnight at the start of a date, in a zone or local. */
export function startOfDay(date: FeelDate, zone: Zone | null): FeelDateTime {
  const midnight = FeelTime.of(0, 0, 0, 0, zone);
  if (midnight === null) throw new RangeError('A zone of an existing value is always valid.');
  return new FeelDateTime(date, midnight);
}

/** The same day of the month `months` later, or the month's last day; null beyond the calendar. */
export function addMonths(date: FeelDate, months: number): FeelDate | null {
  const index = date.year * 12 + (date.month - 1) + months;
  if (!Number.isSafeInteger(index)) return null;
  const year = Math.floor(index / 12);
  const month = index - year * 12 + 1;
  return FeelDate.of(year, month, Math.min(date.day, daysInMonth(year, month)));
}
