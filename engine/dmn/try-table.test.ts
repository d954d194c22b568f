import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { literalText } from '../feel/format.ts';
import type { FeelScopeTypes } from '../feel/problem.ts';
import { fromJson, isFeelContext, isFeelList } from '../feel/value.ts';
import type { FeelValue } from '../feel/value.ts';
import { HIT_POLICIES } from './hit-policy.ts';
import { compileTable } from './table.ts';
import type { DecisionTable } from './table.ts';
import { tryTable } from './try-table.ts';
import type { TableTrial } from './try-table.ts';

const scope: FeelScopeTypes = { a: { kind: 'any' }, b: { kind: 'any' } };

const small = fc.integer({ min: -2, max: 2 });
const cell = fc.oneof(
  fc.constantFrom('-', '', '-', '"x"', 'not("x")', 'null', '> b', '!= 1', '(', 'b + 1', '? > a'),
  small.map(String),
  fc.tuple(fc.constantFrom('<', '<=', '>', '>='), small).map(([op, n]) => `${op} ${n}`),
  fc.tuple(small, small).map(([low, high]) => `[${low}..${high}]`),
);
const OUTPUTS = ['"high"', '"middle"', '"low"'] as const;
const table: fc.Arbitrary<DecisionTable> = fc.record({
  hitPolicy: fc.constantFrom(...HIT_POLICIES),
  inputs: fc.constant([
    { id: 'a', label: 'A', expression: 'a' },
    { id: 'b', expression: 'b' },
  ]),
  outputs: fc.constant([{ id: 'o', name: 'o', values: ['high', 'middle', 'low'] }]),
  rows: fc
    .array(fc.tuple(cell, cell, fc.constantFrom(...OUTPUTS)), { maxLength: 30 })
    .map((rows) => rows.map(([a, b, then], i) => ({ id: `r${i}`, when: [a, b], then: [then] }))),
});
const value = fc.oneof(small, fc.constantFrom<FeelValue>('x', 'y', true, null, fromJson(0.5)));

const valuesOf = (a: FeelValue, b: FeelValue): ReadonlyMap<string, FeelValue> =>
  new Map<string, FeelValue>([
    ['a', a],
    ['b', b],
  ]);

/** The outputs that a value of the table holds, one for each hit. */
const outputsOf = (of: FeelValue): readonly FeelValue[] =>
  (isFeelList(of) ? of : [of]).flatMap((hit) => (isFeelContext(hit) ? [hit.get('o') ?? null] : []));

function expectAgreement(of: DecisionTable, values: ReadonlyMap<string, FeelValue>, trial: TableTrial): void {
  const said = compileTable(of, scope).evaluate(values);
  expect(literalText(trial.value)).toBe(literalText(said.value));
  const matching = trial.rows.filter(({ matches }) => matches).map(({ id }) => id);
  expect(of.hitPolicy === 'FIRST' ? matching.slice(0, 1) : matching).toEqual(said.matched);
  const given = trial.chosen.map((id) => of.rows.find((row) => row.id === id)?.then[0]);
  expect(given).toEqual(outputsOf(said.value).map((output) => literalText(output)));
  for (const { matches, cells, why } of trial.rows) {
    expect(cells).toHaveLength(of.inputs.length);
    expect(cells.every((verdict) => verdict === 'yes')).toBe(matches);
    expect(why === null).toBe(matches);
  }
  expect(trial.warnings.map(({ code, message }) => `${code} ${message}`)).toEqual(
    said.warnings.map(({ code, message }) => `${code} ${message}`),
  );
}

