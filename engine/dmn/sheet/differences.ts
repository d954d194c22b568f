/** What becomes of a table when another takes its place, by the ids of its rows and columns: what changes and what goes. */
import type { DecisionTable, TableInput, TableOutput, TableRow } from '../table-document.ts';
import type { Side } from './column-type.ts';
import { placeOf } from './grid.ts';
import { listText } from './head.ts';
import { Notes } from './report.ts';
import type { CellChange, ReportEntry } from './report.ts';

type Column = TableInput | TableOutput;

/** Where the parts of the new table stand in the sheet; rows counted from 1, columns from 0. */
export interface SheetPlaces {
  rowOf(id: string): number | undefined;
  columnOf(side: Side, id: string): number | undefined;
}

export interface Differences {
  readonly updated: readonly ReportEntry[];
  readonly lost: readonly ReportEntry[];
}

export function compareTables(before: DecisionTable, after: DecisionTable, places: SheetPlaces): Differences {
  const [updated, lost] = [new Notes(), new Notes()];
  const policy = (table: DecisionTable): string => [table.hitPolicy, table.aggregation ?? ''].join(' ').trim();
  if (policy(before) !== policy(after))
    updated.add(`The hit policy becomes ${policy(after)}; it was ${policy(before)}.`);
  compareColumns(before.inputs.map(faceOfInput), after.inputs.map(faceOfInput), updated, lost);
  compareColumns(before.outputs.map(faceOfOutput), after.outputs.map(faceOfOutput), updated, lost);
  compareRows(before, after, places, updated, lost);
  return { updated: updated.entries, lost: lost.entries };
}

/** A column as the report speaks of it: what it is called, and its properties by the word for them. */
interface Face {
  readonly id: string;
  readonly name: string;
  readonly properties: ReadonlyMap<string, string | undefined>;
}

const faceOfInput = ({ id, label, expression, type, values }: TableInput): Face => ({
  id,
  name: label ?? expression,
  properties: new Map([
    ['label', label],
    ['expression', expression],
    ['type', type],
    ['allowed values', values],
  ]),
});

const faceOfOutput = ({ id, name, type, values, default: fallback }: TableOutput): Face => ({
  id,
  name,
  properties: new Map([
    ['name', name],
    ['type', type],
    ['list of values', values === undefined ? undefined : listText(values)],
    ['default', fallback],
  ]),
});

function compareColumns(before: readonly Face[], after: readonly Face[], updated: Notes, lost: Notes): void {
  const now = new Map(after.map((face) => [face.id, face]));
  const was = new Map(before.map((face) => [face.id, face]));
  for (const face of before) {
    const next = now.get(face.id);
    if (next === undefined) lost.add(`The sheet has no column for “${face.name}”: it goes, with all its cells.`);
    else compareFaces(face, next, updated, lost);
  }
  for (const face of after) if (!was.has(face.id)) updated.add(`“${face.name}” is a new column.`);
}

function compareFaces(face: Face, next: Face, updated: Notes, lost: Notes): void {
  for (const [word, value] of face.properties) {
    const to = next.properties.get(word);
    if (to === value) continue;
    if (to === undefined) lost.add(`The ${word} of “${face.name}” goes: ${value ?? ''}`);
    else if (value === undefined) updated.add(`“${face.name}” gets the ${word} ${to}`);
    else updated.add(`The ${word} of “${face.name}” becomes ${to}; it was ${value}`);
  }
}

function compareRows(
  before: DecisionTable,
  after: DecisionTable,
  places: SheetPlaces,
  updated: Notes,
  lost: Notes,
): void {
  const was = new Map(before.rows.map((row) => [row.id, row]));
  const now = new Set(after.rows.map(({ id }) => id));
  const gone = before.rows.flatMap((row, r) => (now.has(row.id) ? [] : [goneRow(row, r)]));
  if (gone.length > 0) lost.add('Rows that the sheet does not have go:', ...gone);
  const added = after.rows.filter(({ id }) => !was.has(id));
  if (added.length > 0)
    updated.add(
      'Rows are new:',
      ...added.map((row) => ({ place: rowPlace(places.rowOf(row.id)), from: '', to: rowText(row) })),
    );
  for (const row of after.rows) {
    const old = was.get(row.id);
    if (old !== undefined) compareRow({ before, after, old, row, places }, updated, lost);
  }
  const order = (rows: readonly TableRow[], other: { has(id: string): boolean }): string =>
    JSON.stringify(rows.map(({ id }) => id).filter((id) => other.has(id)));
  if (order(before.rows, now) !== order(after.rows, was)) updated.add('The rows stand in the order of the sheet.');
}

const rowText = ({ when, then }: TableRow): string => `${when.join(' | ')} → ${then.join(' | ')}`;
const rowPlace = (row: number | undefined): string => (row === undefined ? '' : `row ${row}`);

/** A row that goes stands in no sheet: its place is that in the table. */
const goneRow = (row: TableRow, r: number): CellChange => ({ place: `table row ${r + 1}`, from: rowText(row), to: '' });

interface RowPair {
  readonly before: DecisionTable;
  readonly after: DecisionTable;
  readonly old: TableRow;
  readonly row: TableRow;
  readonly places: SheetPlaces;
}

function compareRow({ before, after, old, row, places }: RowPair, updated: Notes, lost: Notes): void {
  const line = places.rowOf(row.id);
  const compare = (side: Side, was: readonly Column[], now: readonly Column[]) => {
    const [from, to] = [old[side], row[side]];
    for (const [i, column] of now.entries()) {
      const at = was.findIndex(({ id }) => id === column.id);
      if (at < 0 || from[at] === to[i]) continue;
      const sheetColumn = places.columnOf(side, column.id);
      const place = line === undefined || sheetColumn === undefined ? rowPlace(line) : placeOf(sheetColumn, line);
      updated.add('Cells say something else:', { place, from: from[at] ?? '', to: to[i] ?? '' });
    }
  };
  compare('when', before.inputs, after.inputs);
  compare('then', before.outputs, after.outputs);
  if (old.note === row.note) return;
  const change = { place: rowPlace(line), from: old.note ?? '', to: row.note ?? '' };
  if (row.note === undefined) lost.add('Notes go:', change);
  else updated.add('Notes say something else:', change);
}
