/** Random tables for the laws of import and export. */
import * as fc from 'fast-check';
import type { FeelScopeTypes } from '../../../feel/problem.ts';
import type { FeelType } from '../../../feel/type.ts';
import type { FeelValue } from '../../../feel/value.ts';
import { fromJson } from '../../../feel/value.ts';
import { parseDate } from '../../../feel/temporal-text.ts';
import { AGGREGATIONS, HIT_POLICIES } from '../../hit-policy.ts';
import { COLUMN_TYPES, tableSchema } from '../../table-document.ts';
import { isPossible } from '../xml-edit.ts';
import type { DecisionTable } from '../../table-document.ts';

/** Texts that XML, CDATA and attributes have to be careful with. */
const text = fc.oneof(
  fc.string({ maxLength: 12 }),
  fc.constantFrom(
    'a < b & c > "d"',
    "it's ]]> so",
    ' padded ',
    'two\nlines',
    'cr\r\nlf',
    '\ttab',
    'ä € 😀',
    '-',
    '',
    '<!-- x -->',
  ),
  fc.string({ unit: 'grapheme', maxLength: 8 }),
);
/** What no XML document can hold is written as FEEL escapes it, so it does not come back as it was. */
const cell = text.filter(isPossible);
const id = fc
  .oneof(fc.constantFrom('i1', 'o1', 'r1', '1', 'a b', 'decision_Route', 'r1'), text.filter(isPossible))
  .filter((one) => one !== '');
const name = fc.constantFrom('route', 'limit', 'monthly income', 'größe', 'x-y', 'a', 'b', 'c');
const type = fc.option(fc.constantFrom(...COLUMN_TYPES), { nil: undefined });

const unique = <T>(items: readonly T[], key: (item: T) => string): T[] => [
  ...new Map(items.map((item) => [key(item), item] as const)).values(),
];
const tableFrom = (draft: unknown): DecisionTable => tableSchema.parse(JSON.parse(JSON.stringify(draft)));

/** Tables with anything in their texts: most do not run, all are documents. */
export const anyTable: fc.Arbitrary<DecisionTable> = fc
  .record({
    hitPolicy: fc.constantFrom(...HIT_POLICIES),
    aggregation: fc.option(fc.constantFrom(...AGGREGATIONS), { nil: undefined }),
    inputs: fc.array(
      fc.record({
        id,
        label: fc.option(cell, { nil: undefined }),
        expression: cell,
        type,
        values: fc.option(cell, { nil: undefined }),
      }),
      { maxLength: 3 },
    ),
    outputs: fc.array(fc.record({ id, name, typed: outputValues(), default: fc.option(cell, { nil: undefined }) }), {
      minLength: 1,
      maxLength: 3,
    }),
    rows: fc.array(
      fc.record({
        id,
        when: fc.array(cell, { minLength: 3, maxLength: 3 }),
        then: fc.array(cell, { minLength: 3, maxLength: 3 }),
        note: fc.option(
          cell.filter((one) => one.trim() !== ''),
          { nil: undefined },
        ),
      }),
      { maxLength: 5 },
    ),
  })
  .map(({ inputs, outputs, rows, ...rest }) => {
    const [i, o] = [unique(inputs, (one) => one.id), unique(outputs, (one) => one.id)];
    return tableFrom({
      ...rest,
      inputs: i,
      outputs: o.map(({ typed, ...output }) => ({ ...output, ...typed })),
      rows: unique(rows, (one) => one.id).map((row) => ({
        ...row,
        when: row.when.slice(0, i.length),
        then: row.then.slice(0, o.length),
      })),
    });
  });

/** A type and values of it, each in the one spelling that is kept. */
function outputValues() {
  return fc.oneof(
    fc.record({
      type: fc.constantFrom('string' as const, undefined),
      values: fc.array(fc.constantFrom('pay', 'two words', 'a"b', 'ü', 'a, b'), { maxLength: 3 }),
    }),
    fc.record({
      type: fc.constant('number' as const),
      values: fc.array(fc.constantFrom('1', '-2.5', '100'), { maxLength: 3 }),
    }),
    fc.record({
      type: fc.constant('date' as const),
      values: fc.array(fc.constantFrom('@"2026-03-02"', '@"2020-01-01"'), { maxLength: 2 }),
    }),
    fc.record({ type, values: fc.constant(undefined) }),
  );
}

/** What sound tables read, and values for it. */
export const SCOPE: FeelScopeTypes = {
  amount: { kind: 'number' },
  'monthly income': { kind: 'number', nullable: true },
  country: { kind: 'choice', values: ['DE', 'FR', 'a "quoted" one'] },
  ticket: {
    kind: 'context',
    open: false,
    fields: {
      vip: { kind: 'boolean', nullable: true },
      due: { kind: 'date' },
      tags: { kind: 'list', of: { kind: 'string' } },
    },
  },
} satisfies Record<string, FeelType>;

