const FEW_KEYS = 16;

/**
 * Sorts names in place by UTF-16 code unit, as RFC 8785 asks and as JavaScript compares texts, and returns them. Few names
 * are sorted by insertion: the general sort makes copies that cost more than the few comparisons.
 */
export function inKeyOrder(keys: string[]): string[] {
  if (keys.length > FEW_KEYS) return keys.sort();
  for (let i = 1; i < keys.length; i++) {
    const key = keys[i] ?? '';
    let at = i;
    for (let before = keys[at - 1]; before !== undefined && before > key; before = keys[at - 1]) keys[at--] = before;
    keys[at] = key;
  }
  return keys;
}
