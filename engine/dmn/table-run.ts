/** Evaluating a compiled table: inputs, rows that match, hit policy, outputs. */
import type { Evaluation, FeelWarning } from '../feel/evaluation.ts';
import type { FeelValue } from '../feel/value.ts';
import { aggregate, choose, givesList } from './hit-policy.ts';
import type { Hit } from './hit-policy.ts';
import type { ListIndex } from './table-index.ts';
import type { Output, Plan, Row, TableIndex, TablePath } from './table-plan.ts';

export interface TableWarning extends FeelWarning {
  readonly path: TablePath;
}

/** Cells tested one by one for each step of the budget. */
const TESTS_PER_STEP = 16;

/** Rows that a column lists for a value, and those that it cannot tell of. */
type Candidates = readonly [listed: readonly number[], rest: readonly number[]];

const NO_NOTES: readonly TableWarning[] = [];
const NO_ROWS: readonly number[] = [];

export class TableRun {
  readonly #plan: Plan;
  readonly #e: Evaluation;
  #notes: TableWarning[] | null = null;
  /** The first row that matched; -1 while there is none. */
  #first = -1;
  /** All rows that matched, when there are several. */
  #several: number[] | null = null;
  #tests = 0;
  /** A column could not say of its value which rows let it pass. */
  #unsure = false;
  /** The row whose written outputs are the whole result; -1 where something had to be evaluated. */
  sole = -1;

  constructor(plan: Plan, e: Evaluation) {
    this.#plan = plan;
    this.#e = e;
  }

  get notes(): readonly TableWarning[] {
    return this.#notes ?? NO_NOTES;
  }

  /** Indexes of the rows that matched, in the order of the table. */
  get matched(): readonly number[] {
    return this.#several ?? (this.#first < 0 ? NO_ROWS : [this.#first]);
  }

  run(): FeelValue {
    const inputs = this.#readInputs();
    const { index, hitPolicy, aggregation, answers, outputs } = this.#plan;
    this.#match(index, inputs);
    if (this.#several === null && this.#first >= 0 && aggregation === null && !givesList(hitPolicy)) {
      const answer = answers.of(this.#first);
      if (answer !== undefined) {
        this.sole = this.#first;
        this.#e.pay((outputs.length >> 2) + 1);
        return answer;
      }
    }
    const value = this.#decide(this.matched);
    this.#note([]);
    return value;
  }

  /** Moves the warnings of the last step to the place that they belong to. */
  #note(path: TablePath): void {
    const { warnings } = this.#e;
    if (warnings.length === 0) return;
    this.#notes ??= [];
    for (const warning of warnings.splice(0)) this.#notes.push({ ...warning, path });
  }

