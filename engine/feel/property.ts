/** Properties of values that are not contexts: `date.year`, `duration.hours`, `range.start` (DMN 1.5, tables 61 to 63). */
import { weekdayOf } from './arithmetic.ts';
import { FeelRange } from './range.ts';
import { DayTimeDuration, FeelDate, FeelDateTime, FeelTime, NANOS_PER_SECOND, YearMonthDuration } from './temporal.ts';
import type { FeelType } from './type.ts';
import { nullable, NUMBER, STRING, BOOLEAN } from './type.ts';
import type { FeelValue } from './value.ts';

const SPAN: FeelType = { kind: 'days and time duration', nullable: true };
const DATE_FIELDS = { year: NUMBER, month: NUMBER, day: NUMBER, weekday: NUMBER };
const TIME_FIELDS = {
  hour: NUMBER,
  minute: NUMBER,
  second: NUMBER,
  'time offset': SPAN,
  timezone: nullable(STRING),
};

/** The properties of a kind and their types. */
export function propertiesOf(type: FeelType): Readonly<Record<string, FeelType>> {
  switch (type.kind) {
    case 'date':
      return DATE_FIELDS;
    case 'time':
      return TIME_FIELDS;
    case 'date and time':
      return { ...DATE_FIELDS, ...TIME_FIELDS };
    case 'days and time duration':
      return { days: NUMBER, hours: NUMBER, minutes: NUMBER, seconds: NUMBER };
    case 'years and months duration':
      return { years: NUMBER, months: NUMBER };
    case 'range':
      return {
        start: nullable(type.of),
        end: nullable(type.of),
        'start included': BOOLEAN,
        'end included': BOOLEAN,
      };
    default:
      return {};
  }
}

/** The property, or undefined when the value has none of that name. */
export function propertyOf(value: FeelValue, name: string): FeelValue | undefined {
  if (value instanceof FeelDate) return dateProperty(value, name);
  if (value instanceof FeelTime) return timeProperty(value, value.offset, name);
  if (value instanceof FeelDateTime) {
    const fromDate = dateProperty(value.date, name);
    return fromDate === undefined ? timeProperty(value.time, value.offset, name) : fromDate;
  }
  if (value instanceof DayTimeDuration) return dayTimeProperty(value, name);
  if (value instanceof YearMonthDuration) {
    if (name === 'years') return Math.trunc(value.months / 12) + 0;
    return name === 'months' ? (value.months % 12) + 0 : undefined;
  }
  return value instanceof FeelRange ? rangeProperty(value, name) : undefined;
}

function dateProperty(date: FeelDate, name: string): FeelValue | undefined {
  switch (name) {
    case 'year':
      return date.year;
    case 'month':
      return date.month;
    case 'day':
      return date.day;
    case 'weekday':
      return weekdayOf(date);
    default:
      return undefined;
  }
}

function timeProperty(time: FeelTime, offset: number | null, name: string): FeelValue | undefined {
  switch (name) {
    case 'hour':
      return time.hour;
    case 'minute':
      return time.minute;
    case 'second':
      return time.second;
    case 'time offset':
      return offset === null ? null : new DayTimeDuration(BigInt(offset) * NANOS_PER_SECOND);
    case 'timezone':
      return typeof time.zone === 'string' ? time.zone : null;
    default:
      return undefined;
  }
}

function dayTimeProperty(duration: DayTimeDuration, name: string): FeelValue | undefined {
  const seconds = duration.nanos / NANOS_PER_SECOND;
  switch (name) {
    case 'days':
      return Number(seconds / 86_400n);
    case 'hours':
      return Number((seconds / 3600n) % 24n);
    case 'minutes':
      return Number((seconds / 60n) % 60n);
    case 'seconds':
      return Number(seconds % 60n);
    default:
      return undefined;
  }
}

function rangeProperty(range: FeelRange, name: string): FeelValue | undefined {
  if (range.excluded) return undefined;
  switch (name) {
    case 'start':
      return range.low;
    case 'end':
      return range.high;
    case 'start included':
      return range.lowIncluded;
    case 'end included':
      return range.highIncluded;
    default:
      return undefined;
  }
}
