import type { Evaluation } from './evaluation.ts';
import type { FeelType } from './type.ts';
import type { FeelValue } from './value.ts';

export type FunctionType = FeelType & { readonly kind: 'function' };

/** A callable value: a built-in, `function(a, b) a + b`, or a business knowledge model. Never a JavaScript function of others. */
export class FeelFunction {
  readonly name: string;
  readonly parameters: readonly string[];
  readonly type: FunctionType;
  readonly call: (args: readonly FeelValue[], evaluation: Evaluation) => FeelValue;
  /** Every way in which it may be called; more than one for built-ins. */
  readonly signatures: readonly FunctionType[];

  constructor(
    name: string,
    parameters: readonly string[],
    type: FunctionType,
    call: (args: readonly FeelValue[], evaluation: Evaluation) => FeelValue,
    signatures: readonly FunctionType[] = [type],
  ) {
    this.name = name;
    this.parameters = parameters;
    this.type = type;
    this.call = call;
    this.signatures = signatures;
  }
}
