import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tableSchema, type DecisionTable } from '../../../engine/dmn/table.ts';
import type { Problem } from '../../../engine/flow/problem.ts';
import { perform, type TableAct } from './acts.ts';
import { setAggregation, setHitPolicy, setInput, setOutput } from './edits.ts';
import { actOf } from './keys.ts';
import { marksOf, problemsInRow } from './marks.ts';
import { paste, textsOf } from './paste.ts';
import {
  at,
  clamped,
  HEAD,
  moved,
  nextCell,
  rangeOf,
  sameCell,
  single,
  type Motion,
  type Selection,
} from './selection.ts';
import { cellText, columnsOf, isBlank, sizeOf } from './shape.ts';
import { readTsv, writeTsv } from './tsv.ts';
import { firstWidths, fittedWidths } from './widths.ts';

const table: DecisionTable = {
  hitPolicy: 'FIRST',
  inputs: [
    { id: 'i1', expression: 'a' },
    { id: 'i2', expression: 'b' },
  ],
  outputs: [
    { id: 'o1', name: 'result' },
    { id: 'o2', name: 'amount' },
  ],
  rows: [
    { id: 'r1', when: ['1', '-'], then: ['"x"', '1'] },
    { id: 'r2', when: ['-', '2'], then: ['"y"', '2'], note: 'why' },
    { id: 'r3', when: ['-', '-'], then: ['"z"', '3'] },
  ],
};

const cell = fc.record({ row: fc.integer({ min: -1, max: 6 }), column: fc.nat(6) });
const anySelection: fc.Arbitrary<Selection> = fc.record({
  anchor: cell,
  focus: cell,
  span: fc.constantFrom('cells' as const, 'rows' as const, 'columns' as const),
});
const axis = fc.constantFrom('rows' as const, 'columns' as const, 'selected' as const);
const by = fc.constantFrom(-1 as const, 1 as const);
const anyAct: fc.Arbitrary<TableAct> = fc.oneof(
  fc.record({ act: fc.constantFrom('clear' as const, 'fill down' as const) }),
  fc.record({ act: fc.constant('insert' as const), axis, where: fc.constantFrom('before' as const, 'after' as const) }),
  fc.record({ act: fc.constantFrom('duplicate' as const, 'remove' as const), axis }),
  fc.record({ act: fc.constant('move' as const), axis, by }),
);
const text = fc.oneof(fc.string({ maxLength: 6 }), fc.constantFrom('"a"', 'x\ty', 'l\nm', '""', '"', 'a "b" c', ''));
const grid = (of: fc.Arbitrary<string>, least = 1) =>
  fc
    .tuple(fc.integer({ min: least, max: 4 }), fc.integer({ min: least, max: 4 }))
    .chain(([rows, columns]) =>
      fc.array(fc.array(of, { minLength: columns, maxLength: columns }), { minLength: rows, maxLength: rows }),
    );

const NEW = 'result 2';
const all = (of: DecisionTable): string[][] =>
  textsOf(of, rangeOf({ ...single(at(0, 0)), span: 'rows', focus: at(of.rows.length, 0) }, sizeOf(of, true)));

