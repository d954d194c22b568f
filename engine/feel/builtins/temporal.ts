/** Temporal built-ins (DMN 1.5, tables 72, 77 and 81). The clock is given to the evaluation; without one there is no now. */
import { dayOfYear, isoWeekOf, weekdayOf } from '../arithmetic.ts';
import { toDecimal, toDouble } from '../number.ts';
import type { FeelNumber } from '../number.ts';
import { DayTimeDuration, FeelDate, FeelDateTime, FeelTime, NANOS_PER_SECOND, YearMonthDuration } from '../temporal.ts';
import { parseDate, parseDateTime, parseDuration, parseTime } from '../temporal-text.ts';
import type { FeelValue } from '../value.ts';
import { builtIn, overload } from './signature.ts';
import type { Arguments, BuiltIn } from './signature.ts';

const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];
const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

/** The text of a date, time or duration, paid for. */
function read(a: Arguments): string {
  a.pay(8 + (a.text(0).length >> 4));
  return a.text(0);
}

/** Offset in seconds of a duration argument; undefined when there is none that an offset can be. */
function offsetOf(value: FeelValue): number | undefined {
  return value instanceof DayTimeDuration && value.nanos % NANOS_PER_SECOND === 0n
    ? Number(value.nanos / NANOS_PER_SECOND)
    : undefined;
}

function splitSeconds(seconds: FeelNumber): { second: number; nano: number } {
  const near = toDouble(seconds);
  if (near < 0 || near > 60) return { second: -1, nano: 0 };
  const whole = toDecimal(seconds).floor();
  const nano = toDecimal(seconds).minus(whole).times(1_000_000_000).floor();
  return { second: whole.toNumber(), nano: nano.toNumber() };
}

/** hour, minute, second and offset, from the argument `at` on. */
function timeFrom(a: Arguments, at: number): FeelTime | undefined {
  a.pay(10);
  const { second, nano } = splitSeconds(a.number(at + 2));
  const zone = a.has(at + 3) ? offsetOf(a.value(at + 3)) : null;
  if (zone === undefined) return undefined;
  return FeelTime.of(toDouble(a.number(at)), toDouble(a.number(at + 1)), second, nano, zone) ?? undefined;
}

function dateFrom(a: Arguments): FeelDate | undefined {
  return FeelDate.of(toDouble(a.number(0)), toDouble(a.number(1)), toDouble(a.number(2))) ?? undefined;
}

function withTime(date: FeelDate | undefined, time: FeelTime | undefined): FeelValue | undefined {
  return date === undefined || time === undefined ? undefined : new FeelDateTime(date, time);
}

/** Whole months between two dates, towards zero. */
function monthsBetween(from: FeelDate, to: FeelDate): YearMonthDuration {
  const months = (to.year - from.year) * 12 + to.month - from.month;
  const cut = months > 0 && to.day < from.day ? -1 : months < 0 && to.day > from.day ? 1 : 0;
  return new YearMonthDuration(months + cut);
}

function dateOf(a: Arguments, i: number): FeelDate | null {
  const value = a.value(i);
  if (value instanceof FeelDateTime) return value.date;
  return value instanceof FeelDate ? value : null;
}

/** A function of a date, or of the date of a date and time. */
function onDate(name: string, result: string, run: (date: FeelDate) => FeelValue): BuiltIn {
  const of = (a: Arguments): FeelValue | undefined => {
    const date = dateOf(a, 0);
    return date === null ? undefined : run(date);
  };
  return builtIn(name, overload(`date: date -> ${result}`, of), overload(`date: date and time -> ${result}`, of));
}

function clock(a: Arguments): FeelDateTime | null {
  const { now } = a.e;
  if (now === null) a.e.warn('FEEL_NO_CLOCK', 'No clock was given to this evaluation.', 0, 0);
  return now;
}

const MIDNIGHT = FeelTime.of(0, 0, 0, 0, 0);

const spans = ['date: date', 'date: date and time'].flatMap((from) =>
  ['date', 'date and time'].map((to) => `${from.replace('date:', 'from:')}, to: ${to}`),
);

export const temporalFunctions: readonly BuiltIn[] = [
  builtIn(
    'date',
    overload('from: string -> date?', (a) => parseDate(read(a)) ?? undefined),
    overload('from: date -> date', (a) => a.date(0)),
    overload('from: date and time -> date', (a) => a.dateTime(0).date),
    overload('year: number, month: number, day: number -> date?', dateFrom),
  ),
  builtIn(
    'date and time',
    overload('from: string -> date and time?', (a) => parseDateTime(read(a)) ?? undefined),
    overload('date: date, time: time -> date and time', (a) => withTime(a.date(0), a.time(1))),
    overload('date: date and time, time: time -> date and time', (a) => withTime(a.dateTime(0).date, a.time(1))),
    overload(
      'year: number, month: number, day: number, hour: number, minute: number, second: number, offset?: days and time duration? -> date and time?',
      (a) => withTime(dateFrom(a), timeFrom(a, 3)),
    ),
  ),
  builtIn(
    'time',
    overload('from: string -> time?', (a) => parseTime(read(a)) ?? undefined),
    overload('from: time -> time', (a) => a.time(0)),
    overload('from: date and time -> time', (a) => a.dateTime(0).time),
    overload('from: date -> time', () => MIDNIGHT),
    overload('hour: number, minute: number, second: number, offset?: days and time duration? -> time?', (a) =>
      timeFrom(a, 0),
    ),
  ),
  builtIn(
    'duration',
    overload('from: string -> any', (a) => parseDuration(read(a)) ?? undefined),
    overload('from: days and time duration -> days and time duration', (a) => a.value(0)),
    overload('from: years and months duration -> years and months duration', (a) => a.value(0)),
  ),
  builtIn(
    'years and months duration',
    ...spans.map((signature) =>
      overload(`${signature} -> years and months duration`, (a) => {
        const [from, to] = [dateOf(a, 0), dateOf(a, 1)];
        return from === null || to === null ? undefined : monthsBetween(from, to);
      }),
    ),
  ),
  onDate('day of year', 'number', dayOfYear),
  onDate('week of year', 'number', isoWeekOf),
  onDate('day of week', 'string', (date) => WEEKDAYS[weekdayOf(date) - 1] ?? null),
  onDate('month of year', 'string', (date) => MONTHS[date.month - 1] ?? null),
  builtIn('now', overload('-> date and time?', clock)),
  builtIn(
    'today',
    overload('-> date?', (a) => clock(a)?.date ?? null),
  ),
];
