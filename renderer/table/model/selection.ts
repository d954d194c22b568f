import type { Size } from './shape.ts';

/**
 * What is selected in a sheet, and how the keys move it. As in a spreadsheet, what is written goes into the *anchor*;
 * the selection reaches from there to the *focus*.
 */

export interface At {
  readonly row: number;
  readonly column: number;
}

export interface Selection {
  readonly anchor: At;
  readonly focus: At;
  /** Whole rows and whole columns stay whole while they are extended. */
  readonly span: 'cells' | 'rows' | 'columns';
}

/** From `top` and `left` to `bottom` and `right`, both ends included; `bottom` below `top` when there are no rows. */
export interface Range {
  readonly top: number;
  readonly left: number;
  readonly bottom: number;
  readonly right: number;
}

export type Direction = 'up' | 'down' | 'left' | 'right';

export type Motion =
  | { readonly to: Direction }
  /** To the edge of what is filled. */
  | { readonly to: Direction; readonly edge: true }
  | { readonly to: 'row start' | 'row end' | 'first' | 'last' }
  | { readonly to: 'page up' | 'page down'; readonly rows: number };

/** The row of the columns' heads. */
export const HEAD = -1;

export const at = (row: number, column: number): At => ({ row, column });
export const single = (cell: At): Selection => ({ anchor: cell, focus: cell, span: 'cells' });
export const sameCell = (a: At, b: At): boolean => a.row === b.row && a.column === b.column;

const between = (value: number, low: number, high: number): number => Math.max(low, Math.min(high, value));

/** The lowest row that a single cell may be in. */
const lowest = ({ rows, open }: Size): number => (open ? rows : rows - 1);

/** The selection within what there is; a table that lost rows or columns takes it along. */
export function clamped(selection: Selection, size: Size): Selection {
  const { anchor, focus, span } = selection;
  const column = (value: number): number => between(value, 0, size.columns - 1);
  const start = at(between(anchor.row, HEAD, lowest(size)), column(anchor.column));
  if (sameCell(anchor, focus) && span === 'cells') return single(start);
  if (start.row === HEAD) return { anchor: start, focus: at(HEAD, column(focus.column)), span };
  // The row that is not there yet is never part of several.
  const row = (value: number): number => between(value, 0, Math.max(0, size.rows - 1));
  return { anchor: at(row(start.row), start.column), focus: at(row(focus.row), column(focus.column)), span };
}

/** On the head and with whole columns selected, what is done is done to columns. */
export const axisOf = ({ anchor, span }: Selection): 'rows' | 'columns' =>
  span === 'columns' || (span === 'cells' && anchor.row === HEAD) ? 'columns' : 'rows';

/** The cells that the selection covers, without the heads and the row that is not there yet. */
export function rangeOf(selection: Selection, size: Size): Range {
  const { anchor, focus, span } = selection;
  const last = size.rows - 1;
  const rows =
    axisOf(selection) === 'columns'
      ? [0, last]
      : [Math.min(anchor.row, focus.row), Math.min(Math.max(anchor.row, focus.row), last)];
  const columns =
    span === 'rows'
      ? [0, size.columns - 1]
      : [Math.min(anchor.column, focus.column), Math.max(anchor.column, focus.column)];
  return { top: Math.max(0, rows[0] ?? 0), bottom: rows[1] ?? last, left: columns[0] ?? 0, right: columns[1] ?? 0 };
}

export const isWithin = ({ top, bottom, left, right }: Range, { row, column }: At): boolean =>
  row >= top && row <= bottom && column >= left && column <= right;

/** The selection after a key that goes somewhere. `isFilled` tells whether a cell says anything. */
export function moved(
  selection: Selection,
  size: Size,
  motion: Motion,
  extend: boolean,
  isFilled: (cell: At) => boolean,
): Selection {
  if (!extend) return clamped(single(target(selection.anchor, size, motion, isFilled)), size);
  const focus = target(selection.focus, size, motion, isFilled);
  return clamped(reachedTo(selection, focus, size), size);
}

/** The selection drawn out to a cell. */
export function reachedTo(selection: Selection, cell: At, size: Size): Selection {
  const inHead = selection.anchor.row === HEAD;
  const row = inHead ? HEAD : between(cell.row, 0, Math.max(0, size.rows - 1));
  return { ...selection, focus: at(row, between(cell.column, 0, size.columns - 1)) };
}

function target(from: At, size: Size, motion: Motion, isFilled: (cell: At) => boolean): At {
  const { row, column } = from;
  switch (motion.to) {
    case 'row start':
      return at(row, 0);
    case 'row end':
      return at(row, size.columns - 1);
    case 'first':
      return at(0, 0);
    case 'last':
      return at(size.rows - 1, size.columns - 1);
    case 'page up':
      return at(row === HEAD ? HEAD : Math.max(0, row - motion.rows), column);
    case 'page down':
      return at(Math.min(lowest(size), row + motion.rows), column);
    default:
      return 'edge' in motion ? edge(from, motion.to, size, isFilled) : step(from, motion.to);
  }
}

function step({ row, column }: At, to: Direction): At {
  switch (to) {
    case 'up':
      return at(row - 1, column);
    case 'down':
      return at(row + 1, column);
    case 'left':
      return at(row, column - 1);
    case 'right':
      return at(row, column + 1);
  }
}

/** From a filled cell to the last filled one before a gap; from elsewhere to the next filled one; else to the end. */
function edge(from: At, to: Direction, size: Size, isFilled: (cell: At) => boolean): At {
  const isInside = (cell: At): boolean =>
    cell.row >= 0 && cell.row < size.rows && cell.column >= 0 && cell.column < size.columns;
  let now = step(from, to);
  if (!isInside(now)) return now.row < 0 ? now : from;
  if (isInside(from) && isFilled(from) && isFilled(now)) {
    for (let next = step(now, to); isInside(next) && isFilled(next); next = step(now, to)) now = next;
    return now;
  }
  for (; !isFilled(now); now = step(now, to)) if (!isInside(step(now, to))) return now;
  return now;
}

/** The cell after (or before) this one, from the end of a row to the next; null at the end of the sheet. */
export function nextCell({ row, column }: At, size: Size, by: 1 | -1): At | null {
  const next = column + by;
  if (next >= 0 && next < size.columns) return at(row, next);
  const line = row + by;
  if (line < HEAD || line > lowest(size)) return null;
  return at(line, by === 1 ? 0 : size.columns - 1);
}
