import { isFeelContext, isFeelList } from '../../engine/feel/guards.ts';
import { feelEquals } from '../../engine/feel/compare.ts';
import { absNumber, compareNumbers, isFeelNumber, parseNumber, subtractNumbers } from '../../engine/feel/number.ts';
import type { FeelValue } from '../../engine/feel/value.ts';

/**
 * Is the actual value what the kit expects? As the kit's own runners do: numbers agree to eight decimal places (the kit
 * writes irrational results shortened), everything else is equal; a context may hold no other entries.
 */
export function meets(actual: FeelValue, expected: FeelValue): boolean {
  if (isFeelNumber(actual) && isFeelNumber(expected)) {
    const distance = subtractNumbers(actual, expected);
    const tolerance = parseNumber('1e-8');
    return distance !== null && tolerance !== null && compareNumbers(absNumber(distance), tolerance) < 0;
  }
  if (isFeelList(actual) && isFeelList(expected)) {
    const [a, b] = [actual, expected];
    return a.length === b.length && a.every((item, i) => meets(item, b[i] ?? null));
  }
  if (isFeelContext(actual) && isFeelContext(expected)) {
    const [a, b] = [actual, expected];
    return a.size === b.size && [...a].every(([key, value]) => b.has(key) && meets(value, b.get(key) ?? null));
  }
  return feelEquals(actual, expected);
}
