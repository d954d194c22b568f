/** What reading a sheet came to, told before anything of it is taken over. */
import { placeOf } from './grid.ts';
import type { Role } from './head.ts';
import type { Told } from './read-cell.ts';

/** One cell that was read as something else, or is different from the table. Places are those of the sheet, such as B7. */
export interface CellChange {
  readonly place: string;
  readonly from: string;
  readonly to: string;
}

export interface ReportEntry {
  readonly message: string;
  /** Every cell that is meant; none when the entry is about more than cells. */
  readonly cells: readonly CellChange[];
}

/** How a column of the sheet was understood, for the person to correct. */
export interface ColumnReading {
  /** Counted from 0 in the sheet. */
  readonly column: number;
  readonly heading: string;
  readonly role: Role;
  /** The expression of an input, the name of an output; '' for others. */
  readonly target: string;
  /** Whether nothing in the sheet or in the table says so: it was guessed. */
  readonly guessed: boolean;
}

export interface SheetReport {
  /** What the file is: format, encoding, delimiter, and what else of it is not looked at. */
  readonly file: readonly string[];
  /** The sheets of a workbook that could be read, by name; none for a file that is one sheet. */
  readonly sheets: readonly string[];
  /** Whether it is a sheet of our own making, which says itself what its columns are. */
  readonly own: boolean;
  /** Columns of the table that the sheet does not have, by what they are called. They stay unless the person drops them. */
  readonly missing: readonly string[];
  readonly columns: readonly ColumnReading[];
  /** Cells that stand in the table otherwise than in the sheet. */
  readonly changed: readonly ReportEntry[];
  /** What was taken as it is and is doubtful, or was not taken. */
  readonly notUnderstood: readonly ReportEntry[];
  /** What becomes different in the table that was there. */
  readonly updated: readonly ReportEntry[];
  /** What the table that was there loses. */
  readonly lost: readonly ReportEntry[];
}

/** Collects entries; cells of one kind in one column become one entry. */
export class Notes {
  readonly #entries = new Map<string, { message: string; cells: CellChange[] }>();

  add(message: string, ...cells: readonly CellChange[]): void {
    const entry = this.#entries.get(message) ?? { message, cells: [] };
    entry.cells.push(...cells);
    this.#entries.set(message, entry);
  }

  get entries(): readonly ReportEntry[] {
    return [...this.#entries.values()];
  }
}

/** Why a cell was read as something else, as a sentence about its column; null for what is a doubt, not a change. */
export function changeMessage(told: Told, heading: string): string | null {
  switch (told) {
    case 'number':
      return `“${heading}”: numbers with a decimal comma, read with a point.`;
    case 'text':
      return `“${heading}”: plain words, read as texts in quotes.`;
    case 'truth':
      return `“${heading}”: truth values, read as true and false.`;
    case 'date':
      return `“${heading}”: days, read as dates.`;
    case 'kept':
      return `“${heading}”: an apostrophe in front, taken away.`;
    case 'doubt':
    case 'name':
    case 'not feel':
    case 'error':
      return null;
  }
}

export const cellAt = (column: number, row: number, from: string, to: string): CellChange => ({
  place: placeOf(column, row),
  from,
  to,
});
