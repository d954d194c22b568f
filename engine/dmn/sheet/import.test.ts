import { readFileSync } from 'node:fs';
import { assert, constantFrom, property, shuffledSubarray, tuple } from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FeelScopeTypes } from '../../feel/problem.ts';
import { tableSchema } from '../table.ts';
import type { DecisionTable } from '../table.ts';
import { cellText } from './grid.ts';
import type { SheetGrid } from './grid.ts';
import { headRowOf } from './head.ts';
import { readSheet } from './read-sheet.ts';
import { readTableFile } from './table-file.ts';
import type { SheetReading, TableFileOptions } from './table-file.ts';
import { anyTable } from './testing/any-table.ts';
import { writeSheet } from './write-sheet.ts';

const fixture = (name: string): Uint8Array => readFileSync(new URL(`testing/fixtures/${name}`, import.meta.url));

const scope: FeelScopeTypes = {
  input: {
    kind: 'context',
    open: false,
    fields: {
      amount: { kind: 'number' },
      'customer tier': { kind: 'string' },
      since: { kind: 'date' },
      premium: { kind: 'boolean' },
    },
  },
};

type Read = Extract<SheetReading, { ok: true }>;

async function read(text: string | Uint8Array, options: TableFileOptions = {}): Promise<Read> {
  const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text;
  const reading = await readTableFile(bytes, options);
  if (!reading.ok) throw new Error(`${reading.message} ${reading.hint}`);
  return reading;
}

const cells = ({ table }: Read): string[][] => table.rows.map(({ when, then }) => [...when, ...then]);
const changes = ({ report }: Read): string[] =>
  report.changed.flatMap((entry) => entry.cells.map(({ place, from, to }) => `${place} ${from} → ${to}`));
const doubts = ({ report }: Read): string[] =>
  report.notUnderstood.map(({ message, cells: at }) => [message, ...at.map(({ place }) => place)].join(' '));

describe('sheets that others made', () => {
  test('European Excel: Windows-1252, semicolons, decimal commas, days, WAHR and FALSCH', async () => {
    const reading = await read(fixture('european-excel.csv'), { scope });
    expect(reading.report.file).toEqual([
      'CSV, Windows-1252, columns parted by semicolons.',
      'A comma in a column of numbers parts the decimals.',
    ]);
    expect(reading.table.inputs.map(({ expression }) => expression)).toEqual([
      'input.amount',
      'input.customer tier',
      'input.since',
      'input.premium',
    ]);
    expect(reading.table.outputs).toEqual([
      { id: 'o1', name: 'Discount', type: 'number' },
      { id: 'o2', name: 'Region', type: 'string' },
    ]);
    expect(cells(reading)).toEqual([
      ['< 1000.50', '"gold"', 'date("2026-03-02")', 'true', '0.50', '"Baden-Württemberg"'],
      ['1234.56', '-', 'date("2025-12-31")', 'false', '2.5', '"Bayern"'],
    ]);
    expect(reading.table.rows[0]?.note).toBe('Für „Gold“ – 5 €');
    expect(changes(reading)).toEqual([
      'A2 < 1.000,50 → < 1000.50',
      'A3 1.234,56 → 1234.56',
      'B2 gold → "gold"',
      'C2 02.03.2026 → date("2026-03-02")',
      'C3 31.12.2025 → date("2025-12-31")',
      'D2 WAHR → true',
      'D3 FALSCH → false',
      'E2 0,50 → 0.50',
      'E3 2,5 → 2.5',
      'F2 Baden-Württemberg → "Baden-Württemberg"',
      'F3 Bayern → "Bayern"',
    ]);
  });

  test('LibreOffice: a workbook with dates, truth values and a formula', async () => {
    const reading = await read(fixture('libreoffice.xlsx'), { scope });
    expect(reading.report.file).toEqual([
      'Excel workbook, sheet “r”.',
      'Formulas stand in E3: what they last came to is taken.',
    ]);
    expect(cells(reading)).toEqual([
      ['< 1.000,50', '"gold"', 'date("2026-03-02")', 'true', '0.5', '"Baden-Württemberg"'],
      ['1234.56', '-', 'date("2025-12-31")', 'false', '12', '"Bayern"'],
    ]);
    // The text of A2 came from a German sheet, and a workbook does not say so: it is told, not changed.
    expect(doubts(reading).join('\n')).toContain('comma without a space');
  });

  test('LibreOffice: a CSV file in Windows-1252 with American days', async () => {
    const reading = await read(fixture('libreoffice-1252.csv'), { scope });
    expect(reading.table.rows[0]?.note).toBe('Für „Gold“ – 5 €');
    expect(doubts(reading)[0]).toMatch(/slashes.* C2 C3$/);
  });

  test('LibreOffice: the error of a formula is refused with its place', async () => {
    expect(await readTableFile(fixture('libreoffice-error.xlsx'), { scope })).toMatchObject({
      ok: false,
      message: 'Cells of “Discount” hold the error of a formula: E3 (#DIV/0!).',
    });
  });

  test('LibreOffice: our own workbook, saved by it, is the table that it was', async () => {
    const table = tableSchema.parse(JSON.parse(new TextDecoder().decode(fixture('own.json'))));
    const reading = await read(fixture('own-by-libreoffice.xlsx'), { existing: table });
    expect(reading.table).toEqual(table);
    expect(reading.report).toMatchObject({ updated: [], lost: [], changed: [] });
  });

  test.each([
    ['UTF-16 with tabs', Buffer.from('\uFEFFamount\tdecision\r\n> 5\tyes\r\n', 'utf16le'), 'UTF-16'],
    ['a first line sep=;', 'sep=;\r\namount;decision\r\n> 5;yes\r\n', 'as its first line says'],
    ['a title above', 'Rules of 2026\r\n\r\namount,decision\r\n> 5,yes\r\n', 'commas'],
    ['old line ends', 'amount,decision\r> 5,yes\r', 'commas'],
  ])('%s', async (_, file, said) => {
    const reading = await read(file, { scope });
    expect(reading.report.file.join(' ')).toContain(said);
    expect(cells(reading)).toEqual([['> 5', '"yes"']]);
  });

  test('the person says what columns are for', async () => {
    const reading = await read('a,b,c\n1,2,3\n', {
      roles: new Map([
        [0, 'output'],
        [1, 'left out'],
        [2, 'input'],
      ]),
    });
    expect(reading.table.inputs.map(({ expression }) => expression)).toEqual(['c']);
    expect(reading.table.outputs.map(({ name }) => name)).toEqual(['a']);
    expect(doubts(reading).join()).toContain('Column B, “b”, is left out.');
  });
});

