/** Evaluating a compiled table: inputs, rows that match, hit policy, outputs. */
import type { Evaluation, FeelWarning } from '../feel/evaluation.ts';
import type { FeelValue } from '../feel/value.ts';
import { aggregate, choose, givesList } from './hit-policy.ts';
import type { Hit } from './hit-policy.ts';
import type { RowBits } from './table-index.ts';
import type { Output, Plan, Row, TablePath } from './table-plan.ts';

export interface TableWarning extends FeelWarning {
  readonly path: TablePath;
}

/** What the result of one hit looks like: always a context, or the bare value where there is one output (DMN). */
export type Shape = 'context' | 'dmn';

export class TableRun {
  readonly #plan: Plan;
  readonly #shape: Shape;
  readonly #e: Evaluation;
  readonly notes: TableWarning[] = [];
  /** Indexes of the rows that matched, in the order of the table. */
  matched: readonly number[] = [];

  constructor(plan: Plan, shape: Shape, e: Evaluation) {
    this.#plan = plan;
    this.#shape = shape;
    this.#e = e;
  }

  run(): FeelValue {
    this.matched = this.#matchingRows(this.#readInputs());
    const value = this.#decide(this.matched);
    this.#note([]);
    return value;
  }

  /** Moves the warnings of the last step to the place that they belong to. */
  #note(path: TablePath): void {
    const { warnings } = this.#e;
    if (warnings.length === 0) return;
    for (const warning of warnings.splice(0)) this.notes.push({ ...warning, path });
  }

  #readInputs(): readonly FeelValue[] {
    const e = this.#e;
    return this.#plan.columns.map((column, i) => {
      const value = column.run(e);
      this.#note(['inputs', i, 'expression']);
      if (column.allowed !== null && column.allowed(value, e) !== true) {
        e.warn('DMN_INPUT_VALUE', `“${column.label}” is none of the values that it may have.`, 0, 0);
        this.#note(['inputs', i, 'values']);
      }
      return value;
    });
  }

  #matchingRows(inputs: readonly FeelValue[]): readonly number[] {
    const bits = this.#candidateBits(inputs);
    if (bits.length > 0) return this.#matchingBits(bits, inputs);
    const { hitPolicy, rows } = this.#plan;
    const [listed, rest] = this.#candidates(inputs);
    const first = hitPolicy === 'FIRST';
    const hits: number[] = [];
    let i = 0;
    let j = 0;
    for (;;) {
      let r = i;
      if (listed === null) i += 1;
      else {
        const a = listed[i] ?? Infinity;
        const b = rest[j] ?? Infinity;
        if (a <= b) i += 1;
        else j += 1;
        r = a <= b ? a : b;
      }
      const row = rows[r];
      if (row === undefined) return hits;
      if (!this.#matches(row, r, inputs)) continue;
      hits.push(r);
      if (first) return hits;
    }
  }

  /** What each column says of the rows, as bits; empty when none can say. */
  #candidateBits(inputs: readonly FeelValue[]): readonly RowBits[] {
    const { indexes } = this.#plan;
    const all: RowBits[] = [];
    for (let c = 0; c < indexes.length; c += 1) {
      const bits = indexes[c]?.candidateBits(inputs[c] ?? null) ?? null;
      if (bits !== null) all.push(bits);
    }
    return all;
  }

  /** The rows that every column lets through, tested in the order of the table. */
  #matchingBits(columns: readonly RowBits[], inputs: readonly FeelValue[]): readonly number[] {
    const { hitPolicy, rows } = this.#plan;
    const first = hitPolicy === 'FIRST';
    const hits: number[] = [];
    const words = columns[0]?.length ?? 0;
    for (let w = 0; w < words; w += 1) {
      let bits = -1;
      for (const column of columns) bits &= column[w] ?? 0;
      while (bits !== 0) {
        const r = w * 32 + 31 - Math.clz32(bits & -bits);
        bits &= bits - 1;
        const row = rows[r];
        if (row === undefined || !this.#matches(row, r, inputs)) continue;
        hits.push(r);
        if (first) return hits;
      }
    }
    return hits;
  }

  /** The rows worth testing, as two lists in order that share no row; null for the first means every row. */
  #candidates(inputs: readonly FeelValue[]): readonly [readonly number[] | null, readonly number[]] {
    let best: readonly [readonly number[] | null, readonly number[]] = [null, []];
    let fewest = this.#plan.rows.length;
    for (const [c, index] of this.#plan.indexes.entries()) {
      const listed = index?.candidates(inputs[c] ?? null) ?? null;
      if (index === null || listed === null || listed.length + index.rest.length >= fewest) continue;
      best = [listed, index.rest];
      fewest = listed.length + index.rest.length;
    }
    return best;
  }

  #matches({ tests }: Row, r: number, inputs: readonly FeelValue[]): boolean {
    const e = this.#e;
    for (let c = 0; c < tests.length; c += 1) {
      const test = tests[c] ?? null;
      if (test === null) continue;
      const verdict = test(inputs[c] ?? null, e);
      if (e.warnings.length > 0) this.#note(['rows', r, 'when', c]);
      if (verdict !== true) return false;
    }
    return true;
  }

  #decide(rows: readonly number[]): FeelValue {
    const { aggregation, hitPolicy, outputs } = this.#plan;
    if (rows.length === 0) return this.#fallback();
    const hits = rows.map((r): Hit => ({ row: r, outputs: this.#outputsOf(r) }));
    const chosen = choose(
      hitPolicy,
      hits,
      outputs.map((output) => output.values ?? []),
      this.#e,
    );
    if (chosen === null) return null;
    if (aggregation !== null) {
      const columns = outputs.map((_, o) => chosen.map((hit) => hit.outputs[o] ?? null));
      return this.#shaped(columns.map((values) => aggregate(aggregation, values, this.#e)));
    }
    const results = chosen.map((hit) => this.#shaped(hit.outputs));
    return givesList(hitPolicy) ? results : (results[0] ?? null);
  }

  #outputsOf(r: number): readonly FeelValue[] {
    return this.#plan.outputs.map((output, o) => {
      const cell = this.#plan.rows[r]?.outputs[o];
      const value = cell === undefined ? null : output.coerce(cell.run(this.#e), this.#e);
      this.#note(['rows', r, 'then', o]);
      return value;
    });
  }

  #fallback(): FeelValue {
    const { aggregation, hitPolicy, outputs } = this.#plan;
    if (outputs.every((output) => output.fallback === null)) return null;
    const values = outputs.map((output: Output, o) => {
      const value = output.fallback === null ? null : output.coerce(output.fallback.run(this.#e), this.#e);
      this.#note(['outputs', o, 'default']);
      return value;
    });
    const result = this.#shaped(values);
    return givesList(hitPolicy) && aggregation === null ? [result] : result;
  }

  #shaped(values: readonly FeelValue[]): FeelValue {
    const { outputs } = this.#plan;
    if (this.#shape === 'dmn' && outputs.length === 1) return values[0] ?? null;
    const context = new Map<string, FeelValue>();
    for (const [o, output] of outputs.entries()) context.set(output.name, values[o] ?? null);
    return context;
  }
}
