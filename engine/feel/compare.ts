/** Equality and order of FEEL values (DMN 1.5, tables 53 to 55). */
import { isFeelContext, isFeelList } from './guards.ts';
import { compareNumbers, Decimal, numbersEqual } from './number.ts';
import type { FeelNumber } from './number.ts';
import { FeelFunction } from './function.ts';
import { count, sameText } from './meter.ts';
import { FeelRange } from './range.ts';
import { DayTimeDuration, FeelDate, FeelDateTime, FeelTime, YearMonthDuration } from './temporal.ts';
import type { FeelContext, FeelList, FeelValue } from './value.ts';

/** Told of each item looked at, so that comparing shared structures cannot outrun the budget. */
export type Pay = (steps: number) => void;

const free: Pay = () => undefined;

/** What is compared for one step. */
const ITEMS_PER_STEP = 8;
const FIELDS_PER_STEP = 2;
/** Of comparing dates and times. */
const DATE_COST = 0.5;
/** From this length on, finding a field compares text that is worth counting. */
const LONG_KEY = 256;

/** Are the two the same value? Values of different kinds are not; null equals only null. */
export function feelEquals(a: FeelValue, b: FeelValue, pay: Pay = free): boolean {
  return sameOrNull(a, b, pay) === true;
}

/**
 * FEEL's `=`, true or false, or null when the two are of different kinds and neither is null. Times compare by whole
 * seconds, as DMN defines their value (10.3.2.3.5); `feelEquals` and the order of values know fractions.
 */
export function equalOrNull(a: FeelValue, b: FeelValue, pay: Pay = free): boolean | null {
  if (typeof a === 'object' && typeof b === 'object' && a !== null && b !== null) {
    return sameOrNull(wholeSeconds(a), wholeSeconds(b), pay);
  }
  return sameOrNull(a, b, pay);
}

function wholeSeconds(value: FeelValue): FeelValue {
  if (value instanceof FeelTime && value.nano > 0) {
    return FeelTime.of(value.hour, value.minute, value.second, 0, value.zone);
  }
  if (!(value instanceof FeelDateTime) || value.time.nano === 0) return value;
  const time = wholeSeconds(value.time);
  return time instanceof FeelTime ? new FeelDateTime(value.date, time) : null;
}

function sameOrNull(a: FeelValue, b: FeelValue, pay: Pay): boolean | null {
  if (a === null || b === null) return a === b;
  switch (typeof a) {
    case 'number':
      return typeof b === 'number' || b instanceof Decimal ? numbersEqual(a, b) : null;
    case 'string':
      return typeof b === 'string' ? sameText(a, b) : null;
    case 'boolean':
      return typeof b === 'boolean' ? a === b : null;
    default:
      return objectsEqual(a, b, pay);
  }
}

function objectsEqual(a: Exclude<FeelValue, null>, b: Exclude<FeelValue, null>, pay: Pay): boolean | null {
  pay(1);
  if (a instanceof Decimal) {
    return typeof b === 'number' || b instanceof Decimal ? numbersEqual(a, b) : null;
  }
  if (isFeelList(a)) return isFeelList(b) ? listsEqual(a, b, pay) : null;
  if (isFeelContext(a)) return isFeelContext(b) ? contextsEqual(a, b, pay) : null;
  if (a instanceof FeelRange) return b instanceof FeelRange ? rangesEqual(a, b, pay) : null;
  if (a instanceof FeelFunction) return b instanceof FeelFunction ? a === b : null;
  if (a instanceof DayTimeDuration && b instanceof DayTimeDuration) return a.nanos === b.nanos;
  if (a instanceof YearMonthDuration && b instanceof YearMonthDuration) {
    return a.months === b.months;
  }
  if (a instanceof FeelTime && b instanceof FeelTime) {
    return (a.zone === null) === (b.zone === null) && compareTimes(a, b) === 0;
  }
  if (isDateLike(a) && isDateLike(b)) {
    if (a instanceof FeelDate && b instanceof FeelDate) return a.epochDay === b.epochDay;
    const order = compareDateLike(a, b);
    return order === null ? false : order === 0;
  }
  return null;
}

function listsEqual(a: FeelList, b: FeelList, pay: Pay): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i += 1) {
    if (i % ITEMS_PER_STEP === 0) pay(1);
    if (!feelEquals(a[i] ?? null, b[i] ?? null, pay)) return false;
  }
  return true;
}

function contextsEqual(a: FeelContext, b: FeelContext, pay: Pay): boolean {
  if (a.size !== b.size) return false;
  let seen = 0;
  for (const [key, value] of a) {
    if (seen % FIELDS_PER_STEP === 0) pay(1);
    seen += 1;
    if (key.length >= LONG_KEY) count(key.length >> 8);
    const other = b.get(key);
    if (other === undefined || !feelEquals(value, other, pay)) return false;
  }
  return true;
}

