/** FEEL's + - * / ** over numbers, text and time (DMN 1.5, tables 56 to 60). */
import type { ArithmeticOp } from './ast.ts';
import { civilOf, MAX_YEAR, offsetAt } from './calendar.ts';
import { momentOf } from './compare.ts';
import {
  addNumbers,
  Decimal,
  divideNumbers,
  isFeelNumber,
  multiplyNumbers,
  normaliseDecimal,
  powerNumbers,
  subtractNumbers,
  toDouble,
} from './number.ts';
import type { FeelNumber } from './number.ts';
import {
  DayTimeDuration,
  FeelDate,
  FeelDateTime,
  FeelTime,
  NANOS_PER_DAY,
  NANOS_PER_SECOND,
  YearMonthDuration,
} from './temporal.ts';
import { addMonths } from './temporal-text.ts';
import type { FeelValue } from './value.ts';

/** The result; null when there is none (division by zero, out of range); undefined when the operator does not fit the kinds. */
export function calculate(op: ArithmeticOp, a: FeelValue, b: FeelValue): FeelValue | undefined {
  if (isFeelNumber(a) && isFeelNumber(b)) return calculateNumbers(op, a, b);
  switch (op) {
    case '+':
      return add(a, b);
    case '-':
      return subtract(a, b);
    case '*':
      return multiply(a, b);
    case '/':
      return divide(a, b);
    case '**':
      return undefined;
  }
}

function calculateNumbers(op: ArithmeticOp, a: FeelNumber, b: FeelNumber): FeelNumber | null {
  switch (op) {
    case '+':
      return addNumbers(a, b);
    case '-':
      return subtractNumbers(a, b);
    case '*':
      return multiplyNumbers(a, b);
    case '/':
      return divideNumbers(a, b);
    case '**':
      return powerNumbers(a, b);
  }
}

function isDuration(value: FeelValue): value is DayTimeDuration | YearMonthDuration {
  return value instanceof DayTimeDuration || value instanceof YearMonthDuration;
}

function add(a: FeelValue, b: FeelValue): FeelValue | undefined {
  if (typeof a === 'string' && typeof b === 'string') return a + b;
  if (isDuration(a)) return isDuration(b) ? addDurations(a, b, 1) : addDuration(b, a, 1);
  return isDuration(b) ? addDuration(a, b, 1) : undefined;
}

const isDateLike = (value: FeelValue): value is FeelDate | FeelDateTime =>
  value instanceof FeelDate || value instanceof FeelDateTime;

const nanosOf = (at: { day: number; second: number; nano: number }): bigint =>
  BigInt(at.day) * NANOS_PER_DAY + BigInt(at.second) * NANOS_PER_SECOND + BigInt(at.nano);

function subtract(a: FeelValue, b: FeelValue): FeelValue | undefined {
  if (isDuration(b)) return isDuration(a) ? addDurations(a, b, -1) : addDuration(a, b, -1);
  if (a instanceof FeelTime && b instanceof FeelTime) return subtractTimes(a, b);
  if (!isDateLike(a) || !isDateLike(b)) return undefined;
  const [x, y] = [momentOf(a), momentOf(b)];
  if (x.zoned !== y.zoned) return null;
  return new DayTimeDuration(nanosOf(x) - nanosOf(y));
}

function timeNanos(time: FeelTime): bigint {
  return BigInt(time.secondOfDay) * NANOS_PER_SECOND + BigInt(time.nano);
}

function subtractTimes(a: FeelTime, b: FeelTime): FeelValue {
  if ((a.zone === null) !== (b.zone === null)) return null;
  const offsets = BigInt((a.offset ?? 0) - (b.offset ?? 0)) * NANOS_PER_SECOND;
  return new DayTimeDuration(timeNanos(a) - timeNanos(b) - offsets);
}

type Duration = DayTimeDuration | YearMonthDuration;

const MAX_MONTHS = (MAX_YEAR + 1) * 12 * 2;

/** Durations of one kind; the product's bounds keep counts exact. */
function addDurations(a: Duration, b: Duration, sign: 1 | -1): FeelValue | undefined {
  if (a instanceof YearMonthDuration && b instanceof YearMonthDuration) {
    return yearMonths(a.months + sign * b.months);
  }
  if (a instanceof DayTimeDuration && b instanceof DayTimeDuration) {
    return dayTime(a.nanos + BigInt(sign) * b.nanos);
  }
  return undefined;
}

const MAX_NANOS = NANOS_PER_DAY * 366n * BigInt(MAX_YEAR) * 2n;

function dayTime(nanos: bigint): DayTimeDuration | null {
  return nanos > MAX_NANOS || nanos < -MAX_NANOS ? null : new DayTimeDuration(nanos);
}

function yearMonths(months: number): YearMonthDuration | null {
  return Math.abs(months) <= MAX_MONTHS ? new YearMonthDuration(months) : null;
}