describe('what is done to a selection', () => {
  it('T1 leaves a table, with as many cells as columns, ids of their own and an output, and a selection within it', () => {
    const step = fc.record({ act: anyAct, selection: anySelection });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
        let now = table;
        for (const { act, selection } of steps) {
          const done = perform(act, now, clamped(selection, sizeOf(now, true)), NEW);
          now = done.table;
          expect(clamped(done.selection, sizeOf(now, true))).toEqual(done.selection);
          expect(tableSchema.safeParse(now).success).toBe(true);
          for (const row of now.rows) {
            expect(row.when).toHaveLength(now.inputs.length);
            expect(row.then).toHaveLength(now.outputs.length);
          }
          for (const list of [now.rows, now.inputs, now.outputs])
            expect(new Set(list.map(({ id }) => id)).size).toBe(list.length);
          expect(new Set(now.outputs.map(({ name }) => name)).size).toBe(now.outputs.length);
        }
      }),
    );
  });

  it('T2 what was moved one way and back is where it was, and so is what moved it', () => {
    fc.assert(
      fc.property(anySelection, axis, by, (some, of, way) => {
        const selection = clamped(some, sizeOf(table, true));
        const there = perform({ act: 'move', axis: of, by: way }, table, selection, NEW);
        if (there.table === table) return;
        const back = perform({ act: 'move', axis: of, by: way === 1 ? -1 : 1 }, there.table, there.selection, NEW);
        expect(back.table).toEqual(table);
        expect(rangeOf(back.selection, sizeOf(table, true))).toEqual(rangeOf(selection, sizeOf(table, true)));
      }),
    );
  });

  it('T3 duplicated and removed again is as before', () => {
    fc.assert(
      fc.property(anySelection, (some) => {
        const selection = clamped(some, sizeOf(table, true));
        const twice = perform({ act: 'duplicate', axis: 'rows' }, table, selection, NEW);
        if (twice.table === table) return;
        expect(perform({ act: 'remove', axis: 'rows' }, twice.table, twice.selection, NEW).table).toEqual(table);
      }),
    );
  });

  it('T4 clearing empties the range and nothing else; filling down repeats its first row', () => {
    fc.assert(
      fc.property(anySelection, (some) => {
        const size = sizeOf(table, true);
        const selection = clamped(some, size);
        const range = rangeOf(selection, size);
        const cleared = all(perform({ act: 'clear' }, table, selection, NEW).table);
        const filled = all(perform({ act: 'fill down' }, table, selection, NEW).table);
        for (const [r, row] of all(table).entries())
          for (const [c, was] of row.entries()) {
            const inside = r >= range.top && r <= range.bottom && c >= range.left && c <= range.right;
            const left = cleared[r]?.[c] ?? '?';
            expect(inside ? isBlank(left) : left === was).toBe(true);
            const from = range.bottom > range.top ? range.top : Math.max(0, range.top - 1);
            expect(filled[r]?.[c]).toBe(inside ? all(table)[from]?.[c] : was);
          }
      }),
    );
  });

  it('T5 the last output stays, and it is said', () => {
    const both = { anchor: at(HEAD, 2), focus: at(HEAD, 3), span: 'columns' as const };
    const done = perform({ act: 'remove', axis: 'columns' }, table, both, NEW);
    expect(done.table.outputs).toEqual([{ id: 'o1', name: 'result' }]);
    expect(done.refused).toBe('last output');
    expect(perform({ act: 'remove', axis: 'columns' }, table, single(at(HEAD, 2)), NEW).refused).toBeNull();
  });
});

describe('columns', () => {
  it('T6 a text that became empty is left out; another policy than COLLECT has no aggregation', () => {
    const named = setInput(table, 0, { label: 'A', type: 'number', values: '[0..9]' });
    expect(named.inputs[0]).toEqual({ id: 'i1', expression: 'a', label: 'A', type: 'number', values: '[0..9]' });
    expect(setInput(named, 0, { label: '', type: 'any', values: ' ' })).toEqual(table);
    expect(setOutput(setOutput(table, 0, { values: ['a'], default: '1' }), 0, { values: [], default: '' })).toEqual(
      table,
    );
    const sum = setAggregation(setHitPolicy(table, 'COLLECT'), 'SUM');
    expect(sum).toMatchObject({ hitPolicy: 'COLLECT', aggregation: 'SUM' });
    expect(setHitPolicy(sum, 'FIRST')).toEqual(table);
  });
});

describe('widths', () => {
  const someWidths = fc.array(fc.integer({ min: 104, max: 232 }), { minLength: 1, maxLength: 12 });
  const sum = (of: readonly number[]) => of.reduce((before, one) => before + one, 0);

  it('all are in sight where there is room for the least of each; what a person made stays, and none gets wider', () => {
    fc.assert(
      fc.property(
        someWidths,
        fc.nat(11),
        fc.integer({ min: 72, max: 300 }),
        fc.nat(2000),
        (list, which, pixels, room) => {
          const wanted = new Map(list.map((width, i) => [String(i), width]));
          const made = new Map(which < list.length ? [[String(which), pixels]] : []);
          const fitted = [...fittedWidths(wanted, made, room)];
          const whole = [...new Map([...wanted, ...made])];
          const free = fitted.filter(([key]) => !made.has(key));
          expect(fitted.filter(([key]) => made.has(key))).toEqual([...made]);
          expect(free.every(([key, width]) => width >= 104 && width <= (wanted.get(key) ?? 0))).toBe(true);
          const total = sum(fitted.map(([, width]) => width));
          expect(total).toBeLessThanOrEqual(Math.max(room, free.length * 104 + sum([...made.values()])));
          const fits = sum(whole.map(([, width]) => width)) <= room;
          expect(fits ? fitted : whole).toEqual(whole);
        },
      ),
    );
  });

  it('what stands below a head is read whole where there is room, and takes none in the inspector', () => {
    const input = { id: 'i1', label: 'Tier', expression: 'account.tier', type: 'string' as const };
    const one: DecisionTable = { ...table, inputs: [input], outputs: table.outputs.slice(0, 1), rows: [] };
    const [wide = 0] = firstWidths(one, 'wide').values();
    const [narrow = 0] = firstWidths(one, 'narrow').values();
    expect(wide).toBeGreaterThan(('account.tier · text'.length + 1) * 7.3);
    expect(narrow).toBeLessThan(wide);
  });

  it('the widest give way first, so that remarks can be read', () => {
    const wanted = new Map([
      ['a', 232],
      ['b', 110],
      ['note', 232],
    ]);
    expect([...fittedWidths(wanted, new Map(), 450).values()]).toEqual([170, 110, 170]);
    expect(fittedWidths(wanted, new Map(), null)).toEqual(wanted);
  });
});

