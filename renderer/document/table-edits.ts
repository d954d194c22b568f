import type { DecisionTable, TableInput, TableOutput, TableRow } from '../../engine/dmn/table.ts';

/**
 * Edits of a decision table as it stands in a rule's config. A table keeps its shape under each of them: every row has as
 * many cells as there are columns. Ids come in as parameters.
 */

/** A cell that lets everything through. */
export const ANY_CELL = '-';

/** The tests of a row, or what it gives. */
export type Side = 'when' | 'then';

const insertAt = <T>(list: readonly T[], index: number, item: T): T[] => [
  ...list.slice(0, index),
  item,
  ...list.slice(index),
];
const drop = <T>(list: readonly T[], index: number): T[] => list.filter((_, i) => i !== index);
const change = <T>(list: readonly T[], index: number, by: (item: T) => T): T[] =>
  list.map((item, i) => (i === index ? by(item) : item));

export const setCell = (
  table: DecisionTable,
  row: number,
  side: Side,
  column: number,
  text: string,
): DecisionTable => ({
  ...table,
  rows: change(table.rows, row, (r) => ({ ...r, [side]: change(r[side], column, () => text) })),
});

export function insertRow(table: DecisionTable, index: number, id: string): DecisionTable {
  const row: TableRow = { id, when: table.inputs.map(() => ANY_CELL), then: table.outputs.map(() => '') };
  return { ...table, rows: insertAt(table.rows, index, row) };
}

export function duplicateRow(table: DecisionTable, index: number, id: string): DecisionTable {
  const row = table.rows[index];
  return row === undefined ? table : { ...table, rows: insertAt(table.rows, index + 1, { ...row, id }) };
}

export const removeRow = (table: DecisionTable, index: number): DecisionTable => ({
  ...table,
  rows: drop(table.rows, index),
});

export function moveRow(table: DecisionTable, index: number, by: -1 | 1): DecisionTable {
  const row = table.rows[index];
  if (row === undefined || index + by < 0 || index + by >= table.rows.length) return table;
  return { ...table, rows: insertAt(drop(table.rows, index), index + by, row) };
}

export const addInput = (table: DecisionTable, input: TableInput): DecisionTable => ({
  ...table,
  inputs: [...table.inputs, input],
  rows: table.rows.map((row) => ({ ...row, when: [...row.when, ANY_CELL] })),
});

export const addOutput = (table: DecisionTable, output: TableOutput): DecisionTable => ({
  ...table,
  outputs: [...table.outputs, output],
  rows: table.rows.map((row) => ({ ...row, then: [...row.then, ''] })),
});

/** Without a column. A table keeps its last output: without one it would say nothing. */
export function removeColumn(table: DecisionTable, side: Side, index: number): DecisionTable {
  if (side === 'then' && table.outputs.length <= 1) return table;
  const rows = table.rows.map((row) => ({ ...row, [side]: drop(row[side], index) }));
  return side === 'when'
    ? { ...table, inputs: drop(table.inputs, index), rows }
    : { ...table, outputs: drop(table.outputs, index), rows };
}

export const setInput = (table: DecisionTable, index: number, some: Partial<TableInput>): DecisionTable => ({
  ...table,
  inputs: change(table.inputs, index, (input) => ({ ...input, ...some })),
});

/** An output column with something else in it; a list of values that became empty is left out. */
export const setOutput = (table: DecisionTable, index: number, some: Partial<TableOutput>): DecisionTable => ({
  ...table,
  outputs: change(table.outputs, index, (output) => {
    const { values, ...next } = { ...output, ...some };
    return values === undefined || values.length === 0 ? next : { ...next, values };
  }),
});

/** The next free id of the form `r7`. */
export function nextId(prefix: string, taken: Iterable<{ id: string }>): string {
  let highest = 0;
  for (const { id } of taken) {
    const number = id.startsWith(prefix) ? Number(id.slice(prefix.length)) : Number.NaN;
    if (Number.isInteger(number)) highest = Math.max(highest, number);
  }
  return `${prefix}${highest + 1}`;
}

/** `"a, b", "c"` as its parts: commas within quotes do not part. */
export function splitValues(text: string): string[] {
  const parts = text.match(/(?:"(?:\\.|[^"\\])*"?|[^,"])+/g) ?? [];
  return parts.map((part) => part.trim()).filter((part) => part !== '');
}
