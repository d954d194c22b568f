/** The parts of a decision table, compiled: shared by the table of a rule node and the tables of DMN models. */
import { feelEquals } from '../feel/compare.ts';
import type { CompiledPart, CompileOptions } from '../feel/compile.ts';
import type { Test } from '../feel/context.ts';
import type { Evaluation } from '../feel/evaluation.ts';
import { notNull, nullable } from '../feel/type.ts';
import type { FeelType } from '../feel/type.ts';
import type { FeelValue } from '../feel/value.ts';
import type { Aggregation, HitPolicy } from './hit-policy.ts';
import { RowAnswers } from './table-answers.ts';
import type { Shape } from './table-answers.ts';
import { cellsOf, FEWEST_ROWS_FOR_LISTS, indexAsBits, indexAsLists } from './table-index.ts';
import type { Cell, Condition, ListIndex, RowBits } from './table-index.ts';

/** Where in the document: `['rows', 3, 'when', 0]`. */
export type TablePath = readonly (string | number)[];

export interface PlanSource {
  readonly hitPolicy: HitPolicy;
  readonly aggregation: Aggregation | null;
  readonly inputs: readonly {
    readonly label: string;
    readonly expression: string;
    readonly type: FeelType | null;
    readonly values: string | null;
  }[];
  readonly outputs: readonly {
    readonly name: string;
    readonly type: FeelType | null;
    readonly values: readonly FeelValue[] | null;
    readonly fallback: string | null;
    /** Makes a value fit the type of the column; absent when any value is let through. */
    readonly coerce?: (value: FeelValue, e: Evaluation) => FeelValue;
  }[];
  readonly rows: readonly {
    readonly id: string;
    readonly when: readonly string[];
    readonly then: readonly string[];
  }[];
}

/** Compiles a piece of FEEL of the table and keeps its problems under its path. */
export type CompileCell = (source: string, path: TablePath, options: CompileOptions) => CompiledPart;

export interface Column {
  readonly label: string;
  readonly run: CompiledPart['run'];
  /** Steps that reading it costs by its size. */
  readonly weight: number;
  /** Allowed values, when they are declared. */
  readonly allowed: Test | null;
  readonly type: FeelType;
}

export interface Row {
  readonly id: string;
  /** Null where the cell lets every value pass. */
  readonly tests: readonly (Test | null)[];
  readonly outputs: readonly CompiledPart[];
}

export interface Output {
  readonly name: string;
  readonly type: FeelType | null;
  readonly values: readonly FeelValue[] | null;
  readonly fallback: CompiledPart | null;
  readonly coerce: (value: FeelValue, e: Evaluation) => FeelValue;
}

export interface Plan {
  readonly hitPolicy: HitPolicy;
  readonly aggregation: Aggregation | null;
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
  readonly outputs: readonly Output[];
  readonly index: TableIndex;
  readonly answers: RowAnswers;
}

/** What is known of the rows before their cells are tested. */
export interface TableIndex {
  readonly bits: RowBits;
  /** For each row the columns whose cells the bits do not know. */
  readonly loose: readonly (readonly number[])[];
  /** For each column of a long table the rows to look at; empty for a short one. */
  readonly lists: readonly (ListIndex | null)[];
}

const asIs = (value: FeelValue): FeelValue => value;

/** Compiles every column and cell once; cells of the same text in one column share their code. */
export function makePlan(source: PlanSource, compile: CompileCell, shape: Shape): Plan {
  const columns = source.inputs.map((input, i): Column => {
    const expression = compile(input.expression, ['inputs', i, 'expression'], expecting(input.type));
    const type = input.type ?? notNull(expression.type);
    const values = (input.values ?? '').trim();
    const allowed =
      values === '' ? null : compile(values, ['inputs', i, 'values'], { form: 'unary tests', input: type }).test;
    return { label: input.label, run: expression.run, weight: expression.weight, allowed, type };
  });
  const outputs = source.outputs.map((output, i): Output => {
    const fallback = (output.fallback ?? '').trim();
    return {
      name: output.name,
      type: output.type,
      values: output.values,
      fallback: fallback === '' ? null : compile(fallback, ['outputs', i, 'default'], expecting(output.type)),
      coerce: output.coerce ?? asIs,
    };
  });
  const conditions: (Condition | null)[][] = columns.map(() => []);
  const rows = planRows(source, columns, outputs, compile, conditions);
  const { hitPolicy, aggregation } = source;
  const answers = new RowAnswers(rows, outputs, shape);
  return { hitPolicy, aggregation, columns, rows, outputs, index: indexOf(conditions, rows.length), answers };
}

const NO_COLUMNS: readonly number[] = [];

function indexOf(conditions: readonly (readonly (Condition | null)[])[], count: number): TableIndex {
  const held: boolean[] = [];
  const cells = conditions.map((column) => cellsOf(column, held));
  const bits = indexAsBits(cells);
  const isLoose = (cell: Cell | undefined, c: number): boolean =>
    cell === 'loose' || (bits.columns[c] === null && cell !== 'any');
  const loose = Array.from({ length: count }, (_, r) => {
    const columns = cells.flatMap((column, c) => (isLoose(column[r], c) ? [c] : []));
    return columns.length === 0 ? NO_COLUMNS : columns;
  });
  return { bits, loose, lists: count < FEWEST_ROWS_FOR_LISTS ? [] : cells.map(indexAsLists) };
}

/** A cell may always be null. */
function expecting(type: FeelType | null): CompileOptions {
  return type === null ? {} : { expects: nullable(type) };
}

const EMPTY: CompiledPart = {
  type: { kind: 'null' },
  reads: [],
  problems: [],
  run: () => null,
  test: () => true,
  node: null,
  weight: 0,
};

function planRows(
  source: PlanSource,
  columns: readonly Column[],
  outputs: readonly Output[],
  compile: CompileCell,
  conditions: readonly (Condition | null)[][],
): readonly Row[] {
  const known = new Map<string, CompiledPart>();
  const compileOnce = (cell: string, path: TablePath, side: string, options: CompileOptions): CompiledPart => {
    const key = `${side} ${cell}`;
    const before = known.get(key);
    if (before !== undefined && before.problems.length === 0) return before;
    const part = compile(cell, path, options);
    known.set(key, part);
    return part;
  };
  return source.rows.map((row, r): Row => {
    const tests = columns.map((column, c) => {
      const cell = (row.when[c] ?? '').trim();
      if (cell === '' || cell === '-') {
        conditions[c]?.push(null);
        return null;
      }
      const options: CompileOptions = { form: 'unary tests', input: column.type };
      const part = compileOnce(cell, ['rows', r, 'when', c], `when ${c}`, options);
      conditions[c]?.push({ node: part.node, sound: part.problems.length === 0 });
      return part.test;
    });
    const cells = outputs.map((output, o) => {
      const cell = (row.then[o] ?? '').trim();
      if (cell === '') return EMPTY;
      return compileOnce(cell, ['rows', r, 'then', o], `then ${o}`, expecting(output.type));
    });
    return { id: row.id, tests, outputs: cells };
  });
}

/** Is the cell a literal that is none of the values listed for its column? */
export function isUnlisted(part: CompiledPart, output: Output): boolean {
  const { node } = part;
  if (output.values === null || node === null || node.kind !== 'literal') return false;
  const { value } = node;
  return value !== null && !output.values.some((allowed) => feelEquals(allowed, value));
}
