import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileExpression } from '../feel/compile.ts';
import { FeelDate } from '../feel/value.ts';
import type { FeelValue } from '../feel/value.ts';
import { parseNumber } from '../feel/number.ts';
import { compileTable } from './table.ts';
import type { DecisionTable } from './table.ts';

/** Every shape that an index knows, those that it does not, and those that may warn. */
const cell = fc.oneof(
  fc.constantFrom('-', '', 'true', 'false', '"a"', '"b", "c"', 'not("a")', 'null', '> b', '!= 3', '2.5', '[1.5..3]'),
  fc.constantFrom(
    '< 0.9',
    '>= -2.50',
    '(2.99999999999999999999999..3]',
    '[3..1]',
    '"a", 1',
    '@"2026-03-02"',
    '-1, - 2',
  ),
  fc.constantFrom(
    'b / 0 > 1',
    '< b - 1',
    '? * 2 > b',
    'nobody',
    '1 2',
    '["a", "b"]',
    '< @"2026-03-02"',
    'string(?) = "1"',
  ),
  fc.integer({ min: -9, max: 9 }).map(String),
  fc.tuple(fc.constantFrom('<', '<=', '>', '>=', '='), fc.integer({ min: -9, max: 9 })).map(([op, n]) => `${op} ${n}`),
  fc
    .tuple(fc.constantFrom('[', '('), fc.integer({ min: -36, max: 36 }), fc.nat(24), fc.constantFrom(']', ')'))
    .map(([open, low, size, close]) => `${open}${low / 4}..${(low + size) / 4}${close}`),
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
    parseNumber('0.9'),
    parseNumber('2.99999999999999999999999'),
    parseNumber('3.00000000000000000000001'),
    ['a'],
    FeelDate.of(2026, 3, 2),
  ),
  fc.integer({ min: -40, max: 40 }).map((n) => parseNumber(String(n / 4))),
);

type Cells = readonly (readonly [string, string])[];

function table(cells: Cells, hitPolicy: DecisionTable['hitPolicy']): DecisionTable {
  return {
    hitPolicy,
    inputs: [
      { id: 'a', expression: 'a' },
      { id: 'b', expression: 'b' },
    ],
    outputs: [{ id: 'o', name: 'o' }],
    rows: cells.map((when, i) => ({ id: `r${i}`, when: [...when], then: [`${i}`] })),
  };
}

const scope = { a: { kind: 'any' }, b: { kind: 'any' } } as const;

interface Found {
  readonly matched: readonly string[];
  /** Where warnings came from, and their codes. */
  readonly warned: readonly string[];
}

function evaluated(cells: Cells, inputs: readonly [FeelValue, FeelValue], policy: DecisionTable['hitPolicy']): Found {
  const { matched, warnings } = compileTable(table(cells, policy), scope).evaluate(valuesOf(inputs));
  return { matched, warned: warnings.map(({ code, path }) => `${code} ${path.join('.')}`) };
}

const valuesOf = ([a, b]: readonly [FeelValue, FeelValue]): ReadonlyMap<string, FeelValue> =>
  new Map([
    ['a', a],
    ['b', b],
  ]);

const compiled = new Map<string, ReturnType<typeof compileExpression>>();

/** A cell by itself, as DMN has it. */
function tested(source: string, input: FeelValue, values: ReadonlyMap<string, FeelValue>) {
  const known =
    compiled.get(source) ?? compileExpression(source, scope, { form: 'unary tests', input: { kind: 'any' } });
  compiled.set(source, known);
  return known.evaluate(values, { input });
}

/** Every row, cell after cell, until one does not let the value pass. */
function oneByOne(cells: Cells, inputs: readonly [FeelValue, FeelValue], first: boolean): Found {
  const values = valuesOf(inputs);
  const matched: string[] = [];
  const warned: string[] = [];
  for (const [r, when] of cells.entries()) {
    const passes = when.every((source, c) => {
      if (source === '' || source === '-') return true;
      const { value: verdict, warnings } = tested(source, inputs[c] ?? null, values);
      warned.push(...warnings.map(({ code }) => `${code} rows.${r}.when.${c}`));
      return verdict === true;
    });
    if (!passes) continue;
    matched.push(`r${r}`);
    if (first) break;
  }
  return { matched, warned: warned.slice(0, 100) };
}

const rowsOf = (most: number): fc.Arbitrary<Cells> => fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: most });
const inputs = fc.tuple(value, value);

describe('a table finds, and warns of, what testing its cells one after the other does', () => {
  test.each(['COLLECT', 'FIRST'] as const)('%s, however few its rows', (policy) => {
    fc.assert(
      fc.property(rowsOf(70), inputs, (cells, given) => {
        const { matched, warned } = evaluated(cells, given, policy);
        expect({ matched, warned: warned.slice(0, 100) }).toEqual(oneByOne(cells, given, policy === 'FIRST'));
      }),
      { numRuns: 300 },
    );
  });

  test.each(['COLLECT', 'FIRST'] as const)('%s, and in a long table', (policy) => {
    fc.assert(
      fc.property(rowsOf(60), inputs, (cells, given) => {
        const many = Array.from(
          { length: 1100 },
          (_, i): readonly [string, string] => cells[i % cells.length] ?? ['', ''],
        );
        const { matched, warned } = evaluated(many, given, policy);
        const expected = oneByOne(many, given, policy === 'FIRST');
        expect(matched).toEqual(expected.matched);
        expect(warned.slice(0, 100)).toEqual(expected.warned);
      }),
      { numRuns: 60 },
    );
  });

  test('a column with a value of its own in each row', () => {
    const cells = Array.from({ length: 5000 }, (_, i): readonly [string, string] => [`"k${i}"`, `>= ${i % 7}`]);
    for (const i of [0, 1, 31, 32, 4999]) {
      expect(evaluated(cells, [`k${i}`, 6], 'UNIQUE').matched).toEqual([`r${i}`]);
      expect(evaluated(cells, [`k${i}`, -1], 'UNIQUE').matched).toEqual([]);
    }
  });
});

test('a result that is given again is the same, and its rows and warnings cannot be changed', () => {
  const once = compileTable(table([['"a"', '-']], 'FIRST'), scope);
  const [one, two] = [once.evaluate(valuesOf(['a', 1])), once.evaluate(valuesOf(['a', 2]))];
  expect(one).toEqual({ value: new Map([['o', 0]]), matched: ['r0'], warnings: [] });
  expect(two).toEqual(one);
  expect(Object.isFrozen(one.matched) && Object.isFrozen(one.warnings)).toBe(true);
});
