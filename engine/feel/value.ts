/**
 * FEEL values. The only JavaScript objects that an expression can meet are those of this file: plain strings and
 * booleans, numbers, our temporal classes, ranges, functions, frozen lists and maps. A context is a `Map`, so no name in
 * an expression can reach a JavaScript prototype.
 */
import type { FeelFunction } from './function.ts';
import type { FeelNumber } from './number.ts';
import type { FeelRange } from './range.ts';
import type { DayTimeDuration, FeelDate, FeelDateTime, FeelTime, YearMonthDuration } from './temporal.ts';

export type FeelList = readonly FeelValue[];
export type FeelContext = ReadonlyMap<string, FeelValue>;
export type FeelTemporal = FeelDate | FeelTime | FeelDateTime | DayTimeDuration | YearMonthDuration;

export type FeelValue =
  | null
  | boolean
  | string
  | FeelNumber
  | FeelTemporal
  | FeelRange
  | FeelFunction
  | FeelList
  | FeelContext;

export type JsonValue = null | boolean | number | string | readonly JsonValue[] | { readonly [key: string]: JsonValue };

export { isFeelContext, isFeelList, isFeelTemporal } from './guards.ts';
export { Decimal } from './number.ts';
export type { FeelNumber } from './number.ts';
export { DayTimeDuration, FeelDate, FeelDateTime, FeelTime, YearMonthDuration } from './temporal.ts';
export { FeelRange } from './range.ts';
export { FeelFunction } from './function.ts';
export { compareValues, feelEquals } from './compare.ts';
export { formatValue } from './format.ts';
export { decodeValue, encodeValue, fromJson, toJson } from './json.ts';
