import type { DecisionTable, TableInput, TableOutput, TableRow } from '../../../engine/dmn/table.ts';
import type { Range } from './selection.ts';
import { ANY_CELL, columnsOf, type Column } from './shape.ts';

/**
 * Edits of a decision table. A table keeps its shape under each of them: every row has as many cells as there are
 * columns, ids are their own, and there is an output.
 */

const insertAt = <T>(list: readonly T[], index: number, items: readonly T[]): T[] => [
  ...list.slice(0, index),
  ...items,
  ...list.slice(index),
];
const change = <T>(list: readonly T[], index: number, by: (item: T) => T): T[] =>
  list.map((item, i) => (i === index ? by(item) : item));
/** The items from `from` to `to` go one place up or down. */
function shifted<T>(list: readonly T[], from: number, to: number, by: -1 | 1): T[] {
  const moving = list.slice(from, to + 1);
  return insertAt(
    list.filter((_, i) => i < from || i > to),
    from + by,
    moving,
  );
}

/** Free ids such as `r7`, `r8`. */
export function freshIds(prefix: string, taken: Iterable<{ id: string }>, count: number): string[] {
  let highest = 0;
  for (const { id } of taken) {
    const number = id.startsWith(prefix) ? Number(id.slice(prefix.length)) : Number.NaN;
    if (Number.isSafeInteger(number)) highest = Math.max(highest, number);
  }
  return Array.from({ length: count }, (_, i) => `${prefix}${highest + 1 + i}`);
}

function withText(row: TableRow, { side, index }: Column, text: string): TableRow {
  if (side !== 'note') return { ...row, [side]: change(row[side], index, () => text) };
  const { note: _before, ...bare } = row;
  return text === '' ? bare : { ...bare, note: text };
}

/** Writes into the cells of a range; undefined leaves a cell as it is. Rows in which nothing changed stay the same objects. */
export function writeCells(
  table: DecisionTable,
  { top, bottom, left, right }: Range,
  textAt: (row: number, column: number) => string | undefined,
): DecisionTable {
  const columns = columnsOf(table);
  let touched = false;
  const rows = table.rows.map((row, r) => {
    if (r < top || r > bottom) return row;
    let next = row;
    for (let c = left; c <= right; c++) {
      const column = columns[c];
      const text = textAt(r, c);
      if (column === undefined || text === undefined) continue;
      const now = column.side === 'note' ? (row.note ?? '') : row[column.side][column.index];
      if (now !== text) next = withText(next, column, text);
    }
    touched ||= next !== row;
    return next;
  });
  return touched ? { ...table, rows } : table;
}

/** New rows that let everything pass and give nothing yet. */
export function insertRows(table: DecisionTable, index: number, count: number): DecisionTable {
  const rows = freshIds('r', table.rows, count).map((id): TableRow => ({
    id,
    when: table.inputs.map(() => ANY_CELL),
    then: table.outputs.map(() => ''),
  }));
  return { ...table, rows: insertAt(table.rows, index, rows) };
}

/** The rows from `top` to `bottom` once more, below them. */
export function duplicateRows(table: DecisionTable, top: number, bottom: number): DecisionTable {
  const some = table.rows.slice(top, bottom + 1);
  const ids = freshIds('r', table.rows, some.length);
  const copies = some.map((row, i) => ({ ...row, id: ids[i] ?? row.id }));
  return { ...table, rows: insertAt(table.rows, bottom + 1, copies) };
}

export const removeRows = (table: DecisionTable, top: number, bottom: number): DecisionTable => ({
  ...table,
  rows: table.rows.filter((_, r) => r < top || r > bottom),
});

export function moveRows(table: DecisionTable, top: number, bottom: number, by: -1 | 1): DecisionTable {
  if (top > bottom || top + by < 0 || bottom + by >= table.rows.length) return table;
  return { ...table, rows: shifted(table.rows, top, bottom, by) };
}

export function addInput(table: DecisionTable, index: number, input?: Omit<TableInput, 'id'>): DecisionTable {
  const [id = 'i1'] = freshIds('i', table.inputs, 1);
  return {
    ...table,
    inputs: insertAt(table.inputs, index, [{ expression: '', ...input, id }]),
    rows: table.rows.map((row) => ({ ...row, when: insertAt(row.when, index, [ANY_CELL]) })),
  };
}

