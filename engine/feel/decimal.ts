/**
 * The room's decimals, and a short way for those of few digits: as a whole number of units of 10⁻⁷ or 10⁻¹⁴, they are
 * added, multiplied and compared exactly by the processor. It relies on how decimal.js keeps its digits: words of seven
 * decimal digits (`d`), the exponent of the first digit (`e`), the sign (`s`), no word of zeros at the end.
 */
import { Decimal as BaseDecimal } from 'decimal.js';

/** The room's own decimal constructor, so that nobody's global settings can change our arithmetic. */
export const Decimal = BaseDecimal.clone({
  defaults: true,
  precision: 34,
  rounding: BaseDecimal.ROUND_HALF_EVEN,
  maxE: 6144,
  minE: -6143,
  crypto: false,
});
export type Decimal = BaseDecimal;

const WORD_DIGITS = 7;
const WORD = 1e7;

const POWERS: readonly number[] = Array.from({ length: 15 }, (_, i) => 10 ** i);

/** Digits after the point that the words hold, a multiple of seven; negative when they end before it. */
function scaleOf({ d, e }: Decimal): number {
  return WORD_DIGITS * (d.length - 1 - Math.floor(e / WORD_DIGITS));
}

/** The words as one whole number; not a safe one when there are too many digits. */
function wordsOf({ d, s }: Decimal): number {
  let whole = d[0] ?? 0;
  if (d.length > 3) return Number.NaN;
  for (let i = 1; i < d.length; i += 1) whole = whole * WORD + (d[i] ?? 0);
  return s < 0 ? -whole : whole;
}

/** The nearest double. A quotient of two whole doubles is rounded once, and so right; the rest goes by its text. */
export function nearestDouble(value: Decimal): number {
  const scale = scaleOf(value);
  if (scale > 0 && scale <= 14) {
    const whole = wordsOf(value);
    if (Number.isSafeInteger(whole)) return whole / (POWERS[scale] ?? 1);
  }
  return value.toNumber();
}

/** Negative, zero or positive, as `a` is below, equal to or above `b`; both finite and not zero. */
export function compareDecimals(a: Decimal, b: Decimal): number {
  if (a.s !== b.s) return a.s;
  if (a.e !== b.e) return a.e > b.e ? a.s : -a.s;
  const [x, y] = [a.d, b.d];
  const shared = Math.min(x.length, y.length);
  for (let i = 0; i < shared; i += 1) {
    const [v, w] = [x[i] ?? 0, y[i] ?? 0];
    if (v !== w) return v > w ? a.s : -a.s;
  }
  return (x.length - y.length) * a.s;
}

/** Negative or positive, as a decimal is below or above a safe integer; it is none itself. */
export function compareToWhole({ d, e, s }: Decimal, b: number): number {
  if (e > 15) return s;
  // Beyond the safe integers the whole part is rounded, but not to within them.
  let whole = 0;
  const words = Math.floor(e / WORD_DIGITS) + 1;
  for (let i = 0; i < words; i += 1) whole = whole * WORD + (d[i] ?? 0);
  const signed = s < 0 ? -whole : whole;
  if (signed !== b) return signed - b;
  return s;
}

/** All digits of a decimal, without an exponent. */
export function plainText({ d, e, s }: Decimal): string {
  let digits = String(d[0] ?? 0);
  for (let i = 1; i < d.length; i += 1) digits += String(d[i] ?? 0).padStart(WORD_DIGITS, '0');
  const last = d.length === 0 ? 0 : endOf(digits);
  digits = digits.slice(0, last);
  const sign = s < 0 ? '-' : '';
  if (e < 0) return `${sign}0.${'0'.repeat(-e - 1)}${digits}`;
  if (digits.length <= e + 1) return sign + digits + '0'.repeat(e + 1 - digits.length);
  return `${sign}${digits.slice(0, e + 1)}.${digits.slice(e + 1)}`;
}

/** How many digits there are before the zeros at the end. */
function endOf(digits: string): number {
  let end = digits.length;
  while (end > 1 && digits.charCodeAt(end - 1) === 48) end -= 1;
  return end;
}

