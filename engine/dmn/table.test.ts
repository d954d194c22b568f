import { describe, expect, test } from 'vitest';
import { formatValue, fromJson, isFeelContext } from '../feel/value.ts';
import { describeType } from '../feel/type.ts';
import type { FeelType } from '../feel/type.ts';
import { compileTable, renameInTable, tableSchema } from './table.ts';
import type { DecisionTable } from './table.ts';

const scope: Record<string, FeelType> = {
  ticket: {
    kind: 'context',
    open: false,
    fields: { amount: { kind: 'number' }, tier: { kind: 'string' } },
  },
};

function table(changes: Partial<DecisionTable> = {}): DecisionTable {
  return tableSchema.parse({
    hitPolicy: 'UNIQUE',
    inputs: [
      { id: 'i1', expression: 'ticket.amount', type: 'number' },
      { id: 'i2', expression: 'ticket.tier', type: 'string' },
    ],
    outputs: [{ id: 'o1', name: 'route', type: 'string' }],
    rows: [
      { id: 'small', when: ['<= 50', '-'], then: ['"refund"'] },
      { id: 'gold', when: ['> 50', '"gold"'], then: ['"refund"'] },
      { id: 'other', when: ['> 50', 'not("gold")'], then: ['"ask"'] },
    ],
    ...changes,
  });
}

function evaluate(document: DecisionTable, amount: unknown, tier: unknown = 'basic') {
  const values = fromJson({ ticket: { amount, tier } });
  if (!isFeelContext(values)) throw new TypeError('A scope is a context.');
  const { value, matched, warnings } = compileTable(document, scope).evaluate(values);
  return { value: formatValue(value), matched, codes: warnings.map((warning) => warning.code) };
}

describe('a decision table', () => {
  test('gives the outputs of the row that matches, and names the row', () => {
    expect(evaluate(table(), 20)).toEqual({ value: '{route: "refund"}', matched: ['small'], codes: [] });
    expect(evaluate(table(), 50.01, 'gold').matched).toEqual(['gold']);
    expect(evaluate(table(), 99).value).toBe('{route: "ask"}');
  });

  test('knows its type and what it reads', () => {
    const compiled = compileTable(table(), scope);
    expect(compiled.problems).toEqual([]);
    expect(describeType(compiled.type)).toBe('{route: one of "refund", "ask"} or null');
    expect(compiled.reads).toEqual([
      ['ticket', 'amount'],
      ['ticket', 'tier'],
    ]);
  });

  test('without a match is null, or its default', () => {
    const gap = table({ rows: [{ id: 'a', when: ['> 50', ''], then: ['"x"'] }] });
    expect(evaluate(gap, 1)).toEqual({ value: 'null', matched: [], codes: [] });
    const outputs = [{ id: 'o1', name: 'route', default: '"ask"' }];
    expect(evaluate({ ...gap, outputs }, 1).value).toBe('{route: "ask"}');
    expect(describeType(compileTable({ ...gap, outputs }, scope).type)).toBe('{route: one of "x", "ask"}');
  });

  test('null input matches no comparison, and null', () => {
    expect(evaluate(table(), null).matched).toEqual([]);
    const rows = [{ id: 'none', when: ['null', ''], then: ['"x"'] }];
    expect(evaluate(table({ rows }), null).matched).toEqual(['none']);
  });
});

