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
  if (isFeelList(value)) return storableList(value);
  return value;
}

// Most of what nodes leave is what would be read back already: then it is not copied. What is not is looked at once, as
// looking at it again at each level would double the work with every level.
function storableList(list: readonly FeelValue[]): readonly FeelValue[] {
  let copy: FeelValue[] | null = null;
  for (const [i, item] of list.entries()) {
    const kept = storable(item);
    if (kept !== item) copy ??= list.slice(0, i);
    copy?.push(kept);
  }
  return copy ?? list;
}

export function storableContext(context: FeelContext): FeelContext {
  let before: string | null = null;
  for (const [key, member] of context) {
    if ((before !== null && key <= before) || !isPlainKey(key)) return copied(context, null);
    const value = storable(member);
    if (value !== member) return copied(context, { key, value });
    before = key;
  }
  return context;
}

/** Kept as it is, and not listed before its turn. */
const isPlainKey = (key: string): boolean => key.isWellFormed() && key !== '__proto__' && !STARTS_AS_NUMBER.test(key);

const STARTS_AS_NUMBER = /^[0-9]/;

/** @param known a member that was made storable already */
function copied(context: FeelContext, known: { key: string; value: FeelValue } | null): FeelContext {
  const kept = new Map<string, FeelValue>();
  for (const [key, member] of context)
    kept.set(key.toWellFormed(), key === known?.key ? known.value : storable(member));
  kept.delete('__proto__');
  const copy = new Map<string, FeelValue>();
  for (const key of asReadBack(inKeyOrder([...kept.keys()]))) copy.set(key, kept.get(key) ?? null);
  return copy;
}

/** Canonical JSON sorts keys by code unit; an object that is read from it lists those that are whole numbers first. */
const asReadBack = (keys: string[]): string[] =>
  keys.some((key) => STARTS_AS_NUMBER.test(key))
    ? Object.keys(Object.fromEntries(keys.map((key) => [key, null])))
    : keys;
