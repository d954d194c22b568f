import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FeelDate } from '../feel/temporal.ts';
import { literalText } from '../feel/format.ts';
import { fromJson } from '../feel/value.ts';
import { parseDateTime, parseTime } from '../feel/temporal-text.ts';
import type { FeelType } from '../feel/type.ts';
import type { FeelValue } from '../feel/value.ts';
import { analyseTable } from './analyse.ts';
import type { TableFinding } from './analyse.ts';
import { compileTable } from './table.ts';
import type { DecisionTable } from './table.ts';

/** An input of a random table: its type, the cells it may have, and a value for each piece that they can tell apart. */
interface Sort {
  readonly type: FeelType;
  readonly cells: fc.Arbitrary<string>;
  readonly values: readonly FeelValue[];
  readonly allowed?: string;
  /** Values with and without a zone: where cells speak of one of them, an input counts on having that alone. */
  readonly zones?: true;
}

const small = fc.integer({ min: -2, max: 2 });
const numberCells = fc.oneof(
  small.map(String),
  fc.tuple(fc.constantFrom('<', '<=', '>', '>=', '!='), small).map(([op, n]) => `${op} ${n}`),
  fc
    .tuple(fc.constantFrom('[', '('), small, small, fc.constantFrom(']', ')'))
    .map(([open, a, b, close]) => `${open}${a}..${b}${close}`),
  fc.tuple(small, small).map(([a, b]) => `${a}, > ${b}`),
  fc.tuple(small, small).map(([a, b]) => `not(${a}, < ${b})`),
  fc.tuple(small, small).map(([a, b]) => `? > ${a} and ${b} >= ?`),
  fc.tuple(small, small).map(([a, b]) => `[${a}, ${b}]`),
  fc.tuple(small, small).map(([a, b]) => `? between ${a} and ${b}`),
  fc.constantFrom('null', 'not(null)', '!= null', '0.5', '< -0.5', '-', '-'),
);
const numbers = [-90, -2, -1.5, -1, -0.75, -0.5, -0.25, 0, 0.25, 0.5, 0.75, 1, 1.5, 2, 90].map((n) => fromJson(n));

const textCells = fc.constantFrom(
  '"a"',
  '"b"',
  '"a", "b"',
  'not("a")',
  'not("a", "b", "c")',
  '!= "c"',
  '"z"',
  '-',
  '-',
);
const dateAt = (day: number): FeelValue => FeelDate.of(2026, 1, day);
const dateCells = fc.oneof(
  fc
    .tuple(fc.constantFrom('', '<', '<=', '>', '>=', '!='), fc.integer({ min: 2, max: 5 }))
    .map(([op, day]) => `${op} date("2026-01-0${day}")`),
  fc
    .tuple(fc.integer({ min: 2, max: 5 }), fc.integer({ min: 2, max: 5 }))
    .map(([a, b]) => `[@"2026-01-0${a}"..@"2026-01-0${b}")`),
  fc.constant('-'),
);
const timeCells = fc.constantFrom(
  '@"10:00:00"',
  '< @"10:00:00"',
  '> time("10:00:00Z")',
  'not(@"10:00:00Z")',
  '<= @"10:00:00.5"',
  '-',
);
const times = [
  '09:00:00',
  '10:00:00',
  '10:00:00.25',
  '10:00:00.5',
  '10:00:00.75',
  '11:00:00',
  '09:00:00Z',
  '10:00:00Z',
  '10:00:00.5Z',
  '11:00:00Z',
];
const momentCells = fc.constantFrom(
  '< @"2026-01-02T00:00:00Z"',
  '>= date("2026-01-02")',
  '@"2026-01-02T00:00:00"',
  'not(date("2026-01-02"))',
  '-',
);
const moments = [
  '2026-01-01T00:00:00Z',
  '2026-01-02T00:00:00Z',
  '2026-01-02T00:00:00.5Z',
  '2026-01-03T00:00:00Z',
  '2026-01-01T00:00:00',
  '2026-01-02T00:00:00',
  '2026-01-03T00:00:00',
];

