/** A person's own word, set off from the sentence around it. */
export const quote = (text: string): string => `“${text}”`;

/** `“a”`, `“a” and “b”`, `“a”, “b” and “c”`. */
export function listOf(words: readonly string[], joint = 'and'): string {
  const quoted = words.map(quote);
  const last = quoted.pop();
  if (last === undefined) return '';
  return quoted.length === 0 ? last : `${quoted.join(', ')} ${joint} ${last}`;
}

export const capitalised = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** A value of a document as a person would name it in a sentence; long ones are shortened. */
export function inWords(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (typeof value === 'string') {
    if (value === '') return 'an empty text';
    return quote(value.length > 60 ? `${value.slice(0, 57)}…` : value);
  }
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : `a list of ${value.length}`;
  if (typeof value === 'object') return Object.keys(value).length === 0 ? 'an empty object' : 'an object';
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : 'something that is not data';
}