/** `name` when no other output has it, or the first of `name 2`, `name 3`, … that is free. */
export function freeName(table: DecisionTable, name: string): string {
  const taken = new Set(table.outputs.map((output) => output.name));
  if (!taken.has(name)) return name;
  let number = 2;
  while (taken.has(`${name} ${number}`)) number++;
  return `${name} ${number}`;
}

export function addOutput(table: DecisionTable, index: number, output: Omit<TableOutput, 'id'>): DecisionTable {
  const [id = 'o1'] = freshIds('o', table.outputs, 1);
  return {
    ...table,
    outputs: insertAt(table.outputs, index, [{ ...output, id, name: freeName(table, output.name) }]),
    rows: table.rows.map((row) => ({ ...row, then: insertAt(row.then, index, ['']) })),
  };
}

/** The column once more, behind it, with its cells. */
export function duplicateColumn(table: DecisionTable, { side, index }: Column): DecisionTable {
  if (side === 'note') return table;
  const input = table.inputs[index];
  const output = table.outputs[index];
  const wider =
    side === 'when' ? input && addInput(table, index + 1, input) : output && addOutput(table, index + 1, output);
  if (wider === undefined) return table;
  const rows = wider.rows.map((row) => ({
    ...row,
    [side]: change(row[side], index + 1, () => row[side][index] ?? ''),
  }));
  return { ...wider, rows };
}

/** Without a column. A table keeps its last output, without which it would say nothing, and its remarks. */
export function removeColumn(table: DecisionTable, { side, index }: Column): DecisionTable {
  if (side === 'note' || (side === 'then' && table.outputs.length <= 1)) return table;
  const keep = (_: unknown, i: number): boolean => i !== index;
  const rows = table.rows.map((row) => ({ ...row, [side]: row[side].filter(keep) }));
  return side === 'when'
    ? { ...table, inputs: table.inputs.filter(keep), rows }
    : { ...table, outputs: table.outputs.filter(keep), rows };
}

/** Columns of one side, from `from` to `to` among them, go one place to the left or right; they stay on their side. */
export function moveColumns(
  table: DecisionTable,
  side: Column['side'],
  from: number,
  to: number,
  by: -1 | 1,
): DecisionTable {
  if (side === 'note') return table;
  const count = side === 'when' ? table.inputs.length : table.outputs.length;
  if (from > to || from + by < 0 || to + by >= count) return table;
  const rows = table.rows.map((row) => ({ ...row, [side]: shifted(row[side], from, to, by) }));
  return side === 'when'
    ? { ...table, inputs: shifted(table.inputs, from, to, by), rows }
    : { ...table, outputs: shifted(table.outputs, from, to, by), rows };
}

/** An input column with something else in it; texts that became empty are left out. */
export const setInput = (table: DecisionTable, index: number, some: Partial<TableInput>): DecisionTable => ({
  ...table,
  inputs: change(table.inputs, index, (input) => {
    const { label = '', values = '', type = 'any', ...rest } = { ...input, ...some };
    return {
      ...rest,
      ...(label === '' ? {} : { label }),
      ...(type === 'any' ? {} : { type }),
      ...(values.trim() === '' ? {} : { values }),
    };
  }),
});

/** An output column with something else in it; a list of values or a default that became empty is left out. */
export const setOutput = (table: DecisionTable, index: number, some: Partial<TableOutput>): DecisionTable => ({
  ...table,
  outputs: change(table.outputs, index, (output) => {
    const { values = [], type = 'any', default: fallback = '', ...rest } = { ...output, ...some };
    return {
      ...rest,
      ...(type === 'any' ? {} : { type }),
      ...(values.length === 0 ? {} : { values }),
      ...(fallback.trim() === '' ? {} : { default: fallback }),
    };
  }),
});

/** Another hit policy; what only COLLECT knows goes with it. */
export function setHitPolicy(table: DecisionTable, hitPolicy: DecisionTable['hitPolicy']): DecisionTable {
  const { aggregation, ...rest } = table;
  return hitPolicy === 'COLLECT' && aggregation !== undefined ? { ...table, hitPolicy } : { ...rest, hitPolicy };
}

export function setAggregation(table: DecisionTable, next: DecisionTable['aggregation'] | null): DecisionTable {
  const { aggregation: _before, ...rest } = table;
  return next === null || next === undefined ? rest : { ...rest, aggregation: next };
}
