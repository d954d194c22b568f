import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { CsvError, parse } from 'csv-parse';
import { compileExpression, type CompiledExpression } from '../feel/index.ts';
import { toJson, type FeelValue } from '../feel/value.ts';
import { keyText } from '../core/key-text.ts';
import { CountersignError } from '../flow/error.ts';
import { inputOf } from '../flow/input.ts';
import type { Program } from '../program/program.ts';
import type { FeelContext } from '../feel/value.ts';
import { ROW_SCOPE, triggerSchema } from '../../nodes/trigger/config.ts';

/** One row of a CSV file as a case's input. `record` counts data rows from 1. */
export interface CsvCase {
  record: number;
  input: FeelContext;
  /** Its value in the key column; null where none is named. */
  key: string | null;
}

/** A CSV file that has been read through once: every row has its columns and makes a valid input. */
export interface CsvCases {
  file: string;
  /** Hex of SHA-256 over the file, the first 16 digits: names the file in idempotency keys. */
  digest: string;
  count: number;
  /** The column whose values are the keys of the rows; null where a row is known by the file and its number. */
  keyColumn: string | null;
  /** Reads the rows again, in order. */
  rows(): AsyncGenerator<CsvCase>;
}

/**
 * Reads a CSV file as cases of a program, whole before anything starts, so that a bad row starts nothing. The trigger's
 * formulas say how a row fills the input; fields they do not name are filled from the column of their name.
 * Errors: FILE_UNREADABLE, CSV_COLUMN_MISSING, CSV_KEY_UNUSABLE, CSV_ROW_TORN and INPUT_INVALID with the record.
 *
 * @param keyColumn a column that tells the rows apart, also in other files: blank in none, and twice the same in none
 */
export async function openCsvCases(file: string, program: Program, keyColumn: string | null = null): Promise<CsvCases> {
  const digest = await digestOfFile(file);
  const read = () => readCases(file, program, keyColumn);
  const keys = new Map<string, number>();
  let count = 0;
  for await (const { record, key } of read()) {
    count += 1;
    if (key === null) continue;
    const before = keys.get(key);
    if (key === '') throw noKey(file, record, `nothing stands in the column “${keyColumn}”`);
    if (before !== undefined)
      throw noKey(file, record, `“${key}” stands in the column “${keyColumn}” of record ${before} too`);
    keys.set(key, record);
  }
  return { file, digest, count, keyColumn, rows: read };
}

async function* readCases(file: string, program: Program, keyColumn: string | null): AsyncGenerator<CsvCase> {
  const mapping = mappingOf(program);
  let header: readonly string[] | null = null;
  let record = 0;
  const parser = createReadStream(file).pipe(
    parse({ bom: true, columns: false, relax_column_count: false, skip_empty_lines: true, info: true }),
  );
  try {
    for await (const entry of parser) {
      const cells = recordOf(entry);
      if (header === null) {
        header = cells;
        checkColumns(file, header, mapping, program);
        if (keyColumn !== null && !header.includes(keyColumn))
          throw missing(file, header, `it has no column “${keyColumn}” for the keys of its rows`);
        continue;
      }
      record += 1;
      const key = keyColumn === null ? null : keyText(cells[header.indexOf(keyColumn)] ?? '');
      yield { record, input: rowInput(file, header, cells, record, mapping, program), key };
    }
  } catch (error) {
    throw csvError(file, error);
  }
  if (header === null) throw missing(file, [], 'the file is empty');
}

type Mapping = ReadonlyMap<string, CompiledExpression>;

function mappingOf(program: Program): Mapping {
  const config = triggerSchema.parse(program.flow.nodes[program.trigger]?.config);
  return new Map(
    Object.entries(config.columns).map(([field, source]) => [field, compileExpression(source, ROW_SCOPE)]),
  );
}

