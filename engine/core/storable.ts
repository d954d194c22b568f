import { FeelFunction, isFeelContext, isFeelList, type FeelContext, type FeelValue } from '../feel/value.ts';

/**
 * A value as it will read back from the journal: contexts in the order of their keys, texts without half characters, and
 * functions, which cannot be kept, as null. A run goes on with this and not with what was handed in, so that a crash
 * changes nothing that an expression could see.
 */
export function storable(value: FeelValue): FeelValue {
  if (typeof value === 'string') return value.isWellFormed() ? value : value.toWellFormed();
  if (value instanceof FeelFunction) return null;
  if (isFeelContext(value)) return storableContext(value);
  if (isFeelList(value)) return value.map(storable);
  return value;
}

export function storableContext(context: FeelContext): FeelContext {
  const keys = [...context.keys()].sort();
  return new Map(keys.map((key) => [key.toWellFormed(), storable(context.get(key) ?? null)]));
}
