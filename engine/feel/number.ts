/**
 * FEEL numbers: decimals of 34 significant digits, rounded half to even (DMN 1.5, 10.3.2.3.1; IEEE 754-2008 decimal128).
 *
 * One representation per value: a JavaScript `number` when the value is a safe integer, otherwise a `Decimal`.
 * Every function here takes and returns numbers in that normal form; `null` means "no such number" (division by zero,
 * overflow, not a number), which FEEL shows as null.
 */
import { Decimal as BaseDecimal } from 'decimal.js';
import {
  addShort,
  compareDecimals,
  compareToWhole,
  Decimal,
  divideShort,
  multiplyShort,
  nearestDouble,
  plainText,
} from './decimal.ts';

export { Decimal } from './decimal.ts';

export type FeelNumber = number | Decimal;

/** Is this a FEEL number? A bare `number` must already be a safe integer. */
export function isFeelNumber(value: unknown): value is FeelNumber {
  return typeof value === 'number' || value instanceof Decimal;
}

/** The normal form of a decimal: rounded to 34 digits, a safe integer as `number`, null when not finite. */
export function normaliseDecimal(value: Decimal): FeelNumber | null {
  if (!value.isFinite()) return null;
  const rounded = value.precision() > 34 ? value.toSignificantDigits(34) : value;
  if (rounded.isInteger()) {
    const n = rounded.toNumber();
    if (Number.isSafeInteger(n)) return n + 0;
  }
  return rounded;
}

/** The number that a JavaScript number stands for, read from its shortest text: `0.1` is one tenth. */
export function numberFromJs(value: number): FeelNumber | null {
  if (Number.isSafeInteger(value)) return value + 0;
  return Number.isFinite(value) ? normaliseDecimal(new Decimal(String(value))) : null;
}

const NUMBER_TEXT = /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,9})?$/;

/** Reads decimal text such as `-12.50` or `1.2e-3`; null when it is not a number or out of range. */
export function parseNumber(text: string): FeelNumber | null {
  if (text.length > 10_000 || !NUMBER_TEXT.test(text)) return null;
  if (text.length < 16) {
    const n = Number(text);
    if (Number.isSafeInteger(n)) return n + 0;
  }
  return normaliseDecimal(new Decimal(text));
}

/** As a decimal, whichever form it has. */
export function toDecimal(value: FeelNumber): Decimal {
  return typeof value === 'number' ? new Decimal(value) : value;
}

/** The nearest double: for indexes, sizes and display, never for arithmetic that is kept. */
export function toDouble(value: FeelNumber): number {
  return typeof value === 'number' ? value : nearestDouble(value);
}

export function addNumbers(a: FeelNumber, b: FeelNumber): FeelNumber | null {
  if (typeof a === 'number' && typeof b === 'number') {
    const sum = a + b;
    if (Number.isSafeInteger(sum)) return sum;
  }
  return addShort(a, b, 1) ?? normaliseDecimal(Decimal.add(a, b));
}

export function subtractNumbers(a: FeelNumber, b: FeelNumber): FeelNumber | null {
  if (typeof a === 'number' && typeof b === 'number') {
    const difference = a - b;
    if (Number.isSafeInteger(difference)) return difference;
  }
  return addShort(a, b, -1) ?? normaliseDecimal(Decimal.sub(a, b));
}

export function multiplyNumbers(a: FeelNumber, b: FeelNumber): FeelNumber | null {
  if (typeof a === 'number' && typeof b === 'number') {
    const product = a * b;
    if (Number.isSafeInteger(product)) return product + 0;
  }
  return multiplyShort(a, b) ?? normaliseDecimal(Decimal.mul(a, b));
}

export function divideNumbers(a: FeelNumber, b: FeelNumber): FeelNumber | null {
  if (b === 0) return null;
  if (typeof a === 'number' && typeof b === 'number' && a % b === 0) return a / b + 0;
  return divideShort(a, b) ?? normaliseDecimal(Decimal.div(a, b));
}

export function powerNumbers(base: FeelNumber, exponent: FeelNumber): FeelNumber | null {
  if (base === 0 && compareNumbers(exponent, 0) < 0) return null;
  return normaliseDecimal(Decimal.pow(base, exponent));
}

export function negateNumber(a: FeelNumber): FeelNumber {
  return typeof a === 'number' ? 0 - a : a.negated();
}

export function absNumber(a: FeelNumber): FeelNumber {
  return typeof a === 'number' ? Math.abs(a) : a.abs();
}

/** Negative, zero or positive, as `a` is below, equal to or above `b`. */
export function compareNumbers(a: FeelNumber, b: FeelNumber): number {
  if (typeof a === 'number') return typeof b === 'number' ? a - b : -compareToWhole(b, a);
  return typeof b === 'number' ? compareToWhole(a, b) : compareDecimals(a, b);
}

export function numbersEqual(a: FeelNumber, b: FeelNumber): boolean {
  if (typeof a === 'number') return a === b;
  return typeof b !== 'number' && compareDecimals(a, b) === 0;
}

/** `a` modulo `b` with the sign of `b`: a - b * floor(a / b) (DMN 1.5, table 75). */
export function moduloNumbers(a: FeelNumber, b: FeelNumber): FeelNumber | null {
  if (b === 0) return null;
  if (typeof a === 'number' && typeof b === 'number') {
    const rest = a % b;
    return (rest !== 0 && rest < 0 !== b < 0 ? rest + b : rest) + 0;
  }
  const divisor = toDecimal(b);
  const rest = toDecimal(a).mod(divisor);
  const signed = !rest.isZero() && rest.isNegative() !== divisor.isNegative() ? rest.add(divisor) : rest;
  return normaliseDecimal(signed);
}

export type Rounding = 'up' | 'down' | 'half up' | 'half down' | 'half even' | 'floor' | 'ceiling';

const MODES: Readonly<Record<Rounding, BaseDecimal.Rounding>> = {
  up: BaseDecimal.ROUND_UP,
  down: BaseDecimal.ROUND_DOWN,
  'half up': BaseDecimal.ROUND_HALF_UP,
  'half down': BaseDecimal.ROUND_HALF_DOWN,
  'half even': BaseDecimal.ROUND_HALF_EVEN,
  floor: BaseDecimal.ROUND_FLOOR,
  ceiling: BaseDecimal.ROUND_CEIL,
};

/** Rounds to `scale` digits after the point; a negative scale rounds before it. Scale must be in -6111..6176. */
export function roundNumber(value: FeelNumber, scale: FeelNumber, mode: Rounding): FeelNumber | null {
  const places = Math.trunc(toDouble(scale));
  if (places < -6111 || places > 6176) return null;
  if (typeof value === 'number' && places >= 0) return value;
  if (places >= 0) return normaliseDecimal(toDecimal(value).toDecimalPlaces(places, MODES[mode]));
  const unit = new Decimal(`1e${-places}`);
  const units = toDecimal(value).div(unit).toDecimalPlaces(0, MODES[mode]);
  return normaliseDecimal(units.mul(unit));
}

/** The plain text of a number: no exponent, no superfluous zeros. */
export function numberText(value: FeelNumber): string {
  return typeof value === 'number' ? String(value) : plainText(value);
}
