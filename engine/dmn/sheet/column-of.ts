/** One column of a sheet as an input or output of a table: what the sheet says, and what the table says where it is silent. */
import type { FeelScopeTypes } from '../../feel/problem.ts';
import type { DecisionTable, TableInput, TableOutput } from '../table-document.ts';
import { readColumn } from './column-cells.ts';
import { isColumnType, typeInScope } from './column-type.ts';
import type { ColumnType, Side } from './column-type.ts';
import type { FeelCheck } from './feel-check.ts';
import { readOptionalText } from './escape.ts';
import { BLANK, cellText } from './grid.ts';
import type { SheetCell } from './grid.ts';
import { readList } from './head.ts';
import { labelOf } from './layout.ts';
import type { LayoutColumn, SheetLayout } from './layout.ts';
import { isNumeric } from './number-notation.ts';
import { typedDate } from './read-cell.ts';
import type { CellReading } from './read-cell.ts';
import type { Notes } from './report.ts';

export interface ReadOptions {
  readonly existing: DecisionTable | null;
  readonly scope: FeelScopeTypes;
  /** Whether the numbers of the file have decimal commas. */
  readonly commas: boolean;
  readonly feel: FeelCheck;
  /** The id of a column that the sheet or the table gives this one; another one where there is none or it is taken. */
  readonly idOf: (given: string | undefined) => string;
}

export interface ReadColumn<T extends TableInput | TableOutput> {
  readonly from: LayoutColumn;
  readonly column: T;
  readonly cells: readonly CellReading[];
  /** The cell of the default, where the sheet has one. */
  readonly fallback: CellReading | null;
}

const says = (column: LayoutColumn, row: keyof LayoutColumn['head']): boolean => column.head[row] !== undefined;
const said = (column: LayoutColumn, row: keyof LayoutColumn['head']): string | undefined =>
  readOptionalText(cellText(column.head[row]));

/** The value of one property: as the sheet says where it speaks of it, as it was where it does not. */
function property<T>(from: LayoutColumn, row: keyof LayoutColumn['head'], read: () => T, was: T): T {
  return says(from, row) ? read() : was;
}

/** Leaves out what is undefined. */
function present<K extends string, V>(key: K, value: V | undefined): Partial<Record<K, V>> {
  const none: Partial<Record<K, V>> = {};
  return value === undefined ? none : { ...none, [key]: value };
}

export function inputOf(
  layout: SheetLayout,
  from: LayoutColumn,
  options: ReadOptions,
  notes: Notes,
): ReadColumn<TableInput> {
  const {
    id: wasId,
    label: wasLabel,
    type: wasType,
    values: wasValues,
    ...was
  } = options.existing?.inputs[from.match] ?? {
    id: undefined,
    label: undefined,
    type: undefined,
    values: undefined,
    expression: from.target,
  };
  const expression = says(from, 'expression') ? from.target : was.expression;
  const isNew = from.match < 0;
  const newLabel = isNew && !layout.own && from.heading !== expression ? from.heading : wasLabel;
  const type = property(from, 'type', () => typeOf(from, wasType, notes), wasType);
  const shown = type ?? (layout.own ? 'any' : typeInScope(expression, options.scope));
  const sheet = layout.body.map(({ cells }) => cells[from.column] ?? BLANK);
  return {
    from,
    column: {
      id: options.idOf(said(from, 'id') ?? wasId),
      ...was,
      expression,
      ...present(
        'label',
        property(from, 'label', () => labelOf(from.head.label, expression), newLabel),
      ),
      ...present('type', type),
      ...present(
        'values',
        property(from, 'values', () => said(from, 'values'), wasValues),
      ),
    },
    fallback: null,
    cells: readColumn(sheet, {
      side: 'when',
      type: layout.own || shown !== 'any' ? shown : inferType(sheet, 'when', options.feel),
      feel: options.feel,
      values: [],
      marked: layout.own,
      commas: options.commas,
    }),
  };
}

export function outputOf(
  layout: SheetLayout,
  from: LayoutColumn,
  options: ReadOptions,
  notes: Notes,
): ReadColumn<TableOutput> {
  const {
    id: wasId,
    type: wasType,
    values: wasValues,
    default: wasDefault,
    ...was
  } = options.existing?.outputs[from.match] ?? {
    id: undefined,
    type: undefined,
    values: undefined,
    default: undefined,
    name: from.target,
  };
  const name = says(from, 'expression') || (layout.own && from.match < 0) ? from.target : was.name;
  const sheet = layout.body.map(({ cells }) => cells[from.column] ?? BLANK);
  const inferred = layout.own ? 'any' : inferType(sheet, 'then', options.feel);
  const newType = from.match < 0 && inferred !== 'any' ? inferred : wasType;
  const type = property(from, 'type', () => typeOf(from, wasType, notes), newType);
  const values = property(from, 'values', () => valuesOf(from, wasValues, notes), wasValues);
  const [fallback, ...cells] = readColumn([from.head.default ?? BLANK, ...sheet], {
    side: 'then',
    type: type ?? inferred,
    feel: options.feel,
    values: values ?? [],
    marked: layout.own,
    commas: options.commas,
  });
  const isSet = from.head.default !== undefined && from.head.default.kind !== 'blank';
  return {
    from,
    column: {
      id: options.idOf(said(from, 'id') ?? wasId),
      ...was,
      name,
      ...present('type', type),
      ...present('values', values),
      ...present(
        'default',
        property(from, 'default', () => (isSet ? fallback?.text : undefined), wasDefault),
      ),
    },
    cells,
    fallback: isSet ? (fallback ?? null) : null,
  };
}

function typeOf(from: LayoutColumn, was: ColumnType | undefined, notes: Notes): ColumnType | undefined {
  const text = said(from, 'type')?.trim();
  if (text === undefined || text === '') return undefined;
  const type = text.toLowerCase();
  if (isColumnType(type)) return type;
  notes.add(`“${from.heading}”: “${text}” is no type that a column has; it is left as it was.`);
  return was;
}

function valuesOf(from: LayoutColumn, was: readonly string[] | undefined, notes: Notes): string[] | undefined {
  const text = said(from, 'values');
  if (text === undefined) return undefined;
  const values = readList(text);
  if (values !== null) return [...values];
  notes.add(`“${from.heading}”: the list of values has a quotation mark that is not closed; it is left as it was.`);
  return was === undefined ? undefined : [...was];
}

/** What the cells of a column show that nothing else says: all numbers, all dates, all FEEL (`any`), or words. */
export function inferType(cells: readonly SheetCell[], side: Side, feel: FeelCheck): ColumnType {
  const saying = cells.filter((cell) => !/^\s*-?\s*$/.test(cellText(cell)));
  if (saying.length === 0) return 'any';
  const all = (holds: (cell: SheetCell) => boolean): boolean => saying.every(holds);
  if (all((cell) => cell.kind === 'number' || (cell.kind === 'text' && isNumeric(cell.text)))) return 'number';
  if (all((cell) => cell.kind === 'boolean' || /^(?:true|false)$/i.test(cellText(cell)))) return 'boolean';
  if (all((cell) => cell.kind === 'date' || (cell.kind === 'text' && typedDate(cell.text) !== null))) return 'date';
  return all((cell) => cell.kind !== 'text' || feel.isFeel(cell.text, side, 'any')) ? 'any' : 'string';
}