describe('numbers', () => {
  const column = async (...texts: string[]) => {
    const reading = await read(`amount;x\n${texts.map((text) => `${text};1\n`).join('')}`, { scope });
    return { told: doubts(reading).some((doubt) => doubt.includes('A')), cells: cells(reading).map(([cell]) => cell) };
  };

  test.each([
    ['0,5', '0.5'],
    ['-0,5', '-0.5'],
    ['>= 0,5', '>= 0.5'],
    ['[0,5..1,5]', '[0.5..1.5]'],
    ['1.234,56', '1234.56'],
    ['1.234.567', '1234567'],
    ['1 234,5', '1234.5'],
    ['0.5', '0.5'],
    ['not(1,5)', 'not(1.5)'],
    ['1,5, 2,5', '1.5, 2.5'],
  ])('%s is %s', async (text, number) => {
    expect(await column(text)).toEqual({ told: false, cells: [number] });
  });

  test.each(['1.234', '1,2,3', '12.34.56'])('%s is left alone, and told', async (text) => {
    expect(await column(text)).toEqual({ told: true, cells: [text] });
  });

  test('a comma parts decimals only in columns of numbers, and only where semicolons part columns', async () => {
    expect(cells(await read('customer tier;x\n"a,b";1\n', { scope }))).toEqual([['"a,b"', '1']]);
    const reading = await read('amount,x\n"1,5",1\n', { scope });
    expect(cells(reading)).toEqual([['1,5', '1']]);
    expect(doubts(reading)[0]).toContain('comma without a space');
  });

  test('text with tabs has decimal commas where it shows them', async () => {
    expect(cells(await read('amount\tx\n0,5\t1\n', { scope }))).toEqual([['0.5', '1']]);
    expect(cells(await read('amount\tx\n0,5\t1.5\n', { scope }))).toEqual([['0,5', '1.5']]);
  });

  test.each([
    ['007', 'a number that begins with 0: write it in quotes if it is a code.'],
    ['01/02/2024', 'a day with slashes that FEEL takes for a division: write date("2026-03-02").'],
    ['1-5', 'a subtraction: write [1..5] if it is from one number to another.'],
    ['1.5 - 2.5', 'a subtraction: write [1..5] if it is from one number to another.'],
  ])('%s in a column of numbers is taken as it stands, and told', async (text, doubt) => {
    const reading = await read(`n,out\n${text},1\n`);
    expect(cells(reading)).toEqual([[text, '1']]);
    expect(doubts(reading)).toContain(`“n”: ${doubt} A2`);
  });

  test('8001 in a column of texts is a text', async () => {
    expect(cells(await read('customer tier,x\n8001,A1\n', { scope }))).toEqual([['"8001"', '"A1"']]);
  });
});

