import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { feelNumber } from './arbitrary.ts';
import { Decimal, nearestDouble, plainText } from './decimal.ts';
import {
  addNumbers,
  compareNumbers,
  divideNumbers,
  multiplyNumbers,
  normaliseDecimal,
  numbersEqual,
  subtractNumbers,
} from './number.ts';
import type { FeelNumber } from './number.ts';

/** Numbers as money and shares have them, around the places where words of seven digits begin. */
const short: fc.Arbitrary<FeelNumber> = fc
  .tuple(
    fc.oneof(fc.maxSafeInteger(), fc.integer({ min: -200_000, max: 200_000 }), fc.constantFrom(1e7, 1e14, 9_999_999)),
    fc.integer({ min: 0, max: 15 }),
  )
  .map(([units, scale]) => normaliseDecimal(new Decimal(`${units}e-${scale}`)) ?? 0);
const number = fc.oneof({ weight: 4, arbitrary: short }, { weight: 1, arbitrary: feelNumber });

/** What a number is made of: a number by itself, or the words that decimal.js would have. */
const parts = (value: FeelNumber | null): unknown =>
  value === null || typeof value === 'number' ? value : { s: value.s, e: value.e, d: value.d };

const RUNS = { numRuns: 2000 };

describe('the short way of decimals', () => {
  test.each([
    ['+', addNumbers, (a: FeelNumber, b: FeelNumber) => Decimal.add(a, b)],
    ['-', subtractNumbers, (a: FeelNumber, b: FeelNumber) => Decimal.sub(a, b)],
    ['*', multiplyNumbers, (a: FeelNumber, b: FeelNumber) => Decimal.mul(a, b)],
    ['/', divideNumbers, (a: FeelNumber, b: FeelNumber) => Decimal.div(a, b)],
  ] as const)('%s gives what the long way gives, digit for digit', (op, quick, slow) => {
    fc.assert(
      fc.property(number, number, (a, b) => {
        if (op === '/' && b === 0) return;
        expect(parts(quick(a, b))).toEqual(parts(normaliseDecimal(slow(a, b))));
      }),
      RUNS,
    );
  });

  test('compares as the long way does', () => {
    fc.assert(
      fc.property(number, number, (a, b) => {
        const [x, y] = [new Decimal(a), new Decimal(b)];
        expect(Math.sign(compareNumbers(a, b))).toBe(x.cmp(y) + 0);
        expect(numbersEqual(a, b)).toBe(x.eq(y));
        expect(numbersEqual(a, a)).toBe(true);
      }),
      RUNS,
    );
  });

  test('finds the nearest double', () => {
    fc.assert(
      fc.property(number, (a) => {
        const decimal = new Decimal(a);
        expect(nearestDouble(decimal)).toBe(decimal.toNumber());
      }),
      RUNS,
    );
  });

  test('writes all digits as the long way does', () => {
    fc.assert(
      fc.property(number, fc.integer({ min: -6100, max: 6100 }), (a, exponent) => {
        const decimal = new Decimal(a);
        expect(plainText(decimal)).toBe(decimal.toFixed());
        const far = decimal.times(`1e${exponent}`);
        expect(plainText(far)).toBe(far.toFixed());
      }),
    );
  });

  test('a result of the short way is a decimal like any other', () => {
    const made = addNumbers(new Decimal('0.1'), new Decimal('0.25'));
    expect(made).toBeInstanceOf(Decimal);
    expect(String(made)).toBe('0.35');
    expect(made).toEqual(new Decimal('0.35'));
  });
});
