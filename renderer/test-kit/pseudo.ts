import type { Words } from '../words/index.ts';

/** A language for tests: every text stands in ⟦ ⟧, so that what is drawn without them went past the catalogue. */
export function pseudo(catalogue: Words): Words {
  // The shape stays as it is; only texts, and what functions give, are put in brackets.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return Object.fromEntries(Object.entries(catalogue).map(([area, texts]) => [area, bracketed(texts)])) as Words;
}

function bracketed(value: unknown): unknown {
  if (typeof value === 'string') return value === '' ? '' : `⟦${value}⟧`;
  if (typeof value === 'function')
    return (...given: unknown[]): unknown => bracketed(Reflect.apply(value, null, given));
  if (Array.isArray(value)) return value.map(bracketed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, bracketed(part)]));
}

/** What is left of a text when all that the language says is taken away. */
export function outside(text: string): string {
  let depth = 0;
  let left = '';
  for (const sign of text) {
    if (sign === '⟦') depth += 1;
    else if (sign === '⟧') depth -= 1;
    else if (depth === 0) left += sign;
  }
  return left;
}
