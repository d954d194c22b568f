/** A decision table as a CSV file and back, in the dialect that everybody reads and in the one that European Excel does. */
import type { DecisionTable } from '../table-document.ts';
import { readCsv, writeCsv } from './csv-text.ts';
import type { Delimiter } from './csv-text.ts';
import { decodeText, encodeText } from './encoding.ts';
import type { DecodedText, Encoding } from './encoding.ts';
import { cellText, placeOf } from './grid.ts';
import type { SheetGrid } from './grid.ts';
import { SheetRefused } from './refused.ts';
import { writeSheet } from './write-sheet.ts';

export const CSV_DIALECTS = ['comma', 'european'] as const;
/**
 * `comma`: commas, decimal points, UTF-8. `european`: semicolons, decimal commas, Windows-1252, which is what Excel writes
 * and opens by a double click where a comma parts decimals.
 */
export type CsvDialect = (typeof CSV_DIALECTS)[number];

export interface WrittenFile {
  readonly bytes: Uint8Array;
  /** What the person has to know of the file; nothing when it says everything. */
  readonly told: readonly string[];
  /** Whether reading the file gives the table again. */
  readonly faithful: boolean;
}

export function writeCsvTable(table: DecisionTable, dialect: CsvDialect): WrittenFile {
  const commas = dialect === 'european';
  const { rows } = writeSheet(table, { form: 'texts', commas });
  const texts = rows.map((row) => row.map(cellText));
  const text = writeCsv(texts, commas ? ';' : ',');
  if (!commas) return asUtf8(text, texts);
  const { bytes, unwritable, faithful } = encodeText(text, 'windows-1252');
  if (faithful) return { bytes, told: [], faithful };
  const utf8 = asUtf8(text, texts);
  const why =
    unwritable.length === 0
      ? 'Written in UTF-8: in Windows-1252 it would be taken for another text.'
      : `Written in UTF-8: Windows-1252, as European Excel writes it, has no ${placesOf(texts, unwritable)}.`;
  return { ...utf8, told: [why, ...utf8.told] };
}

function asUtf8(text: string, texts: readonly (readonly string[])[]): WrittenFile {
  const { bytes, unwritable, faithful } = encodeText(text, 'utf-8');
  const told = faithful ? [] : [`Characters that no text file holds are lost: ${placesOf(texts, unwritable)}.`];
  return { bytes, told, faithful };
}

const SHOWN = 5;

/** Characters with the first place of each. */
function placesOf(texts: readonly (readonly string[])[], chars: readonly string[]): string {
  const named = chars.slice(0, SHOWN).map((char) => {
    const row = texts.findIndex((cells) => cells.some((cell) => cell.includes(char)));
    const column = texts[row]?.findIndex((cell) => cell.includes(char)) ?? 0;
    const code = (char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
    const shown = /[\p{L}\p{N}\p{P}\p{S}]/u.test(char) ? `${char} (U+${code})` : `U+${code}`;
    return `${shown} in ${placeOf(column, row + 1)}`;
  });
  return chars.length > SHOWN ? `${named.join(', ')} and ${chars.length - SHOWN} more` : named.join(', ');
}

export interface ReadFile {
  readonly grid: SheetGrid;
  /** What the file is, as sentences for the report. */
  readonly file: readonly string[];
  /** The sheets of a workbook, those first that it shows. */
  readonly sheets: readonly string[];
  /** Whether its numbers have decimal commas. */
  readonly commas: boolean;
}

const ENCODINGS: Readonly<Record<Encoding, string>> = {
  'utf-8': 'UTF-8',
  'utf-16le': 'UTF-16',
  'utf-16be': 'UTF-16',
  'windows-1252': 'Windows-1252',
};
const NAMES: Readonly<Record<Delimiter, string>> = { ',': 'commas', ';': 'semicolons', '\t': 'tabs' };

/** Reads the bytes of a CSV file. Throws {@link SheetRefused}. */
export function readCsvFile(bytes: Uint8Array): ReadFile {
  const decoded = decodeText(bytes);
  if (decoded.text.includes('\0'))
    throw new SheetRefused(
      'The file is no text: it holds characters of code 0.',
      'Choose a CSV file or an Excel workbook (.xlsx); text in UTF-16 needs its byte order mark.',
    );
  const { grid, delimiter, named } = readCsv(decoded.text);
  const commas = delimiter === ';' || (delimiter === '\t' && showsCommas(grid));
  return {
    grid,
    commas,
    sheets: [],
    file: [
      `CSV, ${encodingText(decoded)}, columns parted by ${NAMES[delimiter]}${named ? ' as its first line says' : ''}.`,
      ...(commas ? ['A comma in a column of numbers parts the decimals.'] : []),
    ],
  };
}

/** Text with tabs comes from every country: commas part decimals where a cell shows it and none shows a point. */
function showsCommas(grid: SheetGrid): boolean {
  const shows = (number: RegExp): boolean =>
    grid.some(({ cells }) => cells.some((cell) => number.test(cellText(cell))));
  return shows(/^-?\d+,\d+$/) && !shows(/^-?\d+\.\d+$/);
}

const encodingText = ({ encoding, damaged }: DecodedText): string =>
  damaged ? `${ENCODINGS[encoding]} with damaged characters, read as �` : ENCODINGS[encoding];
