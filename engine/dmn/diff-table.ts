/** What changed from one decision table to another: hit policy, columns, rows, and cells by row and column. */
import { inOrder, matchRows } from './match-rows.ts';
import type { Pair } from './match-rows.ts';
import { passesAll } from './pass.ts';
import type { DecisionTable, TableInput, TableOutput, TableRow } from './table-document.ts';

/** What a table has once. */
export interface SettingChange {
  /** The key in the document: hitPolicy, aggregation. */
  readonly setting: string;
  readonly before: string | null;
  readonly after: string | null;
}

export interface FacetChange {
  /** The key in the document: label, expression, name, type, values, default. */
  readonly facet: string;
  readonly before: string | null;
  readonly after: string | null;
}

export interface ColumnChange {
  readonly part: 'input' | 'output';
  /** Its id after, or before where it was removed. */
  readonly id: string;
  /** What its head says: after, or before where it was removed. */
  readonly name: string;
  readonly change: 'added' | 'removed' | 'renamed' | 'changed' | 'moved';
  /** Places among its kind of columns, from 0; null where it is not there. */
  readonly before: number | null;
  readonly after: number | null;
  /** Of an added or removed column all that it says; of a renamed or changed one what is different. */
  readonly facets: readonly FacetChange[];
}

export interface CellChange {
  /** `row` is what a row says beside its cells, such as its note. */
  readonly part: 'input' | 'output' | 'row';
  /** Id of the column: after, or before where the column was removed; for `row` the key in the document. */
  readonly column: string;
  /** What the head of the column says. */
  readonly name: string;
  /** The text of the cell; null where there is none, as the row or its column is not there. */
  readonly before: string | null;
  readonly after: string | null;
}

export interface RowChange {
  /** Its id after, or before where it was removed. */
  readonly id: string;
  readonly change: 'added' | 'removed' | 'moved' | 'changed';
  /** Places of the row, from 0; null where it is not there. */
  readonly before: number | null;
  readonly after: number | null;
  /** What is different; of an added or removed row the cells that say something. */
  readonly cells: readonly CellChange[];
}

export interface TableDiff {
  readonly settings: readonly SettingChange[];
  /** In the order of the table after; what was removed comes first. */
  readonly columns: readonly ColumnChange[];
  /** As the columns; a row that was moved and changed is there twice. */
  readonly rows: readonly RowChange[];
}

/**
 * What changed. Rows are the same when their ids are, columns when what they ask for or give is; ids that do not
 * correspond are passed over (match-rows.ts). Tables that say the same, under whatever ids, give nothing.
 */
export function diffTables(before: DecisionTable, after: DecisionTable): TableDiff {
  const columns = [
    ...pairColumns('input', before.inputs.map(inputSide), after.inputs.map(inputSide)),
    ...pairColumns('output', before.outputs.map(outputSide), after.outputs.map(outputSide)),
  ];
  return {
    settings: settingChanges(before, after),
    columns: columns.flatMap(columnChanges),
    rows: rowChanges(before.rows, after.rows, columns),
  };
}

export const isEmptyDiff = ({ settings, columns, rows }: TableDiff): boolean =>
  settings.length + columns.length + rows.length === 0;

function settingChanges(before: DecisionTable, after: DecisionTable): readonly SettingChange[] {
  const [old, now] = [before, after].map((table) => textsOf(table, 'inputs', 'outputs', 'rows'));
  return differences(old, now).map(([setting, was, is]) => ({ setting, before: was, after: is }));
}

interface Side {
  readonly id: string;
  readonly place: number;
  /** What the head says. */
  readonly name: string;
  /** What it asks for or gives: columns with the same are the same. */
  readonly about: string;
  readonly facets: ReadonlyMap<string, string>;
}

/** What is said under each key but the id's and those named, as text. */
function textsOf(of: object, ...but: readonly string[]): ReadonlyMap<string, string> {
  const texts = Object.entries(of).flatMap(([key, value]: [string, unknown]): [string, string][] => {
    if (key === 'id' || but.includes(key) || value === undefined || value === '') return [];
    if (typeof value === 'string') return [[key, value]];
    const flat = Array.isArray(value) && value.every((item) => typeof item === 'string' && !item.includes(','));
    return [[key, flat ? value.join(', ') : JSON.stringify(value)]];
  });
  return new Map(texts);
}

function inputSide(input: TableInput, place: number): Side {
  const { id, label, expression } = input;
  return { id, place, name: label ?? expression, about: expression.trim(), facets: textsOf(input) };
}

function outputSide(output: TableOutput, place: number): Side {
  const { id, name } = output;
  return { id, place, name, about: name.trim(), facets: textsOf(output) };
}

interface ColumnPair {
  readonly part: ColumnChange['part'];
  readonly before: Side | null;
  readonly after: Side | null;
  readonly moved: boolean;
}