function rangesEqual(a: FeelRange, b: FeelRange, pay: Pay): boolean {
  return (
    a.lowIncluded === b.lowIncluded &&
    a.highIncluded === b.highIncluded &&
    a.test === b.test &&
    feelEquals(a.low, b.low, pay) &&
    feelEquals(a.high, b.high, pay)
  );
}

type DateLike = FeelDate | FeelDateTime;

function isDateLike(value: FeelValue): value is DateLike {
  return value instanceof FeelDate || value instanceof FeelDateTime;
}

function compareTimes(a: FeelTime, b: FeelTime): number {
  const seconds = a.secondOfDay - (a.offset ?? 0) - (b.secondOfDay - (b.offset ?? 0));
  return seconds === 0 ? a.nano - b.nano : seconds;
}

/** A date beside a date and time stands for its midnight in UTC; local and zoned do not compare (null). */
function compareDateLike(a: DateLike, b: DateLike): number | null {
  count(DATE_COST);
  const [x, y] = [momentOf(a), momentOf(b)];
  if (x.zoned !== y.zoned) return null;
  if (x.day !== y.day) return x.day - y.day;
  return x.second === y.second ? x.nano - y.nano : x.second - y.second;
}

/** Day and second of day in UTC (local values as they stand). */
export function momentOf(value: DateLike): {
  zoned: boolean;
  day: number;
  second: number;
  nano: number;
} {
  if (value instanceof FeelDate) return { zoned: true, day: value.epochDay, second: 0, nano: 0 };
  const { offset } = value;
  const second = value.time.secondOfDay - (offset ?? 0);
  const carry = Math.floor(second / 86_400);
  return {
    zoned: offset !== null,
    day: value.date.epochDay + carry,
    second: second - carry * 86_400,
    nano: value.time.nano,
  };
}

/**
 * Order of two values of one comparable kind (numbers, strings by code point, dates, times, durations): negative, zero or
 * positive. Null when they have no order: different kinds, null, booleans, lists, a local beside a zoned time.
 */
export function compareValues(a: FeelValue, b: FeelValue): number | null {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (typeof a === 'string') return typeof b === 'string' ? compareStrings(a, b) : null;
  if (a === null || b === null) return null;
  if (isNumber(a)) return isNumber(b) ? compareNumbers(a, b) : null;
  if (a instanceof FeelDate && b instanceof FeelDate) return a.epochDay - b.epochDay;
  if (isDateLike(a) && isDateLike(b)) return compareDateLike(a, b);
  if (a instanceof FeelTime && b instanceof FeelTime) {
    return (a.zone === null) === (b.zone === null) ? compareTimes(a, b) : null;
  }
  if (a instanceof DayTimeDuration && b instanceof DayTimeDuration) {
    return a.nanos === b.nanos ? 0 : a.nanos < b.nanos ? -1 : 1;
  }
  if (a instanceof YearMonthDuration && b instanceof YearMonthDuration) return a.months - b.months;
  return null;
}

function isNumber(value: FeelValue): value is FeelNumber {
  return typeof value === 'number' || value instanceof Decimal;
}

/** Order by code point; UTF-16 units differ from it only where surrogates meet units above them. */
function compareStrings(a: string, b: string): number {
  if (sameText(a, b)) return 0;
  const at = firstDifference(a, b);
  if (at >= a.length || at >= b.length) return a.length - b.length;
  const x = a.charCodeAt(at);
  const y = b.charCodeAt(at);
  const xHigh = x >= 0xd800 && x <= 0xdfff;
  const yHigh = y >= 0xd800 && y <= 0xdfff;
  return xHigh === yHigh ? x - y : xHigh ? 1 : -1;
}

/** Texts are compared by the machine in halves down to this length, and then unit by unit. */
const FEW_UNITS = 32;

/** Where two texts begin to differ; the length of the shorter where they do not. */
function firstDifference(a: string, b: string): number {
  let from = 0;
  let to = Math.min(a.length, b.length);
  count(to >> 8);
  while (to - from > FEW_UNITS) {
    const middle = (from + to) >> 1;
    if (a.slice(from, middle) === b.slice(from, middle)) from = middle;
    else to = middle;
  }
  while (from < to && a.charCodeAt(from) === b.charCodeAt(from)) from += 1;
  return from;
}

/** Is a value inside a range? Null when it cannot be compared with an end. */
export function inRange(value: FeelValue, range: FeelRange): boolean | null {
  if (range.excluded) {
    const same = equalOrNull(value, range.low);
    return same === null ? null : !same;
  }
  if (value === null) return null;
  const low = range.low === null ? -1 : compareValues(range.low, value);
  const high = range.high === null ? -1 : compareValues(value, range.high);
  if (low === null || high === null) return null;
  return (low < 0 || (low === 0 && range.lowIncluded)) && (high < 0 || (high === 0 && range.highIncluded));
}