function addDuration(value: FeelValue, duration: Duration, sign: 1 | -1): FeelValue | undefined {
  if (duration instanceof YearMonthDuration) {
    if (value instanceof FeelDate) return addMonths(value, sign * duration.months);
    if (!(value instanceof FeelDateTime)) return undefined;
    const date = addMonths(value.date, sign * duration.months);
    return date === null ? null : new FeelDateTime(date, value.time);
  }
  const nanos = duration.nanos * BigInt(sign);
  if (value instanceof FeelTime) return addToTime(value, nanos);
  if (value instanceof FeelDate) {
    return FeelDate.ofEpochDay(value.epochDay + Number(floorDivide(nanos, NANOS_PER_DAY)));
  }
  return value instanceof FeelDateTime ? addToDateTime(value, nanos) : undefined;
}

function floorDivide(a: bigint, b: bigint): bigint {
  const quotient = a / b;
  return a % b !== 0n && a < 0n !== b < 0n ? quotient - 1n : quotient;
}

function timeOfNanos(nanosOfDay: bigint, zone: FeelTime['zone']): FeelTime | null {
  const seconds = Number(nanosOfDay / NANOS_PER_SECOND);
  return FeelTime.of(
    Math.floor(seconds / 3600),
    Math.floor(seconds / 60) % 60,
    seconds % 60,
    Number(nanosOfDay % NANOS_PER_SECOND),
    zone,
  );
}

/** Clock arithmetic: past midnight it begins again. */
function addToTime(time: FeelTime, nanos: bigint): FeelTime | null {
  const sum = timeNanos(time) + nanos;
  return timeOfNanos(sum - floorDivide(sum, NANOS_PER_DAY) * NANOS_PER_DAY, time.zone);
}

/** On the time line: in a named zone the local clock may shift by its offset. */
function addToDateTime(value: FeelDateTime, nanos: bigint): FeelDateTime | null {
  const { zone } = value.time;
  const offset = BigInt(value.offset ?? 0) * NANOS_PER_SECOND;
  const instant = BigInt(value.date.epochDay) * NANOS_PER_DAY + timeNanos(value.time) - offset + nanos;
  const newOffset = zone === null ? 0 : offsetAt(zone, Number(floorDivide(instant, NANOS_PER_SECOND)));
  const local = instant + BigInt(newOffset) * NANOS_PER_SECOND;
  const day = floorDivide(local, NANOS_PER_DAY);
  const time = timeOfNanos(local - day * NANOS_PER_DAY, zone);
  const date = FeelDate.ofEpochDay(Number(day));
  return date === null || time === null ? null : new FeelDateTime(date, time);
}

function multiply(a: FeelValue, b: FeelValue): FeelValue | undefined {
  if (isDuration(a) && isFeelNumber(b)) return scale(a, (n) => multiplyNumbers(n, b));
  if (isDuration(b) && isFeelNumber(a)) return scale(b, (n) => multiplyNumbers(n, a));
  return undefined;
}

function divide(a: FeelValue, b: FeelValue): FeelValue | undefined {
  if (isDuration(a) && isFeelNumber(b)) return scale(a, (n) => divideNumbers(n, b));
  if (a instanceof YearMonthDuration && b instanceof YearMonthDuration) {
    return divideNumbers(a.months, b.months);
  }
  if (a instanceof DayTimeDuration && b instanceof DayTimeDuration) {
    const [x, y] = [numberOfBigInt(a.nanos), numberOfBigInt(b.nanos)];
    return x === null || y === null ? null : divideNumbers(x, y);
  }
  return undefined;
}

export function numberOfBigInt(value: bigint): FeelNumber | null {
  return normaliseDecimal(new Decimal(value.toString()));
}

/** Years and months keep whole months, days and times whole nanoseconds; what is beyond is cut off. */
function scale(duration: Duration, by: (n: FeelNumber) => FeelNumber | null): FeelValue {
  if (duration instanceof YearMonthDuration) {
    const months = by(duration.months);
    return months === null ? null : yearMonths(Math.trunc(toDouble(months)));
  }
  const count = numberOfBigInt(duration.nanos);
  const nanos = count === null ? null : by(count);
  if (nanos === null) return null;
  return dayTime(typeof nanos === 'number' ? BigInt(nanos) : BigInt(nanos.trunc().toFixed(0)));
}

/** Day of the week of a date, Monday 1 to Sunday 7. */
export function weekdayOf(date: FeelDate): number {
  return ((((date.epochDay + 3) % 7) + 7) % 7) + 1;
}

/** Day of the year (1 to 366) and ISO 8601 week (1 to 53). */
export function dayOfYear(date: FeelDate): number {
  const first = FeelDate.of(date.year, 1, 1);
  return first === null ? 1 : date.epochDay - first.epochDay + 1;
}

export function isoWeekOf(date: FeelDate): number {
  const thursday = date.epochDay - weekdayOf(date) + 4;
  const { year } = civilOf(thursday);
  const first = FeelDate.of(year, 1, 1);
  return first === null ? 1 : Math.floor((thursday - first.epochDay) / 7) + 1;
}
