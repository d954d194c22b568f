/**
 * A sheet as CSV and Excel files hold it: rows of cells, each with the place under which a person finds it again. What a
 * file says of a cell's type is kept, because `8001` the number and `8001` the postcode are not the same.
 */

import { SheetRefused } from './refused.ts';

export type SheetCell =
  | { readonly kind: 'blank' }
  | { readonly kind: 'text'; readonly text: string }
  /** `text` is the number in FEEL's notation, without an exponent. */
  | { readonly kind: 'number'; readonly text: string }
  | { readonly kind: 'boolean'; readonly text: 'true' | 'false' }
  /** `text` is ISO 8601: `2026-03-02`, `2026-03-02T10:00:00` or `10:00:00`. */
  | { readonly kind: 'date' | 'date and time' | 'time'; readonly text: string };

export interface SheetRow {
  /** Counted from 1, as a spreadsheet shows it. */
  readonly number: number;
  readonly cells: readonly SheetCell[];
}

/** Rows in order; rows in which every cell is blank are left out. */
export type SheetGrid = readonly SheetRow[];

export const BLANK: SheetCell = { kind: 'blank' };

/** A table has at most 100 inputs, 100 outputs and 20,000 rows; around them stand a head and notes. */
export const MAX_COLUMNS = 256;
export const MAX_ROWS = 20_100;
/** Cells that say something. */
export const MAX_CELLS = 500_000;

export const cellText = (cell: SheetCell | undefined): string =>
  cell === undefined || cell.kind === 'blank' ? '' : cell.text;

/** A cell of text; none at all when it says nothing. */
export const textCell = (text: string): SheetCell => (text === '' ? BLANK : { kind: 'text', text });

export const isBlankRow = (cells: readonly SheetCell[]): boolean => cells.every((cell) => cellText(cell).trim() === '');

/** Counts cells while a file is read, and refuses it as soon as they are too many. */
export class CellCount {
  #cells = 0;
  #rows = 0;

  addRow(cells: readonly SheetCell[]): void {
    this.#rows += 1;
    for (const cell of cells) if (cell.kind !== 'blank') this.#cells += 1;
    if (this.#rows > MAX_ROWS)
      throw new SheetRefused(
        `The sheet has more than ${MAX_ROWS.toLocaleString('en')} rows.`,
        'A decision table takes 20,000 rows: split it.',
      );
    if (this.#cells > MAX_CELLS)
      throw new SheetRefused(
        `The sheet has more than ${MAX_CELLS.toLocaleString('en')} cells.`,
        'Take away the columns and rows that the table does not need, or split it.',
      );
  }
}

/** The letters of a column counted from 0: A, B, … Z, AA. */
export function columnLetters(index: number): string {
  let letters = '';
  for (let rest = index + 1; rest > 0; rest = Math.floor((rest - 1) / 26))
    letters = String.fromCodePoint(65 + ((rest - 1) % 26)) + letters;
  return letters;
}

/** The place of a cell as a spreadsheet names it, such as B7. The column is counted from 0, the row from 1. */
export const placeOf = (column: number, row: number): string => `${columnLetters(column)}${row}`;
