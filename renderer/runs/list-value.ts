import type { Field } from '../../engine/flow/document.ts';
import { parseStrict, type JsonValue } from '../../engine/flow/json.ts';
import { splitValues } from '../document/split-values.ts';

/** A list as it is typed, with commas between, or as JSON where an item has commas of its own; a word that does not fit stays a text, and is refused with its reason. */
export function listValue({ of }: Extract<Field, { type: 'list' }>, text: string): JsonValue {
  if (text.trim().startsWith('['))
    try {
      return parseStrict(text);
    } catch {
      // Told by the one who checks the input.
      return text;
    }
  const words = splitValues(text);
  if (of === 'number') return words.map((word) => (Number.isNaN(Number(word)) ? word : Number(word)));
  if (of === 'boolean') return words.map((word) => (word === 'true' ? true : word === 'false' ? false : word));
  return words;
}
