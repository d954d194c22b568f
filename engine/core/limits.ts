/** What an action's contract says of its effects across runs: its business key, and its limits. */
import type { Action, Limit } from '../connections/contract.ts';
import { momentOf } from '../feel/moment.ts';
import {
  encodeValue,
  formatValue,
  type FeelContext,
  type FeelNumber,
  type FeelValue,
  type JsonValue,
} from '../feel/value.ts';
import { addNumbers, compareNumbers, isFeelNumber, numberFromJs } from '../feel/number.ts';
import type { ErrorShape } from '../flow/error.ts';
import { canonicalJson, asJson } from '../flow/json.ts';
import type { ProgramNode } from '../program/program.ts';
import { durationMs, durationWords } from '../../nodes/duration.ts';
import type { PerformStep } from './calling.ts';
import type { Deciding } from './deciding.ts';
import { keyValue } from './key-text.ts';

/** Digests of an effect's business key, under which it and others like it stand. */
export interface Business {
  /** Of its values as keys compare them. */
  digest: string;
  /** Of its values as they are written, where that is another: journals of before know it by this one. */
  asWritten: string | null;
}

/** What an effect's business key stands for, or null where its contract has none. */
export function businessOf(
  { ledger }: Deciding,
  step: PerformStep,
  action: Action,
  request: FeelContext,
): Business | null {
  const fields = action.businessKey?.fields;
  if (fields === undefined) return null;
  const values = fields.map((field) => encodeValue(request.get(field) ?? null));
  const digestOf = (of: readonly JsonValue[]): string =>
    ledger.digest(['business key', step.connection, step.action, fields, of]);
  const digest = digestOf(values.map(keyValue));
  const asWritten = digestOf(values);
  return { digest, asWritten: asWritten === digest ? null : asWritten };
}

/**
 * Why an effect is not done: a field of its business key is missing. Without it nobody can tell whether it was done
 * already, and all that lack it would count as one. Null where all are there.
 */
export function keyMissing(node: ProgramNode, action: Action, request: FeelContext): ErrorShape | null {
  const missing = action.businessKey?.fields.filter((field) => isMissing(request.get(field) ?? null)) ?? [];
  if (missing.length === 0) return null;
  const which = missing.map((field) => `“${field}”`).join(' and ');
  return {
    code: 'BUSINESS_KEY_MISSING',
    message: `“${node.name}” is done once for the same ${action.businessKey?.fields.map((field) => `“${field}”`).join(' and ')}, and this case has no ${which}.`,
    meaning: 'Nothing was sent: whether it was done already cannot be told.',
    where: { node: node.name },
    hint: `Draw a way of its own for cases without ${which}, or start the case again with it.`,
    retryable: false,
    fault: 'user',
  };
}

const isMissing = (value: FeelValue): boolean => value === null || (typeof value === 'string' && value.trim() === '');

/** Why an effect is not done: one with its business key stands. Null where none does. */
export function alreadyDone(
  { ledger, state, now }: Deciding,
  node: ProgramNode,
  { businessKey }: Action,
  effect: { business: Business | null; key: string },
): ErrorShape | null {
  if (businessKey === undefined || effect.business === null) return null;
  const { digest, asWritten } = effect.business;
  const standing = (business: string) => ledger.standing(business, now - durationMs(businessKey.within), effect.key);
  const other = standing(digest) ?? (asWritten === null ? null : standing(asWritten));
  if (other === null) return null;
  const which = businessKey.fields.map((field) => `“${field}”`).join(' and ');
  const whose = other.run === state.run ? 'this case itself' : `the case ${other.run}`;
  return {
    code: 'ALREADY_DONE',
    message: `“${node.name}” was done for the same ${which} already, by ${whose} on ${text(other.at)}, and is done once in ${durationWords(businessKey.within)}.`,
    meaning: 'Nothing was sent.',
    where: { node: node.name },
    hint: `Look at that case. If it is to be done all the same, start a new case after ${text(other.at + durationMs(businessKey.within))}.`,
    retryable: false,
    fault: 'user',
  };
}

const text = (ms: number): string => formatValue(momentOf(ms));

/** What one effect adds to each sum. What is below zero makes no room for others: it counts as nothing. */
export function countsOf(action: Action, request: FeelContext): Record<string, JsonValue> | null {
  if (action.limits === undefined) return null;
  const counts: Record<string, JsonValue> = {};
  for (const limit of action.limits) {
    if (!('sum' in limit)) continue;
    const amount = amountOf(request.get(limit.sum) ?? null);
    if (amount !== null && amount !== 0) counts[limit.sum] = encodeValue(amount);
  }
  return counts;
}

/** The limits that this effect would pass. What is not a number is over every sum. */
export function limitsReached(
  { ledger, now }: Deciding,
  step: PerformStep,
  action: Action,
  request: FeelContext,
): Limit[] {
  return (action.limits ?? []).filter((limit) => {
    const used = ledger.used(step, limit, now);
    const amount = 'sum' in limit ? amountOf(request.get(limit.sum) ?? null) : 1;
    const sum = amount === null ? null : addNumbers(used, amount);
    const most = 'sum' in limit ? numberFromJs(limit.max) : limit.count;
    return sum === null || most === null || compareNumbers(sum, most) > 0;
  });
}

const amountOf = (value: FeelValue): FeelNumber | null =>
  !isFeelNumber(value) ? null : compareNumbers(value, 0) > 0 ? value : 0;

/** Whether two contracts speak of one limit. */
export const sameLimit = (a: Limit, b: Limit): boolean => canonicalJson(asJson(a)) === canonicalJson(asJson(b));

/** A limit in plain words, such as `200 an hour` or `“amount” of 5000 a day`. */
export function limitWords(limit: Limit): string {
  const per = PER[limit.per] ?? `in ${durationWords(limit.per)}`;
  return 'sum' in limit ? `“${limit.sum}” of ${limit.max} ${per}` : `${limit.count} ${per}`;
}

const PER: Readonly<Record<string, string>> = {
  PT1M: 'a minute',
  PT1H: 'an hour',
  PT60M: 'an hour',
  P1D: 'a day',
  PT24H: 'a day',
  P7D: 'a week',
};

/**
 * Why an effect is held, in plain words. What the others come to is not among them: it may be one person's amount, sealed
 * where it was sent, and what is shown here stays in the clear where this case seals nothing.
 */
export const reachedWords = (reached: readonly Limit[]): string =>
  reached.map((limit) => `${limitWords(limit)} ${'sum' in limit ? 'would be passed' : 'are reached'}`).join('; ');
