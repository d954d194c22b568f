import type { FeelValue } from './value.ts';

/**
 * A range of comparable values. An end of null means "no limit on this side" (`(< 10)` has the low end null, open).
 * `(!= x)` of DMN 1.5 is not an interval: it is kept as `excluded`, everything but `low`.
 */
export class FeelRange {
  readonly low: FeelValue;
  readonly high: FeelValue;
  readonly lowIncluded: boolean;
  readonly highIncluded: boolean;
  readonly excluded: boolean;

  constructor(low: FeelValue, high: FeelValue, lowIncluded: boolean, highIncluded: boolean, excluded = false) {
    this.low = low;
    this.high = high;
    this.lowIncluded = lowIncluded;
    this.highIncluded = highIncluded;
    this.excluded = excluded;
  }
}
