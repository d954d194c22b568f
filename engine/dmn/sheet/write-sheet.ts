/** A decision table as a sheet that says everything about it: {@link readSheet} gives the very table again. */
import type { DecisionTable } from '../table-document.ts';
import { writeColumn } from './column-cells.ts';
import type { ColumnWriter } from './column-cells.ts';
import { FeelCheck } from './feel-check.ts';
import { keep, optionalText } from './escape.ts';
import { BLANK, textCell } from './grid.ts';
import type { SheetCell } from './grid.ts';
import { HEAD, isHeadWord, listText, policyText } from './head.ts';
import type { HeadRow, Role } from './head.ts';

export interface SheetForm {
  /** Typed cells, as Excel has them, or texts only. */
  readonly form: 'typed' | 'texts';
  /** Whether numbers are written with a decimal comma. */
  readonly commas: boolean;
}

export interface WrittenSheet {
  readonly rows: readonly (readonly SheetCell[])[];
  /** How many rows at the top are the head, and which of them is for the machine only. */
  readonly head: { readonly rows: number; readonly idRow: number };
  /** What each column is for, the first being the rows' ids. */
  readonly roles: readonly Role[];
}

type Form = SheetForm & Pick<ColumnWriter, 'feel'>;

/** A column of the sheet: its head, and its cells below. */
interface Column {
  readonly role: Role;
  readonly heading: SheetCell;
  readonly head: Readonly<Partial<Record<HeadRow, SheetCell>>>;
  readonly cells: readonly SheetCell[];
}

export function writeSheet(table: DecisionTable, { form: kind, commas }: SheetForm): WrittenSheet {
  const form: Form = { form: kind, commas, feel: new FeelCheck({}, false) };
  const columns = [
    ...table.inputs.map((_, i) => inputColumn(table, i, form)),
    ...table.outputs.map((_, i) => outputColumn(table, i, form)),
    ...noteColumn(table),
  ];
  const used = (row: HeadRow): boolean => columns.some(({ head }) => (head[row] ?? BLANK).kind !== 'blank');
  const always: readonly HeadRow[] = ['role', 'expression'];
  const shown = [...always, ...(['type', 'values', 'default'] as const).filter(used), 'id' as const];
  const ids = table.rows.map(({ id }) => textCell(optionalText(id, isHeadWord)));
  return {
    rows: [
      [textCell(policyText({ hitPolicy: table.hitPolicy, aggregation: table.aggregation })), ...columns.map(heading)],
      ...shown.map((row) => [textCell(HEAD[row]), ...columns.map(({ head }) => head[row] ?? BLANK)]),
      ...ids.map((id, r) => [id, ...columns.map(({ cells }) => cells[r] ?? BLANK)]),
    ],
    head: { rows: 1 + shown.length, idRow: shown.length },
    roles: ['row id', ...columns.map(({ role }) => role)],
  };
}

const heading = (column: Column): SheetCell => column.heading;

/** A text where it needs no mark, and nothing where it does. */
const plain = (text: string): string => (optionalText(text) === text ? text : '');

const optional = (text: string | undefined): SheetCell => textCell(optionalText(text));

function inputColumn(table: DecisionTable, i: number, form: Form): Column {
  const input = table.inputs[i];
  if (input === undefined) throw new Error(`the table has no input ${i}`);
  const { label, expression } = input;
  return {
    role: 'input',
    // A column without a label is headed by its expression; a label of the same words is marked as one.
    heading: textCell(label === undefined ? plain(expression) : optionalText(label, (text) => text === expression)),
    head: {
      role: textCell('input'),
      expression: expression === '' ? BLANK : optional(expression),
      type: optional(input.type),
      values: optional(input.values),
      id: optional(input.id),
    },
    cells: writeColumn(
      table.rows.map(({ when }) => when[i] ?? ''),
      { ...form, side: 'when', type: input.type ?? 'any', values: [] },
    ),
  };
}

function outputColumn(table: DecisionTable, i: number, form: Form): Column {
  const output = table.outputs[i];
  if (output === undefined) throw new Error(`the table has no output ${i}`);
  const { values } = output;
  const cells = writeColumn([output.default ?? '', ...table.rows.map(({ then }) => then[i] ?? '')], {
    ...form,
    side: 'then',
    type: output.type ?? 'any',
    values: values ?? [],
  });
  const [fallback = BLANK] = cells;
  return {
    role: 'output',
    heading: optional(output.name),
    head: {
      role: textCell('output'),
      expression: optional(output.name),
      type: optional(output.type),
      values: optional(values === undefined ? undefined : listText(values)),
      // An empty formula is written as one, so that it is not taken for none.
      default: output.default === '' ? { kind: 'text', text: keep('') } : fallback,
      id: optional(output.id),
    },
    cells: cells.slice(1),
  };
}

function noteColumn(table: DecisionTable): readonly Column[] {
  if (table.rows.every(({ note }) => note === undefined)) return [];
  return [
    {
      role: 'note',
      heading: textCell('Note'),
      head: { role: textCell('note') },
      cells: table.rows.map(({ note }) => optional(note)),
    },
  ];
}
