/**
 * What one evaluation carries: scope, local variables, budget, warnings. Cost is counted in steps, never in time, so the
 * same expression on the same input always ends the same way (promise P33).
 */
import { countedSoFar } from './meter.ts';
import type { FeelDateTime } from './temporal.ts';
import type { FeelValue } from './value.ts';

export type FeelWarningCode =
  | 'FEEL_SYNTAX'
  | 'FEEL_UNKNOWN_NAME'
  | 'FEEL_UNKNOWN_MEMBER'
  | 'FEEL_TYPE'
  | 'FEEL_UNSUPPORTED'
  | 'FEEL_NULL'
  | 'FEEL_ARGUMENTS'
  | 'FEEL_ARITHMETIC'
  | 'FEEL_INVALID_VALUE'
  | 'FEEL_NO_CLOCK'
  | 'FEEL_BUDGET'
  | 'DMN_UNIQUE_OVERLAP'
  | 'DMN_ANY_DISAGREE'
  | 'DMN_OUTPUT_TYPE'
  | 'DMN_OUTPUT_VALUE'
  | 'DMN_INPUT_VALUE';

export interface FeelWarning {
  readonly code: FeelWarningCode;
  readonly message: string;
  /** Where in the source, as offsets of UTF-16 units. */
  readonly from: number;
  readonly to: number;
}

/**
 * `steps` bounds loop turns, calls, comparisons of items and characters handled, each at its weight;
 * `depth` bounds nested calls.
 */
export interface Budget {
  readonly steps: number;
  readonly depth: number;
}

export const DEFAULT_BUDGET: Budget = { steps: 60_000, depth: 250 };

const MAX_WARNINGS = 100;

/** Thrown inside the room only, to leave an evaluation whose budget is spent. */
export class BudgetSpent extends Error {
  override readonly name = 'BudgetSpent';
}

export class Evaluation {
  scope: ReadonlyMap<string, FeelValue>;
  readonly now: FeelDateTime | null;
  /** The value of `?`. */
  input: FeelValue;
  locals: FeelValue[] = [];
  warnings: FeelWarning[] = [];
  steps: number;
  depth: number;
  #counted = countedSoFar();

  constructor(scope: ReadonlyMap<string, FeelValue>, input: FeelValue, now: FeelDateTime | null, budget: Budget) {
    this.scope = scope;
    this.input = input;
    this.now = now;
    this.steps = budget.steps;
    this.depth = budget.depth;
  }

  /** Pays for work; ends the evaluation when nothing is left. */
  pay(steps: number): void {
    const counted = countedSoFar();
    this.steps -= steps + counted - this.#counted;
    this.#counted = counted;
    if (this.steps < 0) throw new BudgetSpent('The budget of steps is spent.');
  }

  /** Runs a body in a scope of its own, one call deeper, then stands where it stood. */
  enter(
    scope: ReadonlyMap<string, FeelValue>,
    input: FeelValue,
    locals: FeelValue[],
    body: (evaluation: Evaluation) => FeelValue,
  ): FeelValue {
    this.pay(4);
    this.depth -= 1;
    if (this.depth < 0) throw new BudgetSpent('Functions call each other too deeply.');
    const { scope: outerScope, input: outerInput, locals: outerLocals } = this;
    this.scope = scope;
    this.input = input;
    this.locals = locals;
    const result = body(this);
    this.scope = outerScope;
    this.input = outerInput;
    this.locals = outerLocals;
    this.depth += 1;
    return result;
  }

  /** Notes why a value became null, and gives that null. */
  warn(code: FeelWarningCode, message: string, from: number, to: number): null {
    if (this.warnings.length < MAX_WARNINGS) this.warnings.push({ code, message, from, to });
    return null;
  }
}
