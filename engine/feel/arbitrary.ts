/** Generators of FEEL values for the laws in the tests of this room and of those that store values. */
import * as fc from 'fast-check';
import { COMPARE_OPS } from './ast.ts';
import { numberFromJs, parseNumber } from './number.ts';
import { FeelRange } from './range.ts';
import { DayTimeDuration, FeelDate, FeelDateTime, FeelTime, YearMonthDuration } from './temporal.ts';
import type { FeelNumber, FeelTemporal, FeelValue } from './value.ts';

const decimalText = fc
  .tuple(fc.bigInt({ min: -(10n ** 33n), max: 10n ** 33n }), fc.integer({ min: -40, max: 40 }))
  .map(([digits, exponent]) => `${digits}e${exponent}`);

export const feelNumber: fc.Arbitrary<FeelNumber> = fc
  .oneof(
    fc.maxSafeInteger(),
    fc.integer({ min: -100, max: 100 }),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((n) => numberFromJs(n)),
    decimalText.map((text) => parseNumber(text)),
  )
  .map((n) => n ?? 0);

const EPOCH = FeelDate.of(1970, 1, 1);
const MIDNIGHT = FeelTime.of(0, 0, 0);
if (EPOCH === null || MIDNIGHT === null) throw new TypeError('1970-01-01 is a date.');

const date = fc
  .oneof(fc.integer({ min: -1_000_000, max: 1_000_000 }), fc.integer({ min: -3e11, max: 3e11 }))
  .map((day) => FeelDate.ofEpochDay(day) ?? EPOCH);

const zone = fc.oneof(
  fc.constant(null),
  fc.integer({ min: -840, max: 840 }).map((minutes) => minutes * 60),
  fc.constantFrom('Europe/Vienna', 'America/New_York', 'Etc/UTC'),
);

const time = fc
  .tuple(fc.nat(23), fc.nat(59), fc.nat(59), fc.oneof(fc.constant(0), fc.nat(999_999_999)), zone)
  .map(([hour, minute, second, nano, at]) => FeelTime.of(hour, minute, second, nano, at) ?? MIDNIGHT);

export const feelTemporal: fc.Arbitrary<FeelTemporal> = fc.oneof(
  date,
  time,
  fc.tuple(date, time).map(([on, at]) => new FeelDateTime(on, at)),
  fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }).map((nanos) => new DayTimeDuration(nanos)),
  fc.integer({ min: -100_000, max: 100_000 }).map((months) => new YearMonthDuration(months)),
);

const key = fc.oneof(fc.string(), fc.constantFrom('$date', '$', '$$x', '__proto__', 'credit score'));

/** Every kind that can be stored: no functions. */
export const feelValue: fc.Arbitrary<FeelValue> = fc.letrec<{ value: FeelValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.constant(null),
    fc.boolean(),
    fc.string(),
    feelNumber,
    feelTemporal,
    fc
      .tuple(feelNumber, feelNumber, fc.boolean(), fc.boolean())
      .map(([low, high, a, b]) => new FeelRange(low, high, a, b)),
    fc.tuple(fc.constantFrom(...COMPARE_OPS), feelNumber).map(([op, end]) => FeelRange.of(op, end)),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.array(fc.tuple(key, tie('value')), { maxLength: 4 }).map((entries) => new Map<string, FeelValue>(entries)),
  ),
})).value;
