/** What becomes of the rows that matched (DMN 1.5, 8.2.10). */
import { compareValues, feelEquals } from '../feel/compare.ts';
import type { Evaluation } from '../feel/evaluation.ts';
import { addNumbers, isFeelNumber } from '../feel/number.ts';
import type { FeelValue } from '../feel/value.ts';

export const HIT_POLICIES = ['UNIQUE', 'FIRST', 'ANY', 'PRIORITY', 'COLLECT', 'RULE ORDER', 'OUTPUT ORDER'] as const;
export type HitPolicy = (typeof HIT_POLICIES)[number];

export const AGGREGATIONS = ['SUM', 'COUNT', 'MIN', 'MAX'] as const;
export type Aggregation = (typeof AGGREGATIONS)[number];

/** Does the policy give a list of hits rather than one? */
export function givesList(policy: HitPolicy): boolean {
  return policy === 'COLLECT' || policy === 'RULE ORDER' || policy === 'OUTPUT ORDER';
}

/** One row that matched: its index and the values of its outputs. */
export interface Hit {
  readonly row: number;
  readonly outputs: readonly FeelValue[];
}

/** The hits that count, in the order in which they count; null when the table contradicts itself. */
export function choose(
  policy: HitPolicy,
  hits: readonly Hit[],
  priorities: readonly (readonly FeelValue[])[],
  e: Evaluation,
): readonly Hit[] | null {
  const [first] = hits;
  if (first === undefined) return hits;
  switch (policy) {
    case 'UNIQUE':
      if (hits.length === 1) return hits;
      return e.warn('DMN_UNIQUE_OVERLAP', `${hits.length} rows match where only one may.`, 0, 0);
    case 'ANY':
      if (hits.every((hit) => sameOutputs(hit, first, e))) return [first];
      return e.warn('DMN_ANY_DISAGREE', 'The rows that match give different outputs.', 0, 0);
    case 'PRIORITY':
      return byPriority(hits, priorities, e).slice(0, 1);
    case 'OUTPUT ORDER':
      return byPriority(hits, priorities, e);
    case 'FIRST':
      return [first];
    default:
      return hits;
  }
}

function sameOutputs(a: Hit, b: Hit, e: Evaluation): boolean {
  return a.outputs.every((value, i) => feelEquals(value, b.outputs[i] ?? null, (steps) => e.pay(steps)));
}

/** Sorted by the position of each output in its list of values; what is not listed comes last. */
function byPriority(
  hits: readonly Hit[],
  priorities: readonly (readonly FeelValue[])[],
  e: Evaluation,
): readonly Hit[] {
  const rank = (value: FeelValue, column: number): number => {
    const values = priorities[column] ?? [];
    e.pay(values.length);
    const at = values.findIndex((wanted) => feelEquals(wanted, value));
    return at < 0 ? values.length : at;
  };
  const ranked = hits.map((hit) => ({ hit, ranks: hit.outputs.map(rank) }));
  return ranked
    .toSorted((a, b) => {
      const at = a.ranks.findIndex((one, i) => one !== b.ranks[i]);
      return at < 0 ? a.hit.row - b.hit.row : (a.ranks[at] ?? 0) - (b.ranks[at] ?? 0);
    })
    .map(({ hit }) => hit);
}

/** One value of the values of one output; null with a warning when they cannot be added or compared. */
export function aggregate(by: Aggregation, values: readonly FeelValue[], e: Evaluation): FeelValue {
  e.pay(values.length * 2);
  if (by === 'COUNT') return values.length;
  let result: FeelValue = null;
  for (const [i, value] of values.entries()) {
    const next: FeelValue | undefined = i === 0 ? value : combine(by, result, value);
    if (next === undefined) {
      return e.warn('FEEL_TYPE', `${by} cannot take these outputs together.`, 0, 0);
    }
    result = next;
  }
  return result;
}

function combine(by: Aggregation, a: FeelValue, b: FeelValue): FeelValue | undefined {
  if (by === 'SUM') {
    return isFeelNumber(a) && isFeelNumber(b) ? (addNumbers(a, b) ?? undefined) : undefined;
  }
  const order = compareValues(a, b);
  if (order === null) return undefined;
  return order * (by === 'MIN' ? 1 : -1) <= 0 ? a : b;
}