describe('nothing is reset silently', () => {
  const gridOf = (table: DecisionTable): SheetGrid =>
    writeSheet(table, { form: 'typed', commas: false }).rows.map((row, i) => ({ number: i + 1, cells: row }));
  const headRows = ['role', 'type', 'values', 'default', 'id'] as const;

  test('what the sheet does not say stays: rows of the head, and columns', () => {
    assert(
      property(anyTable(), shuffledSubarray([...headRows]), (table, without) => {
        const distinct = new Set([
          ...table.inputs.map((one) => one.expression),
          ...table.outputs.map((one) => one.name),
        ]);
        if (distinct.has('') || distinct.size < table.inputs.length + table.outputs.length) return;
        const grid = gridOf(table).filter((row) => without.every((one) => headRowOf(cellText(row.cells[0])) !== one));
        expect(readSheet(grid, { existing: table })).toMatchObject({ table, report: { updated: [], lost: [] } });
      }),
      { numRuns: 200 },
    );
  });

  test('a column that the sheet lacks stays with its cells, or goes and is named', () => {
    assert(
      property(anyTable(), constantFrom(1, 2, 3), (table, column) => {
        if (table.inputs.length + table.outputs.length < 2) return;
        const at = Math.min(column, table.inputs.length + table.outputs.length);
        const grid = gridOf(table).map((row) => ({ ...row, cells: row.cells.filter((_, c) => c !== at) }));
        expect(readSheet(grid, { existing: table })).toMatchObject({ table, report: { updated: [], lost: [] } });
        const gone = readSheet(grid, { existing: table, missing: 'go' });
        // A table keeps its last output.
        if (!gone.ok && table.outputs.length === 1) return;
        if (!gone.ok) throw new Error(gone.message);
        expect(gone.report.lost[0]?.message).toMatch(
          /^The sheet has no column for “.*”: it goes, with all its cells\.$/su,
        );
      }),
      { numRuns: 200 },
    );
  });

  test('rows that go are listed each; rows without ids are known by their content', () => {
    assert(
      property(tuple(anyTable(), constantFrom(0, 1, 2)), ([table, nth]) => {
        const gone = table.rows[nth];
        if (gone === undefined) return;
        const grid = gridOf(table).filter(({ cells: [id] }) => cellText(id).replace(/^'/, '') !== gone.id);
        const reading = readSheet(grid, { existing: table });
        if (!reading.ok) throw new Error(reading.message);
        expect(reading.table.rows).toEqual(table.rows.filter((row) => row !== gone));
        expect(reading.report.lost.flatMap((entry) => entry.cells.map(({ place }) => place))).toEqual([
          `table row ${nth + 1}`,
        ]);
        const unnamed = gridOf(table).map((row) =>
          headRowOf(cellText(row.cells[0])) === null && row.number > 1
            ? { ...row, cells: [{ kind: 'blank' as const }, ...row.cells.slice(1)] }
            : row,
        );
        const found = readSheet(unnamed, { existing: table });
        if (!found.ok) throw new Error(found.message);
        expect(found.report.lost.filter(({ message }) => message.startsWith('Rows'))).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });

  test('a foreign sheet keeps types, labels, values, defaults, ids, notes and the hit policy', async () => {
    const existing: DecisionTable = {
      hitPolicy: 'COLLECT',
      aggregation: 'MAX',
      inputs: [
        { id: 'ia', label: 'Amount', expression: 'input.amount', type: 'number', values: '[0..100]' },
        { id: 'ib', expression: 'input.customer tier', type: 'string' },
      ],
      outputs: [{ id: 'oa', name: 'rate', type: 'number', values: ['1', '2'], default: '1' }],
      rows: [
        { id: 'first', when: ['< 5', '"gold"'], then: ['1'], note: 'why' },
        { id: 'second', when: ['>= 5', '-'], then: ['2'] },
      ],
    };
    const reading = await read('Amount,Rate\n>= 5,2\n< 5,2\n> 90,1\n', { existing, scope });
    expect(reading.table).toEqual({
      ...existing,
      rows: [
        { id: 'second', when: ['>= 5', '-'], then: ['2'] },
        { id: 'first', when: ['< 5', '"gold"'], then: ['2'], note: 'why' },
        { id: 'r1', when: ['> 90', '-'], then: ['1'] },
      ],
    });
    expect(reading.report.lost).toEqual([]);
    expect(reading.report.updated.map(({ message }) => message)).toEqual([
      'Rows are new:',
      'Cells say something else:',
      'The rows stand in the order of the sheet.',
    ]);
    const gone = await read('Amount,Rate\n>= 5,2\n', { existing, scope, missing: 'go' });
    expect(gone.report.lost.map(({ message }) => message)).toEqual([
      'The sheet has no column for “input.customer tier”: it goes, with all its cells.',
      'Rows that the sheet does not have go:',
    ]);
  });

  test('a blank in the head of our own sheet takes away, and is told', () => {
    const table: DecisionTable = {
      hitPolicy: 'FIRST',
      inputs: [
        { id: 'i', expression: 'x', type: 'number' },
        { id: 'j', expression: 'y', type: 'string' },
      ],
      outputs: [{ id: 'o', name: 'z' }],
      rows: [],
    };
    const grid = gridOf({
      ...table,
      inputs: [
        { id: 'i', expression: 'x' },
        { id: 'j', expression: 'y', type: 'string' },
      ],
    });
    const reading = readSheet(grid, { existing: table });
    expect(reading).toMatchObject({ ok: true, report: { lost: [{ message: 'The type of “x” goes: number' }] } });
  });
});
