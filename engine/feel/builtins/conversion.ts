/** Conversions: string, number, not, is, range (DMN 1.5, tables 72, 73 and 80). */
import { equalOrNull } from '../compare.ts';
import { makeRange } from '../compile-tests.ts';
import { formatValue } from '../format.ts';
import { parseNumber } from '../number.ts';
import { readConstantRange } from '../range-text.ts';
import { FeelDate, FeelDateTime, FeelTime } from '../temporal.ts';
import { kindOf } from '../type.ts';
import type { FeelValue } from '../value.ts';
import { builtIn, overload } from './signature.ts';
import type { Arguments, BuiltIn } from './signature.ts';

const SEPARATORS: ReadonlySet<string> = new Set([' ', ',', '.']);

/** Separators may be left out; when given, a grouping is a space, comma or point, a decimal one a comma or point, not alike. */
function toNumber(a: Arguments): FeelValue | undefined {
  const [grouping, decimal] = [a.value(1), a.value(2)];
  if (grouping !== null && !(typeof grouping === 'string' && SEPARATORS.has(grouping))) return undefined;
  if (decimal !== null && decimal !== '.' && decimal !== ',') return undefined;
  if (grouping !== null && grouping === decimal) return undefined;
  a.pay(1 + (a.text(0).length >> 4));
  let text = a.text(0);
  if (typeof grouping === 'string') text = text.replaceAll(grouping, '');
  if (typeof decimal === 'string') text = text.replace(decimal, '.');
  return parseNumber(text) ?? undefined;
}

/** Same kind and same value, time zones included: stricter than `=`. */
function identical(x: FeelValue, y: FeelValue, a: Arguments): boolean {
  if (x === null || y === null) return x === y;
  if (kindOf(x) !== kindOf(y)) return false;
  if (x instanceof FeelTime && y instanceof FeelTime) return sameTime(x, y);
  if (x instanceof FeelDateTime && y instanceof FeelDateTime) {
    return x.date.epochDay === y.date.epochDay && sameTime(x.time, y.time);
  }
  if (x instanceof FeelDate && y instanceof FeelDate) return x.epochDay === y.epochDay;
  return equalOrNull(x, y, a.pay) === true;
}

function sameTime(x: FeelTime, y: FeelTime): boolean {
  return x.secondOfDay === y.secondOfDay && x.nano === y.nano && x.zone === y.zone;
}

function parseRange(a: Arguments): FeelValue | undefined {
  a.pay(80 + a.text(0).length);
  const read = readConstantRange(a.text(0));
  if (read === null || read.low === null || read.high === null) return undefined;
  return makeRange(read.low, read.high, read.lowIncluded, read.highIncluded) ?? undefined;
}

export const conversionFunctions: readonly BuiltIn[] = [
  builtIn(
    'string',
    overload('from: any -> string', (a) => (a.has(0) ? formatValue(a.value(0), a.pay) : null)),
  ),
  builtIn(
    'number',
    overload('from: string, grouping separator?: string?, decimal separator?: string? -> number?', toNumber),
    overload('from: number -> number', (a) => a.number(0)),
  ),
  builtIn(
    'not',
    overload('negand: any -> boolean?', (a) => {
      const value = a.value(0);
      return typeof value === 'boolean' ? !value : null;
    }),
  ),
  builtIn(
    'is',
    overload('value1: any, value2: any -> boolean', (a) => identical(a.value(0), a.value(1), a)),
  ),
  builtIn('range', overload('from: string -> range?', parseRange)),
];
