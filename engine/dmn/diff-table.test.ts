import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { diffTables, isEmptyDiff } from './diff-table.ts';
import type { TableDiff } from './diff-table.ts';
import { tableSentences } from './diff-table-words.ts';
import type { DecisionTable, TableRow } from './table-document.ts';

const base: DecisionTable = {
  hitPolicy: 'FIRST',
  inputs: [
    { id: 'i1', label: 'amount', expression: 'claim.amount', type: 'number' },
    { id: 'i2', expression: 'claim.tier' },
  ],
  outputs: [{ id: 'o1', name: 'decision', values: ['pay', 'ask'] }],
  rows: [
    { id: 'r1', when: ['< 100', '"gold"'], then: ['"pay"'] },
    { id: 'r2', when: ['< 50', '-'], then: ['"pay"'] },
    { id: 'r3', when: ['>= 100', '-'], then: ['"ask"'] },
    { id: 'r4', when: ['-', '"iron"'], then: ['"ask"'] },
  ],
};

const rowsOf = (...texts: readonly string[]): DecisionTable['rows'] =>
  texts.map((text, i) => {
    const [a = '', b = '', then = ''] = text.split('|');
    return { id: `x${i}`, when: [a, b], then: [then] };
  });

const words = (before: DecisionTable, after: DecisionTable): readonly string[] =>
  tableSentences(diffTables(before, after)).map((one) => one.words);

const withoutIds = (rows: readonly TableRow[]): readonly unknown[] => rows.map((row) => ({ ...row, id: '' }));

/** The rows after, made from those before and what the difference says, without ids. */
function patched(before: DecisionTable, { rows, columns }: TableDiff, after: DecisionTable): readonly unknown[] {
  const gone = new Set(rows.flatMap((row) => (row.change === 'removed' ? [row.before] : [])));
  const placed = new Map<number, TableRow>();
  const moved = new Set(rows.flatMap((row) => (row.change === 'moved' ? [row.before] : [])));
  for (const row of rows) {
    if (row.after === null) continue;
    const old = row.before === null ? undefined : before.rows[row.before];
    const fresh: TableRow = { id: row.id, when: after.inputs.map(() => ''), then: after.outputs.map(() => '') };
    const at = placed.get(row.after) ?? (old === undefined ? fresh : structuredClone(old));
    placed.set(row.after, at);
    for (const { part, column, after: text } of row.cells) {
      if (part === 'row') {
        if (text === null) delete at.note;
        else at.note = text;
        continue;
      }
      const place = (part === 'input' ? after.inputs : after.outputs).findIndex(({ id }) => id === column);
      (part === 'input' ? at.when : at.then)[place] = text ?? '';
    }
  }
  expect(columns).toEqual([]);
  const told = new Set(rows.flatMap((row) => (row.before === null ? [] : [row.before])));
  const still = before.rows.filter((_, r) => !gone.has(r) && !moved.has(r) && !told.has(r));
  const all: TableRow[] = [];
  const count = before.rows.length - gone.size + rows.filter(({ change }) => change === 'added').length;
  for (let r = 0; r < count; r += 1) {
    const here = placed.get(r) ?? still.shift();
    if (here !== undefined) all.push(here);
  }
  return withoutIds(all);
}

const cell = fc.constantFrom('', '-', '< 1', '< 2', '"a"');
const row = fc.tuple(cell, cell, cell, fc.constantFrom(undefined, 'why')).map(([a, b, then, note]) => ({
  when: [a, b],
  then: [then],
  ...(note === undefined ? {} : { note }),
}));
const tables = fc
  .tuple(
    fc.array(row, { maxLength: 12 }),
    fc.array(row, { maxLength: 12 }),
    fc.boolean(),
    fc.infiniteStream(fc.nat(20)),
  )
  .map(([a, b, anew, ids]): readonly [DecisionTable, DecisionTable] => {
    const taken = new Set<string>();
    const numbered = (rows: readonly Omit<TableRow, 'id'>[], random: boolean): TableRow[] =>
      rows.map((one, i) => {
        let id = random ? `r${ids.next().value}` : `r${i}`;
        while (taken.has(id)) id += 'x';
        taken.add(id);
        return { id, ...one };
      });
    const before = numbered(a, false);
    taken.clear();
    // Half of the later table is what the earlier one said, in another order.
    const mixed = b.map((one, i) => (i % 2 === 0 ? (a[(i * 7) % Math.max(1, a.length)] ?? one) : one));
    return [
      { ...base, rows: before },
      { ...base, rows: numbered(mixed, anew) },
    ];
  });

const content = (table: DecisionTable): readonly unknown[] => withoutIds(table.rows);

