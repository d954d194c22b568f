import type { DecisionTable } from '../../../engine/dmn/table.ts';
import {
  addInput,
  addOutput,
  duplicateColumn,
  duplicateRows,
  insertRows,
  moveColumns,
  moveRows,
  removeColumn,
  removeRows,
  writeCells,
} from './edits.ts';
import { at, axisOf, clamped, rangeOf, single, type Range, type Selection } from './selection.ts';
import { cellText, columnsOf, emptyText, LIMITS, sizeOf, type Column } from './shape.ts';

/** What can be done to the cells, rows and columns that are selected; each is one step for undo. */
export type TableAct =
  | { readonly act: 'clear' | 'fill down' }
  | { readonly act: 'insert'; readonly axis: Axis; readonly where: 'before' | 'after'; readonly one?: true }
  | { readonly act: 'duplicate' | 'remove'; readonly axis: Axis }
  | { readonly act: 'move'; readonly axis: Axis; readonly by: -1 | 1 };

/** What it is done to: rows, columns, or what the selection is of. */
export type Axis = 'rows' | 'columns' | 'selected';

export interface Done {
  readonly table: DecisionTable;
  readonly selection: Selection;
  /** Why nothing or not all was done; null when it was. */
  readonly refused: 'last output' | 'no room' | null;
}

interface Turn {
  table: DecisionTable;
  selection: Selection;
  range: Range;
  columns: readonly Column[];
  /** The name of a new output. */
  newOutput: string;
}

/** Does something to what is selected. Nothing to do gives the same table. */
export function perform(act: TableAct, table: DecisionTable, selection: Selection, newOutput: string): Done {
  const size = sizeOf(table, true);
  const range = rangeOf(selection, size);
  const turn: Turn = { table, selection, range, columns: columnsOf(table), newOutput };
  const done = 'axis' in act ? onLines(act, turn) : onCells(act.act, turn);
  return { ...done, selection: clamped(done.selection, sizeOf(done.table, true)) };
}

function onCells(what: 'clear' | 'fill down', { table, selection, range, columns }: Turn): Done {
  if (what === 'clear') {
    const after = writeCells(table, range, (_, c) => {
      const column = columns[c];
      return column === undefined ? undefined : emptyText(column);
    });
    return { table: after, selection, refused: null };
  }
  // One row is filled from the one above it, several from the first of them.
  const from = range.bottom > range.top ? range.top : range.top - 1;
  const source = table.rows[from];
  if (source === undefined) return { table, selection, refused: null };
  const after = writeCells(table, { ...range, top: from + 1 }, (_, c) => {
    const column = columns[c];
    return column === undefined ? undefined : cellText(source, column);
  });
  return { table: after, selection, refused: null };
}

type LineAct = Extract<TableAct, { axis: Axis }>;

function onLines(act: LineAct, turn: Turn): Done {
  const axis = act.axis === 'selected' ? axisOf(turn.selection) : act.axis;
  return axis === 'rows' ? onRows(act, turn) : onColumns(act, turn);
}

/** The same cells, so many rows further on. */
const lower = ({ anchor, focus, span }: Selection, by: number): Selection => ({
  anchor: at(anchor.row + by, anchor.column),
  focus: at(focus.row + by, focus.column),
  span,
});

function onRows(act: LineAct, { table, selection, range }: Turn): Done {
  const same: Done = { table, selection, refused: null };
  const { column } = selection.anchor;
  // Rows that are covered because their columns are selected are not meant.
  const byColumns = axisOf(selection) === 'columns';
  const count = byColumns ? 0 : range.bottom - range.top + 1;
  switch (act.act) {
    case 'insert': {
      const many = act.one ? 1 : Math.max(1, count);
      if (table.rows.length + many > LIMITS.rows) return { ...same, refused: 'no room' };
      const below = byColumns ? table.rows.length : Math.max(0, range.bottom + 1);
      const index = Math.min(act.where === 'before' ? range.top : below, table.rows.length);
      const start = single(at(index, act.one ? 0 : column));
      const inserted = many > 1 ? { ...start, focus: at(index + many - 1, selection.focus.column) } : start;
      const span = selection.span === 'rows' && !act.one ? 'rows' : 'cells';
      return { ...same, table: insertRows(table, index, many), selection: { ...inserted, span } };
    }
    case 'duplicate':
      if (count <= 0) return same;
      if (table.rows.length + count > LIMITS.rows) return { ...same, refused: 'no room' };
      return {
        ...same,
        table: duplicateRows(table, range.top, range.bottom),
        selection: lower(selection, count),
      };
    case 'remove':
      if (count <= 0) return same;
      return {
        ...same,
        table: removeRows(table, range.top, range.bottom),
        selection: single(at(Math.min(range.top, Math.max(0, table.rows.length - count - 1)), column)),
      };
    case 'move': {
      if (count <= 0) return same;
      const after = moveRows(table, range.top, range.bottom, act.by);
      return after === table ? same : { ...same, table: after, selection: lower(selection, act.by) };
    }
  }
}

function onColumns(act: LineAct, turn: Turn): Done {
  const { table, selection, range, columns } = turn;
  const same: Done = { table, selection, refused: null };
  const anchored = columns[selection.anchor.column];
  const some = columns.slice(range.left, range.right + 1);
  if (anchored === undefined) return same;
  const to = (column: number): Selection => ({ ...single(at(selection.anchor.row, column)), span: selection.span });
  switch (act.act) {
    case 'insert':
      return insertColumn(act.where, anchored, turn);
    case 'duplicate': {
      if (columns.length - 1 + some.length > LIMITS.columns) return { ...same, refused: 'no room' };
      const after = some.toReversed().reduce(duplicateColumn, table);
      return after === table ? same : { ...same, table: after, selection: to(selection.anchor.column + 1) };
    }
    case 'remove': {
      const after = some.toReversed().reduce(removeColumn, table);
      const refused = some.some(({ side }) => side === 'then') && after.outputs.length === 1 && wantedAll(some, table);
      return {
        table: after,
        selection: after === table ? selection : to(range.left),
        refused: refused ? 'last output' : null,
      };
    }
    case 'move': {
      const inside = some.every(({ side }) => side === anchored.side);
      const [first] = some;
      if (!inside || first === undefined) return same;
      const after = moveColumns(table, anchored.side, first.index, first.index + some.length - 1, act.by);
      if (after === table) return same;
      const { anchor, focus, span } = selection;
      const moved = {
        anchor: at(anchor.row, anchor.column + act.by),
        focus: at(focus.row, focus.column + act.by),
        span,
      };
      return { ...same, table: after, selection: moved };
    }
  }
}

const wantedAll = (some: readonly Column[], table: DecisionTable): boolean =>
  some.filter(({ side }) => side === 'then').length === table.outputs.length;

/** A new column beside one of its side; beside the remarks it is an output. */
function insertColumn(where: 'before' | 'after', beside: Column, { table, selection, newOutput }: Turn): Done {
  const side = beside.side === 'when' ? 'when' : 'then';
  if ((side === 'when' ? table.inputs : table.outputs).length >= LIMITS.columns)
    return { table, selection, refused: 'no room' };
  const index = beside.side === 'note' ? table.outputs.length : beside.index + (where === 'after' ? 1 : 0);
  const column = side === 'when' ? index : table.inputs.length + index;
  return {
    table: side === 'when' ? addInput(table, index) : addOutput(table, index, { name: newOutput }),
    selection: { ...single(at(selection.anchor.row, column)), span: selection.span },
    refused: null,
  };
}
