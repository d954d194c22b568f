/** The sentences of the safety proof. */
import { listOf, quote } from '../flow/words.ts';
import type { Effect } from './proof-effects.ts';

const LINE_OF_CLASS = { irreversible: 'cannot be taken back', reversible: 'can be taken back' } as const;

/** `amount at 50 or less`. */
const limitWords = (limit: { field: string; max: number }): string => `${quote(limit.field)} at ${limit.max} or less`;

/** Why an effect is safe that needs no person whatever leads to it. */
export const NO_NEED = 'It can be taken back, and the policy does not ask for a person.';
export const NO_AI = 'It depends on no AI answer.';
export const NO_WAY = 'No case in which an AI answer is pending gets here.';

export const approvedBy = (names: readonly string[]): string =>
  `A person approves what follows from the AI answer first: at ${listOf(names, 'or at')}.`;

/** A row of a rule: the id stays with it however rows are moved, people count from the top. */
export interface RowOf {
  rule: string;
  row: string;
  /** From 1; null where the table has no such row. */
  place: number | null;
}

const placeOf = ({ row, place }: RowOf): string => (place === null ? quote(row) : String(place));

/** `1`, `1 or 2`, `1, 2 or 3`. */
const either = (places: readonly string[]): string =>
  [places.slice(0, -1).join(', '), places.at(-1) ?? ''].filter((part) => part !== '').join(' or ');

/** What keeps the amount down: rule rows, or steps that work it out; neither for an amount that is fixed. */
export function limitedBy(
  limit: { field: string; max: number },
  rows: readonly RowOf[],
  steps: readonly string[],
): string {
  const byRule = Map.groupBy(rows, ({ rule }) => rule);
  const keepers = [...byRule].map(
    ([rule, own]) => `${own.length === 1 ? 'row' : 'rows'} ${either(own.map(placeOf))} of ${quote(rule)}`,
  );
  for (const step of steps) keepers.push(`what ${quote(step)} works out`);
  const allowed = 'which the policy lets go without a person';
  if (keepers.length === 0) return `Its formula keeps ${limitWords(limit)}, ${allowed}.`;
  return `Where no person approves, ${keepers.join(', or ')} keeps ${limitWords(limit)}, ${allowed}.`;
}

export interface Way {
  ai: string;
  /** Names of the steps of the way, both ends included. */
  names: readonly string[];
  /** Rules passed and the rows taken; a row of null where none counted. */
  rows: readonly (RowOf | { rule: string; row: null })[];
  blunt: boolean;
}

/** `“Credit money to an account” (billing)`: an action by its title; one that no contract knows by its name. */
export const actionWords = ({ connection, action, title }: Pick<Effect, 'connection' | 'action' | 'title'>): string =>
  `${quote(title ?? action)} (${connection})`;

/** Why a way is unsafe, and what would repair it. */
export function unsafeReason(effect: Effect, way: Way): string {
  const name = quote(effect.name);
  const rows = way.rows.map((one) => `${one.row === null ? 'no row' : `row ${placeOf(one)}`} of ${quote(one.rule)}`);
  const by = rows.length === 0 ? '' : ` (by ${rows.join(', then ')})`;
  const last = quote(way.names.at(-2) ?? way.ai);
  const { limit } = effect;
  const what = `${name} does ${actionWords(effect)}, which ${LINE_OF_CLASS[effect.class]}, on the answer of ${quote(way.ai)}`;
  const approve = `Lead this way through an approval between ${last} and ${name}`;
  const sentences = [
    limit === null
      ? `${what}, and on this way${by} no person approves it.`
      : `${what}, and on this way${by} no person approves it and nothing keeps ${limitWords(limit)}.`,
  ];
  if (limit !== null && limit.fault !== null) sentences.push(limit.fault);
  sentences.push(
    limit === null || limit.fault !== null
      ? `${approve}.`
      : `${approve}, or through a rule row that keeps ${limitWords(limit)}.`,
  );
  if (way.blunt)
    sentences.push(
      'There are more cases before it than the proof tells apart; with fewer rows or columns it may see that it is safe.',
    );
  return sentences.join(' ');
}
