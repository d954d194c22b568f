import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { CsvError, parse } from 'csv-parse';
import { CountersignError } from '../flow/error.ts';
import { makeFolder } from '../manifest/make-folder.ts';
import { digestOf } from './artefact.ts';
import { trainBuiltInModel, type TrainedModel, type TrainRequest } from './build.ts';
import { writeModelCard, type ModelColumns } from './card.ts';
import { spellsNumber, type LabelledRow } from './input.ts';
import { Utf8Lines } from './utf8-lines.ts';

/** Which columns of a labelled CSV file hold what. */
export interface CsvRoles {
  /** The column with the message; none where the model reads only columns. */
  readonly text?: string | undefined;
  readonly label: string;
  /** Columns to read besides: `auto` is a number where every value that is not empty spells one. */
  readonly columns?: Readonly<Record<string, 'number' | 'category' | 'auto'>> | undefined;
}

/** A labelled CSV file, read. */
export interface LabelledFile {
  readonly rows: readonly LabelledRow[];
  readonly columns: ModelColumns;
  /** Digest of the file's bytes, for the lineage. */
  readonly digest: string;
}

/**
 * Reads a labelled CSV file (RFC 4180, UTF-8; a byte order mark and Windows line ends are fine) row by row.
 * Records are counted from 1 after the header.
 * @throws CountersignError `FILE_UNREADABLE`, `MODEL_DATA_COLUMN_MISSING`, `MODEL_DATA_ROW_TORN`
 */
