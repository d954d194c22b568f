/**
 * The lines on which values lie in order, as table analysis sees them: numbers, texts, dates, and so on. Times, with and
 * without a zone, never compare, so they are two lines. A place on a line is a number, a text, or a count of the line's
 * smallest steps.
 */
import { compareValues, momentOf } from '../feel/compare.ts';
import {
  addNumbers,
  compareNumbers,
  divideNumbers,
  isFeelNumber,
  multiplyNumbers,
  roundNumber,
} from '../feel/number.ts';
import type { FeelNumber } from '../feel/number.ts';
import {
  DayTimeDuration,
  FeelDate,
  FeelDateTime,
  FeelTime,
  NANOS_PER_DAY,
  NANOS_PER_SECOND,
  YearMonthDuration,
} from '../feel/temporal.ts';
import type { FeelValue } from '../feel/value.ts';

export type LineName =
  | 'number'
  | 'whole number'
  | 'string'
  | 'date'
  | 'time'
  | 'time with a zone'
  | 'date and time'
  | 'date and time with a zone'
  | 'days and time duration'
  | 'years and months duration';

export type Place = FeelNumber | string | bigint;

export function comparePlaces(a: Place, b: Place): number {
  if (typeof a === 'bigint' && typeof b === 'bigint') return a < b ? -1 : a > b ? 1 : 0;
  if (typeof a === 'bigint' || typeof b === 'bigint') return 0;
  return compareValues(a, b) ?? 0;
}

export interface Line {
  /** The value at a place. */
  at(place: Place): FeelValue;
  /** A value strictly between two places (null: no end on that side); null when there is none. */
  between(low: Place | null, high: Place | null): FeelValue;
}

/** Where a value lies, and the first place that is no longer equal to it, where that is another one. */
export interface Located {
  readonly line: LineName;
  readonly place: Place;
  /** FEEL's `=` looks at whole seconds: what equals the value begins here and ends before `until`. */
  readonly equal: { readonly from: Place; readonly until: Place } | null;
}

const secondOf = (at: bigint): bigint => {
  const rest = at % NANOS_PER_SECOND;
  return at - (rest < 0n ? rest + NANOS_PER_SECOND : rest);
};

const inSeconds = (line: LineName, place: bigint): Located => {
  const from = secondOf(place);
  return { line, place, equal: { from, until: from + NANOS_PER_SECOND } };
};

/** The line and place of a value; null for what lies on none (booleans, null, lists, contexts). */
export function locate(value: FeelValue, dateIsMoment: boolean): Located | null {
  if (isFeelNumber(value)) return { line: 'number', place: value, equal: null };
  if (typeof value === 'string') return { line: 'string', place: value, equal: null };
  if (value instanceof FeelDate && !dateIsMoment) return { line: 'date', place: BigInt(value.epochDay), equal: null };
  if (value instanceof FeelDate || value instanceof FeelDateTime) {
    const { zoned, day, second, nano } = momentOf(value);
    const place = BigInt(day) * NANOS_PER_DAY + BigInt(second) * NANOS_PER_SECOND + BigInt(nano);
    return inSeconds(zoned ? 'date and time with a zone' : 'date and time', place);
  }
  if (value instanceof FeelTime) {
    const { offset, secondOfDay, nano } = value;
    const place = BigInt(secondOfDay - (offset ?? 0)) * NANOS_PER_SECOND + BigInt(nano);
    return inSeconds(offset === null ? 'time' : 'time with a zone', place);
  }
  if (value instanceof DayTimeDuration) {
    return { line: 'days and time duration', place: value.nanos, equal: null };
  }
  return value instanceof YearMonthDuration
    ? { line: 'years and months duration', place: BigInt(value.months), equal: null }
    : null;
}

interface Steps {
  readonly make: (at: bigint) => FeelValue;
  readonly first: bigint | null;
  readonly last: bigint | null;
  /** How far from an end an example is taken, the first that fits. */
  readonly strides: readonly bigint[];
  readonly middle: bigint;
}

/** A line of whole steps: between neighbours there is nothing. */
function stepLine({ make, first, last, strides, middle }: Steps): Line {
  const at = (place: Place): FeelValue => (typeof place === 'bigint' ? make(place) : null);
  const inside = (n: bigint, low: bigint | null, high: bigint | null): boolean =>
    (low === null || n > low) &&
    (high === null || n < high) &&
    (first === null || n >= first) &&
    (last === null || n <= last);
  const between = (low: Place | null, high: Place | null): FeelValue => {
    const from = typeof low === 'bigint' ? low : null;
    const to = typeof high === 'bigint' ? high : null;
    const tries = [
      ...(from === null ? [] : strides.map((stride) => from + stride)),
      ...(to === null || from !== null ? [] : strides.map((stride) => to - stride)),
      ...(from === null && to === null ? [middle] : []),
      ...[first, last].filter((end) => end !== null),
    ];
    const found = tries.find((n) => inside(n, from, to));
    return found === undefined ? null : make(found);
  };
  return { at, between };
}

