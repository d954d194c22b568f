/** Numeric built-ins (DMN 1.5, table 75). */
import { absNumber, Decimal, moduloNumbers, normaliseDecimal, roundNumber, toDecimal } from '../number.ts';
import type { FeelNumber, Rounding } from '../number.ts';
import { DayTimeDuration, YearMonthDuration } from '../temporal.ts';
import { builtIn, overload } from './signature.ts';
import type { Arguments, BuiltIn } from './signature.ts';

/** Cost in steps of a series (exp, log, root) at 34 digits. */
const SERIES_COST = 900;

function rounding(name: string, mode: Rounding, scaleOptional: boolean): BuiltIn {
  return builtIn(
    name,
    overload(scaleOptional ? 'n: number, scale?: number -> number' : 'n: number, scale: number -> number', (a) => {
      a.pay(6);
      return roundNumber(a.number(0), a.has(1) ? a.number(1) : 0, mode) ?? undefined;
    }),
  );
}

/** Steps for dividing down to the digits of the divisor, which may lie thousands of digits below. */
function digitsApart(a: FeelNumber, b: FeelNumber): number {
  const exponent = (n: FeelNumber): number => (typeof n === 'number' ? 0 : n.e);
  return Math.max(0, exponent(a) - exponent(b)) >> 3;
}

function parity(a: Arguments): number | null {
  const n = a.number(0);
  a.pay(typeof n === 'number' ? 1 : 10 + digitsApart(n, 2));
  const rest = moduloNumbers(n, 2);
  return typeof rest === 'number' ? rest : null;
}

export const numberFunctions: readonly BuiltIn[] = [
  rounding('decimal', 'half even', false),
  rounding('round up', 'up', false),
  rounding('round down', 'down', false),
  rounding('round half up', 'half up', false),
  rounding('round half down', 'half down', false),
  rounding('floor', 'floor', true),
  rounding('ceiling', 'ceiling', true),
  builtIn(
    'abs',
    overload('n: number -> number', (a) => absNumber(a.number(0))),
    overload('n: days and time duration -> days and time duration', (a) => {
      const value = a.value(0);
      if (!(value instanceof DayTimeDuration)) return undefined;
      return value.nanos < 0n ? new DayTimeDuration(-value.nanos) : value;
    }),
    overload('n: years and months duration -> years and months duration', (a) => {
      const value = a.value(0);
      return value instanceof YearMonthDuration ? new YearMonthDuration(Math.abs(value.months)) : undefined;
    }),
  ),
  builtIn(
    'modulo',
    overload('dividend: number, divisor: number -> number?', (a) => {
      a.pay(10 + digitsApart(a.number(0), a.number(1)));
      return moduloNumbers(a.number(0), a.number(1)) ?? undefined;
    }),
  ),
  builtIn(
    'sqrt',
    overload('number: number -> number?', (a) => {
      a.pay(SERIES_COST);
      return normaliseDecimal(toDecimal(a.number(0)).sqrt()) ?? undefined;
    }),
  ),
  builtIn(
    'log',
    overload('number: number -> number?', (a) => {
      a.pay(SERIES_COST);
      const value = toDecimal(a.number(0));
      return value.gt(0) ? (normaliseDecimal(value.ln()) ?? undefined) : undefined;
    }),
  ),
  builtIn(
    'exp',
    overload('number: number -> number?', (a) => {
      a.pay(SERIES_COST);
      return normaliseDecimal(Decimal.exp(toDecimal(a.number(0)))) ?? undefined;
    }),
  ),
  builtIn(
    'odd',
    overload('number: number -> boolean', (a) => parity(a) === 1),
  ),
  builtIn(
    'even',
    overload('number: number -> boolean', (a) => parity(a) === 0),
  ),
];
