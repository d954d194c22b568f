import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { fromJson } from '../feel/value.ts';
import type { FeelValue } from '../feel/value.ts';
import { parseNumber } from '../feel/number.ts';
import { compileTable } from './table.ts';
import type { DecisionTable } from './table.ts';

const cell = fc.oneof(
  fc.constantFrom('-', '', 'true', '"a"', '"b", "c"', 'not("a")', 'null', '> b', '!= 3', '2.5', '[1.5..3]'),
  fc.integer({ min: -9, max: 9 }).map(String),
  fc.tuple(fc.constantFrom('<', '<=', '>', '>=', '='), fc.integer({ min: -9, max: 9 })).map(([op, n]) => `${op} ${n}`),
  fc
    .tuple(fc.constantFrom('[', '('), fc.integer({ min: -9, max: 9 }), fc.nat(6), fc.constantFrom(']', ')'))
    .map(([open, low, size, close]) => `${open}${low}..${low + size}${close}`),
  fc.tuple(fc.integer({ min: -9, max: 9 }), fc.nat(9)).map(([a, b]) => `${a}, [${b}..${b + 2}]`),
);

const value = fc.oneof(
  fc.integer({ min: -10, max: 16 }),
  fc.constantFrom<FeelValue>(
    'a',
    'b',
    'z',
    true,
    false,
    null,
    parseNumber('2.5'),
    parseNumber('2.99999999999999999999999'),
  ),
  fc.integer({ min: -40, max: 40 }).map((n) => fromJson(n / 4)),
);

function table(cells: readonly (readonly string[])[]): DecisionTable {
  return {
    hitPolicy: 'COLLECT',
    inputs: [
      { id: 'a', expression: 'a' },
      { id: 'b', expression: 'b' },
    ],
    outputs: [{ id: 'o', name: 'o' }],
    rows: cells.map((when, i) => ({ id: `r${i}`, when: [...when], then: ['1'] })),
  };
}

const scope = { a: { kind: 'any' }, b: { kind: 'any' } } as const;
const rows = fc.array(fc.tuple(cell, cell), { minLength: 24, maxLength: 60 });

const valuesOf = (a: FeelValue, b: FeelValue): ReadonlyMap<string, FeelValue> =>
  new Map<string, FeelValue>([
    ['a', a],
    ['b', b],
  ]);

const matched = (cells: readonly (readonly string[])[], a: FeelValue, b: FeelValue): readonly string[] =>
  compileTable(table(cells), scope).evaluate(valuesOf(a, b)).matched;

test('a long table matches the rows that its short pieces match, with or without an index', () => {
  fc.assert(
    fc.property(rows, value, value, (cells, a, b) => {
      const short = cells.flatMap((when, i) => matched([when], a, b).map(() => `r${i}`));
      expect(matched(cells, a, b)).toEqual(short);
    }),
    { numRuns: 200 },
  );
});

test('so does one that is too long for bits', () => {
  fc.assert(
    fc.property(rows, value, value, (cells, a, b) => {
      const once = new Set(matched(cells, a, b).map((id) => Number(id.slice(1))));
      const many = Array.from({ length: 1100 }, (_, i) => cells[i % cells.length] ?? []);
      const expected = many.flatMap((_, i) => (once.has(i % cells.length) ? [`r${i}`] : []));
      expect(matched(many, a, b)).toEqual(expected);
    }),
    { numRuns: 40 },
  );
});