const sorts: readonly Sort[] = [
  { type: { kind: 'number' }, cells: numberCells, values: numbers },
  { type: { kind: 'number', nullable: true }, cells: numberCells, values: [...numbers, null] },
  {
    type: { kind: 'number' },
    cells: numberCells,
    values: numbers.filter((_, i) => i > 2 && i < 12),
    allowed: '[-1..1]',
  },
  { type: { kind: 'string' }, cells: textCells, values: ['a', 'b', 'c', 'z', 'other'] },
  { type: { kind: 'string', nullable: true }, cells: textCells, values: ['a', 'b', 'c', 'z', 'other', null] },
  { type: { kind: 'string' }, cells: textCells, values: ['a', 'b', 'c'], allowed: '"a", "b", "c"' },
  {
    type: { kind: 'choice', values: ['c', 'a', 'b'] },
    cells: fc.oneof(textCells, fc.constantFrom('< "b"', '["a".."bb"]', '> "az"')),
    values: ['a', 'b', 'c'],
  },
  {
    type: { kind: 'string' },
    cells: fc.constantFrom('< "b"', '>= "b"', '["a".."b"]', '"b"', '-'),
    values: ['', 'a', 'aa', 'b', 'ba'],
  },
  { type: { kind: 'boolean' }, cells: fc.constantFrom('true', 'false', 'not(true)', '-', '-'), values: [true, false] },
  { type: { kind: 'date' }, cells: dateCells, values: [1, 2, 3, 4, 5, 6].map(dateAt) },
  { type: { kind: 'time' }, cells: timeCells, values: times.map((text) => parseTime(text)), zones: true },
  {
    type: { kind: 'date and time' },
    cells: momentCells,
    values: moments.map((text) => parseDateTime(text)),
    zones: true,
  },
];

interface Sample {
  readonly sorts: readonly Sort[];
  readonly rows: readonly (readonly string[])[];
  readonly outputs: readonly string[];
}

const sample: fc.Arbitrary<Sample> = fc
  .array(fc.constantFrom(...sorts), { minLength: 1, maxLength: 3 })
  .chain((chosen) =>
    fc.record({
      sorts: fc.constant(chosen),
      rows: fc.array(fc.tuple(...chosen.map((sort) => sort.cells)), { minLength: 1, maxLength: 7 }),
      outputs: fc.array(fc.constantFrom('"high"', '"middle"', '"low"'), { minLength: 7, maxLength: 7 }),
    }),
  );

function tableOf({ sorts: chosen, rows, outputs }: Sample, hitPolicy: DecisionTable['hitPolicy']): DecisionTable {
  return {
    hitPolicy,
    inputs: chosen.map((sort, i) => ({
      id: `i${i}`,
      expression: `x${i}`,
      ...(sort.allowed === undefined ? {} : { values: sort.allowed }),
    })),
    outputs: [{ id: 'o', name: 'o', values: ['high', 'middle', 'low'] }],
    rows: rows.map((when, r) => ({ id: `${r}`, when: [...when], then: [outputs[r] ?? ''] })),
  };
}

const scopeOf = (chosen: readonly Sort[]): Record<string, FeelType> =>
  Object.fromEntries(chosen.map((sort, i) => [`x${i}`, sort.type]));

/** Every combination of the values of the inputs. */
function points(chosen: readonly Sort[]): FeelValue[][] {
  return chosen.reduce<FeelValue[][]>(
    (all, sort) => all.flatMap((point) => sort.values.map((value) => [...point, value])),
    [[]],
  );
}