/** `units / 10^scale`, for safe units and a scale of 0 to 14: a number when it is whole. */
function fromUnits(units: number, scale: number): number | Decimal {
  const size = Math.abs(units);
  const power = POWERS[scale] ?? 1;
  const rest = size % power;
  if (rest === 0) return units / power + 0;
  const whole = (size - rest) / power;
  const words: number[] = [];
  if (whole >= WORD * WORD) words.push(Math.floor(whole / (WORD * WORD)));
  if (whole >= WORD) words.push(Math.floor(whole / WORD) % WORD);
  if (whole > 0) words.push(whole % WORD);
  let exponent = whole > 0 ? (words.length - 1) * WORD_DIGITS : -WORD_DIGITS;
  const after = scale <= WORD_DIGITS ? rest * (POWERS[WORD_DIGITS - scale] ?? 1) : rest;
  if (scale <= WORD_DIGITS) words.push(after);
  else {
    const below = POWERS[scale - WORD_DIGITS] ?? 1;
    const high = Math.floor(after / below);
    const low = (after % below) * (POWERS[2 * WORD_DIGITS - scale] ?? 1);
    if (high > 0 || whole > 0) words.push(high);
    else exponent = -2 * WORD_DIGITS;
    if (low > 0) words.push(low);
  }
  for (let first = words[0] ?? 0; first >= 10; first /= 10) exponent += 1;
  const made = new Decimal(0);
  const parts: { s: number; e: number; d: number[] } = made;
  parts.s = units < 0 ? -1 : 1;
  parts.e = exponent;
  parts.d = words;
  return made;
}

/** The scale of a number of few digits; -1 when it has too many. */
function shortScale(value: number | Decimal): number {
  if (typeof value === 'number') return 0;
  const scale = scaleOf(value);
  return scale > 0 && scale <= 14 ? scale : -1;
}

const unitsOf = (value: number | Decimal): number => (typeof value === 'number' ? value : wordsOf(value));

/** `a + sign * b`; null when it is not so short that it can be told exactly. */
export function addShort(a: number | Decimal, b: number | Decimal, sign: 1 | -1): number | Decimal | null {
  const [m, n] = [shortScale(a), shortScale(b)];
  if (m < 0 || n < 0) return null;
  const scale = Math.max(m, n);
  const x = unitsOf(a) * (POWERS[scale - m] ?? 1);
  const y = unitsOf(b) * (POWERS[scale - n] ?? 1);
  const sum = x + sign * y;
  return Number.isSafeInteger(x) && Number.isSafeInteger(y) && Number.isSafeInteger(sum) ? fromUnits(sum, scale) : null;
}

/** `a * b`, likewise. */
export function multiplyShort(a: number | Decimal, b: number | Decimal): number | Decimal | null {
  let [m, n] = [shortScale(a), shortScale(b)];
  if (m < 0 || n < 0) return null;
  let [x, y] = [unitsOf(a), unitsOf(b)];
  if (!Number.isSafeInteger(x * y) || m + n > 14) {
    for (; m > 0 && x % 10 === 0; m -= 1) x /= 10;
    for (; n > 0 && y % 10 === 0; n -= 1) y /= 10;
  }
  return Number.isSafeInteger(x) && Number.isSafeInteger(y) && Number.isSafeInteger(x * y) && m + n <= 14
    ? fromUnits(x * y, m + n)
    : null;
}

/** `a / b` where it ends within seven digits after the point; null otherwise. `b` is not zero. */
export function divideShort(a: number | Decimal, b: number | Decimal): number | Decimal | null {
  const [m, n] = [shortScale(a), shortScale(b)];
  if (m < 0 || n < 0 || m > n + WORD_DIGITS) return null;
  const x = unitsOf(a) * (POWERS[n + WORD_DIGITS - m] ?? Number.NaN);
  const y = unitsOf(b);
  return Number.isSafeInteger(x) && Number.isSafeInteger(y) && x % y === 0 ? fromUnits(x / y, WORD_DIGITS) : null;
}
