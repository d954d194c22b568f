/** The room's borders: plain JSON in and out, and the tagged codec that the journal keeps. */
import { isFeelContext, isFeelList } from './guards.ts';
import { Decimal, numberFromJs, parseNumber } from './number.ts';
import { COMPARE_OPS } from './ast.ts';
import { FeelFunction } from './function.ts';
import { FeelRange } from './range.ts';
import { DayTimeDuration, FeelDate, FeelDateTime, FeelTime, YearMonthDuration } from './temporal.ts';
import { parseDate, parseDateTime, parseDuration, parseTime, temporalText } from './temporal-text.ts';
import type { FeelContext, FeelValue, JsonValue } from './value.ts';

const MAX_DEPTH = 1000;

/**
 * Plain JSON as FEEL sees it: objects become contexts, fractions exact decimals read from their shortest text. Strings
 * stay strings; a date field is read by its declared type elsewhere. What JSON cannot hold (undefined, functions, NaN)
 * becomes null. Deeper than 1,000 levels throws a RangeError: check depth at the border first.
 */
export function fromJson(json: unknown, depth = 0): FeelValue {
  if (depth > MAX_DEPTH) throw new RangeError(`JSON is nested deeper than ${MAX_DEPTH} levels.`);
  if (typeof json === 'string' || typeof json === 'boolean') return json;
  if (typeof json === 'number') return numberFromJs(json);
  if (typeof json !== 'object' || json === null) return null;
  if (Array.isArray(json)) return json.map((item) => fromJson(item, depth + 1));
  const context = new Map<string, FeelValue>();
  for (const [key, value] of Object.entries(json)) {
    if (value !== undefined) context.set(key, fromJson(value, depth + 1));
  }
  return context;
}

/**
 * Plain JSON for the outside. A decimal becomes a JSON number when a double keeps its exact text, otherwise a string;
 * temporal values become their ISO text; a range an object of its ends; a function null.
 */
export function toJson(value: FeelValue): JsonValue {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') return value;
  if (value instanceof Decimal) {
    const double = value.toNumber();
    const exact = Number.isFinite(double) && new Decimal(String(double)).eq(value);
    return exact ? double : value.toFixed();
  }
  if (value instanceof FeelFunction) return null;
  if (value instanceof FeelRange) {
    return {
      start: toJson(value.low),
      'start included': value.lowIncluded,
      end: toJson(value.high),
      'end included': value.highIncluded,
      ...(value.excluded ? { excluded: true } : {}),
    };
  }
  if (isFeelContext(value)) return objectOf(value, (key) => key, toJson);
  if (isFeelList(value)) return value.map(toJson);
  return temporalText(value);
}

/** `Object.fromEntries` defines own properties, so a key called `__proto__` stays a key. */
function objectOf(
  context: FeelContext,
  keyOf: (key: string) => string,
  valueOf: (value: FeelValue) => JsonValue,
): JsonValue {
  return Object.fromEntries([...context].map(([key, value]) => [keyOf(key), valueOf(value)]));
}

/**
 * The lossless form kept in the journal; the order of a context's entries is no part of its value and is not kept.
 * JSON's own types stand for themselves; every other value is an object with one key that begins with `$`. A context's
 * own key that begins with `$` gains one more `$`. A function is not storable and throws a TypeError.
 */
export function encodeValue(value: FeelValue): JsonValue {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') return value;
  if (value instanceof Decimal) return { $number: value.toString() };
  if (value instanceof FeelDate) return { $date: temporalText(value) };
  if (value instanceof FeelTime) return { $time: temporalText(value) };
  if (value instanceof FeelDateTime) return { $datetime: temporalText(value) };
  if (value instanceof DayTimeDuration || value instanceof YearMonthDuration) {
    return { $duration: temporalText(value) };
  }
  if (value instanceof FeelRange) return { $range: encodeRange(value) };
  if (value instanceof FeelFunction) {
    throw new TypeError('A function cannot be stored: store what it returns.');
  }
  if (isFeelContext(value)) {
    return objectOf(value, (key) => (key.startsWith('$') ? `$${key}` : key), encodeValue);
  }
  return value.map(encodeValue);
}

function encodeRange(range: FeelRange): JsonValue {
  if (range.test !== null) return [range.test, encodeValue(range.low ?? range.high)];
  const ends = `${range.lowIncluded ? '[' : '('}${range.highIncluded ? ']' : ')'}`;
  return [ends, encodeValue(range.low), encodeValue(range.high)];
}

function isJsonList(json: JsonValue): json is readonly JsonValue[] {
  return Array.isArray(json);
}

/** Reads what `encodeValue` wrote. Throws a TypeError on anything else: a journal never holds it. */
export function decodeValue(json: JsonValue): FeelValue {
  if (json === null || typeof json === 'string' || typeof json === 'boolean') return json;
  if (typeof json === 'number') return numberFromJs(json);
  if (isJsonList(json)) return json.map(decodeValue);
  const entries = Object.entries(json);
  const [first] = entries;
  if (entries.length === 1 && first !== undefined && /^\$[a-z]/.test(first[0])) {
    return decodeTagged(first[0], first[1]);
  }
  return new Map(entries.map(([key, value]) => [key.startsWith('$') ? key.slice(1) : key, decodeValue(value)]));
}

function decodeTagged(tag: string, body: JsonValue): FeelValue {
  const decoded = tag === '$range' ? decodeRange(body) : decodeText(tag, body);
  if (decoded === null) {
    throw new TypeError(`${JSON.stringify({ [tag]: body }).slice(0, 200)} is no stored FEEL value.`);
  }
  return decoded;
}

function decodeText(tag: string, body: JsonValue): FeelValue {
  if (typeof body !== 'string') return null;
  switch (tag) {
    case '$number':
      return parseNumber(body);
    case '$date':
      return parseDate(body);
    case '$time':
      return parseTime(body);
    case '$datetime':
      return parseDateTime(body);
    case '$duration':
      return parseDuration(body);
    default:
      return null;
  }
}

function decodeRange(body: JsonValue): FeelRange | null {
  if (!isJsonList(body)) return null;
  const [ends, low, high] = body;
  if (typeof ends !== 'string' || low === undefined) return null;
  const test = COMPARE_OPS.find((op) => op === ends);
  if (test !== undefined) return FeelRange.of(test, decodeValue(low));
  if (high === undefined) return null;
  return new FeelRange(decodeValue(low), decodeValue(high), ends.startsWith('['), ends.endsWith(']'));
}
