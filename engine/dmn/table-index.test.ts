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

test('a long table matches the rows that its short pieces match, with or without an index', () => {
  const scope = { a: { kind: 'any' }, b: { kind: 'any' } } as const;
  const rows = fc.array(fc.tuple(cell, cell), { minLength: 24, maxLength: 60 });
  fc.assert(
    fc.property(rows, value, value, (cells, a, b) => {
      const values = new Map<string, FeelValue>([
        ['a', a],
        ['b', b],
      ]);
      const long = compileTable(table(cells), scope).evaluate(values).matched;
      const short = cells.flatMap((when, i) =>
        compileTable(table([when]), scope)
          .evaluate(values)
          .matched.map(() => `r${i}`),
      );
      expect(long).toEqual(short);
    }),
    { numRuns: 200 },
  );
});
