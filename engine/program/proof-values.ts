/**
 * Sets of FEEL values, as the safety proof knows them: numbers as disjoint intervals, everything else as a list of
 * literals or as all but a list of literals. Closed under meeting and taking away, so nothing is lost on the way; every
 * set has one form and one text.
 */
import { compareNumbers, isFeelNumber, numberText, type FeelNumber } from '../feel/number.ts';
import { literalText } from '../feel/format.ts';
import type { FeelValue } from '../feel/value.ts';

/** An interval; an end of null is open to infinity. */
export interface Interval {
  readonly low: FeelNumber | null;
  readonly lowIncluded: boolean;
  readonly high: FeelNumber | null;
  readonly highIncluded: boolean;
}

/** Values that are not numbers, by their FEEL literals: just these, or with `except` all but these. */
interface Others {
  readonly except: boolean;
  readonly literals: readonly string[];
}

export interface ValueSet {
  /** Sorted, without overlap, and with a gap between each two. */
  readonly numbers: readonly Interval[];
  readonly others: Others;
}

const ALL_NUMBERS: Interval = { low: null, lowIncluded: false, high: null, highIncluded: false };
const NO_OTHERS: Others = { except: false, literals: [] };
const ALL_OTHERS: Others = { except: true, literals: [] };

export const EVERYTHING: ValueSet = { numbers: [ALL_NUMBERS], others: ALL_OTHERS };
export const NOTHING: ValueSet = { numbers: [], others: NO_OTHERS };
/** Any number and nothing else. */
export const NUMBERS: ValueSet = { numbers: [ALL_NUMBERS], others: NO_OTHERS };

/** The numbers of an interval and nothing else. Empty when its ends stand the wrong way round. */
export function numbersIn(interval: Interval): ValueSet {
  return isHollow(interval) ? NOTHING : { numbers: [interval], others: NO_OTHERS };
}

/** Nothing else than these values; numbers, texts, booleans and null only. */
export const exactly = (...values: readonly FeelValue[]): ValueSet => values.map(single).reduce(unite, NOTHING);

function single(value: FeelValue): ValueSet {
  return isFeelNumber(value)
    ? numbersIn({ low: value, lowIncluded: true, high: value, highIncluded: true })
    : { numbers: [], others: { except: false, literals: [literalText(value)] } };
}

/** Whether no value is in the set. */
export const isEmpty = (set: ValueSet): boolean =>
  set.numbers.length === 0 && !set.others.except && set.others.literals.length === 0;

/** What is in both. */
export function meet(a: ValueSet, b: ValueSet): ValueSet {
  if (a === EVERYTHING) return b;
  if (b === EVERYTHING) return a;
  return { numbers: meetNumbers(a.numbers, b.numbers), others: meetOthers(a.others, b.others) };
}

/** Everything that is not in the set. */
export function complement(set: ValueSet): ValueSet {
  const { except, literals } = set.others;
  return { numbers: gaps(set.numbers), others: { except: !except, literals } };
}

/** What is in the first and not in the second. */
export const minus = (a: ValueSet, b: ValueSet): ValueSet => meet(a, complement(b));

/** What is in either. */
export const unite = (a: ValueSet, b: ValueSet): ValueSet => complement(meet(complement(a), complement(b)));

/** Whether all of the first is in the second. */
export const isWithin = (a: ValueSet, b: ValueSet): boolean => isEmpty(minus(a, b));

/** The least interval around the numbers of the set; null when it holds none. */
export function hullOf(set: ValueSet): Interval | null {
  const first = set.numbers[0];
  const last = set.numbers.at(-1);
  return first === undefined || last === undefined
    ? null
    : { low: first.low, lowIncluded: first.lowIncluded, high: last.high, highIncluded: last.highIncluded };
}

/** Whether every number of the set is at most `max`. What is not a number is not looked at. */
export function numbersAtMost(set: ValueSet, max: FeelNumber): boolean {
  const hull = hullOf(set);
  return hull === null || (hull.high !== null && compareNumbers(hull.high, max) <= 0);
}

/** A text that two sets share only when they are the same. */
export function textOfSet({ numbers, others }: ValueSet): string {
  const intervals = numbers.map(
    (n) =>
      `${n.lowIncluded ? '[' : '('}${n.low === null ? '' : numberText(n.low)}..${n.high === null ? '' : numberText(n.high)}${n.highIncluded ? ']' : ')'}`,
  );
  return `${intervals.join('')}${others.except ? '!' : ''}${JSON.stringify(others.literals)}`;
}

function meetOthers(a: Others, b: Others): Others {
  if (a.except && b.except) return { except: true, literals: sorted([...a.literals, ...b.literals]) };
  const [some, test] = a.except ? [b, a] : [a, b];
  return {
    except: false,
    literals: some.literals.filter((literal) => test.literals.includes(literal) !== test.except),
  };
}

const sorted = (literals: readonly string[]): readonly string[] => [...new Set(literals)].sort();

function isHollow({ low, lowIncluded, high, highIncluded }: Interval): boolean {
  if (low === null || high === null) return false;
  const order = compareNumbers(low, high);
  return order > 0 || (order === 0 && !(lowIncluded && highIncluded));
}

function meetNumbers(a: readonly Interval[], b: readonly Interval[]): readonly Interval[] {
  return a.flatMap((x) => b.map((y) => meetIntervals(x, y)).filter((interval) => !isHollow(interval)));
}

function meetIntervals(a: Interval, b: Interval): Interval {
  const low = compareLow(a, b) >= 0 ? a : b;
  const high = compareHigh(a, b) <= 0 ? a : b;
  return { low: low.low, lowIncluded: low.lowIncluded, high: high.high, highIncluded: high.highIncluded };
}

function compareLow(a: Interval, b: Interval): number {
  if (a.low === null || b.low === null) return Number(b.low === null) - Number(a.low === null);
  return compareNumbers(a.low, b.low) || Number(b.lowIncluded) - Number(a.lowIncluded);
}

function compareHigh(a: Interval, b: Interval): number {
  if (a.high === null || b.high === null) return Number(a.high === null) - Number(b.high === null);
  return compareNumbers(a.high, b.high) || Number(a.highIncluded) - Number(b.highIncluded);
}

/** The intervals between and around those given. */
function gaps(numbers: readonly Interval[]): readonly Interval[] {
  const found: Interval[] = [];
  let low: FeelNumber | null = null;
  let lowIncluded = false;
  for (const interval of numbers) {
    if (interval.low !== null)
      found.push({ low, lowIncluded, high: interval.low, highIncluded: !interval.lowIncluded });
    if (interval.high === null) return found;
    low = interval.high;
    lowIncluded = !interval.highIncluded;
  }
  return [...found, { low, lowIncluded, high: null, highIncluded: false }];
}
