import type { CompareOp } from './ast.ts';
import type { FeelValue } from './value.ts';

/**
 * A range of comparable values. DMN 1.5 also writes ranges as a comparison, `(< 10)`; these keep their operator as `test`:
 * the side without an end has null there, and `(!= 10)` is no interval but everything except `low`.
 */
export class FeelRange {
  readonly low: FeelValue;
  readonly high: FeelValue;
  readonly lowIncluded: boolean;
  readonly highIncluded: boolean;
  readonly test: CompareOp | null;

  constructor(
    low: FeelValue,
    high: FeelValue,
    lowIncluded: boolean,
    highIncluded: boolean,
    test: CompareOp | null = null,
  ) {
    this.low = low;
    this.high = high;
    this.lowIncluded = lowIncluded;
    this.highIncluded = highIncluded;
    this.test = test;
  }

  /** The range that a comparison with a value writes. */
  static of(test: CompareOp, value: FeelValue): FeelRange {
    if (test === '<' || test === '<=') return new FeelRange(null, value, false, test === '<=', test);
    if (test === '>' || test === '>=') return new FeelRange(value, null, test === '>=', false, test);
    return new FeelRange(value, value, true, true, test);
  }

  /** Is it `(!= x)`, which is no interval? */
  get excluded(): boolean {
    return this.test === '!=';
  }
}
