import { Evaluation, BudgetSpent, DEFAULT_BUDGET } from './evaluation.ts';
import type { Budget, FeelWarning } from './evaluation.ts';
import type { FeelProblem, FeelScopeTypes } from './problem.ts';
import type { FeelDateTime } from './temporal.ts';
import type { FeelType } from './type.ts';
import type { FeelValue } from './value.ts';

export interface CompileOptions {
  /** `unary tests` is what stands in a cell of a decision table; its value is true, false or null. */
  readonly form?: 'expression' | 'unary tests';
  /** The type of `?`. */
  readonly input?: FeelType;
  /** The type that the place asks for; a value that cannot fit is a problem. */
  readonly expects?: FeelType;
  /** Named types for `instance of`. */
  readonly types?: Readonly<Record<string, FeelType>>;
}

export interface EvaluateOptions {
  readonly budget?: Budget;
  /** The value of `?`. */
  readonly input?: FeelValue;
  /** What `now()` and `today()` answer; without it they are null with a warning. */
  readonly now?: FeelDateTime;
}

export interface Evaluated {
  readonly value: FeelValue;
  readonly warnings: readonly FeelWarning[];
}

export interface CompiledExpression {
  readonly source: string;
  readonly form: 'expression' | 'unary tests';
  readonly type: FeelType;
  /** Every path read from the scope, such as `['ticket', 'amount']`; sorted, without repeats. */
  readonly reads: readonly (readonly string[])[];
  readonly problems: readonly FeelProblem[];
  evaluate(scope: ReadonlyMap<string, FeelValue>, options?: EvaluateOptions): Evaluated;
}

export declare function compileExpression(
  source: string,
  scope: FeelScopeTypes,
  options?: CompileOptions,
): CompiledExpression;
void Evaluation; void BudgetSpent; void DEFAULT_BUDGET;
