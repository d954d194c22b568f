/** The rows of a sheet as rows of a table: which of them was there before, and what it keeps. */
import type { DecisionTable, TableRow } from '../table-document.ts';
import { readOptionalText } from './escape.ts';
import { cellText } from './grid.ts';
import type { SheetLayout } from './layout.ts';
import { cellAt } from './report.ts';
import type { Notes } from './report.ts';

/** For each column of the new table: its cells in the sheet, or null where the sheet lacks the column; and where it was. */
export interface CellsOf {
  readonly cells: readonly string[] | null;
  /** The place of the column in the table that was there; -1 for a new one. */
  readonly was: number;
}

export interface SheetCells {
  readonly when: readonly CellsOf[];
  readonly then: readonly CellsOf[];
}

/** What lets every value pass, for the new rows of a column that the sheet lacks. */
const ANY_CELL = '-';

export function rowsOf(
  layout: SheetLayout,
  sheet: SheetCells,
  existing: DecisionTable | null,
  notes: Notes,
): TableRow[] {
  const ids = idsOf(layout, notes);
  const before = matchRows(layout, sheet, existing, ids);
  const fresh = freshIds([...(existing?.rows ?? []).map(({ id }) => id), ...ids]);
  const note = layout.columns.find(({ role }) => role === 'note');
  return layout.body.map((row, r) => {
    const was = before[r];
    const next: TableRow = {
      ...was,
      id: ids[r] ?? was?.id ?? fresh(),
      when: sheet.when.map((column) => column.cells?.[r] ?? was?.when[column.was] ?? ANY_CELL),
      then: sheet.then.map((column) => column.cells?.[r] ?? was?.then[column.was] ?? ''),
    };
    if (note === undefined) return next;
    delete next.note;
    const text = readOptionalText(cellText(row.cells[note.column]));
    return text === undefined ? next : { ...next, note: text };
  });
}

/** The ids that the sheet gives its rows; one that stands there twice is new where it stands again. */
function idsOf(layout: SheetLayout, notes: Notes): readonly (string | undefined)[] {
  const column = layout.columns.find(({ role }) => role === 'row id')?.column;
  const seen = new Set<string>();
  return layout.body.map(({ cells, number }) => {
    const id = column === undefined ? undefined : readOptionalText(cellText(cells[column]));
    if (column === undefined || id === undefined) return undefined;
    if (!seen.has(id)) {
      seen.add(id);
      return id;
    }
    notes.add('Ids of rows that stand above already: these rows get new ones.', cellAt(column, number, id, ''));
    return undefined;
  });
}

/** The row that was there before, for each row of the sheet: by its id, else by its content, else by its conditions. */
function matchRows(
  layout: SheetLayout,
  sheet: SheetCells,
  existing: DecisionTable | null,
  ids: readonly (string | undefined)[],
): readonly (TableRow | undefined)[] {
  const rows = existing?.rows ?? [];
  const taken = new Set<TableRow>();
  const byId = new Map(rows.map((row) => [row.id, row]));
  const matched = ids.map((id) => {
    const row = id === undefined ? undefined : byId.get(id);
    if (row !== undefined) taken.add(row);
    return row;
  });
  const matchBy = (keyOfRow: (row: TableRow) => string, keyAt: (r: number) => string) => {
    const waiting = new Map<string, TableRow[]>();
    for (const row of rows) if (!taken.has(row)) listAt(waiting, keyOfRow(row)).push(row);
    for (const r of layout.body.keys()) {
      if (matched[r] !== undefined || ids[r] !== undefined) continue;
      const row = waiting.get(keyAt(r))?.shift();
      if (row === undefined) continue;
      taken.add(row);
      matched[r] = row;
    }
  };
  const when = sheet.when.filter(({ cells, was }) => cells !== null && was >= 0);
  const then = sheet.then.filter(({ cells, was }) => cells !== null && was >= 0);
  const key = (texts: readonly (string | undefined)[]): string => JSON.stringify(texts);
  if (when.length + then.length > 0)
    matchBy(
      (row) => key([...when.map(({ was }) => row.when[was]), ...then.map(({ was }) => row.then[was])]),
      (r) => key([...when, ...then].map(({ cells }) => cells?.[r])),
    );
  if (when.length > 0)
    matchBy(
      (row) => key(when.map(({ was }) => row.when[was])),
      (r) => key(when.map(({ cells }) => cells?.[r])),
    );
  return matched;
}

function listAt<K, V>(lists: Map<K, V[]>, key: K): V[] {
  const list = lists.get(key) ?? [];
  lists.set(key, list);
  return list;
}

/** Gives ids of the form `r7` that nothing has yet. */
export function freshIds(taken: readonly (string | undefined)[], prefix = 'r'): () => string {
  let last = 0;
  for (const id of taken) {
    const digits = id?.startsWith(prefix) === true ? id.slice(prefix.length) : '';
    if (/^\d{1,9}$/.test(digits)) last = Math.max(last, Number(digits));
  }
  return () => `${prefix}${(last += 1)}`;
}