/** Same id and subject first, then same subject, then same id. */
function pairColumns(
  part: ColumnChange['part'],
  before: readonly Side[],
  after: readonly Side[],
): readonly ColumnPair[] {
  const partner = new Map<Side, Side>();
  const left = new Set(after);
  const same: readonly ((a: Side, b: Side) => boolean)[] = [
    (a, b) => a.id === b.id && a.about === b.about,
    (a, b) => a.about === b.about,
    (a, b) => a.id === b.id,
  ];
  for (const test of same) {
    for (const a of before) {
      if (partner.has(a)) continue;
      const b = [...left].find((one) => test(a, one));
      if (b === undefined) continue;
      partner.set(a, b);
      left.delete(b);
    }
  }
  const places = before.flatMap((a): Pair[] => {
    const b = partner.get(a);
    return b === undefined ? [] : [[a.place, b.place]];
  });
  const still = inOrder(places);
  const gone = before.filter((a) => !partner.has(a)).map((a) => ({ part, before: a, after: null, moved: false }));
  const there = after.map((b): ColumnPair => {
    const a = before.find((one) => partner.get(one) === b) ?? null;
    return { part, before: a, after: b, moved: a !== null && !still.has(a.place) };
  });
  return [...gone, ...there];
}

const HEADS = ['label', 'expression', 'name'];

function columnChanges({ part, before, after, moved }: ColumnPair): readonly ColumnChange[] {
  const side = after ?? before;
  if (side === null) return [];
  const at = { part, id: side.id, name: side.name, before: before?.place ?? null, after: after?.place ?? null };
  const facets = differences(before?.facets, after?.facets).map(([facet, old, now]): FacetChange => {
    return { facet, before: old, after: now };
  });
  if (before === null || after === null) return [{ ...at, change: before === null ? 'added' : 'removed', facets }];
  const heads = before.name === after.name ? [] : facets.filter(({ facet }) => HEADS.includes(facet));
  const rest = facets.filter((facet) => !heads.includes(facet));
  const changes: ColumnChange[] = [];
  if (heads.length > 0) changes.push({ ...at, change: 'renamed', facets: heads });
  if (rest.length > 0) changes.push({ ...at, change: 'changed', facets: rest });
  if (moved) changes.push({ ...at, change: 'moved', facets: [] });
  return changes;
}

type Texts = ReadonlyMap<string, string>;

const differences = (before: Texts = new Map(), after: Texts = new Map()): [string, string | null, string | null][] =>
  [...new Set([...before.keys(), ...after.keys()])]
    .filter((key) => before.get(key) !== after.get(key))
    .map((key) => [key, before.get(key) ?? null, after.get(key) ?? null]);

function rowChanges(
  before: readonly TableRow[],
  after: readonly TableRow[],
  columns: readonly ColumnPair[],
): readonly RowChange[] {
  const common = columns.filter((column) => column.before !== null && column.after !== null);
  const pairs = matchRows(
    before.map((row) => ({
      id: row.id,
      cells: common.map(({ part, before: side }) => plain(cellOf(row, part, side))),
    })),
    after.map((row) => ({ id: row.id, cells: common.map(({ part, after: side }) => plain(cellOf(row, part, side))) })),
  );
  const partner = new Map(pairs.map(([a, b]) => [b, a]));
  const kept = new Set(partner.values());
  const still = inOrder(pairs);
  const removed = before.flatMap((row, place): RowChange[] =>
    kept.has(place)
      ? []
      : [{ id: row.id, change: 'removed', before: place, after: null, cells: cellChanges(row, null, columns) }],
  );
  const others = after.flatMap((row, place): RowChange[] => {
    const at = partner.get(place);
    const old = at === undefined ? undefined : before[at];
    if (at === undefined || old === undefined)
      return [{ id: row.id, change: 'added', before: null, after: place, cells: cellChanges(null, row, columns) }];
    const base = { id: row.id, before: at, after: place };
    const cells = cellChanges(old, row, columns);
    const moved: RowChange[] = still.has(at) ? [] : [{ ...base, change: 'moved', cells: [] }];
    return cells.length === 0 ? moved : [...moved, { ...base, change: 'changed', cells }];
  });
  return [...removed, ...others];
}

const cellOf = (row: TableRow, part: ColumnChange['part'], side: Side | null): string =>
  side === null ? '' : ((part === 'input' ? row.when : row.then)[side.place] ?? '');

/** Cells that let everything pass say the same, however they are written. */
const plain = (cell: string): string => (passesAll(cell) ? '' : cell.trim());

function cellChanges(
  before: TableRow | null,
  after: TableRow | null,
  columns: readonly ColumnPair[],
): readonly CellChange[] {
  const cells = columns.map((column): CellChange => {
    const { part } = column;
    const side = column.after ?? column.before;
    return {
      part,
      column: side?.id ?? '',
      name: side?.name ?? '',
      before: before === null || column.before === null ? null : cellOf(before, part, column.before),
      after: after === null || column.after === null ? null : cellOf(after, part, column.after),
    };
  });
  const [old, now] = [before, after].map((row) => (row === null ? undefined : textsOf(row, 'when', 'then')));
  const others = differences(old, now).map(([key, was, is]): CellChange => {
    return { part: 'row', column: key, name: key, before: was, after: is };
  });
  // A cell that is new and empty, or was empty and is gone, says nothing.
  return [...cells.filter((cell) => (cell.before ?? '') !== (cell.after ?? '')), ...others];
}
