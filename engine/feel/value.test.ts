import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  compareValues,
  Decimal,
  decodeValue,
  encodeValue,
  FeelDate,
  feelEquals,
  FeelRange,
  formatValue,
  fromJson,
  toJson,
} from './value.ts';
import type { FeelNumber, FeelValue, JsonValue } from './value.ts';
import { normaliseDecimal, numberFromJs, parseNumber } from './number.ts';
import { parseTemporal, temporalText } from './temporal-text.ts';
import { feelNumber, feelTemporal, feelValue } from './arbitrary.ts';

function jsonOf(text: string): JsonValue {
  return toJson(fromJson(JSON.parse(text)));
}

describe('the journal codec', () => {
  test('decoding what was encoded gives the same value, through JSON text', () => {
    fc.assert(
      fc.property(feelValue, (value) => {
        const text = JSON.stringify(encodeValue(value));
        const json = jsonOf(text);
        const back = decodeValue(json);
        expect(encodeValue(back)).toEqual(encodeValue(value));
        expect(feelEquals(back, value)).toBe(true);
      }),
    );
  });

  test('keeps what plain JSON cannot: decimals, dates, keys that look like tags', () => {
    expect(encodeValue(fromJson(0.1))).toEqual({ $number: '0.1' });
    expect(encodeValue(FeelDate.of(2026, 3, 2))).toEqual({ $date: '2026-03-02' });
    const tricky = new Map<string, FeelValue>([['$date', '2026-03-02']]);
    expect(encodeValue(tricky)).toEqual({ $$date: '2026-03-02' });
    expect(feelEquals(decodeValue(encodeValue(tricky)), tricky)).toBe(true);
  });

  test('refuses what it never wrote', () => {
    expect(() => decodeValue({ $date: '2026-02-30' })).toThrow(TypeError);
    expect(() => decodeValue({ $what: '1' })).toThrow(TypeError);
  });
});

describe('numbers', () => {
  test('are decimals: fractions of JSON are read by their text', () => {
    expect(feelEquals(fromJson(0.1), new Decimal('0.1'))).toBe(true);
    expect(toJson(fromJson(0.1))).toBe(0.1);
    expect(toJson(parseNumber('0.1234567890123456789012'))).toBe('0.1234567890123456789012');
  });

  test('have one form each: a safe integer is a number, everything else a decimal', () => {
    expect(normaliseDecimal(new Decimal('12.000'))).toBe(12);
    expect(numberFromJs(2 ** 53)).toBeInstanceOf(Decimal);
    expect(Object.is(numberFromJs(-0), 0)).toBe(true);
    expect(normaliseDecimal(new Decimal(Infinity))).toBe(null);
  });

  test('order is total and agrees with equality', () => {
    fc.assert(
      fc.property(feelNumber, feelNumber, (a: FeelNumber, b: FeelNumber) => {
        const order = compareValues(a, b);
        expect(Math.sign(order ?? Number.NaN)).toBe(0 - Math.sign(compareValues(b, a) ?? 0) + 0);
        expect(feelEquals(a, b)).toBe(order === 0);
      }),
    );
  });
});

describe('values', () => {
  test('of different kinds have no order', () => {
    expect(compareValues(1, '1')).toBe(null);
    expect(compareValues(null, 1)).toBe(null);
    expect(feelEquals(1, '1')).toBe(false);
  });

  test('temporal text reads back as the same value', () => {
    fc.assert(
      fc.property(feelTemporal, (value) => {
        const back = parseTemporal(temporalText(value));
        expect(back === null ? null : temporalText(back)).toBe(temporalText(value));
        expect(back).toBeInstanceOf(value.constructor);
      }),
    );
  });

  test('strings order by code point', () => {
    expect(Math.sign(compareValues('\u{1F600}', '\uFF5E') ?? 0)).toBe(1);
  });

  test('a name of JavaScript’s prototypes is no field of a context', () => {
    const context = fromJson(JSON.parse('{"__proto__": 1, "a": 2}'));
    expect(context).toBeInstanceOf(Map);
    expect(JSON.stringify(toJson(context))).toBe('{"__proto__":1,"a":2}');
  });

  test('ranges and lists read as FEEL writes them', () => {
    expect(formatValue([1, 'a', new FeelRange(1, 5, true, false)])).toBe('[1, "a", [1..5)]');
    expect(formatValue(FeelRange.of('<=', 5))).toBe('<= 5');
  });
});
