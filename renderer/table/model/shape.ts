import type { DecisionTable, TableRow } from '../../../engine/dmn/table.ts';

/** A decision table as a sheet: rows of cells, the columns of its inputs, then of its outputs, then the remarks. */

export type Side = 'when' | 'then' | 'note';

export interface Column {
  /** Its own among the columns of the table, and the same after any edit. */
  readonly key: string;
  readonly side: Side;
  /** Its place among the columns of its side. */
  readonly index: number;
}

/** Rows and columns that hold something, and whether a row may be begun below the last. */
export interface Size {
  readonly rows: number;
  readonly columns: number;
  readonly open: boolean;
}

/** The most that the document takes; see the table's schema. */
export const LIMITS = { rows: 20_000, columns: 100, cell: 10_000, note: 2000 } as const;

/** A cell that lets everything through. */
export const ANY_CELL = '-';

export const columnsOf = (table: DecisionTable): readonly Column[] => [
  ...table.inputs.map((input, index): Column => ({ key: `when ${input.id}`, side: 'when', index })),
  ...table.outputs.map((output, index): Column => ({ key: `then ${output.id}`, side: 'then', index })),
  { key: 'note', side: 'note', index: 0 },
];

export const sizeOf = (table: DecisionTable, open: boolean): Size => ({
  rows: table.rows.length,
  columns: table.inputs.length + table.outputs.length + 1,
  open: open && table.rows.length < LIMITS.rows,
});

export const cellText = (row: TableRow, { side, index }: Column): string =>
  side === 'note' ? (row.note ?? '') : (row[side][index] ?? '');

/** What stands in a cell of which everything was taken away. */
export const emptyText = ({ side }: Column): string => (side === 'when' ? ANY_CELL : '');

/** Does the cell say nothing? */
export const isBlank = (text: string): boolean => text.trim() === '' || text.trim() === ANY_CELL;
