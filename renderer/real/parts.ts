import type { Outcomes } from '../../engine/studio/contract-traffic.ts';

/** A share of the cases that came out alike. */
export interface Part {
  key: string;
  name: string;
  status: string;
  cases: number;
  /** Tells results beside each other apart: 0, 1, 2 and again. */
  shade: number;
}

const SHADES = 3;
const OVER = new Set(['completed']);

/**
 * What a bar of outcomes consists of: results of cases that ended, by name, then those that did not come to a result, by
 * status.
 *
 * @param beside outcomes of the bars beside it: order and shades are the same in all of them, so that they can be compared
 */
export function partsOf(
  outcomes: Outcomes,
  wordOf: (status: string) => string | undefined,
  statusWord: (status: string) => string,
  beside: readonly Outcomes[] = [outcomes],
): { parts: Part[]; all: number } {
  const names = [...new Set(beside.flat().flatMap(({ result }) => result ?? []))].sort();
  const parts = new Map<string, Part>();
  for (const { status, result, cases } of outcomes) {
    const isOver = OVER.has(status);
    const name = isOver && result !== null ? result : statusWord(status);
    const key = isOver ? `result ${name}` : `status ${wordOf(status) === undefined ? '' : status}`;
    const before = parts.get(key);
    if (before === undefined)
      parts.set(key, { key, name, status, cases, shade: isOver ? names.indexOf(name) % SHADES : 0 });
    else before.cases += cases;
  }
  const sorted = [...parts.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
  return { parts: sorted, all: sorted.reduce((sum, { cases }) => sum + cases, 0) };
}