export async function readLabelledCsv(file: string, roles: CsvRoles): Promise<LabelledFile> {
  const hash = createHash('sha256');
  const input = createReadStream(file);
  const records = parse({ bom: true, relax_column_count: true, skip_empty_lines: true });
  const lines = new Utf8Lines();
  input.on('data', (chunk) => {
    hash.update(chunk);
    lines.take(Buffer.from(chunk));
  });
  input.on('end', () => {
    const line = lines.wrong();
    if (line !== null) records.destroy(notUtf8(file, line));
  });
  // A broken read must reach the loop below, which reads from the parser.
  input.on('error', (error) => records.destroy(error));
  input.pipe(records);
  const rows: LabelledRow[] = [];
  const names = [...new Set(Object.keys(roles.columns ?? {}))];
  let header: readonly string[] | undefined;
  let record = 0;
  try {
    for await (const fields of records as AsyncIterable<string[]>) {
      if (header === undefined) {
        header = fields.map((name) => name.trim());
        refuseMissing(file, header, [roles.label, ...(roles.text === undefined ? [] : [roles.text]), ...names]);
        continue;
      }
      record += 1;
      rows.push(readRecord(file, record, header, fields, roles, names));
    }
  } catch (error) {
    if (error instanceof CountersignError) throw error;
    if (error instanceof CsvError) throw torn(file, recordOf(error), error.message, error);
    throw new CountersignError({
      code: 'FILE_UNREADABLE',
      message: `The file ${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
      where: { file },
      hint: 'Check its name and that you may read it.',
      cause: error,
    });
  } finally {
    input.destroy();
  }
  if (header === undefined) refuseMissing(file, [], [roles.label]);
  return { rows, columns: columnTypes(rows, roles), digest: `sha256-${hash.digest('hex')}` };
}

/** A byte that is not UTF-8 would be learned as “�”, which no message holds later. */
const notUtf8 = (file: string, line: number): CountersignError =>
  new CountersignError({
    code: 'FILE_UNREADABLE',
    message: `Line ${line} of ${file} is not in UTF-8.`,
    where: { file, line },
    hint: 'Save the file as UTF-8, which spreadsheets list as “CSV UTF-8”, and train again.',
  });

function readRecord(
  file: string,
  record: number,
  header: readonly string[],
  fields: readonly string[],
  roles: CsvRoles,
  names: readonly string[],
): LabelledRow {
  if (fields.length !== header.length) {
    throw torn(file, record, `It has ${fields.length} fields; the header has ${header.length}.`);
  }
  const at = (name: string): string => fields[header.indexOf(name)] ?? '';
  const label = at(roles.label).trim();
  if (label === '') throw torn(file, record, `It has no label in column "${roles.label}".`);
  return {
    label,
    ...(roles.text === undefined ? {} : { text: at(roles.text) }),
    columns: Object.fromEntries(names.map((name) => [name, at(name).trim()])),
  };
}

function refuseMissing(file: string, header: readonly string[], wanted: readonly string[]): void {
  const missing = wanted.filter((name) => !header.includes(name));
  if (missing.length === 0) return;
  throw new CountersignError({
    code: 'MODEL_DATA_COLUMN_MISSING',
    message: `The file ${file} has no column ${missing.map((name) => `"${name}"`).join(', ')}.`,
    where: { file, line: 1 },
    hint: header.length === 0 ? 'The file is empty.' : `Its columns are: ${header.join(', ')}.`,
  });
}

function torn(file: string, record: number, reason: string, cause?: unknown): CountersignError {
  return new CountersignError({
    code: 'MODEL_DATA_ROW_TORN',
    message: `Record ${record} of ${file} cannot be used. ${reason}`,
    where: { file, record },
    hint: 'Repair that record (a quote or comma is often missing) and train again; nothing was written.',
    ...(cause === undefined ? {} : { cause }),
  });
}

/** The parser counts whole records, the header among them, so its count is the number of the one that broke. */
function recordOf(error: CsvError): number {
  const records = error['records'];
  return typeof records === 'number' ? records : 0;
}

function columnTypes(rows: readonly LabelledRow[], roles: CsvRoles): ModelColumns {
  return Object.fromEntries(
    Object.entries(roles.columns ?? {}).map(([name, asked]) => {
      const isNumber = rows.every((row) => {
        const value = row.columns?.[name] ?? '';
        return value === '' || spellsNumber(String(value));
      });
      return [name, { type: asked === 'auto' ? (isNumber ? 'number' : 'category') : asked }];
    }),
  );
}

/** Where a model was written. */
export interface WrittenModel extends TrainedModel {
  readonly cardFile: string;
  readonly artefactFile: string;
}

/**
 * Trains a model from a labelled CSV file and writes it to a workspace: `models/<name>.model.json`, and its artefact
 * under `models/blobs/`. The artefact is on disk before the card that names it; a file is replaced whole or not at all.
 * @throws CountersignError as {@link readLabelledCsv} and `trainBuiltInModel` do.
 */
export async function trainFromCsv(
  file: string,
  roles: CsvRoles,
  workspace: string,
  request: Omit<TrainRequest, 'inputs' | 'data'>,
): Promise<WrittenModel> {
  const { rows, columns, digest } = await readLabelledCsv(file, roles);
  const trained = trainBuiltInModel(rows, {
    ...request,
    inputs: { text: roles.text !== undefined, columns },
    data: [{ name: path.basename(file), digest, rows: rows.length }],
  });
  return { ...trained, ...(await writeModel(trained, workspace)) };
}

/** Writes a trained model to a workspace; gives the two paths. */
export async function writeModel(
  { card, bytes }: TrainedModel,
  workspace: string,
): Promise<{ cardFile: string; artefactFile: string }> {
  const folder = path.join(workspace, 'models');
  const blobs = path.join(folder, 'blobs');
  makeFolder(blobs);
  const artefactFile = path.join(blobs, digestOf(bytes));
  const cardFile = path.join(folder, `${card.name}.model.json`);
  await replaceFile(artefactFile, bytes);
  await replaceFile(cardFile, writeModelCard(card));
  return { cardFile, artefactFile };
}

async function replaceFile(file: string, content: string | Uint8Array): Promise<void> {
  const fresh = `${file}.new`;
  try {
    await writeFile(fresh, content, { flush: true });
    await rename(fresh, file);
  } catch (error) {
    await rm(fresh, { force: true });
    throw new CountersignError({
      code: 'FILE_UNREADABLE',
      message: `The file ${file} cannot be written: ${error instanceof Error ? error.message : String(error)}`,
      where: { file },
      hint: 'Check that there is room and that you may write there; the file that was there is unchanged.',
      fault: 'operator',
      cause: error,
    });
  }
}
