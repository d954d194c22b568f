/** Renaming a variable of the scope in every expression of a table, by syntax tree. */
import { renameInExpression } from '../feel/rewrite.ts';
import type { CompileOptions } from '../feel/compile.ts';
import type { FeelScopeTypes } from '../feel/problem.ts';
import type { DecisionTable } from './table-document.ts';

const BLANK = /^\s*-?\s*$/;

/** The table with each mention of `oldName` replaced; cells that do not parse stay as they are. */
export function renameInTable(
  table: DecisionTable,
  scope: FeelScopeTypes,
  oldName: string,
  newName: string,
): DecisionTable {
  const rename = (source: string, options: CompileOptions = {}): string =>
    BLANK.test(source) ? source : renameInExpression(source, scope, oldName, newName, options);
  const tests: CompileOptions = { form: 'unary tests' };
  return {
    ...table,
    inputs: table.inputs.map((input) => ({
      ...input,
      expression: rename(input.expression),
      ...(input.values === undefined ? {} : { values: rename(input.values, tests) }),
    })),
    outputs: table.outputs.map((output) => ({
      ...output,
      ...(output.values === undefined ? {} : { values: output.values.map((value) => rename(value)) }),
      ...(output.default === undefined ? {} : { default: rename(output.default) }),
    })),
    rows: table.rows.map((row) => ({
      ...row,
      when: row.when.map((cell) => rename(cell, tests)),
      then: row.then.map((cell) => rename(cell)),
    })),
  };
}