export interface Situation {
  readonly amount: number;
  readonly income: number | null;
  readonly country: string;
  readonly vip: boolean | null;
  readonly due: string;
  readonly tags: readonly string[];
}

export const situation: fc.Arbitrary<Situation> = fc.record({
  amount: fc.constantFrom(-1, 0, 1, 49, 50, 51, 100, 1000),
  income: fc.constantFrom(null, 0, 2500, 9999),
  country: fc.constantFrom('DE', 'FR', 'a "quoted" one'),
  vip: fc.constantFrom(true, false, null),
  due: fc.constantFrom('2026-01-01', '2026-06-30', '2027-01-01'),
  tags: fc.subarray(['late', 'new']),
});

export const valuesOf = ({ amount, income, country, vip, due, tags }: Situation): Map<string, FeelValue> =>
  new Map<string, FeelValue>([
    ['amount', fromJson(amount)],
    ['monthly income', fromJson(income)],
    ['country', country],
    [
      'ticket',
      new Map<string, FeelValue>([
        ['vip', vip],
        ['due', parseDate(due)],
        ['tags', [...tags]],
      ]),
    ],
  ]);

const INPUTS = [
  {
    expression: 'amount',
    type: 'number' as const,
    cells: ['< 50', '>= 50', '[0..100]', 'not(1)', '-', '> 1000', '1, 49'],
  },
  { expression: 'amount * 2', cells: ['<= 100', '> 100', '', '98'] },
  { expression: 'monthly income', cells: ['null', '> 2500', '-', 'not(null)', '< amount * 10'] },
  {
    expression: 'country',
    label: 'Where',
    values: '"DE", "FR"',
    cells: ['"DE"', 'not("DE")', '-', '"a \\"quoted\\" one"'],
  },
  { expression: 'ticket.vip', cells: ['true', 'false', '-', 'null'] },
  { expression: 'ticket.due', type: 'date' as const, cells: ['< @"2026-06-30"', '>= date("2026-06-30")', '-'] },
  { expression: 'count(ticket.tags)', cells: ['0', '> 0', '-', '? > 1 and amount > 0'] },
] as const;
const OUTPUTS = [
  {
    name: 'route',
    type: 'string' as const,
    values: ['pay', 'ask a person', 'stop'],
    cells: ['"pay"', '"stop"', '"ask a person"'],
    default: '"stop"',
  },
  { name: 'score', type: 'number' as const, cells: ['1', '-2.5', 'amount + 1', '0.1 + 0.2', '-2.5'], default: '0' },
  { name: 'ranked', type: 'number' as const, values: ['-2.5', '1', '7'], cells: ['1', '-2.5', '7'], default: '7' },
  { name: 'tag list', cells: ['ticket.tags', '["x"]', '{a: country, b: [1, 2]}', '', 'null'], default: '[]' },
  {
    name: 'until',
    type: 'date' as const,
    cells: ['ticket.due', '@"2030-12-31"', 'ticket.due + duration("P1D")'],
    default: '@"2000-01-01"',
  },
] as const;

/** Tables that run in {@link SCOPE}, under every hit policy. */
export const soundTable: fc.Arbitrary<DecisionTable> = fc
  .record({
    policy: fc.constantFrom(...HIT_POLICIES, 'COLLECT' as const),
    aggregation: fc.constantFrom(...AGGREGATIONS, undefined),
    inputs: fc.subarray([...INPUTS], { minLength: 1, maxLength: 3 }),
    outputs: fc.subarray([...OUTPUTS], { minLength: 1, maxLength: 2 }),
    defaults: fc.boolean(),
    picks: fc.array(fc.array(fc.nat(1000), { minLength: 5, maxLength: 5 }), { minLength: 1, maxLength: 6 }),
  })
  .map(({ policy, aggregation, inputs, outputs, defaults, picks }) =>
    tableFrom({
      hitPolicy: policy,
      aggregation: policy === 'COLLECT' ? aggregation : undefined,
      inputs: inputs.map(({ cells: _cells, ...input }, i) => ({ id: `i${i + 1}`, ...input })),
      outputs: outputs.map(({ cells: _cells, default: fallback, ...output }, i) => ({
        id: `o${i + 1}`,
        ...output,
        values: 'values' in output ? [...output.values] : undefined,
        default: defaults ? fallback : undefined,
      })),
      rows: picks.map((pick, r) => ({
        id: `r${r + 1}`,
        when: inputs.map(({ cells }, i) => cells[(pick[i] ?? 0) % cells.length] ?? ''),
        then: outputs.map(({ cells }, i) => cells[(pick[i + 3] ?? 0) % cells.length] ?? ''),
      })),
    }),
  );
