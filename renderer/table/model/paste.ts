import type { DecisionTable } from '../../../engine/dmn/table.ts';
import { insertRows, writeCells } from './edits.ts';
import { at, HEAD, rangeOf, single, type Range, type Selection } from './selection.ts';
import { cellText, columnsOf, LIMITS, sizeOf } from './shape.ts';

/** What found no place when cells were pasted. */
export interface LeftOut {
  /** Columns to the right of the sheet. */
  readonly columns: number;
  /** Rows beyond the most that a table holds. */
  readonly rows: number;
  /** Texts too long for a cell. */
  readonly tooLong: number;
}

export interface Pasted {
  readonly table: DecisionTable;
  readonly selection: Selection;
  readonly left: LeftOut;
}

/** The texts of a range. */
export function textsOf(table: DecisionTable, { top, bottom, left, right }: Range): string[][] {
  const columns = columnsOf(table).slice(left, right + 1);
  return table.rows.slice(top, bottom + 1).map((row) => columns.map((column) => cellText(row, column)));
}

/**
 * Cells pasted into a table: one cell into every cell that is selected, more of them repeated as often as they fit the
 * selection exactly, and once from its first cell otherwise. Rows are added as needed.
 */
export function paste(table: DecisionTable, selection: Selection, cells: readonly (readonly string[])[]): Pasted {
  const size = sizeOf(table, true);
  const chosen = rangeOf(selection, size);
  const top = selection.anchor.row === HEAD ? 0 : Math.min(chosen.top, size.rows);
  const height = cells.length;
  const width = cells[0]?.length ?? 0;
  if (height === 0 || width === 0) return { table, selection, left: { columns: 0, rows: 0, tooLong: 0 } };
  const chosenHeight = Math.max(1, chosen.bottom - top + 1);
  const chosenWidth = chosen.right - chosen.left + 1;
  const repeats = chosenHeight % height === 0 && chosenWidth % width === 0;
  const wanted = repeats ? { height: chosenHeight, width: chosenWidth } : { height, width };
  const range: Range = {
    top,
    left: chosen.left,
    bottom: Math.min(top + wanted.height, LIMITS.rows) - 1,
    right: Math.min(chosen.left + wanted.width, size.columns) - 1,
  };
  let tooLong = 0;
  const columns = columnsOf(table);
  const grown = range.bottom < size.rows ? table : insertRows(table, size.rows, range.bottom + 1 - size.rows);
  const after = writeCells(grown, range, (r, c) => {
    const text = cells[(r - top) % height]?.[(c - range.left) % width] ?? '';
    if (text.length <= (columns[c]?.side === 'note' ? LIMITS.note : LIMITS.cell)) return text;
    tooLong++;
    return undefined;
  });
  return {
    table: after,
    selection: { ...single(at(range.top, range.left)), focus: at(range.bottom, range.right) },
    left: {
      columns: chosen.left + wanted.width - 1 - range.right,
      rows: top + wanted.height - 1 - range.bottom,
      tooLong,
    },
  };
}