describe('moving about', () => {
  const motions: fc.Arbitrary<Motion> = fc.oneof(
    fc.record({ to: fc.constantFrom('up' as const, 'down' as const, 'left' as const, 'right' as const) }),
    fc.record({
      to: fc.constantFrom('up' as const, 'down' as const, 'left' as const, 'right' as const),
      edge: fc.constant(true as const),
    }),
    fc.record({ to: fc.constantFrom('row start' as const, 'row end' as const, 'first' as const, 'last' as const) }),
    fc.record({ to: fc.constantFrom('page up' as const, 'page down' as const), rows: fc.integer({ min: 1, max: 9 }) }),
  );
  const size = sizeOf(table, true);
  const isFilled = ({ row, column }: { row: number; column: number }): boolean => {
    const [line, of] = [table.rows[row], columnsOf(table)[column]];
    return line !== undefined && of !== undefined && !isBlank(cellText(line, of));
  };

  it('M1 never leads out of the sheet; extending keeps the anchor', () => {
    fc.assert(
      fc.property(anySelection, fc.array(fc.tuple(motions, fc.boolean()), { maxLength: 20 }), (some, steps) => {
        let now = clamped(some, size);
        for (const [motion, extend] of steps) {
          const next = moved(now, size, motion, extend, isFilled);
          expect(clamped(next, size)).toEqual(next);
          const fromNewRow = now.anchor.row === size.rows;
          expect(extend ? fromNewRow || sameCell(next.anchor, now.anchor) : sameCell(next.anchor, next.focus)).toBe(
            true,
          );
          now = next;
        }
      }),
    );
  });

  it('M2 Tab comes through every cell, the heads and the new row, and then leaves', () => {
    const seen = new Set<string>();
    for (let now: ReturnType<typeof nextCell> = at(HEAD, 0); now !== null; now = nextCell(now, size, 1))
      seen.add(`${now.row} ${now.column}`);
    expect(seen.size).toBe((size.rows + 2) * size.columns);
  });

  it('M3 Ctrl and an arrow go to the edge of what is filled', () => {
    const go = (row: number, column: number, to: 'up' | 'down' | 'left' | 'right') =>
      moved(single(at(row, column)), size, { to, edge: true }, false, isFilled).anchor;
    expect(go(0, 2, 'down')).toEqual(at(2, 2));
    expect(go(0, 0, 'right')).toEqual(at(0, 2));
    expect(go(0, 1, 'down')).toEqual(at(1, 1));
    expect(go(1, 1, 'down')).toEqual(at(2, 1));
    expect(go(0, 1, 'up')).toEqual(at(HEAD, 1));
  });

  it('M4 a key means what it means in a spreadsheet; on the head it concerns columns', () => {
    const press = (key: string, held = '') => ({
      key,
      ctrl: held.includes('c'),
      shift: held.includes('s'),
      alt: held.includes('a'),
    });
    const one = single(at(0, 0));
    expect(actOf(press('x'), one, 9)).toEqual({ act: 'edit', text: '' });
    expect(actOf(press('F2'), one, 9)).toEqual({ act: 'edit', text: null });
    expect(actOf(press('F2'), single(at(HEAD, 0)), 9)).toEqual({ act: 'open column' });
    expect(actOf(press('ArrowDown', 'cs'), one, 9)).toEqual({
      act: 'go',
      motion: { to: 'down', edge: true },
      extend: true,
    });
    expect(actOf(press('c', 'c'), one, 9)).toBeNull();
    const columns = perform({ act: 'remove', axis: 'selected' }, table, single(at(HEAD, 0)), NEW).table;
    expect(columns.inputs.map(({ id }) => id)).toEqual(['i2']);
    expect(columns.rows).toHaveLength(3);
  });
});

