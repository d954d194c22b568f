/** A decision table as an Excel workbook and back. */
import type { DecisionTable } from '../table-document.ts';
import type { ReadFile, WrittenFile } from './csv-table.ts';
import { cellText, placeOf } from './grid.ts';
import { isHeadWord } from './head.ts';
import { SheetRefused } from './refused.ts';
import { writeSheet } from './write-sheet.ts';
import type { WrittenSheet } from './write-sheet.ts';
import { workbookFiles } from './xlsx-write.ts';
import { readDateStyles, readRelations, readSharedStrings, readWorkbook, refuseMacros } from './xlsx-parts.ts';
import type { Relation, Workbook, WorkbookSheet } from './xlsx-parts.ts';
import { readWorksheet } from './xlsx-sheet.ts';
import type { WorksheetReading } from './xlsx-sheet.ts';
import { inflateEntry, readZipDirectory, writeZip } from './zip.ts';

/** What a cell of Excel holds at most. */
const MAX_CELL = 32_767;

/** Writes a workbook of one sheet: typed cells, a head that stays in sight, widths that fit. */
export async function writeXlsxTable(table: DecisionTable, sheetName: string): Promise<WrittenFile> {
  const sheet = writeSheet(table, { form: 'typed', commas: false });
  const encoder = new TextEncoder();
  const files = workbookFiles(sheet, sheetName);
  const bytes = await writeZip(new Map([...files].map(([name, text]) => [name, encoder.encode(text)])));
  const long = longCells(sheet);
  const told =
    long.length === 0
      ? []
      : [`Excel takes 32,767 characters in a cell and may cut off: ${long.slice(0, 5).join(', ')}. CSV holds them.`];
  return { bytes, told, faithful: long.length === 0 };
}

const longCells = ({ rows }: WrittenSheet): readonly string[] =>
  rows.flatMap((cells, r) =>
    cells.flatMap((cell, c) => (cell.kind === 'text' && cell.text.length > MAX_CELL ? [placeOf(c, r + 1)] : [])),
  );

/** Bounds of what a workbook unpacks to: 20,000 rows of a usual table are a tenth of it. */
const MAX_SHEET_BYTES = 40_000_000;
const MAX_SMALL_BYTES = 4_000_000;

/** Reads a worksheet of a workbook: the one of a name, or the first that is shown. Throws {@link SheetRefused}. */
export async function readXlsxFile(bytes: Uint8Array, wanted: string | null): Promise<ReadFile> {
  const entries = readZipDirectory(bytes);
  const part = async (path: string, maxBytes: number): Promise<string | null> => {
    const entry = entries.get(path);
    if (entry === undefined) return null;
    return new TextDecoder().decode(await inflateEntry(bytes, entry, maxBytes));
  };
  refuseMacros(entries.keys(), (await part('[Content_Types].xml', MAX_SMALL_BYTES)) ?? '');
  const root = readRelations((await part('_rels/.rels', MAX_SMALL_BYTES)) ?? '', '');
  const path = [...root.values()].find(({ kind }) => kind === 'officeDocument')?.target ?? 'xl/workbook.xml';
  const source = await part(path, MAX_SMALL_BYTES);
  if (source === null)
    throw new SheetRefused('The file is no Excel workbook.', 'Choose a workbook (.xlsx) or a CSV file.');
  const folder = path.slice(0, path.lastIndexOf('/') + 1);
  const file = path.slice(folder.length);
  const relations = readRelations((await part(`${folder}_rels/${file}.rels`, MAX_SMALL_BYTES)) ?? '', folder);
  const book = readWorkbook(source);
  const sheet = sheetOf(book, wanted);
  const content = await part(relations.get(sheet.relation)?.target ?? '', MAX_SHEET_BYTES);
  if (content === null)
    throw new SheetRefused(`The sheet “${sheet.name}” holds no cells.`, 'Choose a sheet with cells.');
  const strings = await part(targetOf(relations, 'sharedStrings'), MAX_SHEET_BYTES);
  const styles = await part(targetOf(relations, 'styles'), MAX_SMALL_BYTES);
  const reading = readWorksheet(content, {
    strings: strings === null ? [] : readSharedStrings(strings),
    dateStyles: styles === null ? [] : readDateStyles(styles),
    is1904: book.is1904,
  });
  const hasLinks = [...entries.keys()].some((name) => name.includes('/externalLinks/'));
  const sheets = book.sheets.toSorted((a, b) => Number(a.isHidden) - Number(b.isHidden)).map(({ name }) => name);
  return { grid: reading.grid, commas: false, sheets, file: sentencesOf(book, sheet, reading, hasLinks) };
}

const targetOf = (relations: ReadonlyMap<string, Relation>, kind: string): string =>
  [...relations.values()].find((relation) => relation.kind === kind)?.target ?? '';

function sheetOf({ sheets }: Workbook, wanted: string | null): WorkbookSheet {
  const sheet =
    wanted === null
      ? (sheets.find(({ isHidden }) => !isHidden) ?? sheets[0])
      : sheets.find(({ name }) => name === wanted);
  if (sheet !== undefined) return sheet;
  throw wanted === null
    ? new SheetRefused('The workbook has no sheet.', 'Choose a workbook with a sheet of cells.')
    : new SheetRefused(
        `The workbook has no sheet “${wanted}”.`,
        `Its sheets are: ${sheets.map(({ name }) => name).join(', ')}.`,
      );
}

const SHOWN = 8;
const some = (places: readonly string[]): string =>
  places.length > SHOWN ? `${places.slice(0, SHOWN).join(', ')} and ${places.length - SHOWN} more` : places.join(', ');

function sentencesOf(
  { sheets }: Workbook,
  sheet: WorkbookSheet,
  { grid, formulas, merged, hidden }: WorksheetReading,
  hasLinks: boolean,
): readonly string[] {
  const others = sheets.filter((one) => one !== sheet).map(({ name }) => `“${name}”`);
  // We hide the ids of columns ourselves.
  const rules = hidden.filter((number) => !isHeadWord(cellText(grid.find((row) => row.number === number)?.cells[0])));
  return [
    `Excel workbook, sheet “${sheet.name}”.`,
    ...(others.length === 0 ? [] : [`Other sheets are not read: ${some(others)}.`]),
    ...(formulas.length === 0 ? [] : [`Formulas stand in ${some(formulas)}: what they last came to is taken.`]),
    ...(merged.length === 0 ? [] : [`Cells are merged (${some(merged)}): only the first of them holds something.`]),
    ...(rules.length === 0 ? [] : [`Rows that the spreadsheet hides are read as well: ${some(rules.map(String))}.`]),
    ...(hasLinks ? ['Links to other workbooks are not followed.'] : []),
  ];
}