const hasZone = (text: string): boolean => /Z|date\(/.test(text);

/** Whether an input counts on having a value. */
function isExpected(value: FeelValue, sort: Sort | undefined, cells: readonly string[]): boolean {
  const zones = new Set(cells.filter((cell) => cell !== '-').map(hasZone));
  return sort?.zones === undefined || zones.size === 0 || zones.has(hasZone(literalText(value)));
}

/** For each point the rows that match, by evaluating the table; `expected` asks only values that inputs count on. */
function matches(of: Sample, expected = false): number[][] {
  const compiled = compileTable(tableOf(of, 'COLLECT'), scopeOf(of.sorts));
  const asked = points(of.sorts).filter(
    (point) =>
      !expected ||
      point.every((value, c) =>
        isExpected(
          value,
          of.sorts[c],
          of.rows.map((row) => row[c] ?? ''),
        ),
      ),
  );
  return asked.map((point) => {
    const scope = new Map(point.map((value, i) => [`x${i}`, value]));
    return compiled.evaluate(scope).matched.map(Number);
  });
}

const rowsOf = (findings: readonly TableFinding[], kind: TableFinding['kind']): string[] =>
  findings
    .filter((finding) => finding.kind === kind)
    .map(({ rows }) => rows.slice(0, kind === 'overlap' ? 2 : 1).join());

const sortedSet = (items: Iterable<string>): string[] => [...new Set(items)].toSorted();

function expectExact(of: Sample): void {
  const scope = scopeOf(of.sorts);
  const unique = analyseTable(tableOf(of, 'UNIQUE'), scope);
  expect(unique.notAnalysed.filter(({ message }) => !message.startsWith('There are more'))).toEqual([]);
  const hits = matches(of);
  const all = of.rows.map((_, r) => r);
  const live = new Set(hits.flat());
  expect(rowsOf(unique.findings, 'never')).toEqual(all.filter((r) => !live.has(r)).map(String));
  const expected = matches(of, true);
  const together = expected.flatMap((rows) => rows.flatMap((a) => rows.filter((b) => b > a).map((b) => `${b},${a}`)));
  expect(sortedSet(rowsOf(unique.findings, 'overlap'))).toEqual(sortedSet(together));
  const gaps = unique.findings.filter((finding) => finding.kind === 'gap');
  expect(gaps.length > 0).toBe(expected.some((rows) => rows.length === 0));
  expectExamples(of, unique.findings);
  const first = new Set(hits.map((rows) => rows[0]));
  const masked = rowsOf(analyseTable(tableOf(of, 'FIRST'), scope).findings, 'masked');
  expect(masked).toEqual(all.filter((r) => live.has(r) && !first.has(r)).map(String));
  const rank = (r: number): number => ['"high"', '"middle"', '"low"'].indexOf(of.outputs[r] ?? '') * 100 + r;
  const best = new Set(hits.map((rows) => rows.toSorted((a, b) => rank(a) - rank(b))[0]));
  const outranked = rowsOf(analyseTable(tableOf(of, 'PRIORITY'), scope).findings, 'masked');
  expect(outranked).toEqual(all.filter((r) => live.has(r) && !best.has(r)).map(String));
  const disagreeing = together.filter((pair) => new Set(pair.split(',').map((r) => of.outputs[Number(r)])).size > 1);
  const any = rowsOf(analyseTable(tableOf(of, 'ANY'), scope).findings, 'overlap');
  expect(sortedSet(any)).toEqual(sortedSet(disagreeing));
}

/** An example shows what it is an example of, when the table is evaluated with it. */
function expectExamples(of: Sample, findings: readonly TableFinding[]): void {
  const compiled = compileTable(tableOf(of, 'COLLECT'), scopeOf(of.sorts));
  for (const { kind, rows, example } of findings) {
    if (example === undefined) continue;
    const scope = new Map(example.map(({ input, value }) => [`x${input}`, value]));
    const { matched, warnings } = compiled.evaluate(scope);
    const shown = example.map(({ value }) => literalText(value)).join();
    expect([shown, warnings.filter((warning) => warning.code === 'DMN_INPUT_VALUE')]).toEqual([shown, []]);
    const shows = kind === 'gap' ? matched.length === 0 : rows.every((r) => matched.includes(`${r}`));
    expect([shown, shows]).toEqual([shown, true]);
  }
}

test('every example of a gap or an overlap shows it when the table is evaluated with it', () => {
  let shown = 0;
  fc.assert(
    fc.property(sample, fc.constantFrom('UNIQUE', 'ANY', 'FIRST'), (of, policy) => {
      const { findings } = analyseTable(tableOf(of, policy), scopeOf(of.sorts));
      const asked = findings.filter(({ kind }) => kind === 'gap' || kind === 'overlap');
      expect(asked.every(({ example }) => example !== undefined)).toBe(true);
      expectExamples(of, asked);
      for (const { message, example = [] } of asked) {
        const told = example.some(({ value }) => message.includes(literalText(value)));
        expect(told || message.includes('whatever the inputs are')).toBe(true);
        shown += 1;
      }
    }),
    { numRuns: 200 },
  );
  expect(shown).toBeGreaterThan(300);
});

test('and an example that shows nothing is seen', () => {
  const of: Sample = { sorts: sorts.slice(0, 1), rows: [['< 1'], ['< 2']], outputs: ['"low"', '"high"'] };
  const { findings } = analyseTable(tableOf(of, 'UNIQUE'), scopeOf(of.sorts));
  expectExamples(of, findings);
  for (const finding of findings) {
    const wrong = (finding.example ?? []).map((one) => ({ ...one, value: finding.kind === 'gap' ? 0 : 1 }));
    expect(() => expectExamples(of, [{ ...finding, example: wrong }])).toThrow('deeply');
  }
});

test('finds exactly what evaluating every case finds', () => {
  fc.assert(fc.property(sample, expectExact), { numRuns: 400 });
});

test('the brute force is no rubber stamp: it sees a finding that is left out', () => {
  const of: Sample = { sorts: sorts.slice(0, 1), rows: [['1'], ['1']], outputs: ['"low"', '"high"'] };
  expectExact(of);
  expect(() => expectExact({ ...of, rows: [['1'], ['? + 0 = 1']] })).toThrow('deeply');
});

const scope = {
  n: { kind: 'number' },
  s: { kind: 'string' },
  list: { kind: 'list', of: { kind: 'number' } },
} satisfies Record<string, FeelType>;

function numbersTable(
  hitPolicy: DecisionTable['hitPolicy'],
  cells: readonly string[],
  expression = 'n',
): DecisionTable {
  return {
    hitPolicy,
    inputs: [{ id: 'i', label: 'N', expression }],
    outputs: [{ id: 'o', name: 'o' }],
    rows: cells.map((when, r) => ({ id: `r${r}`, when: [when], then: ['1'] })),
  };
}

const found = (document: DecisionTable) => {
  const { findings, notAnalysed } = analyseTable(document, scope);
  return [
    ...findings.map(({ kind, severity, rows }) => [kind, severity, ...rows].join(' ')),
    ...notAnalysed.map(({ path }) => path.join('.')),
  ];
};

describe('a finding', () => {
  test('says where, what and what to do, with an example', () => {
    const { findings } = analyseTable(numbersTable('UNIQUE', ['<= 50', '[50..60]', '>= 61']), scope);
    const [overlap, gap, ...more] = findings;
    expect(more).toEqual([]);
    expect([overlap?.kind, overlap?.rows, overlap?.path]).toEqual(['overlap', [1, 0], ['rows', 1]]);
    expect(overlap?.message).toBe(
      'Row 2 and row 1 both match where, for example, “N” is 50. The hit policy UNIQUE does not allow that.',
    );
    expect(gap?.message).toBe('No row matches where, for example, “N” is 60.5.');
    const example = gap?.example?.map(({ input, label, value }) => `${input} ${label} ${literalText(value)}`);
    expect(example).toEqual(['0 N 60.5']);
  });

  test.each<[DecisionTable['hitPolicy'], readonly string[], readonly string[]]>([
    ['FIRST', ['< 5', '>= 5', '-'], ['masked warning 2 0 1']],
    ['FIRST', ['< 5', '-'], []],
    ['COLLECT', ['< 5', '< 3'], []],
    ['COLLECT', ['-', '-'], ['unused warning']],
    ['UNIQUE', ['< 5', '> 5'], ['gap warning']],
    ['UNIQUE', [], ['gap warning']],
    ['UNIQUE', ['[5..3]', '-'], ['never warning 0']],
  ])('under %s, cells %o: %o', (policy, cells, expected) => {
    expect(found(numbersTable(policy, cells))).toEqual(expected);
  });

  test('of a calculated input is no certain error, and counts are whole and never below 0', () => {
    expect(found(numbersTable('UNIQUE', ['<= 5', '>= 5'], 'n * 2'))).toEqual(['overlap warning 1 0']);
    expect(found(numbersTable('UNIQUE', ['0', '1', '>= 2'], 'count(list)'))).toEqual([]);
    expect(found(numbersTable('UNIQUE', ['0', '> 1'], 'count(list)'))).toEqual(['gap warning']);
  });
});

describe('what is not analysed', () => {
  test('is said, and no finding rests on it', () => {
    expect(found(numbersTable('UNIQUE', ['<= 5', '> n + 1', '> 7']))).toEqual(['rows.1.when.0']);
    expect(found(numbersTable('FIRST', ['? + 0 = 1', '-', '-']))).toEqual(['masked warning 2 1', 'rows.0.when.0']);
    expect(found(numbersTable('UNIQUE', ['"a"', '-']))).toEqual(['rows.0.when.0']);
    expect(found(numbersTable('UNIQUE', ['[1, 2]', '-'], 'list'))).toEqual(['inputs.0']);
  });

  test('an input calculated from another, while the same input twice is one', () => {
    const two = (second: string): DecisionTable => ({
      ...numbersTable('UNIQUE', []),
      inputs: [
        { id: 'a', expression: 'n' },
        { id: 'b', expression: second },
      ],
      rows: [
        { id: 'r0', when: ['< 18', '<= 17'], then: ['1'] },
        { id: 'r1', when: ['>= 18', '> 17'], then: ['1'] },
      ],
    });
    expect(found(two('n + 1'))).toEqual(['inputs.1']);
    expect(found(two('n'))).toEqual(['gap warning']);
  });
});

const LETTERS = 'abcdefgh';

function long(rows: number, hitPolicy: DecisionTable['hitPolicy'], wide: boolean): DecisionTable {
  let seed = 7;
  const next = (below: number): number => (seed = (seed * 48_271) % 2_147_483_647) % below;
  return {
    hitPolicy,
    inputs: ['a', 'b', 'c', 'd'].map((name) => ({
      id: name,
      expression: name,
      type: name === 'd' ? 'string' : 'number',
    })),
    outputs: [{ id: 'o', name: 'o' }],
    rows: Array.from({ length: rows }, (_, r) => {
      const range = (): string => {
        const low = next(10_000);
        return `[${low}..${low + next(wide ? 10_000 : 300)}]`;
      };
      const cells = wide ? [range(), range(), range()] : [`[${r * 10}..${r * 10 + 10})`, range(), '-'];
      return { id: `r${r}`, when: [...cells, next(3) === 0 ? '-' : `"${LETTERS[next(8)] ?? ''}"`], then: ['1'] };
    }),
  };
}

const four: Record<string, FeelType> = {
  a: { kind: 'number' },
  b: { kind: 'number' },
  c: { kind: 'number' },
  d: { kind: 'string' },
};

const took = (document: DecisionTable): number => {
  const from = performance.now();
  analyseTable(document, four);
  return performance.now() - from;
};

describe('a thousand rows of four inputs', () => {
  test.each<[DecisionTable['hitPolicy'], boolean]>([
    ['UNIQUE', false],
    ['FIRST', false],
    ['UNIQUE', true],
    ['FIRST', true],
  ])('%s, wide ranges: %s, take about a second', (policy, wide) => {
    const ms = took(long(1000, policy, wide));
    if (process.env['SHOW_TIMES'] !== undefined) console.log(policy, wide, ms);
    expect(ms).toBeLessThan(1_500);
  });
});

describe('ten thousand rows of four inputs', () => {
  test.each<[DecisionTable['hitPolicy'], boolean]>([
    ['UNIQUE', false],
    ['FIRST', false],
    ['UNIQUE', true],
    ['FIRST', true],
  ])('%s, wide ranges: %s, come to an end that says how far it came', (policy, wide) => {
    const document = long(10_000, policy, wide);
    const from = performance.now();
    const { analysed, notAnalysed } = analyseTable(document, four);
    const ms = performance.now() - from;
    if (process.env['SHOW_TIMES'] !== undefined) console.log(policy, wide, ms);
    expect(ms).toBeLessThan(10_000);
    expect(notAnalysed.length > 0).toBe(!analysed);
    expect(notAnalysed.every(({ of, message }) => of !== 'cell' && message.endsWith('.'))).toBe(true);
  });
});