describe('cells on the clipboard', () => {
  it('C1 what was written is read again, whatever stands in the cells', () => {
    const tidy = text.map((one) => one.replaceAll('\r', ''));
    fc.assert(
      fc.property(grid(tidy), (cells) => {
        expect(readTsv(writeTsv(cells))).toEqual(cells);
      }),
    );
  });

  it('C2 what Excel leaves is read: it quotes a cell for a tab or a break alone, and ends with a break', () => {
    const excel = (cells: readonly (readonly string[])[]): string =>
      cells
        .map((row) => row.map((one) => (/[\t\n]/.test(one) ? `"${one.replaceAll('"', '""')}"` : one)).join('\t'))
        .map((line) => `${line}\r\n`)
        .join('');
    const plain = fc.constantFrom(
      '"billing"',
      '"a", "b"',
      'x',
      '> 5',
      '',
      '"two\nlines"',
      'tab\there',
      'say "so"',
      '""',
    );
    fc.assert(
      fc.property(grid(plain), (cells) => {
        expect(readTsv(excel(cells))).toEqual(cells);
      }),
    );
  });

  it('C3 rows of different lengths become as long as the longest', () => {
    expect(readTsv('a\tb\nc')).toEqual([
      ['a', 'b'],
      ['c', ''],
    ]);
  });

  it('C4 what was copied from a range and pasted there changes nothing', () => {
    fc.assert(
      fc.property(anySelection, (some) => {
        const size = sizeOf(table, true);
        const selection = clamped(some, size);
        const range = rangeOf(selection, size);
        if (range.bottom < range.top || selection.anchor.row === HEAD) return;
        const pasted = paste(table, selection, readTsv(writeTsv(textsOf(table, range))));
        expect(pasted.table).toBe(table);
        expect(rangeOf(pasted.selection, size)).toEqual(range);
      }),
    );
  });

  it('C5 every cell that was pasted stands there or is counted; rows grow', () => {
    fc.assert(
      fc.property(grid(text), fc.nat(3), fc.nat(4), (cells, row, column) => {
        const { table: after, left } = paste(table, single(at(row, column)), cells);
        expect(tableSchema.safeParse(after).success).toBe(true);
        const texts = all(after);
        const width = cells[0]?.length ?? 0;
        expect(left).toEqual({ columns: Math.max(0, column + width - 5), rows: 0, tooLong: 0 });
        expect(after.rows).toHaveLength(Math.max(3, row + cells.length));
        for (const [r, line] of cells.entries())
          for (const [c, one] of line.slice(0, width - left.columns).entries())
            expect(texts[row + r]?.[column + c]).toBe(one);
      }),
    );
  });

  it('C6 one cell is repeated over all that is selected; what is too long is counted', () => {
    const two = { anchor: at(0, 0), focus: at(2, 1), span: 'cells' as const };
    expect(textsOf(paste(table, two, [['9']]).table, { top: 0, bottom: 2, left: 0, right: 1 }).flat()).toEqual(
      Array.from({ length: 6 }, () => '9'),
    );
    expect(paste(table, single(at(0, 4)), [['n'.repeat(2001)]])).toMatchObject({ table, left: { tooLong: 1 } });
  });
});

describe('where problems are shown', () => {
  const problem = (path: (string | number)[], severity: 'error' | 'warning' = 'error'): Problem => ({
    code: 'TABLE',
    severity,
    path,
    message: path.join('/'),
    hint: '',
  });

  it('at their cell, row, column or table, by ids that stay', () => {
    const marks = marksOf(
      [
        problem(['rows', 1], 'warning'),
        problem(['rows', 1, 'then', 0]),
        problem(['outputs', 1, 'values', 0]),
        problem(['rows'], 'warning'),
      ],
      table,
    );
    expect(problemsInRow(marks.rows.get('r2')).map(({ message }) => message)).toEqual(['rows/1/then/0', 'rows/1']);
    expect(marks.rows.get('r2')?.cells.get('then o1')).toHaveLength(1);
    expect(marks.columns.get('then o2')).toHaveLength(1);
    expect(marks.table.map(({ message }) => message)).toEqual(['rows']);
    expect(marks.findings.map(({ row, column }) => [row, column])).toEqual([
      ['r2', 'then o1'],
      [null, 'then o2'],
      ['r2', null],
      [null, null],
    ]);
  });
});
