/**
 * Workload W2: a message with an amount, a country and a score is classified, decided on by a table of twelve rows, and
 * branches. The inputs follow from their number alone, so that every engine that is compared gets the same ones.
 */

export interface Case {
  id: string;
  text: string;
  amount: number;
  country: string;
  score: number;
}

export const LABELS = ['refund', 'complaint', 'other'] as const;
export type Label = (typeof LABELS)[number];

const WORDS = ['refund', 'broken', 'invoice', 'hello', 'urgent', 'cancel', 'price', 'thanks', 'late', 'wrong'];
const COUNTRIES = ['DE', 'FR', 'US', 'GB', 'JP', 'BR'];
const TELLING: Readonly<Record<Label, readonly string[]>> = {
  refund: ['refund', 'cancel', 'invoice'],
  complaint: ['broken', 'late', 'wrong', 'urgent'],
  other: ['hello', 'price', 'thanks'],
};
const LABEL_OF = new Map(LABELS.flatMap((label) => TELLING[label].map((word) => [word, label] as const)));
const WORDS_IN_TEXT = 6;
/** Knuth's multiplicative hash: 2^32 divided by the golden ratio. */
const SPREAD = 2_654_435_761;

/** The input with this number, from 0. */
export function caseOf(number: number): Case {
  const bits = Math.imul(number + 1, SPREAD) >>> 0;
  const pick = (list: readonly string[], at: number): string => list[at % list.length] ?? '';
  return {
    id: `r${number}`,
    text: Array.from({ length: WORDS_IN_TEXT }, (_, i) => pick(WORDS, bits >>> (4 * i))).join(' '),
    amount: bits % 5000,
    country: pick(COUNTRIES, bits),
    score: (bits % 1000) / 1000,
  };
}

/** Stands in for the model: counts telling words. Confidence has two decimals. */
export function classify(text: string): { label: Label; confidence: number } {
  const words = text.split(' ');
  const counts = { refund: 0, complaint: 0, other: 0 };
  for (const word of words) {
    const label = LABEL_OF.get(word);
    if (label !== undefined) counts[label] += 1;
  }
  // Of labels with equal counts the first wins.
  let best: Label = 'refund';
  for (const label of LABELS) if (counts[label] > counts[best]) best = label;
  return { label: best, confidence: Math.round((0.5 + counts[best] / (2 * words.length)) * 100) / 100 };
}

/** The result that a case has to come to, worked out without the engine: a check on what was measured. */
export function resultOf({ text, amount, score }: Case): 'approve' | 'other' {
  const { label } = classify(text);
  if (label === 'refund') return amount < 100 || (amount < 1000 && score < 0.3) ? 'approve' : 'other';
  if (label === 'complaint') return amount < 500 && score < 0.6 ? 'approve' : 'other';
  return amount < 4000 ? 'approve' : 'other';
}

/** The twelve rows of W2, for an engine whose rules are code: label, amount below, score below, outcome. */
const ROWS: readonly (readonly [Label | null, number, number, Outcome])[] = [
  ['refund', 100, Infinity, 'approve'],
  ['refund', 1000, 0.3, 'approve'],
  ['refund', 1000, 0.8, 'review'],
  ['refund', 1000, Infinity, 'reject'],
  ['refund', Infinity, 0.5, 'review'],
  ['refund', Infinity, Infinity, 'reject'],
  ['complaint', 500, 0.6, 'approve'],
  ['complaint', 2000, 0.6, 'review'],
  ['complaint', Infinity, 0.9, 'review'],
  ['complaint', Infinity, Infinity, 'reject'],
  ['other', 4000, Infinity, 'approve'],
  [null, Infinity, Infinity, 'review'],
];
export type Outcome = 'approve' | 'review' | 'reject';

/** The outcome of the first row that matches. */
export function decideByHand({ amount, score }: Case, label: Label): Outcome {
  const row = ROWS.find(([is, below, under]) => (is === null || is === label) && amount < below && score < under);
  return row?.[3] ?? 'review';
}