describe('a trial of a table', () => {
  test('agrees with evaluating it, whatever the hit policy', () => {
    fc.assert(
      fc.property(table, value, value, (of, a, b) => {
        const values = valuesOf(a, b);
        const trial = tryTable(of, scope, values, { now: null });
        expectAgreement(of, values, trial);
        expect(trial.rows.map(({ id }) => id)).toEqual(of.rows.map(({ id }) => id));
      }),
      { numRuns: 500 },
    );
  });

  test('and the comparison is no rubber stamp', () => {
    const of: DecisionTable = {
      hitPolicy: 'FIRST',
      inputs: [
        { id: 'a', label: 'amount', expression: 'a' },
        { id: 'b', expression: 'b' },
      ],
      outputs: [{ id: 'o', name: 'o' }],
      rows: [
        { id: 'r0', when: ['< 100', '-'], then: ['"low"'] },
        { id: 'r1', when: ['>= 100', '-'], then: ['"high"'] },
        { id: 'r2', when: ['-', '1'], then: ['"any"'] },
      ],
    };
    const values = valuesOf(120, 1);
    const trial = tryTable(of, scope, values, { now: null });
    expectAgreement(of, values, trial);
    expect(() => expectAgreement(of, values, { ...trial, chosen: ['r2'] })).toThrow('deeply');
    expect(() => expectAgreement(of, valuesOf(20, 1), trial)).toThrow('expected');
    expect(trial.inputs).toEqual([
      { text: 'amount', value: 120 },
      { text: 'b', value: 1 },
    ]);
    expect(trial.chosen).toEqual(['r1']);
    expect(trial.rows).toEqual([
      {
        id: 'r0',
        matches: false,
        cells: ['no', 'not looked at'],
        why: '“amount” is 120, and this row asks for “< 100”.',
      },
      { id: 'r1', matches: true, cells: ['yes', 'yes'], why: null },
      { id: 'r2', matches: true, cells: ['yes', 'yes'], why: null },
    ]);
  });

  test('says of a cell that cannot be tested what is wrong with it', () => {
    const of: DecisionTable = {
      hitPolicy: 'COLLECT',
      inputs: [{ id: 'a', expression: 'a' }],
      outputs: [{ id: 'o', name: 'o' }],
      rows: [
        { id: 'r0', when: ['(('], then: ['1'] },
        { id: 'r1', when: ['> date("nonsense")'], then: ['1'] },
        { id: 'r2', when: ['< today()'], then: ['1'] },
        { id: 'r3', when: ['-'], then: ['1'] },
      ],
    };
    const { rows, warnings, chosen } = tryTable(of, scope, valuesOf(1, 1), { now: null });
    expect(rows.map(({ cells }) => cells[0])).toEqual(['broken', 'broken', 'broken', 'yes']);
    expect(rows[0]?.why).toMatch(/^“a” is 1, and “\(\(” cannot be tested with that: /);
    expect(warnings.map(({ row }) => row)).toEqual(['r0', 'r1', 'r2']);
    expect(chosen).toEqual(['r3']);
  });

  test('knows the time when it is told', () => {
    const of: DecisionTable = {
      hitPolicy: 'FIRST',
      inputs: [{ id: 'a', expression: 'today() > @"2026-01-01"' }],
      outputs: [{ id: 'o', name: 'o' }],
      rows: [{ id: 'r0', when: ['true'], then: ['1'] }],
    };
    expect(tryTable(of, scope, valuesOf(1, 1), { now: Date.UTC(2026, 2, 2) }).chosen).toEqual(['r0']);
    expect(tryTable(of, scope, valuesOf(1, 1), { now: null }).chosen).toEqual([]);
  });

  test('of five thousand rows takes no time once it is compiled', () => {
    const of: DecisionTable = {
      hitPolicy: 'FIRST',
      inputs: [
        { id: 'a', expression: 'a' },
        { id: 'b', expression: 'b' },
      ],
      outputs: [{ id: 'o', name: 'o' }],
      rows: Array.from({ length: 5000 }, (_, i) => ({ id: `r${i}`, when: [`[${i}..${i + 3})`, '-'], then: ['1'] })),
    };
    tryTable(of, scope, valuesOf(1, 1), { now: null });
    const from = performance.now();
    const trial = tryTable(of, scope, valuesOf(2500, 1), { now: null });
    const ms = performance.now() - from;
    if (process.env['SHOW_TIMES'] !== undefined) console.log('try 5,000 rows', ms);
    expect(trial.rows.filter(({ matches }) => matches)).toHaveLength(3);
    expect(ms).toBeLessThan(200);
  });
});
