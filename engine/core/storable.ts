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
  if (isFeelList(value)) return value.map(storable);
  return value;
}

export function storableContext(context: FeelContext): FeelContext {
  const kept = new Map([...context].map(([key, member]) => [key.toWellFormed(), member]));
  kept.delete('__proto__');
  return new Map(asReadBack([...kept.keys()]).map((key) => [key, storable(kept.get(key) ?? null)]));
}

/** Canonical JSON sorts keys by code unit; an object that is read from it lists those that are whole numbers first. */
const asReadBack = (keys: string[]): string[] => Object.keys(Object.fromEntries(keys.sort().map((key) => [key, null])));