  #readInputs(): readonly FeelValue[] {
    const e = this.#e;
    const { columns } = this.#plan;
    const inputs: FeelValue[] = [];
    for (let i = 0; i < columns.length; i += 1) {
      const column = columns[i];
      if (column === undefined) break;
      if (column.weight > 0) e.pay(column.weight);
      const value = column.run(e);
      if (e.warnings.length > 0) this.#note(['inputs', i, 'expression']);
      if (column.allowed !== null && column.allowed(value, e) !== true) {
        e.warn('DMN_INPUT_VALUE', `“${column.label}” is none of the values that it may have.`, 0, 0);
        this.#note(['inputs', i, 'values']);
      }
      inputs.push(value);
    }
    return inputs;
  }

  /** Notes a row that matched; true when no other is looked for. */
  #hit(r: number): boolean {
    if (this.#first < 0) this.#first = r;
    else (this.#several ??= [this.#first]).push(r);
    return this.#plan.hitPolicy === 'FIRST';
  }

  #match({ bits, lists }: TableIndex, inputs: readonly FeelValue[]): void {
    const { columns } = bits;
    const offsets: number[] = [];
    for (let c = 0; c < columns.length; c += 1) {
      const column = columns[c];
      if (column === null || column === undefined) continue;
      const offset = column.offsetOf(inputs[c] ?? null);
      if (offset < 0) this.#unsure = true;
      else offsets.push(offset);
    }
    const candidates = lists.length === 0 ? null : this.#candidates(lists, inputs);
    if (candidates === null) this.#matchBits(bits.words, offsets, inputs);
    else this.#matchListed(candidates, bits.words, offsets, inputs);
  }

  /** The rows that every column lets through, in the order of the table; what no index knows of them is tested. */
  #matchBits(words: Uint32Array, offsets: readonly number[], inputs: readonly FeelValue[]): void {
    const width = (this.#plan.rows.length + 31) >> 5;
    for (let w = 0; w < width; w += 1) {
      let bits = -1;
      for (let i = 0; i < offsets.length; i += 1) bits &= words[(offsets[i] ?? 0) + w] ?? 0;
      while (bits !== 0) {
        const r = (w << 5) + 31 - Math.clz32(bits & -bits);
        bits &= bits - 1;
        if (this.#passes(r, inputs) && this.#hit(r)) return;
      }
    }
  }

  /** Of two lists of rows those that every column lets through, in the order of the table; the rest is tested likewise. */
  #matchListed(
    [listed, rest]: Candidates,
    words: Uint32Array,
    offsets: readonly number[],
    inputs: readonly FeelValue[],
  ): void {
    let i = 0;
    let j = 0;
    while (i < listed.length || j < rest.length) {
      const a = listed[i] ?? Infinity;
      const b = rest[j] ?? Infinity;
      if (a <= b) i += 1;
      else j += 1;
      const r = Math.min(a, b);
      let bits = 1 << (r & 31);
      for (let k = 0; bits !== 0 && k < offsets.length; k += 1) bits &= words[(offsets[k] ?? 0) + (r >> 5)] ?? 0;
      if (bits !== 0 && this.#passes(r, inputs) && this.#hit(r)) return;
    }
  }

  /** Where the fewest rows have to be looked at: two lists in order that share no row; null where bits are as quick. */
  #candidates(lists: readonly (ListIndex | null)[], inputs: readonly FeelValue[]): Candidates | null {
    let best: Candidates | null = null;
    let fewest = this.#plan.rows.length >> 4;
    for (let c = 0; c < lists.length; c += 1) {
      const index = lists[c];
      const listed = index?.candidates(inputs[c] ?? null);
      if (index === null || index === undefined || listed === null || listed === undefined) continue;
      const count = listed.length + index.rest.length;
      if (count >= fewest) continue;
      best = [listed, index.rest];
      fewest = count;
    }
    return best;
  }

  /** Tests the cells of a row that the bits do not know. */
  #passes(r: number, inputs: readonly FeelValue[]): boolean {
    const { index, rows } = this.#plan;
    const row = rows[r];
    if (row === undefined) return false;
    if (this.#unsure) return this.#passesAll(row, r, inputs);
    const columns = index.loose[r];
    if (columns === undefined || columns.length === 0) return true;
    for (let i = 0; i < columns.length; i += 1) {
      const c = columns[i] ?? 0;
      const test = row.tests[c] ?? null;
      if (test !== null && !this.#holds(test, r, c, inputs)) return false;
    }
    return true;
  }

  #passesAll({ tests }: Row, r: number, inputs: readonly FeelValue[]): boolean {
    for (let c = 0; c < tests.length; c += 1) {
      const test = tests[c] ?? null;
      if (test !== null && !this.#holds(test, r, c, inputs)) return false;
    }
    return true;
  }

  #holds(test: NonNullable<Row['tests'][number]>, r: number, c: number, inputs: readonly FeelValue[]): boolean {
    const e = this.#e;
    this.#tests += 1;
    if (this.#tests % TESTS_PER_STEP === 0) e.pay(1);
    const verdict = test(inputs[c] ?? null, e);
    if (e.warnings.length > 0) this.#note(['rows', r, 'when', c]);
    return verdict === true;
  }

  #decide(rows: readonly number[]): FeelValue {
    const { aggregation, answers, hitPolicy, outputs } = this.#plan;
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
      return answers.shaped(columns.map((values) => aggregate(aggregation, values, this.#e)));
    }
    const results = chosen.map((hit) => answers.shaped(hit.outputs));
    return givesList(hitPolicy) ? results : (results[0] ?? null);
  }

  #outputsOf(r: number): readonly FeelValue[] {
    this.#e.pay(this.#plan.outputs.length >> 2);
    return this.#plan.outputs.map((output, o) => {
      const cell = this.#plan.rows[r]?.outputs[o];
      if (cell !== undefined && cell.weight > 0) this.#e.pay(cell.weight);
      const value = cell === undefined ? null : output.coerce(cell.run(this.#e), this.#e);
      this.#note(['rows', r, 'then', o]);
      return value;
    });
  }

  #fallback(): FeelValue {
    const { aggregation, answers, hitPolicy, outputs } = this.#plan;
    if (outputs.every((output) => output.fallback === null)) return null;
    const values = outputs.map((output: Output, o) => {
      const value = output.fallback === null ? null : output.coerce(output.fallback.run(this.#e), this.#e);
      this.#note(['outputs', o, 'default']);
      return value;
    });
    const result = answers.shaped(values);
    return givesList(hitPolicy) && aggregation === null ? [result] : result;
  }
}