function checkColumns(file: string, header: readonly string[], mapping: Mapping, program: Program): void {
  const lacking: string[] = [];
  for (const [field, definition] of Object.entries(program.flow.input)) {
    const expression = mapping.get(field);
    if (expression === undefined) {
      if (definition.optional !== true && !header.includes(field)) lacking.push(field);
      continue;
    }
    for (const [name, column] of expression.reads)
      if (name === 'row' && column !== undefined && !header.includes(column)) lacking.push(column);
  }
  if (lacking.length > 0)
    throw missing(file, header, `it has no column ${[...new Set(lacking)].map((name) => `“${name}”`).join(', ')}`);
}

function rowInput(
  file: string,
  header: readonly string[],
  cells: readonly string[],
  record: number,
  mapping: Mapping,
  program: Program,
): FeelContext {
  const row = new Map<string, FeelValue>(header.map((name, i) => [name, cells[i] ?? null]));
  const scope = new Map<string, FeelValue>([
    ['row', row],
    ['number', record],
  ]);
  const given: Record<string, unknown> = {};
  for (const [field, definition] of Object.entries(program.flow.input)) {
    const expression = mapping.get(field);
    if (expression === undefined) given[field] = plain(row.get(field), definition.type);
    else given[field] = toJson(expression.evaluate(scope).value);
  }
  try {
    return inputOf(program.flow.input, given);
  } catch (error) {
    if (!(error instanceof CountersignError)) throw error;
    throw new CountersignError({
      ...error.toShape(),
      message: `Record ${record}: ${error.message}`,
      where: { ...error.where, file, record },
      cause: error,
    });
  }
}

/** A cell by its field's type: all cells are text, and an empty one is nothing. */
function plain(cell: FeelValue | undefined, type: string): unknown {
  if (typeof cell !== 'string' || (cell === '' && type !== 'string')) return null;
  // Read as FEEL reads a number, exactly: a double would round long ones without a word.
  if (type === 'number') return cell.trim();
  if (type === 'boolean' && /^(true|false)$/i.test(cell)) return cell.toLowerCase() === 'true';
  return cell;
}

function recordOf(entry: unknown): readonly string[] {
  const cells = typeof entry === 'object' && entry !== null && 'record' in entry ? entry.record : entry;
  if (!Array.isArray(cells)) throw new Error('the CSV parser gave no record');
  return cells.map(String);
}

/** The parser reads ahead; it counts whole records, the header among them, so its count is the number of the torn one. */
function csvError(file: string, error: unknown): CountersignError {
  if (error instanceof CountersignError) return error;
  if (error instanceof CsvError) {
    const record = Number(error['records']);
    return new CountersignError({
      code: 'CSV_ROW_TORN',
      message: `Record ${record} of ${file} is torn: ${error.message}`,
      meaning: 'No case was started.',
      where: { file, record },
      hint: 'Repair that row: a missing quotation mark or a column too many is the usual cause.',
      cause: error,
    });
  }
  return unreadable(file, error);
}

function noKey(file: string, record: number, what: string): CountersignError {
  return new CountersignError({
    code: 'CSV_KEY_UNUSABLE',
    message: `Record ${record} of ${file} has no key of its own: ${what}.`,
    meaning: 'No case was started.',
    where: { file, record },
    hint: 'Name a column with --key that says something else in every row, such as the number of an order; or repair the row.',
    fault: 'user',
  });
}

function missing(file: string, header: readonly string[], what: string): CountersignError {
  return new CountersignError({
    code: 'CSV_COLUMN_MISSING',
    message: `${file} cannot be read as cases: ${what}.`,
    meaning: 'No case was started.',
    where: { file },
    hint:
      header.length === 0
        ? 'Its first line names the columns.'
        : `Its columns are: ${header.join(', ')}. Rename one, or change the start step’s formulas.`,
  });
}

function unreadable(file: string, cause: unknown): CountersignError {
  return new CountersignError({
    code: 'FILE_UNREADABLE',
    message: `${file} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`,
    where: { file },
    hint: 'Check that it exists and that you may read it.',
    cause,
  });
}

async function digestOfFile(file: string): Promise<string> {
  const hash = createHash('sha256');
  try {
    await pipeline(createReadStream(file), hash);
  } catch (error) {
    throw unreadable(file, error);
  }
  return hash.digest('hex').slice(0, 16);
}
