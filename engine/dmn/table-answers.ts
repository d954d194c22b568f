/** The results of rows whose outputs are all written out: made once and given again, since values never change. */
import { bare } from '../feel/ast.ts';
import { runWithin, startEvaluation } from '../feel/compile.ts';
import type { CompiledPart } from '../feel/compile.ts';
import type { Evaluation } from '../feel/evaluation.ts';
import { numberIn } from '../feel/literal.ts';
import type { FeelValue } from '../feel/value.ts';
import type { Output, Row } from './table-plan.ts';

/** What the result of one hit looks like: always a context, or the bare value where there is one output (DMN). */
export type Shape = 'context' | 'dmn';

export class RowAnswers {
  readonly #outputs: readonly Output[];
  readonly #shape: Shape;
  /** Undefined where a row's outputs must be evaluated. */
  readonly #known: readonly (FeelValue | undefined)[];

  constructor(rows: readonly Row[], outputs: readonly Output[], shape: Shape) {
    this.#outputs = outputs;
    this.#shape = shape;
    // What an output's type asks may be dear to find out. One budget is for all rows; those left over are evaluated.
    const e = startEvaluation(new Map(), {});
    const known: (FeelValue | undefined)[] = rows.map(() => undefined);
    runWithin(e, () => {
      for (const [r, row] of rows.entries()) known[r] = this.#make(row, e);
      return null;
    });
    this.#known = known;
  }

  /** The result of a row alone; undefined where its outputs must be evaluated. */
  of(r: number): FeelValue | undefined {
    return this.#known[r];
  }

  /** The outputs of a row as its result. */
  shaped(values: readonly FeelValue[]): FeelValue {
    if (this.#shape === 'dmn' && this.#outputs.length === 1) return values[0] ?? null;
    const context = new Map<string, FeelValue>();
    for (const [o, output] of this.#outputs.entries()) context.set(output.name, values[o] ?? null);
    return context;
  }

  #make(row: Row, e: Evaluation): FeelValue | undefined {
    const values: FeelValue[] = [];
    for (const [o, output] of this.#outputs.entries()) {
      const written = writtenIn(row.outputs[o]);
      if (written === undefined) return undefined;
      values.push(output.coerce(written, e));
    }
    return e.warnings.splice(0).length === 0 ? this.shaped(values) : undefined;
  }
}

/** The value of a cell that is a text, a number, true, false, null, or a date written with @; undefined for any other. */
function writtenIn(part: CompiledPart | undefined): FeelValue | undefined {
  if (part === undefined) return null;
  if (part.problems.length > 0) return undefined;
  if (part.node === null) return null;
  const node = bare(part.node);
  return node.kind === 'literal' ? node.value : (numberIn(node) ?? undefined);
}
