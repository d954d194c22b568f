import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { CsvError, parse } from 'csv-parse';
import { compileExpression, type CompiledExpression } from '../feel/index.ts';
import { toJson, type FeelValue } from '../feel/value.ts';
import { keyText } from '../core/key-text.ts';
import { CountersignError, type Where } from '../flow/error.ts';
import { inputOf } from '../flow/input.ts';
import { fileError } from '../manifest/atomic.ts';
import type { Program } from '../program/program.ts';
import type { FeelContext } from '../feel/value.ts';
import { ROW_SCOPE, triggerSchema } from '../../nodes/trigger/config.ts';
import { Utf8Lines } from '../models/utf8-lines.ts';

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
        checkColumns(file, header, mapping, program, keyColumn);
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

function checkColumns(
  file: string,
  header: readonly string[],
  mapping: Mapping,
  program: Program,
  keyColumn: string | null,
): void {
  const { needed, taken } = columnsOf(mapping, program);
  const lacking = [...needed].filter((name) => !header.includes(name));
  if (lacking.length > 0) throw missing(file, header, `it has no column ${lacking.map(quoted).join(', ')}`);
  if (keyColumn !== null) {
    if (!header.includes(keyColumn))
      throw missing(
        file,
        header,
        `it has no column “${keyColumn}” for the keys of its rows`,
        'Name one of them with --key.',
      );
    taken.add(keyColumn);
  }
  // Which of the two is meant nobody can tell; a row would be taken by the last one without a word.
  const twice = [...taken].filter((name) => header.indexOf(name) !== header.lastIndexOf(name));
  if (twice.length > 0) throw missing(file, header, `it has more than one column ${twice.map(quoted).join(', ')}`);
}

const quoted = (name: string): string => `“${name}”`;

/** The columns that rows are read from: those that have to be there, and all that are taken where they are there. */
function columnsOf(mapping: Mapping, program: Program): { needed: Set<string>; taken: Set<string> } {
  const needed = new Set<string>();
  const taken = new Set<string>();
  for (const [field, definition] of Object.entries(program.flow.input)) {
    const expression = mapping.get(field);
    if (expression === undefined) {
      taken.add(field);
      if (definition.optional !== true) needed.add(field);
      continue;
    }
    for (const [name, column] of expression.reads) if (name === 'row' && column !== undefined) needed.add(column);
  }
  for (const name of needed) taken.add(name);
  return { needed, taken };
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

/** What is wrong with a torn row, by the parser's code. Its own message quotes the cell, which may be personal. */
const TORN: Readonly<Record<string, string>> = {
  CSV_RECORD_INCONSISTENT_FIELDS_LENGTH: 'it has more or fewer columns than the first line',
  CSV_QUOTE_NOT_CLOSED: 'a quotation mark is not closed',
  CSV_INVALID_CLOSING_QUOTE: 'something follows a quotation mark that ends a value',
  INVALID_OPENING_QUOTE: 'a quotation mark stands in the middle of a value that does not begin with one',
};

/** The parser reads ahead; it counts whole records, the header among them, so its count is the number of the torn one. */
function csvError(file: string, error: unknown): CountersignError {
  if (error instanceof CountersignError) return error;
  if (error instanceof CsvError) {
    const record = Number(error['records']);
    return torn(
      `Record ${record} of ${file} is torn: ${TORN[error.code] ?? 'it cannot be told apart'}.`,
      { file, record, line: Number(error['lines']) },
      'Repair that row: a missing quotation mark or a column too many is the usual cause.',
    );
  }
  return fileError(file, error, 'read');
}

function torn(message: string, where: Where, hint: string): CountersignError {
  return new CountersignError({ code: 'CSV_ROW_TORN', message, meaning: 'No case was started.', where, hint });
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

function missing(
  file: string,
  header: readonly string[],
  what: string,
  then = 'Rename one, or change the start step’s formulas.',
): CountersignError {
  return new CountersignError({
    code: 'CSV_COLUMN_MISSING',
    message: `${file} cannot be read as cases: ${what}.`,
    meaning: 'No case was started.',
    where: { file },
    hint:
      header.length === 0
        ? 'Its first line names the columns.'
        : `Its columns are: ${header.join(', ')}. ${then} Commas stand between columns.`,
  });
}

/** Reads it whole. A byte that is not UTF-8 would become “�” in a case, for good: the file is refused instead. */
async function digestOfFile(file: string): Promise<string> {
  const hash = createHash('sha256');
  const lines = new Utf8Lines();
  try {
    const bytes: AsyncIterable<Buffer> = createReadStream(file);
    for await (const piece of bytes) {
      hash.update(piece);
      lines.take(piece);
    }
  } catch (error) {
    throw fileError(file, error, 'read');
  }
  const line = lines.wrong();
  if (line !== null)
    throw torn(
      `Line ${line} of ${file} is not in UTF-8.`,
      { file, line },
      'Save the file as UTF-8, which spreadsheets list as “CSV UTF-8”, and give the command again.',
    );
  return hash.digest('hex').slice(0, 16);
}
