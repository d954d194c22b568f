/**
 * CSV (RFC 4180) as programs really write it: any of three delimiters, quotes around what needs them, line ends of every
 * kind, and the line `sep=;` that Excel understands. Reading stops at bounds while it reads, so no file is too large to
 * be refused quickly.
 */
import { CellCount, isBlankRow, MAX_COLUMNS, textCell } from './grid.ts';
import type { SheetGrid, SheetRow } from './grid.ts';
import { SheetRefused } from './refused.ts';

export const DELIMITERS = [',', ';', '\t'] as const;
export type Delimiter = (typeof DELIMITERS)[number];

export interface CsvReading {
  readonly grid: SheetGrid;
  readonly delimiter: Delimiter;
  /** Whether the file named its delimiter in a first line `sep=…`. */
  readonly named: boolean;
}

const SEP = /^sep=([,;\t])(?:\r\n|\r|\n|$)/i;

/** Reads a CSV file. Throws {@link SheetRefused} when it is torn or beyond the bounds. */
export function readCsv(text: string): CsvReading {
  const sep = SEP.exec(text);
  const named = DELIMITERS.find((one) => one === sep?.[1]);
  if (sep !== null && named !== undefined) {
    // The line itself is row 1 of what a spreadsheet shows.
    return { grid: recordsOf(text, sep[0].length, named, 2), delimiter: named, named: true };
  }
  const delimiter = findDelimiter(text);
  return { grid: recordsOf(text, 0, delimiter, 1), delimiter, named: false };
}

/** How many records are looked at to find the delimiter. */
const LOOKED_AT = 50;

/**
 * The delimiter that parts the first records into the most columns of which every record has equally many; where none
 * does so evenly, the one that stands most often outside of quotes.
 */
export function findDelimiter(text: string): Delimiter {
  const counts = countOutsideQuotes(text);
  const even = DELIMITERS.map((delimiter, i) => {
    const each = counts.map((record) => record[i] ?? 0);
    const [first = 0] = each;
    return { delimiter, even: first > 0 && each.every((count) => count === first), sum: sumOf(each) };
  });
  const best = even.toSorted((a, b) => Number(b.even) - Number(a.even) || b.sum - a.sum)[0];
  return best === undefined || best.sum === 0 ? ',' : best.delimiter;
}

const sumOf = (numbers: readonly number[]): number => numbers.reduce((sum, one) => sum + one, 0);

/** For each of the first records that is not empty, how often each delimiter stands outside of quotes. */
function countOutsideQuotes(text: string): number[][] {
  const counts: number[][] = [];
  let record = DELIMITERS.map(() => 0);
  let quoted = false;
  let empty = true;
  let starts = true;
  const end = () => {
    if (!empty) counts.push(record);
    record = DELIMITERS.map(() => 0);
    empty = true;
    starts = true;
  };
  for (let at = 0; at < text.length && counts.length < LOOKED_AT; at += 1) {
    const char = text[at] ?? '';
    if (quoted) {
      // A quote within quotes is doubled.
      if (char === '"' && text[at + 1] === '"') at += 1;
      else if (char === '"') quoted = false;
      continue;
    }
    if (char === '\n' || char === '\r') {
      end();
      continue;
    }
    empty = false;
    quoted = starts && char === '"';
    const i = DELIMITERS.findIndex((one) => one === char);
    starts = i >= 0;
    if (starts) record[i] = (record[i] ?? 0) + 1;
  }
  end();
  return counts;
}

function recordsOf(text: string, from: number, delimiter: Delimiter, firstRow: number): SheetGrid {
  const rows: SheetRow[] = [];
  const count = new CellCount();
  const reader = new CsvReader(text, from, delimiter);
  for (let number = firstRow; !reader.done; number += 1) {
    if (reader.skipEmpty()) continue;
    const cells = reader.record(number).map(textCell);
    if (isBlankRow(cells)) continue;
    rows.push({ number, cells });
    count.addRow(cells);
  }
  return rows;
}

class CsvReader {
  readonly #text: string;
  readonly #delimiter: string;
  /** The end of a cell without quotes. */
  readonly #stop: RegExp;
  #at: number;

  constructor(text: string, at: number, delimiter: Delimiter) {
    this.#text = text;
    this.#at = at;
    this.#delimiter = delimiter;
    this.#stop = delimiter === ';' ? /[;\r\n]/g : delimiter === ',' ? /[,\r\n]/g : /[\t\r\n]/g;
  }

  get done(): boolean {
    return this.#at >= this.#text.length;
  }

  /** Passes a line end that stands where a record would begin. */
  skipEmpty(): boolean {
    const code = this.#text.charCodeAt(this.#at);
    if (code !== 10 && code !== 13) return false;
    this.#at += code === 13 && this.#text.charCodeAt(this.#at + 1) === 10 ? 2 : 1;
    return true;
  }

  record(row: number): string[] {
    const cells: string[] = [];
    for (;;) {
      cells.push(this.#text[this.#at] === '"' ? this.#quoted(row) : this.#bare());
      if (cells.length > MAX_COLUMNS)
        throw new SheetRefused(
          `Row ${row} of the file has more than ${MAX_COLUMNS} columns.`,
          'A decision table takes 100 inputs and 100 outputs: take away the columns that it does not need.',
        );
      if (this.#text[this.#at] !== this.#delimiter) break;
      this.#at += 1;
    }
    if (this.#text[this.#at] === '\r') this.#at += 1;
    if (this.#text[this.#at] === '\n') this.#at += 1;
    return cells;
  }

  #bare(): string {
    this.#stop.lastIndex = this.#at;
    const end = this.#stop.exec(this.#text)?.index ?? this.#text.length;
    const cell = this.#text.slice(this.#at, end);
    this.#at = end;
    return cell;
  }

  /** A quote opens a cell that goes on to the next quote that is not doubled. */
  #quoted(row: number): string {
    let cell = '';
    let from = this.#at + 1;
    for (;;) {
      const end = this.#text.indexOf('"', from);
      if (end < 0)
        throw new SheetRefused(
          `A quotation mark that opens in row ${row} of the file is never closed.`,
          'Close it, or save the file again from the program that wrote it.',
        );
      cell += this.#text.slice(from, end);
      if (this.#text[end + 1] !== '"') {
        this.#at = end + 1;
        // What stands behind a closing quote belongs to the cell: no character is dropped.
        return cell + this.#bare();
      }
      cell += '"';
      from = end + 2;
    }
  }
}

/** Every delimiter is quoted, whichever the file uses: so outside of quotes only the one in use is found. */
const NEEDS_QUOTES = /[",;\t\r\n]|^\s|\s$/;

/** Writes records with the line ends that Excel writes. */
export function writeCsv(rows: readonly (readonly string[])[], delimiter: Delimiter): string {
  const cell = (text: string): string => (NEEDS_QUOTES.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  return rows.map((row) => `${row.map(cell).join(delimiter)}\r\n`).join('');
}
