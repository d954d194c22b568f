import type { Problem } from './problem.ts';

export type Path = readonly (string | number)[];

/** Orders paths as a reader meets them in a document: a parent before its children, list items by number. */
export function comparePaths(a: Path, b: Path): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const x = a[i];
    const y = b[i];
    if (x === y || x === undefined || y === undefined) continue;
    if (typeof x === 'number' && typeof y === 'number') return x - y;
    return String(x) < String(y) ? -1 : 1;
  }
  return a.length - b.length;
}

/** The problems sorted by path, then place in the text, code and message; equal ones once. */
export function sortProblems(problems: readonly Problem[]): Problem[] {
  const seen = new Set<string>();
  return problems
    .filter((problem) => {
      const key = JSON.stringify([problem.path, problem.code, problem.message, problem.at ?? null]);
      if (seen.has(key)) return false;
      seen.add(key);
      return true;
    })
    .sort(
      (a, b) =>
        comparePaths(a.path, b.path) ||
        (a.at?.from ?? -1) - (b.at?.from ?? -1) ||
        compareText(a.code, b.code) ||
        compareText(a.message, b.message),
    );
}

export const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
