import { parse } from 'csv-parse/sync';
import { assert, asyncProperty } from 'fast-check';
import { readSheet as readByAnother } from 'read-excel-file/universal';
import { describe, expect, test } from 'vitest';
import type { DecisionTable } from '../table.ts';
import { writeCsvTable } from './csv-table.ts';
import { cellText } from './grid.ts';
import { FILE_FORMS, readTableFile, writeTableFile } from './table-file.ts';
import type { FileForm } from './table-file.ts';
import { anyTable } from './testing/any-table.ts';
import { writeSheet } from './write-sheet.ts';

const RUNS = { numRuns: 150 };

async function back(table: DecisionTable, form: FileForm): Promise<DecisionTable> {
  const written = await writeTableFile(table, form, 'Sheet');
  expect(written.faithful).toBe(true);
  const reading = await readTableFile(written.bytes);
  if (!reading.ok) throw new Error(reading.message);
  return reading.table;
}

describe('both ways', () => {
  test.each(FILE_FORMS)('a table, written and read, is the very table: %s', async (form) => {
    await assert(
      asyncProperty(anyTable(), async (table) => {
        expect(await back(table, form)).toEqual(table);
      }),
      RUNS,
    );
  });

  test('so it is in Windows-1252, of which nothing is told', async () => {
    await assert(
      asyncProperty(anyTable({ exotic: false }), async (table) => {
        expect(writeCsvTable(table, 'european').told).toEqual([]);
        expect(await back(table, 'csv for European Excel')).toEqual(table);
      }),
      RUNS,
    );
  });

  test.each(FILE_FORMS)('read onto itself a table stays, and nothing is told of it: %s', async (form) => {
    await assert(
      asyncProperty(anyTable(), async (table) => {
        const { bytes } = await writeTableFile(table, form, 'Sheet');
        const reading = await readTableFile(bytes, { existing: table });
        expect(reading).toMatchObject({ ok: true, table, report: { updated: [], lost: [] } });
      }),
      { numRuns: 60 },
    );
  });

  test('control: what is changed in the file is changed in the table', async () => {
    const { bytes } = writeCsvTable(small, 'comma');
    const text = new TextDecoder().decode(bytes);
    const reading = await readTableFile(new TextEncoder().encode(text.replace('> 0.5', '> 0.6')), { existing: small });
    expect(reading).toMatchObject({
      ok: true,
      report: { updated: [{ cells: [{ place: 'B7', from: '> 0.5', to: '> 0.6' }] }], lost: [] },
    });
  });
});

describe('other programs read what we write', () => {
  test('CSV: the same texts in the same cells', async () => {
    await assert(
      asyncProperty(anyTable(), async (table) => {
        const texts = writeSheet(table, { form: 'texts', commas: false }).rows.map((row) => row.map(cellText));
        const parsed: unknown = parse(new TextDecoder().decode(writeCsvTable(table, 'comma').bytes), {
          record_delimiter: '\r\n',
        });
        expect(parsed).toEqual(texts);
        await Promise.resolve();
      }),
      RUNS,
    );
  });

  test('xlsx: texts, numbers, truth values and dates', async () => {
    const { bytes } = await writeTableFile(small, 'xlsx', 'Sheet');
    const rows = await readByAnother(new Blob([bytes.slice()]));
    expect(rows).toEqual([
      ['Hit policy: FIRST', 'Amount', 'input.since', 'route', 'rate', 'Note'],
      ['Column is', 'input', 'input', 'output', 'output', 'note'],
      ['Expression', 'input.amount', 'input.since', 'route', 'rate', null],
      ['Type', 'number', 'date', 'string', null, null],
      ['Values', null, null, 'pay, "stop, ask"', null, null],
      ['Column id', 'i1', 'i2', 'o1', 'o2', null],
      ['r1', '> 0.5', new Date('2026-03-02'), '"pay"', 0.25, 'Größe'],
      ['r2', 7, '-', '"=1+1"', true, null],
    ]);
  });
});

