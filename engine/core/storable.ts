import { inKeyOrder } from '../flow/key-order.ts';
import { FeelFunction, FeelRange, isFeelContext, isFeelList, type FeelContext, type FeelValue } from '../feel/value.ts';

/**
 * How many lists and contexts a value that is kept may have within each other: canonical JSON bounds what an event holds,
 * and around the value stands the event itself, a case that it is carried over to, and joins.
 */
const MOST_WITHIN = 40;

/**
 * A value as it will read back from the journal: contexts in the order that their keys come back in, texts without half
 * characters, and what cannot be kept left out: functions, and what lies deeper than {@link MOST_WITHIN}, are null, and the
 * key `__proto__`, which the journal's JSON refuses, is dropped. A run goes on with this and not with what was handed in, so
 * that a crash changes nothing that an expression could see, and nothing that a formula gives keeps it from being recorded.
 */
export const storable = (value: FeelValue): FeelValue => storableAt(value, 0);

/** {@link storable} of what is a context by itself, such as an input or a request. */
export const storableContext = (context: FeelContext): FeelContext => contextAt(context, 0);

function storableAt(value: FeelValue, depth: number): FeelValue {
  if (typeof value === 'string') return value.isWellFormed() ? value : value.toWellFormed();
  if (value instanceof FeelFunction) return null;
  if (value instanceof FeelRange) {
    const { low, high, lowIncluded, highIncluded, test } = value;
    return new FeelRange(storableAt(low, depth), storableAt(high, depth), lowIncluded, highIncluded, test);
  }
  if (isFeelContext(value)) return depth < MOST_WITHIN ? contextAt(value, depth) : null;
  if (isFeelList(value)) return depth < MOST_WITHIN ? listAt(value, depth) : null;
  return value;
}

// Most of what nodes leave is what would be read back already: then it is not copied. What is not is looked at once, as
// looking at it again at each level would double the work with every level.
function listAt(list: readonly FeelValue[], depth: number): readonly FeelValue[] {
  let copy: FeelValue[] | null = null;
  for (const [i, item] of list.entries()) {
    const kept = storableAt(item, depth + 1);
    if (kept !== item) copy ??= list.slice(0, i);
    copy?.push(kept);
  }
  return copy ?? list;
}

function contextAt(context: FeelContext, depth: number): FeelContext {
  let before: string | null = null;
  for (const [key, member] of context) {
    if ((before !== null && key <= before) || !isPlainKey(key)) return copied(context, depth, null);
    const value = storableAt(member, depth + 1);
    if (value !== member) return copied(context, depth, { key, value });
    before = key;
  }
  return context;
}

/** Kept as it is, and not listed before its turn. */
const isPlainKey = (key: string): boolean => key.isWellFormed() && key !== '__proto__' && !STARTS_AS_NUMBER.test(key);

const STARTS_AS_NUMBER = /^[0-9]/;

/** @param known a member that was made storable already */
function copied(context: FeelContext, depth: number, known: { key: string; value: FeelValue } | null): FeelContext {
  const kept = new Map<string, FeelValue>();
  for (const [key, member] of context)
    kept.set(key.toWellFormed(), key === known?.key ? known.value : storableAt(member, depth + 1));
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
