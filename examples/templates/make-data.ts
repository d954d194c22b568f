/**
 * Makes the rows that the templates' models were trained on. Nothing here was observed: every row follows from the rules
 * below and a seed, so that anybody can make the same file again, byte for byte:
 *
 *     npm exec -- node examples/templates/make-data.ts
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { seededRandom } from '../../engine/models/random.ts';
import { REASONS, TOPICS, type Phrases } from './phrases.ts';

/** Draws numbers in [0, 1). */
type Random = () => number;
type Cell = string | number;
interface Made {
  template: string;
  file: string;
  header: readonly string[];
  rows: readonly (readonly Cell[])[];
}

const SEED = 2026;
const pick = <T>(random: Random, from: readonly [T, ...T[]]): T => from[Math.floor(random() * from.length)] ?? from[0];
const between = (random: Random, from: number, to: number): number => from + random() * (to - from);
const whole = (random: Random, from: number, to: number): number => Math.floor(between(random, from, to + 1));
const cents = (value: number): number => Math.round(value * 100) / 100;
/** What the rules leave out: people, weather, luck. Between −1 and 1, mostly near 0. */
const chance = (random: Random): number => random() + random() - 1;
const times = <T>(count: number, make: () => T): T[] => Array.from({ length: count }, make);

/**
 * An invoice is *unusual* from 3 points up: a changed bank account 3; no order that matches 2; over 1.6 times the usual
 * amount 2, over 1.25 times 1; a supplier of less than 6 months 1; and chance.
 */
function invoices(random: Random): Made {
  const rows = times(700, () => {
    const strange = random() < 0.45;
    const account = random() < (strange ? 0.4 : 0.03) ? 'changed' : 'as before';
    const order = random() < (strange ? 0.5 : 0.07) ? 'missing' : 'matched';
    const ratio = cents(strange ? between(random, 0.7, 3) : between(random, 0.6, 1.3));
    const months = whole(random, 1, strange ? 40 : 120);
    const points =
      (account === 'changed' ? 3 : 0) +
      (order === 'missing' ? 2 : 0) +
      (ratio > 1.6 ? 2 : ratio > 1.25 ? 1 : 0) +
      (months < 6 ? 1 : 0);
    return [ratio, account, order, months, points + chance(random) >= 3 ? 'unusual' : 'ordinary'];
  });
  return { template: 'invoice-anomaly', file: 'invoices.csv', header: ['ratio', 'account', 'order', 'months', 'label'], rows };
}

/**
 * Demand *rises* from 1.5 points up and *falls* from −1.5 down: last week against the average, 4 for each whole; the last
 * month against the average, 3 for each whole; a promotion 1; peak season 1, off season −1; and chance.
 */
function demand(random: Random): Made {
  const rows = times(700, () => {
    const week = cents(between(random, 0.3, 1.8));
    const month = cents(between(random, 0.6, 1.4));
    const promotion = random() < 0.25 ? 'yes' : 'no';
    const season = pick(random, ['normal', 'normal', 'peak', 'off']);
    const points =
      4 * (week - 1) +
      3 * (month - 1) +
      (promotion === 'yes' ? 1 : 0) +
      (season === 'peak' ? 1 : season === 'off' ? -1 : 0) +
      chance(random) * 0.6;
    return [week, month, promotion, season, points >= 1.5 ? 'rising' : points <= -1.5 ? 'falling' : 'steady'];
  });
  return { template: 'reorder', file: 'demand.csv', header: ['week', 'month', 'promotion', 'season', 'label'], rows };
}

/**
 * A customer is *leaving* from 3 points up and *may leave* from 1.5: use that fell below half 2, below four fifths 1; three
 * tickets or more in a quarter 1; two late payments or more 1; less than 6 months here 1; a business plan −1; and chance.
 */
function churn(random: Random): Made {
  const rows = times(800, () => {
    const months = whole(random, 1, 72);
    const use = cents(between(random, 0.1, 1.4));
    const tickets = whole(random, 0, 6);
    const late = pick(random, [0, 0, 0, 1, 2, 3]);
    const plan = pick(random, ['basic', 'plus', 'business']);
    const points =
      (use < 0.5 ? 2 : use < 0.8 ? 1 : 0) +
      (tickets >= 3 ? 1 : 0) +
      (late >= 2 ? 1 : 0) +
      (months < 6 ? 1 : 0) -
      (plan === 'business' ? 1 : 0) +
      chance(random) * 0.5;
    return [months, use, tickets, late, plan, points >= 3 ? 'leaving' : points >= 1.5 ? 'may leave' : 'stays'];
  });
  return {
    template: 'churn-retention',
    file: 'customers.csv',
    header: ['months', 'use', 'tickets', 'late', 'plan', 'label'],
    rows,
  };
}

/**
 * A loan is *at risk* from 3 points up: an instalment over 35 % of what is left each month 2, over 20 % 1; each missed
 * payment of the last two years 1, at most 3; less than 2 years in the job 1; debts over 15,000 € 1; and chance. Age, sex
 * and where somebody lives are in no row.
 */
function loans(random: Random): Made {
  const rows = times(800, () => {
    const burden = cents(between(random, 0.03, 0.6));
    const missed = pick(random, [0, 0, 0, 0, 1, 1, 2, 3]);
    const years = whole(random, 0, 20);
    const debts = whole(random, 0, 40) * 500;
    const points =
      (burden > 0.35 ? 2 : burden > 0.2 ? 1 : 0) + missed + (years < 2 ? 1 : 0) + (debts > 15_000 ? 1 : 0) + chance(random);
    return [burden, missed, years, debts, points >= 3 ? 'at risk' : 'repays'];
  });
  return {
    template: 'loan-decision',
    file: 'loans.csv',
    header: ['burden', 'missed', 'years', 'debts', 'label'],
    rows,
  };
}

/** Each core sentence of a choice with openings and closings that mean nothing, drawn until there are enough different ones. */
function messages(random: Random, template: string, file: string, phrases: Phrases): Made {
  const rows = Object.entries(phrases.choices).flatMap(([choice, cores]) => {
    const texts = new Set<string>();
    while (texts.size < phrases.each) {
      const parts = [pick(random, phrases.openings), pick(random, cores), pick(random, phrases.closings)];
      texts.add(parts.filter((part) => part !== '').join(' '));
    }
    return [...texts].map((text) => [text, choice]);
  });
  return { template, file, header: ['text', 'label'], rows };
}

/** Every file, in order; each draws from a stream of its own. */
export const madeData = (): Made[] => [
  messages(seededRandom(SEED), 'refund-approval', 'messages.csv', REASONS),
  invoices(seededRandom(SEED)),
  demand(seededRandom(SEED)),
  churn(seededRandom(SEED)),
  loans(seededRandom(SEED)),
  messages(seededRandom(SEED), 'ticket-triage', 'messages.csv', TOPICS),
];

/** As CSV (RFC 4180) with line feeds. */
export const csvOf = ({ header, rows }: Pick<Made, 'header' | 'rows'>): string =>
  [header, ...rows].map((row) => `${row.map((cell) => quoted(String(cell))).join(',')}\n`).join('');

const quoted = (text: string): string => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

if (import.meta.main)
  for (const made of madeData()) {
    const folder = join(import.meta.dirname, made.template, 'data');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, made.file), csvOf(made));
  }