describe('hit policies', () => {
  const rows = [
    { id: 'a', when: ['< 10', ''], then: ['1'] },
    { id: 'b', when: ['< 20', ''], then: ['3'] },
    { id: 'c', when: ['< 30', ''], then: ['2'] },
  ];
  const outputs = [{ id: 'o', name: 'n', values: ['3', '2', '1'] }];
  const of = (changes: Partial<DecisionTable>) => evaluate(table({ rows, outputs, ...changes }), 5);

  test('UNIQUE with several hits is null and says so', () => {
    expect(of({})).toEqual({ value: 'null', matched: ['a', 'b', 'c'], codes: ['DMN_UNIQUE_OVERLAP'] });
  });

  test.each<[Partial<DecisionTable>, string]>([
    [{ hitPolicy: 'FIRST' }, '{n: 1}'],
    [{ hitPolicy: 'PRIORITY' }, '{n: 3}'],
    [{ hitPolicy: 'COLLECT' }, '[{n: 1}, {n: 3}, {n: 2}]'],
    [{ hitPolicy: 'RULE ORDER' }, '[{n: 1}, {n: 3}, {n: 2}]'],
    [{ hitPolicy: 'OUTPUT ORDER' }, '[{n: 3}, {n: 2}, {n: 1}]'],
    [{ hitPolicy: 'COLLECT', aggregation: 'SUM' }, '{n: 6}'],
    [{ hitPolicy: 'COLLECT', aggregation: 'COUNT' }, '{n: 3}'],
    [{ hitPolicy: 'COLLECT', aggregation: 'MIN' }, '{n: 1}'],
    [{ hitPolicy: 'COLLECT', aggregation: 'MAX' }, '{n: 3}'],
  ])('%o gives %s', (changes, expected) => {
    expect(of(changes).value).toBe(expected);
  });

  test('ANY wants the rows to agree', () => {
    expect(of({ hitPolicy: 'ANY' })).toMatchObject({ value: 'null', codes: ['DMN_ANY_DISAGREE'] });
    const agreeing = rows.map((row) => ({ ...row, then: ['7'] }));
    expect(of({ hitPolicy: 'ANY', rows: agreeing, outputs: [{ id: 'o', name: 'n' }] }).value).toBe('{n: 7}');
  });

  test('only FIRST stops at the first row', () => {
    expect(of({ hitPolicy: 'FIRST' }).matched).toEqual(['a']);
    expect(of({ hitPolicy: 'COLLECT' }).matched).toEqual(['a', 'b', 'c']);
  });
});

const codesOf = (changes: Partial<DecisionTable>): readonly string[] =>
  compileTable(table(changes), scope).problems.map((problem) => problem.code);

describe('problems', () => {
  test('say in which cell they are, and where in it', () => {
    const rows = [{ id: 'a', when: ['> "x"', '<'], then: ['1'] }];
    const problems = compileTable(table({ rows }), scope).problems;
    expect(problems.map(({ code, path, from }) => [code, path, from])).toEqual([
      ['FEEL_TYPE', ['rows', 0, 'when', 0], 0],
      ['FEEL_SYNTAX', ['rows', 0, 'when', 1], 1],
      ['FEEL_TYPE', ['rows', 0, 'then', 0], 0],
    ]);
  });

  test('of the table’s shape', () => {
    expect(codesOf({ rows: [{ id: 'a', when: ['-'], then: ['"x"'] }] })).toEqual(['DMN_SHAPE']);
    expect(codesOf({ aggregation: 'SUM' })).toEqual(['DMN_AGGREGATION']);
    expect(codesOf({ hitPolicy: 'PRIORITY' })).toEqual(['DMN_PRIORITY_VALUES']);
    const row = { id: 'a', when: ['-', '-'], then: ['"x"'] };
    expect(codesOf({ rows: [row, row] })).toEqual(['DMN_DUPLICATE']);
    const outputs = [{ id: 'o', name: 'route', values: ['refund'] }];
    expect(codesOf({ outputs, rows: [row] })).toEqual(['DMN_OUTPUT_VALUE']);
    expect(codesOf({ outputs: outputs.map((one) => ({ ...one, default: '"x"' })), rows: [] })).toEqual([
      'DMN_OUTPUT_VALUE',
    ]);
    expect(codesOf({ outputs: outputs.map((one) => ({ ...one, default: '"refund"' })), rows: [] })).toEqual([]);
  });

  test('an input outside its values is told', () => {
    const [amount] = table().inputs;
    const inputs = [
      ...(amount === undefined ? [] : [amount]),
      { id: 'i2', expression: 'ticket.tier', values: '"gold", "basic"' },
    ];
    expect(evaluate(table({ inputs }), 5, 'silver').codes).toEqual(['DMN_INPUT_VALUE']);
    expect(evaluate(table({ inputs }), 5, 'gold').codes).toEqual([]);
  });
});

test('P33: a table is under one budget, whatever its cells do', () => {
  const rows = Array.from({ length: 50 }, (_, i) => ({
    id: `r${i}`,
    when: ['count(for a in 1..100000 return a) > ?', ''],
    then: ['1'],
  }));
  const result = evaluate(table({ rows, outputs: [{ id: 'o', name: 'n' }] }), 5);
  expect(result.value).toBe('null');
  expect(result.codes).toContain('FEEL_BUDGET');
});

test('renaming a variable reaches every cell', () => {
  const renamed = renameInTable(
    table({ rows: [{ id: 'a', when: ['< ticket.amount', '"ticket"'], then: ['ticket.tier'] }] }),
    scope,
    'ticket',
    'case',
  );
  expect(renamed.inputs[0]?.expression).toBe('case.amount');
  expect(renamed.rows[0]).toMatchObject({ when: ['< case.amount', '"ticket"'], then: ['case.tier'] });
});