function timeAt(nanos: bigint, zoned: boolean): FeelValue {
  const hours18 = 64_800;
  const outside = nanos < 0n ? hours18 : nanos >= NANOS_PER_DAY ? -hours18 : 0;
  const local = nanos + BigInt(outside) * NANOS_PER_SECOND;
  const second = Number(local / NANOS_PER_SECOND);
  const nano = Number(local % NANOS_PER_SECOND);
  return FeelTime.of(
    Math.floor(second / 3600),
    Math.floor(second / 60) % 60,
    second % 60,
    nano,
    zoned ? outside : null,
  );
}

function momentAt(nanos: bigint, zoned: boolean): FeelValue {
  const rest = nanos % NANOS_PER_DAY;
  const ofDay = rest < 0n ? rest + NANOS_PER_DAY : rest;
  const date = FeelDate.ofEpochDay(Number((nanos - ofDay) / NANOS_PER_DAY));
  const local = timeAt(ofDay, false);
  if (date === null || !(local instanceof FeelTime)) return null;
  const { hour, minute, second, nano } = local;
  const time = FeelTime.of(hour, minute, second, nano, zoned ? 0 : null);
  return time === null ? null : new FeelDateTime(date, time);
}

const SECOND = NANOS_PER_SECOND;
const NEW_YEAR_2026 = 20_454n;

const timeLine = (zoned: boolean): Line =>
  stepLine({
    make: (n) => timeAt(n, zoned),
    first: zoned ? -64_800n * SECOND : 0n,
    last: (zoned ? 151_200n * SECOND : NANOS_PER_DAY) - 1n,
    strides: [60n * SECOND, SECOND, 1n],
    middle: 43_200n * SECOND,
  });

const momentLine = (zoned: boolean): Line =>
  stepLine({
    make: (n) => momentAt(n, zoned),
    first: null,
    last: null,
    strides: [NANOS_PER_DAY, 60n * SECOND, SECOND, 1n],
    middle: NEW_YEAR_2026 * NANOS_PER_DAY,
  });

const dateLine = stepLine({
  make: (n) => FeelDate.ofEpochDay(Number(n)),
  first: null,
  last: null,
  strides: [1n],
  middle: NEW_YEAR_2026,
});

function numberBetween(low: Place | null, high: Place | null, whole: boolean): FeelValue {
  const from = isFeelNumber(low) ? low : null;
  const to = isFeelNumber(high) ? high : null;
  const inside = (n: FeelNumber | null): n is FeelNumber =>
    n !== null && (from === null || compareNumbers(n, from) > 0) && (to === null || compareNumbers(n, to) < 0);
  const tries = (): (FeelNumber | null)[] => {
    if (from === null && to === null) return [0];
    if (from !== null) {
      const up = roundNumber(from, 0, 'floor') ?? from;
      const half = to === null || whole ? null : (addNumbers(from, to) ?? from);
      return [addNumbers(up, 1), half === null ? null : divideNumbers(half, 2), multiplyNumbers(from, 2)];
    }
    const down = to === null ? null : (roundNumber(to, 0, 'ceiling') ?? to);
    return down === null || to === null ? [] : [addNumbers(down, -1), multiplyNumbers(to, 2)];
  };
  return tries().find(inside) ?? null;
}

const isWhole = (n: FeelNumber): boolean => {
  const floor = roundNumber(n, 0, 'floor');
  return floor !== null && compareNumbers(floor, n) === 0;
};

const numberLine = (whole: boolean): Line => ({
  at: (place) => (isFeelNumber(place) && (!whole || isWhole(place)) ? place : null),
  between: (low, high) => numberBetween(low, high, whole),
});

const textLine: Line = {
  at: (place) => (typeof place === 'string' ? place : null),
  between: (low, high) => {
    const to = typeof high === 'string' ? high : null;
    if (typeof low !== 'string') return to === null ? 'a' : to === '' ? null : '';
    const found = ['a', ' ', '\u0000']
      .map((end) => low + end)
      .find((text) => to === null || comparePlaces(text, to) < 0);
    return found ?? null;
  },
};

/** The lines by name. */
export const LINES: Readonly<Record<LineName, Line>> = {
  number: numberLine(false),
  'whole number': numberLine(true),
  string: textLine,
  date: dateLine,
  time: timeLine(false),
  'time with a zone': timeLine(true),
  'date and time': momentLine(false),
  'date and time with a zone': momentLine(true),
  'days and time duration': stepLine({
    make: (n) => new DayTimeDuration(n),
    first: null,
    last: null,
    strides: [3600n * SECOND, SECOND, 1n],
    middle: 0n,
  }),
  'years and months duration': stepLine({
    make: (n) => new YearMonthDuration(Number(n)),
    first: null,
    last: null,
    strides: [1n],
    middle: 0n,
  }),
};
