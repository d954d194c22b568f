/**
 * A decision table compiled once: its input expressions and cells become closures, and evaluating it parses nothing.
 * Evaluation follows DMN 1.5, 8.2: the rows that match, then the hit policy.
 */
import { compilePart, runWithin, startEvaluation } from '../feel/compile.ts';
import type { CompileOptions, EvaluateOptions } from '../feel/compile.ts';
import { measure } from '../feel/measure.ts';
import type { FeelProblem, FeelProblemCode, FeelScopeTypes } from '../feel/problem.ts';
import { ANY, isAssignable, nullable, NUMBER, unionOf } from '../feel/type.ts';
import type { FeelType } from '../feel/type.ts';
import type { FeelValue } from '../feel/value.ts';
import { allowedValue, typeOfColumn } from './column-type.ts';
import { givesList } from './hit-policy.ts';
import type { DecisionTable, TableOutput } from './table-document.ts';
import { isUnlisted, makePlan } from './table-plan.ts';
import type { CompileCell, Output, Plan, PlanSource, TablePath } from './table-plan.ts';
import { TableRun } from './table-run.ts';
import type { TableWarning } from './table-run.ts';

export { renameInTable } from './rename.ts';
export { tableSchema } from './table-document.ts';
export type { DecisionTable, TableInput, TableOutput, TableRow } from './table-document.ts';
export type { TablePath } from './table-plan.ts';
export type { TableWarning } from './table-run.ts';

export type TableProblemCode =
  | FeelProblemCode
  | 'DMN_SHAPE'
  | 'DMN_DUPLICATE'
  | 'DMN_AGGREGATION'
  | 'DMN_PRIORITY_VALUES'
  | 'DMN_OUTPUT_VALUE';

export interface TableProblem extends Omit<FeelProblem, 'code'> {
  readonly code: TableProblemCode;
  /** The cell or column; `from` and `to` are offsets into its text. */
  readonly path: TablePath;
}

export interface TableResult {
  /** A context of the outputs for one hit, a list of such for a policy that gives a list; null when nothing matched. */
  readonly value: FeelValue;
  /** Ids of the rows that matched, in the order of the table. */
  readonly matched: readonly string[];
  readonly warnings: readonly TableWarning[];
}

export interface CompiledTable {
  readonly type: FeelType;
  readonly reads: readonly (readonly string[])[];
  readonly problems: readonly TableProblem[];
  evaluate(scope: ReadonlyMap<string, FeelValue>, options?: EvaluateOptions): TableResult;
}

/** Compiles a table for a scope. Never throws on account of the document: what is wrong is in `problems`. */
export const compileTable = (
  table: DecisionTable,
  scope: FeelScopeTypes,
  options: CompileOptions = {},
): CompiledTable => planTable(table, scope, options).compiled;

/** A compiled table with its parts, for those who look at rows one by one. */
export function planTable(
  table: DecisionTable,
  scope: FeelScopeTypes,
  options: CompileOptions = {},
): { readonly plan: Plan; readonly compiled: CompiledTable } {
  const problems: TableProblem[] = [];
  const reads = new Map<string, readonly string[]>();
  const compile: CompileCell = (source, path, cellOptions) => {
    const part = compilePart(source, scope, { ...options, ...cellOptions });
    for (const problem of part.problems) problems.push({ ...problem, path });
    for (const read of part.reads) reads.set(read.join('\u0000'), read);
    return part;
  };
  const plan = makePlan(sourceOf(table, problems), compile, 'context');
  checkTable(table, plan, problems);
  const known: KnownResults = plan.rows.map(() => undefined);
  const compiled: CompiledTable = {
    type: tableType(plan),
    reads: [...reads].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, read]) => read),
    problems,
    evaluate: (values, evaluateOptions = {}) => evaluateTable(plan, known, values, evaluateOptions),
  };
  return { plan, compiled };
}

/** Results that are the same each time, by their row. */
type KnownResults = (TableResult | undefined)[];

const NO_WARNINGS: readonly TableWarning[] = Object.freeze([]);

function evaluateTable(
  plan: Plan,
  known: KnownResults,
  scope: ReadonlyMap<string, FeelValue>,
  options: EvaluateOptions,
): TableResult {
  const e = startEvaluation(scope, options);
  const turn = new TableRun(plan, e);
  const value = runWithin(e, () => {
    const result = turn.run();
    if (turn.sole < 0 && typeof result === 'object' && result !== null) measure(result, e);
    return result;
  });
  const { notes, sole } = turn;
  if (sole >= 0 && notes.length === 0 && e.warnings.length === 0) {
    return (known[sole] ??= Object.freeze({
      value,
      matched: Object.freeze([plan.rows[sole]?.id ?? '']),
      warnings: NO_WARNINGS,
    }));
  }
  const rest = e.warnings.map((warning) => ({ ...warning, path: [] }));
  return {
    value,
    matched: turn.matched.map((r) => plan.rows[r]?.id ?? ''),
    warnings: rest.length === 0 ? notes : [...notes, ...rest],
  };
}

function error(problems: TableProblem[], code: TableProblemCode, message: string, hint: string, path: TablePath): void {
  problems.push({ code, message, hint, path, from: 0, to: 0, severity: 'error' });
}

