/**
 * One case held against every row of a table: which rows match, cell by cell, which of them give the result, and why the
 * others do not match. The value is that of evaluating the table; here each row is tested by itself besides, so that rows
 * after the hit of FIRST are told of too.
 */
import { runGuarded, startEvaluation } from '../feel/compile.ts';
import type { EvaluateOptions } from '../feel/compile.ts';
import { literalText } from '../feel/format.ts';
import { momentOf } from '../feel/moment.ts';
import type { FeelScopeTypes } from '../feel/problem.ts';
import type { FeelValue } from '../feel/value.ts';
import { choose } from './hit-policy.ts';
import type { Hit } from './hit-policy.ts';
import type { DecisionTable } from './table-document.ts';
import type { Plan, TablePath } from './table-plan.ts';
import { planTable } from './table.ts';
import type { CompiledTable } from './table.ts';

/** What a condition says of its value; the cells after the first that says no are not looked at. */
export type CellVerdict = 'yes' | 'no' | 'not looked at' | 'broken';

export interface RowTrial {
  readonly id: string;
  readonly matches: boolean;
  /** One for each input. `broken` could not be tested: the cell is no FEEL, or went wrong with this value. */
  readonly cells: readonly CellVerdict[];
  /** Why the row does not match, as a sentence; null when it does. */
  readonly why: string | null;
}

export interface TrialWarning {
  readonly code: string;
  readonly message: string;
  /** Id of the row it came from. */
  readonly row: string | null;
}

export interface TableTrial {
  /** What each column's head says, and the value that its cells were held against. */
  readonly inputs: readonly { readonly text: string; readonly value: FeelValue }[];
  readonly value: FeelValue;
  readonly rows: readonly RowTrial[];
  /** Ids of the rows that gave the result, in the order in which they count; none when a default did, or nothing. */
  readonly chosen: readonly string[];
  /** What evaluating the table warned of. */
  readonly warnings: readonly TrialWarning[];
}

export interface TrialOptions {
  /** What `now()` and `today()` answer: milliseconds since 1970; null leaves them without an answer. */
  readonly now: number | null;
}

interface Planned {
  readonly plan: Plan;
  readonly compiled: CompiledTable;
}

const planned = new WeakMap<DecisionTable, WeakMap<FeelScopeTypes, Planned>>();

/** A table and a scope that were planned before are not planned again while they are the same objects. */
function planOnce(table: DecisionTable, scope: FeelScopeTypes): Planned {
  const byScope = planned.get(table) ?? new WeakMap<FeelScopeTypes, Planned>();
  planned.set(table, byScope);
  const known = byScope.get(scope) ?? planTable(table, scope);
  byScope.set(scope, known);
  return known;
}

/**
 * Tries a table on one case: `values` by the names of the scope. Never throws on account of the document. The table and
 * the scope must not be changed between two calls; a changed one is a new object.
 */
export function tryTable(
  table: DecisionTable,
  scope: FeelScopeTypes,
  values: ReadonlyMap<string, FeelValue>,
  { now }: TrialOptions,
): TableTrial {
  const { plan, compiled } = planOnce(table, scope);
  const options: EvaluateOptions = now === null ? {} : { now: momentOf(now) };
  const result = compiled.evaluate(values, options);
  const inputs = plan.columns.map(({ label, run }) => ({
    text: label,
    value: runGuarded(startEvaluation(values, options), run),
  }));
  const rows = plan.rows.map((_, r) => new RowTest(table, plan, r, values, options).against(inputs));
  const matching = result.matched.length === 0 ? [] : [...rows.keys()].filter((r) => rows[r]?.matches === true);
  return {
    inputs,
    value: result.value,
    rows,
    chosen: chosenOf(plan, matching, values, options).map((r) => plan.rows[r]?.id ?? ''),
    warnings: result.warnings.map(({ code, message, path }) => ({ code, message, row: rowAt(table, path) })),
  };
}

function rowAt(table: DecisionTable, [part, r]: TablePath): string | null {
  return part === 'rows' && typeof r === 'number' ? (table.rows[r]?.id ?? null) : null;
}

function chosenOf(
  plan: Plan,
  matching: readonly number[],
  values: ReadonlyMap<string, FeelValue>,
  options: EvaluateOptions,
): readonly number[] {
  const e = startEvaluation(values, options);
  let chosen: readonly number[] = [];
  runGuarded(e, () => {
    const hits = matching.map((row): Hit => ({
      row,
      outputs: plan.outputs.map((output, o) => output.coerce(plan.rows[row]?.outputs[o]?.run(e) ?? null, e)),
    }));
    const priorities = plan.outputs.map((output) => output.values ?? []);
    chosen = (choose(plan.hitPolicy, hits, priorities, e) ?? []).map((hit) => hit.row);
    return null;
  });
  return chosen;
}

/** One row's turn, with a budget of its own. */
class RowTest {
  readonly #table: DecisionTable;
  readonly #plan: Plan;
  readonly #r: number;
  readonly #values: ReadonlyMap<string, FeelValue>;
  readonly #options: EvaluateOptions;

  constructor(
    table: DecisionTable,
    plan: Plan,
    r: number,
    values: ReadonlyMap<string, FeelValue>,
    options: EvaluateOptions,
  ) {
    this.#table = table;
    this.#plan = plan;
    this.#r = r;
    this.#values = values;
    this.#options = options;
  }

  against(inputs: TableTrial['inputs']): RowTrial {
    const row = this.#plan.rows[this.#r];
    const cells: CellVerdict[] = [];
    const id = row?.id ?? '';
    for (const [c, test] of (row?.tests ?? []).entries()) {
      const input = inputs[c];
      if (test === null || input === undefined) {
        cells.push('yes');
        continue;
      }
      const e = startEvaluation(this.#values, this.#options);
      const passes = runGuarded(e, () => test(input.value, e)) === true;
      cells.push(passes ? 'yes' : e.warnings.length > 0 ? 'broken' : 'no');
      if (passes) continue;
      while (cells.length < inputs.length) cells.push('not looked at');
      return { id, matches: false, cells, why: this.#why(c, input, e.warnings[0]?.message ?? null) };
    }
    return { id, matches: true, cells, why: null };
  }

  #why(c: number, { text, value }: TableTrial['inputs'][number], fault: string | null): string {
    const cell = shortened((this.#table.rows[this.#r]?.when[c] ?? '').trim());
    // A text brings its own quotes.
    const asked = cell.includes('"') ? cell : `“${cell}”`;
    const seen = `“${text}” is ${shortened(literalText(value))}`;
    return fault === null
      ? `${seen}, and this row asks for ${asked}.`
      : `${seen}, and ${asked} cannot be tested with that: ${fault}`;
  }
}

const LONGEST = 80;

const shortened = (text: string): string => (text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text);
