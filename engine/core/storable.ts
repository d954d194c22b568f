import { inKeyOrder } from '../flow/key-order.ts';
import { FeelFunction, FeelRange, isFeelContext, isFeelList, type FeelContext, type FeelValue } from '../feel/value.ts';

/**
 * A value as it will read back from the journal: contexts in the order that their keys come back in, texts without half
 * characters, and what cannot be kept left out: functions are null, and the key `__proto__`, which the journal's JSON
 * refuses, is dropped. A run goes on with this and not with what was handed in, so that a crash changes nothing that an
 * expression could see.
 */
export function storable(value: FeelValue): FeelValue {
  if (typeof value === 'string') return value.isWellFormed() ? value : value.toWellFormed();
  if (value instanceof FeelFunction) return null;
  if (value instanceof FeelRange) {
    const { low, high, lowIncluded, highIncluded, test } = value;
    return new FeelRange(storable(low), storable(high), lowIncluded, highIncluded, test);
  }
  if (isFeelContext(value)) return storableContext(value);
  if (isFeelList(value)) return value.every((item) => storable(item) === item) ? value : value.map(storable);
  return value;
}

export function storableContext(context: FeelContext): FeelContext {
  return isKept(context) ? context : copied(context);
}

/** It is what would be read back already, as most of what nodes leave is: then it is not copied. */
function isKept(context: FeelContext): boolean {
  let before: string | null = null;
  for (const [key, member] of context) {
    if ((before !== null && key <= before) || !isPlainKey(key) || storable(member) !== member) return false;
    before = key;
  }
  return true;
}

/** Kept as it is, and not listed before its turn. */
const isPlainKey = (key: string): boolean => key.isWellFormed() && key !== '__proto__' && !STARTS_AS_NUMBER.test(key);

const STARTS_AS_NUMBER = /^[0-9]/;

function copied(context: FeelContext): FeelContext {
  const kept = new Map<string, FeelValue>();
  for (const [key, member] of context) kept.set(key.toWellFormed(), member);
  kept.delete('__proto__');
  const copy = new Map<string, FeelValue>();
  for (const key of asReadBack(inKeyOrder([...kept.keys()]))) copy.set(key, storable(kept.get(key) ?? null));
  return copy;
}

/** Canonical JSON sorts keys by code unit; an object that is read from it lists those that are whole numbers first. */
const asReadBack = (keys: string[]): string[] =>
  keys.some((key) => STARTS_AS_NUMBER.test(key))
    ? Object.keys(Object.fromEntries(keys.map((key) => [key, null])))
    : keys;