function sourceOf(table: DecisionTable, problems: TableProblem[]): PlanSource {
  return {
    hitPolicy: table.hitPolicy,
    aggregation: table.aggregation ?? null,
    inputs: table.inputs.map((input) => ({
      label: input.label ?? input.expression,
      expression: input.expression,
      type: typeOfColumn(input.type),
      values: input.values ?? null,
    })),
    outputs: table.outputs.map((output, i) => ({
      name: output.name,
      type: typeOfColumn(output.type),
      values: valuesOf(output, i, problems),
      fallback: output.default ?? null,
    })),
    rows: table.rows,
  };
}

function valuesOf(output: TableOutput, i: number, problems: TableProblem[]): readonly FeelValue[] | null {
  if (output.values === undefined || output.values.length === 0) return null;
  return output.values.map((text, at) => {
    const value = allowedValue(text, output.type);
    if (value === undefined) {
      const path = ['outputs', i, 'values', at];
      error(
        problems,
        'FEEL_TYPE',
        `This is no ${output.type ?? 'value'}.`,
        'Write a value of the type of the column.',
        path,
      );
    }
    return value ?? null;
  });
}

function checkTable(table: DecisionTable, plan: Plan, problems: TableProblem[]): void {
  if (table.aggregation !== undefined && table.hitPolicy !== 'COLLECT') {
    const message = `${table.aggregation} needs the hit policy COLLECT.`;
    error(problems, 'DMN_AGGREGATION', message, 'Choose COLLECT, or no aggregation.', ['aggregation']);
  }
  const ordered = table.hitPolicy === 'PRIORITY' || table.hitPolicy === 'OUTPUT ORDER';
  if (ordered && plan.outputs.every((output) => output.values === null)) {
    error(
      problems,
      'DMN_PRIORITY_VALUES',
      `${table.hitPolicy} orders the hits by the list of values of an output, and there is none.`,
      'List the values of an output, the most important first.',
      ['outputs', 0, 'values'],
    );
  }
  for (const [o, output] of plan.outputs.entries())
    if (output.fallback !== null && isUnlisted(output.fallback, output))
      unlisted(problems, output.name, ['outputs', o, 'default']);
  checkRows(table, plan, problems);
  reportRepeats(
    table.rows.map((row) => row.id),
    'rows',
    'id',
    problems,
  );
  reportRepeats(
    table.outputs.map((output) => output.name),
    'outputs',
    'name',
    problems,
  );
}

function checkRows(table: DecisionTable, plan: Plan, problems: TableProblem[]): void {
  for (const [r, row] of table.rows.entries()) {
    if (row.when.length !== plan.columns.length || row.then.length !== plan.outputs.length) {
      error(
        problems,
        'DMN_SHAPE',
        `This row has ${row.when.length} conditions and ${row.then.length} outputs; the table has ${plan.columns.length} and ${plan.outputs.length}.`,
        'Give the row one cell for each column.',
        ['rows', r],
      );
    }
    for (const [o, output] of plan.outputs.entries()) {
      const cell = plan.rows[r]?.outputs[o];
      if (cell === undefined || !isUnlisted(cell, output)) continue;
      unlisted(problems, output.name, ['rows', r, 'then', o]);
    }
  }
}

function unlisted(problems: TableProblem[], name: string, path: TablePath): void {
  const message = `This is none of the values that “${name}” may have.`;
  error(problems, 'DMN_OUTPUT_VALUE', message, 'Use one of the values of the column, or add this one to them.', path);
}

function reportRepeats(names: readonly string[], part: string, field: string, problems: TableProblem[]): void {
  const seen = new Set<string>();
  for (const [i, name] of names.entries()) {
    if (seen.has(name)) {
      error(problems, 'DMN_DUPLICATE', `“${name}” stands here twice.`, 'Give each its own.', [part, i, field]);
    }
    seen.add(name);
  }
}

function tableType({ hitPolicy, aggregation, rows, outputs }: Plan): FeelType {
  const fields = outputs.map((output, o) => {
    const cells = [...rows.map((row) => row.outputs[o]?.type ?? ANY), output.fallback?.type ?? null];
    const types = cells.filter((type) => type !== null);
    const found = types.length === 0 ? ANY : [...new Set(types)].reduce(unionOf);
    const type = outputType(output, found);
    return [output.name, aggregation === 'COUNT' ? NUMBER : type] as const;
  });
  const one: FeelType = { kind: 'context', fields: Object.fromEntries(fields), open: false };
  const type: FeelType = givesList(hitPolicy) && aggregation === null ? { kind: 'list', of: one } : one;
  return outputs.every((output) => output.fallback !== null) ? type : nullable(type);
}

/** What the cells show where that is narrower than what is declared; text whose values are listed is a choice. */
function outputType(output: Output, found: FeelType): FeelType {
  const { type: declared, values } = output;
  const type =
    declared === null || (isAssignable(found, nullable(declared)) && found.kind !== 'any') ? found : declared;
  const texts = values?.filter((value) => typeof value === 'string') ?? [];
  if (type.kind !== 'string' || values === null || texts.length < values.length) return type;
  const choice: FeelType = { kind: 'choice', values: texts };
  return type.nullable ? nullable(choice) : choice;
}
