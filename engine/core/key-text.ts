import type { JsonValue } from '../feel/value.ts';

/**
 * A text as keys compare it: composed (NFC), without blanks at its ends, and with one for many. It then no longer matters
 * who typed it where. Capitals stay different: whether they mean anything is for whoever writes the key to say.
 */
export const keyText = (text: string): string => text.normalize('NFC').trim().replaceAll(/\s+/gu, ' ');

/** A value in its journaled form, with every text in it as keys compare it. */
export function keyValue(value: JsonValue): JsonValue {
  if (typeof value === 'string') return keyText(value);
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map((one: JsonValue) => keyValue(one));
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, keyValue(one)]));
}