describe('the difference of two tables', () => {
  test('is what makes one into the other, by whichever ids', () => {
    fc.assert(
      fc.property(tables, ([before, after]) => {
        expect(patched(before, diffTables(before, after), after)).toEqual(content(after));
        expect(isEmptyDiff(diffTables(before, structuredClone(before)))).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  test('and leaving a change out is seen', () => {
    const after = { ...base, rows: base.rows.map((one) => (one.id === 'r3' ? { ...one, then: ['"no"'] } : one)) };
    const diff = diffTables(base, after);
    expect(patched(base, diff, after)).toEqual(content(after));
    expect(patched(base, { ...diff, rows: [] }, after)).not.toEqual(content(after));
  });

  test('speaks of rows and cells', () => {
    const after: DecisionTable = {
      ...base,
      hitPolicy: 'UNIQUE',
      rows: [
        { id: 'r1', when: ['< 150', '"gold"'], then: ['"pay"'] },
        { id: 'r4', when: ['-', '"iron"'], then: ['"ask"'], note: 'since May' },
        { id: 'r3', when: ['>= 100', ''], then: ['"ask"'] },
        { id: 'r9', when: ['-', '"new"'], then: ['"ask"'] },
      ],
    };
    expect(words(base, after)).toEqual([
      'the hit policy was FIRST, is UNIQUE',
      'row 2 was removed: “amount” “< 50”, “decision” "pay"',
      'row 1: “amount” was “< 100”, is “< 150”',
      'row 4 was moved and is now row 2',
      'row 2 (row 4 before): the note was empty, is “since May”',
      'row 3: “claim.tier” was “-”, is empty',
      'row 4 was added: “claim.tier” "new", “decision” "ask"',
    ]);
    expect(diffTables(base, after).rows[1]).toEqual({
      id: 'r1',
      change: 'changed',
      before: 0,
      after: 0,
      cells: [{ part: 'input', column: 'i1', name: 'amount', before: '< 100', after: '< 150' }],
    });
  });

  test('speaks of columns, and of the cells of one that came or went', () => {
    const after: DecisionTable = {
      ...base,
      inputs: [
        { id: 'i3', expression: 'claim.age', type: 'number' },
        { id: 'i1', label: 'sum', expression: 'claim.amount', type: 'string' },
      ],
      outputs: [{ id: 'o1', name: 'decision', values: ['pay', 'ask', 'no'] }],
      rows: base.rows.map((one, i) => ({ ...one, when: [i === 2 ? '> 5' : '-', one.when[0] ?? ''] })),
    };
    expect(words(base, after)).toEqual([
      'the input “claim.tier” was removed',
      'the input “claim.age” was added: type “number”',
      'the input “amount” is now called “sum”',
      'the input “sum”: its type was “number”, is “string”',
      'the output “decision”: its allowed values were “pay, ask”, are “pay, ask, no”',
      'row 1: “claim.tier” was "gold"',
      'row 1: “claim.age” is “-”',
      'row 2: “claim.tier” was “-”',
      'row 2: “claim.age” is “-”',
      'row 3: “claim.tier” was “-”',
      'row 3: “claim.age” is “> 5”',
      'row 4: “claim.tier” was "iron"',
      'row 4: “claim.age” is “-”',
    ]);
  });

  test('finds the rows of a table that was imported anew, though its ids mean others now', () => {
    const before = { ...base, rows: rowsOf('1|a|x', '2|b|y', '3|c|z', '4|d|x', '5|e|y') };
    const shifted = { ...base, rows: rowsOf('0|new|x', '1|a|x', '2|b|other', '3|c|z', '4|d|x', '5|e|y') };
    expect(words(before, shifted)).toEqual([
      'row 1 was added: “amount” “0”, “claim.tier” “new”, “decision” “x”',
      'row 3 (row 2 before): “decision” was “y”, is “other”',
    ]);
    const inputs = base.inputs.map((input, i) => ({ ...input, id: `c${i}` }));
    expect(isEmptyDiff(diffTables(before, { ...before, inputs }))).toBe(true);
  });

  test('of two tables of five thousand rows takes less than a second', () => {
    const many = (from: number, change: (i: number) => string): DecisionTable => ({
      ...base,
      rows: Array.from({ length: 5000 }, (_, i) => {
        const n = i + from;
        return { id: `r${i}`, when: [change(n), `${n % 7}`], then: [`${n % 3}`] };
      }),
    });
    const took = (before: DecisionTable, after: DecisionTable): number => {
      const from = performance.now();
      diffTables(before, after);
      return performance.now() - from;
    };
    const one = many(0, String);
    const times = [
      took(
        one,
        many(1, (n) => (n % 10 === 0 ? 'changed' : `${n}`)),
      ),
      took(
        one,
        many(0, (n) => `< ${n * 2}`),
      ),
      took({ ...one, rows: one.rows.toReversed() }, many(3, String)),
      took(
        many(0, () => '-'),
        many(2, () => '-'),
      ),
    ];
    if (process.env['SHOW_TIMES'] !== undefined) console.log('diff', times);
    expect(Math.max(...times)).toBeLessThan(1000);
  });
});
