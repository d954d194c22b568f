/**
 * A sheet as a decision table. Where there is a table already, nothing of it is reset silently: what the sheet does not
 * speak of stays, and what changes or goes is in the report, which a person sees before anything is taken over.
 */
import type { FeelScopeTypes } from '../../feel/problem.ts';
import { tableSchema } from '../table-document.ts';
import type { DecisionTable, TableInput, TableOutput } from '../table-document.ts';
import { inputOf, outputOf } from './column-of.ts';
import type { ReadColumn, ReadOptions } from './column-of.ts';
import { compareTables } from './differences.ts';
import type { SheetPlaces } from './differences.ts';
import { readOptionalText } from './escape.ts';
import { FeelCheck } from './feel-check.ts';
import { cellText, columnLetters } from './grid.ts';
import type { SheetCell, SheetGrid } from './grid.ts';
import type { Role } from './head.ts';
import { layoutOf } from './layout.ts';
import type { SheetLayout } from './layout.ts';
import { cellAt, changeMessage, Notes } from './report.ts';
import type { CellReading } from './read-cell.ts';
import type { SheetReport } from './report.ts';
import { refusalOf, SheetRefused } from './refused.ts';
import type { SheetRefusal } from './refused.ts';
import { freshIds, rowsOf } from './rows-of.ts';
import type { CellsOf } from './rows-of.ts';

export interface SheetOptions {
  /** The table that the sheet is to change; null or left out for a new one. */
  readonly existing?: DecisionTable | null;
  readonly scope?: FeelScopeTypes;
  /** What the person says that columns are for, by their place counted from 0. */
  readonly roles?: ReadonlyMap<number, Role>;
  /** Whether the numbers of the file have decimal commas. */
  readonly commas?: boolean;
  /** What becomes of columns that the sheet does not have. They stay unless the person says otherwise. */
  readonly missing?: 'stay' | 'go';
  /** What is known of the file, for the report. */
  readonly file?: readonly string[];
  readonly sheets?: readonly string[];
}

export type SheetReading =
  | { readonly ok: true; readonly table: DecisionTable; readonly report: SheetReport }
  | SheetRefusal;

/** Reads a sheet. Never throws on account of the sheet. */
export function readSheet(grid: SheetGrid, options: SheetOptions = {}): SheetReading {
  try {
    return readOrRefuse(grid, options);
  } catch (error) {
    return refusalOf(error);
  }
}

function readOrRefuse(grid: SheetGrid, options: SheetOptions): SheetReading {
  const { existing = null, scope = {}, roles = new Map<number, Role>(), missing = 'stay' } = options;
  const layout = layoutOf(grid, { existing, scope, roles });
  const [changed, doubts] = [new Notes(), new Notes()];
  const feel = new FeelCheck(scope, true);
  const said = layout.columns.map(({ head }) => readOptionalText(cellText(head.id)));
  const readOptions = (columns: readonly { id: string }[], prefix: string): ReadOptions => ({
    existing,
    scope,
    commas: options.commas ?? false,
    feel,
    idOf: idGiver([...columns.map(({ id }) => id), ...said], prefix),
  });
  const ofInputs = readOptions(existing?.inputs ?? [], 'i');
  const ofOutputs = readOptions(existing?.outputs ?? [], 'o');
  const inputs = layout.columns
    .filter(({ role }) => role === 'input')
    .map((from) => inputOf(layout, from, ofInputs, doubts));
  const outputs = layout.columns
    .filter(({ role }) => role === 'output')
    .map((from) => outputOf(layout, from, ofOutputs, doubts));
  for (const column of [...inputs, ...outputs]) tellColumn(column, layout, changed, doubts);
  tellLayout(layout, existing, doubts);
  if (feel.isSpent)
    doubts.add('There are too many different formulas to look at each; the others are taken as they stand.');

  const wholeInputs = placed(inputs, existing?.inputs ?? [], missing);
  const wholeOutputs = placed(outputs, existing?.outputs ?? [], missing);
  const rows = rowsOf(
    layout,
    { when: wholeInputs.map(({ cells }) => cells), then: wholeOutputs.map(({ cells }) => cells) },
    existing,
    doubts,
  );
  const { aggregation: wasAggregation, ...kept } = existing ?? {};
  const aggregation = layout.policy === null ? wasAggregation : layout.policy.aggregation;
  const table = checked({
    ...kept,
    hitPolicy: layout.policy?.hitPolicy ?? existing?.hitPolicy ?? 'UNIQUE',
    ...(aggregation === undefined ? {} : { aggregation }),
    inputs: wholeInputs.map(({ column }) => column),
    outputs: wholeOutputs.map(({ column }) => column),
    rows,
  });
  const targets = new Map([
    ...inputs.map(({ from, column }) => [from.column, column.expression] as const),
    ...outputs.map(({ from, column }) => [from.column, column.name] as const),
  ]);
  const report: SheetReport = {
    file: options.file ?? [],
    sheets: options.sheets ?? [],
    own: layout.own,
    missing: missingOf(existing, inputs, outputs),
    columns: layout.columns.map(({ column, heading, role, guessed }) => {
      return { column, heading, role, target: targets.get(column) ?? '', guessed };
    }),
    changed: changed.entries,
    notUnderstood: doubts.entries,
    ...(existing === null
      ? { updated: [], lost: [] }
      : compareTables(existing, table, placesIn(layout, table, inputs, outputs))),
  };
  return { ok: true, table, report };
}

interface Placed<T> {
  readonly column: T;
  readonly cells: CellsOf;
}