describe('formulas', () => {
  test('no cell of a CSV file begins as one, in no dialect', async () => {
    await assert(
      asyncProperty(anyTable(), async (table) => {
        for (const dialect of ['comma', 'european'] as const) {
          const delimiter = dialect === 'comma' ? ',' : ';';
          const { bytes, told } = writeCsvTable(table, dialect);
          if (dialect === 'european' && told.length === 0) continue;
          const rows = parse(new TextDecoder().decode(bytes), { delimiter, bom: true, record_delimiter: '\r\n' });
          for (const cell of rows.flat()) expect(cell).toMatch(/^(?!\s*[=+@＝])(?!\s*-(?!\s*$|\d+(?:[.,]\d+)?$))/u);
        }
        await Promise.resolve();
      }),
      { numRuns: 60 },
    );
  });

  test('an apostrophe marks what would be one, and goes when it is read', () => {
    const text = new TextDecoder().decode(writeCsvTable({ ...small, rows: [dangerous] }, 'comma').bytes);
    expect(text).toContain(`\r\nr1,'=1+1,-,'@x,'-a * 2,'+1\r\n`);
  });
});

const small: DecisionTable = {
  hitPolicy: 'FIRST',
  inputs: [
    { id: 'i1', label: 'Amount', expression: 'input.amount', type: 'number' },
    { id: 'i2', expression: 'input.since', type: 'date' },
  ],
  outputs: [
    { id: 'o1', name: 'route', type: 'string', values: ['pay', 'stop, ask'] },
    { id: 'o2', name: 'rate' },
  ],
  rows: [
    { id: 'r1', when: ['> 0.5', 'date("2026-03-02")'], then: ['"pay"', '0.25'], note: 'Größe' },
    { id: 'r2', when: ['7', '-'], then: ['"=1+1"', 'true'] },
  ],
};
const dangerous = { id: 'r1', when: ['=1+1', '-'], then: ['@x', '-a * 2'], note: '+1' };

describe('what cannot be written is told', () => {
  test('characters that Windows-1252 lacks: the file is UTF-8, and says where', async () => {
    const table = { ...small, rows: [{ id: 'r1', when: ['-', '-'], then: ['"Łódź"', '1'] }] };
    const { told, faithful } = writeCsvTable(table, 'european');
    expect(told).toEqual([
      'Written in UTF-8: Windows-1252, as European Excel writes it, has no Ł (U+0141) in D7, ź (U+017A) in D7.',
    ]);
    expect(faithful).toBe(true);
    expect(await back(table, 'csv for European Excel')).toEqual(table);
  });

  test('characters that no text file holds', () => {
    const table = { ...small, rows: [{ id: 'r1', when: ['-', '-'], then: ['"\0"', '1'] }] };
    const { told, faithful } = writeCsvTable(table, 'comma');
    expect(faithful).toBe(false);
    expect(told).toEqual(['Characters that no text file holds are lost: U+0000 in D7.']);
  });

  test('xlsx holds them', async () => {
    const table = { ...small, rows: [{ id: 'r\uD800', when: ['-', '-'], then: ['"\0\u0001"', '1'] }] };
    expect(await back(table, 'xlsx')).toEqual(table);
  });

  test('a table that is too large to come back', async () => {
    const rows = Array.from({ length: 20_000 }, (_, r) => ({
      id: `r${r}`,
      when: Array.from({ length: 30 }, () => '-'),
      then: ['1'],
    }));
    const inputs = Array.from({ length: 30 }, (_, i) => ({ id: `i${i}`, expression: 'x' }));
    const outputs = [{ id: 'o', name: 'y' }];
    const written = await writeTableFile({ hitPolicy: 'UNIQUE', inputs, outputs, rows }, 'csv', 'Sheet');
    expect(written.faithful).toBe(false);
    expect(written.told.join()).toContain('larger than what can be read in again');
  });
});
