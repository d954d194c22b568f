import type { Evaluation } from './evaluation.ts';
import type { FeelType } from './type.ts';
import type { FeelValue } from './value.ts';

/** A callable value: a built-in, `function(a, b) a + b`, or a business knowledge model. Never a JavaScript function of others. */
export class FeelFunction {
  readonly name: string;
  readonly parameters: readonly string[];
  readonly type: FeelType & { readonly kind: 'function' };
  readonly call: (args: readonly FeelValue[], evaluation: Evaluation) => FeelValue;

  constructor(
    name: string,
    parameters: readonly string[],
    type: FeelType & { readonly kind: 'function' },
    call: (args: readonly FeelValue[], evaluation: Evaluation) => FeelValue,
  ) {
    this.name = name;
    this.parameters = parameters;
    this.type = type;
    this.call = call;
  }
}