function missingOf(
  existing: DecisionTable | null,
  inputs: readonly ReadColumn<TableInput>[],
  outputs: readonly ReadColumn<TableOutput>[],
): readonly string[] {
  if (existing === null) return [];
  const seen = (columns: readonly { from: { match: number } }[]) => new Set(columns.map(({ from }) => from.match));
  const [when, then] = [seen(inputs), seen(outputs)];
  return [
    ...existing.inputs.flatMap(({ label, expression }, i) => (when.has(i) ? [] : [label ?? expression])),
    ...existing.outputs.flatMap(({ name }, i) => (then.has(i) ? [] : [name])),
  ];
}

/** Each id once: what is taken or not given becomes a new one. */
function idGiver(taken: readonly (string | undefined)[], prefix: string): (given: string | undefined) => string {
  const fresh = freshIds(taken, prefix);
  const seen = new Set<string>();
  return (given) => {
    const id = given === undefined || seen.has(given) ? fresh() : given;
    seen.add(id);
    return id;
  };
}

/** The columns of the sheet, and those that only the table has where they were. */
function placed<T extends TableInput | TableOutput>(
  read: readonly ReadColumn<T>[],
  existing: readonly T[],
  missing: 'stay' | 'go',
): readonly Placed<T>[] {
  const columns: Placed<T>[] = read.map(({ column, cells, from }) => ({
    column,
    cells: { cells: cells.map(({ text }) => text), was: from.match },
  }));
  if (missing === 'go') return columns;
  const matched = new Set(read.map(({ from }) => from.match));
  for (const [was, column] of existing.entries())
    if (!matched.has(was)) columns.splice(was, 0, { column, cells: { cells: null, was } });
  return columns;
}

/** Tells what was read as something else and what is doubtful in a column; refuses the errors of formulas. */
function tellColumn(
  { from, cells, fallback }: ReadColumn<TableInput | TableOutput>,
  layout: SheetLayout,
  changed: Notes,
  doubts: Notes,
): void {
  const errors: string[] = [];
  const tell = (reading: CellReading, cell: SheetCell | undefined, row: number) => {
    if (reading.told === null) return;
    const at = cellAt(from.column, row, cellText(cell), reading.text);
    if (reading.told === 'error') errors.push(`${at.place} (${at.from})`);
    const message = changeMessage(reading.told, from.heading);
    if (message !== null) changed.add(message, at);
    else if (reading.doubt !== null) doubts.add(`“${from.heading}”: ${reading.doubt}`, at);
    else doubts.add(`“${from.heading}”: no FEEL that can be evaluated here; taken as it stands.`, at);
  };
  if (fallback !== null) tell(fallback, from.head.default, layout.defaultsAt);
  for (const [r, reading] of cells.entries()) {
    const row = layout.body[r];
    tell(reading, row?.cells[from.column], row?.number ?? 0);
  }
  if (errors.length > 0) refuseErrors(from.heading, errors);
}

const SHOWN_ERRORS = 5;

function refuseErrors(heading: string, errors: readonly string[]): never {
  const rest = errors.length > SHOWN_ERRORS ? ` and ${errors.length - SHOWN_ERRORS} more` : '';
  throw new SheetRefused(
    `Cells of “${heading}” hold the error of a formula: ${errors.slice(0, SHOWN_ERRORS).join(', ')}${rest}.`,
    'Repair the formulas in the spreadsheet and save it again; a text that only looks like one takes an apostrophe in front.',
  );
}

/** Tells what of the head and of the columns is not understood or not taken. */
function tellLayout(layout: SheetLayout, existing: DecisionTable | null, doubts: Notes): void {
  if (layout.unknownPolicy !== null) doubts.add(`“${layout.unknownPolicy}” names no hit policy; it is left as it was.`);
  if (layout.policy === null && existing === null) doubts.add('The sheet names no hit policy: it is UNIQUE.');
  for (const { column, role, heading, guessed } of layout.columns) {
    if (role !== 'left out') continue;
    const place = columnLetters(column);
    if (heading !== '') doubts.add(`Column ${place}, “${heading}”, is left out.`);
    else if (guessed) doubts.add(`Column ${place} has no heading and is left out.`);
  }
  for (const { head, heading, role, target } of layout.columns)
    if (layout.own && role === 'output' && heading !== '' && heading !== target && head.expression !== undefined)
      doubts.add(`“${heading}” stands above the output “${target}”: an output is called by its name, below it.`);
}

/** Where the rows and columns of the new table stand in the sheet. */
function placesIn(
  layout: SheetLayout,
  table: DecisionTable,
  inputs: readonly ReadColumn<TableInput>[],
  outputs: readonly ReadColumn<TableOutput>[],
): SheetPlaces {
  const rows = new Map(table.rows.map(({ id }, r) => [id, layout.body[r]?.number ?? 0]));
  const columns = {
    when: new Map(inputs.map(({ column, from }) => [column.id, from.column])),
    then: new Map(outputs.map(({ column, from }) => [column.id, from.column])),
  };
  return { rowOf: (id) => rows.get(id), columnOf: (side, id) => columns[side].get(id) };
}

/** The table if its schema takes it; refuses with the place of what it does not take. */
function checked(table: DecisionTable): DecisionTable {
  const parsed = tableSchema.safeParse(table);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new SheetRefused(
    `The sheet makes no decision table: ${issue?.path.join('.') ?? 'the table'}: ${issue?.message ?? 'it is not valid'}.`,
    'A table has at least one output, at most 100 inputs, 100 outputs and 20,000 rows, and a cell at most 10,000 characters.',
  );
}
