/**
 * Decision tables to and from files of spreadsheets. Everything here is bounded: what a stranger sends is read within two
 * seconds or refused in plain words.
 */
import type { DecisionTable } from '../table-document.ts';
import { readCsvFile, writeCsvTable } from './csv-table.ts';
import type { CsvDialect, ReadFile, WrittenFile } from './csv-table.ts';
import { MAX_CELLS } from './grid.ts';
import { readSheet } from './read-sheet.ts';
import type { SheetOptions, SheetReading } from './read-sheet.ts';
import { refusalOf, SheetRefused } from './refused.ts';
import { readXlsxFile, writeXlsxTable } from './xlsx-table.ts';

export type { CsvDialect, WrittenFile } from './csv-table.ts';
export { ROLES } from './head.ts';
export type { Role } from './head.ts';
export type { SheetReading } from './read-sheet.ts';
export type { SheetRefusal } from './refused.ts';
export type { CellChange, ColumnReading, ReportEntry, SheetReport } from './report.ts';

export const FILE_FORMS = ['csv', 'csv for European Excel', 'xlsx'] as const;
export type FileForm = (typeof FILE_FORMS)[number];

/** The end of a file's name and its media type, by form. */
export const FORM_FILES: Readonly<Record<FileForm, { readonly ending: string; readonly type: string }>> = {
  csv: { ending: '.csv', type: 'text/csv;charset=utf-8' },
  'csv for European Excel': { ending: '.csv', type: 'text/csv' },
  xlsx: { ending: '.xlsx', type: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet' },
};

const DIALECTS: Readonly<Record<Exclude<FileForm, 'xlsx'>, CsvDialect>> = {
  csv: 'comma',
  'csv for European Excel': 'european',
};

/** Writes a table. `name` is that of the sheet in a workbook. What cannot be written is told, never replaced silently. */
export async function writeTableFile(table: DecisionTable, form: FileForm, name: string): Promise<WrittenFile> {
  const written = await (form === 'xlsx' ? writeXlsxTable(table, name) : writeCsvTable(table, DIALECTS[form]));
  const cells = (table.rows.length + 7) * (table.inputs.length + table.outputs.length + 2);
  if (written.bytes.length <= MAX_FILE_BYTES && cells <= MAX_CELLS) return written;
  return { ...written, told: [...written.told, TOO_LARGE], faithful: false };
}

const TOO_LARGE = 'The file is larger than what can be read in again: 500,000 cells and 16 MB.';

export interface TableFileOptions extends Omit<SheetOptions, 'file' | 'sheets'> {
  /** The sheet of a workbook; the first that is shown when left out. */
  readonly sheet?: string;
}

/** 16 MB: a table of 20,000 rows and 20 columns is a quarter of it. */
export const MAX_FILE_BYTES = 16_000_000;

/** Reads a CSV file or an Excel workbook as a table, with a report of what becomes of it. Never throws. */
export async function readTableFile(bytes: Uint8Array, options: TableFileOptions = {}): Promise<SheetReading> {
  try {
    const file = await readFile(bytes, options.sheet ?? null);
    return readSheet(file.grid, {
      ...options,
      commas: options.commas ?? file.commas,
      file: file.file,
      sheets: file.sheets,
    });
  } catch (error) {
    return refusalOf(error);
  }
}

const startsWith = (bytes: Uint8Array, ...start: readonly number[]): boolean =>
  start.every((byte, i) => bytes[i] === byte);

async function readFile(bytes: Uint8Array, sheet: string | null): Promise<ReadFile> {
  if (bytes.length === 0)
    throw new SheetRefused('The file is empty.', 'Choose a CSV file or an Excel workbook (.xlsx).');
  if (bytes.length > MAX_FILE_BYTES)
    throw new SheetRefused(
      `The file is larger than ${MAX_FILE_BYTES / 1_000_000} MB.`,
      'A decision table takes 20,000 rows: keep only its columns and rows in the file.',
    );
  if (startsWith(bytes, 0x50, 0x4b, 0x03, 0x04)) return readXlsxFile(bytes, sheet);
  if (startsWith(bytes, 0xd0, 0xcf, 0x11, 0xe0))
    throw new SheetRefused(
      'The file is a workbook of an old kind (.xls) or has a password.',
      'Save it as an Excel workbook (.xlsx) without a password and choose that file.',
    );
  if (startsWith(bytes, 0x25, 0x50, 0x44, 0x46))
    throw new SheetRefused('The file is a PDF.', 'Choose a CSV file or an Excel workbook (.xlsx).');
  const [first] = new TextDecoder().decode(bytes.subarray(0, 200)).trimStart();
  if (first === '<' || first === '{')
    throw new SheetRefused(
      first === '<' ? 'The file is XML, not a sheet.' : 'The file is JSON, not a sheet.',
      first === '<' ? 'A DMN model has an import of its own.' : 'Choose a CSV file or an Excel workbook (.xlsx).',
    );
  return readCsvFile(bytes);
}
