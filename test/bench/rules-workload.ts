/** The tables, inputs and expressions of the benchmark of rules, once for every engine that runs them. */
import type { DecisionTable } from '../../engine/dmn/table.ts';
import type { FeelScopeTypes } from '../../engine/feel/index.ts';
import { numberFromJs } from '../../engine/feel/number.ts';
import type { FeelContext, FeelValue } from '../../engine/feel/index.ts';

export interface Case {
  readonly label: string;
  readonly country: string;
  readonly amount: number;
  readonly score: number;
}

/** Null lets everything pass; an amount is in `low <= amount < high`. */
export interface RuleRow {
  readonly label: string | null;
  readonly country: string | null;
  readonly low: number | null;
  readonly high: number;
  readonly below: number | null;
  readonly out: string;
}

const LABELS = ['refund', 'complaint', 'other', 'sales'];
const COUNTRIES = ['DE', 'FR', 'US', 'GB', 'JP'];
const MOST = 5000;

/** FIRST: label, country, band of amount, score; hits are spread over the table and the last row takes all. */
export function rowsOf(count: number): RuleRow[] {
  const bands = Math.ceil((count - 1) / (LABELS.length * COUNTRIES.length));
  const rows = Array.from({ length: count - 1 }, (_, i): RuleRow => {
    const pair = i % 20;
    const band = Math.floor(i / 20);
    return {
      label: LABELS[pair % 4] ?? null,
      country: COUNTRIES[(pair >> 2) % 5] ?? null,
      low: Math.floor((band * MOST) / bands),
      high: Math.floor(((band + 1) * MOST) / bands),
      below: 0.9,
      out: `o${i}`,
    };
  });
  return [...rows, { label: null, country: null, low: null, high: 0, below: null, out: 'default' }];
}

/** A power of two of cases, so that going round them is cheap. */
export const CASES: readonly Case[] = Array.from({ length: 1024 }, (_, i) => {
  const h = Math.imul(i + 1, 2_654_435_761) >>> 0;
  return {
    label: LABELS[h % 4] ?? '',
    country: COUNTRIES[(h >>> 4) % 5] ?? '',
    amount: (h >>> 8) % MOST,
    score: ((h >>> 12) % 1000) / 1000,
  };
});

export const SCOPE: FeelScopeTypes = {
  label: { kind: 'string' },
  country: { kind: 'string' },
  amount: { kind: 'number' },
  score: { kind: 'number' },
};

/** The cases as FEEL has them: a score is a decimal. */
export const SCOPES: readonly FeelContext[] = CASES.map(
  (one) =>
    new Map<string, FeelValue>([
      ['label', one.label],
      ['country', one.country],
      ['amount', one.amount],
      ['score', numberFromJs(one.score)],
    ]),
);

/** The cells of a row as FEEL writes them; empty lets everything pass. */
export function cellsOf({ label, country, low, high, below }: RuleRow): [string, string, string, string] {
  return [
    label === null ? '' : `"${label}"`,
    country === null ? '' : `"${country}"`,
    low === null ? '' : `[${low}..${high})`,
    below === null ? '' : `< ${below}`,
  ];
}

export const FIELDS = ['label', 'country', 'amount', 'score'] as const;

export function tableOf(rows: readonly RuleRow[]): DecisionTable {
  return {
    hitPolicy: 'FIRST',
    inputs: FIELDS.map((field) => ({ id: field, expression: field })),
    outputs: [{ id: 'out', name: 'out' }],
    rows: rows.map((row, i) => ({ id: `r${i}`, when: cellsOf(row), then: [`"${row.out}"`] })),
  };
}

/** What the engines are held to, and the floor of every figure: a loop over the rows as data. */
export function byHand(rows: readonly RuleRow[]): (one: Case) => string {
  return (one) => {
    // By index, which is the quickest way to write it here.
    for (let i = 0; i < rows.length; i += 1) {
      const row = rows[i];
      if (row === undefined) break;
      if (row.label !== null && row.label !== one.label) continue;
      if (row.country !== null && row.country !== one.country) continue;
      if (row.low !== null && (one.amount < row.low || one.amount >= row.high)) continue;
      if (row.below !== null && one.score >= row.below) continue;
      return row.out;
    }
    return '';
  };
}

/** The twelve rows of `rowsOf(12)` as somebody would write them who never has to change them. */
export function twelveAsCode({ label, country, amount, score }: Case): string {
  if (label === 'refund' && country === 'DE' && amount >= 0 && amount < MOST && score < 0.9) return 'o0';
  if (label === 'complaint' && country === 'DE' && amount >= 0 && amount < MOST && score < 0.9) return 'o1';
  if (label === 'other' && country === 'DE' && amount >= 0 && amount < MOST && score < 0.9) return 'o2';
  if (label === 'sales' && country === 'DE' && amount >= 0 && amount < MOST && score < 0.9) return 'o3';
  if (label === 'refund' && country === 'FR' && amount >= 0 && amount < MOST && score < 0.9) return 'o4';
  if (label === 'complaint' && country === 'FR' && amount >= 0 && amount < MOST && score < 0.9) return 'o5';
  if (label === 'other' && country === 'FR' && amount >= 0 && amount < MOST && score < 0.9) return 'o6';
  if (label === 'sales' && country === 'FR' && amount >= 0 && amount < MOST && score < 0.9) return 'o7';
  if (label === 'refund' && country === 'US' && amount >= 0 && amount < MOST && score < 0.9) return 'o8';
  if (label === 'complaint' && country === 'US' && amount >= 0 && amount < MOST && score < 0.9) return 'o9';
  if (label === 'other' && country === 'US' && amount >= 0 && amount < MOST && score < 0.9) return 'o10';
  return 'default';
}

/** One line of arithmetic, the same text for all who read FEEL; zen's language writes it alike. */
export const EXPRESSION = 'amount * 3 + (amount - 100) * 2 - amount / 4';
export const expressionByHand = ({ amount }: Case): number => amount * 3 + (amount - 100) * 2 - amount / 4;

/** A graph of three decisions: a fee, a risk from a table of 12 rows, and a sum of both. */
export const FEE = 'amount * 2 + 15';
export const TOTAL = 'if risk = "default" then fee else fee + 100';
export function graphByHand(rows: readonly RuleRow[]): (one: Case) => number {
  const risk = byHand(rows);
  return (one) => {
    const fee = one.amount * 2 + 15;
    return risk(one) === 'default' ? fee : fee + 100;
  };
}
