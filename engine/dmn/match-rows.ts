/**
 * Which row of one list is which row of another. Rows are told apart by id; where ids do not correspond, as when a table
 * was imported anew, by what they say: rows that are equal are the same row, then rows between two such that are alike.
 * Takes time in proportion to the rows, give or take a logarithm.
 */

/** A row as matching sees it: its id and the texts of its cells, in an order that both lists share. */
export interface Matchable {
  readonly id: string;
  readonly cells: readonly string[];
}

/** A pair of places, in the list before and in the list after. */
export type Pair = readonly [before: number, after: number];

/** How far around its place a row that was changed is looked for. */
const WINDOW = 24;

/** Ids are given up only when content explains the difference with less than this share of the changes. */
const CLEARLY = 0.5;

/** The rows that both lists have, in the order of the list before. */
export function matchRows(before: readonly Matchable[], after: readonly Matchable[]): readonly Pair[] {
  const byId = matchById(before, after);
  const byContent = matchByContent(before, after);
  const idCost = costOf(byId, before, after);
  return costOf(byContent, before, after) < idCost * CLEARLY ? byContent : byId;
}

/** Cells that differ, rows without a partner at the price of all their cells, and rows out of order. */
function costOf(pairs: readonly Pair[], before: readonly Matchable[], after: readonly Matchable[]): number {
  const width = Math.max(1, before[0]?.cells.length ?? after[0]?.cells.length ?? 1);
  const alone = before.length + after.length - 2 * pairs.length;
  const changed = pairs.reduce((sum, [a, b]) => sum + differing(before[a], after[b]), 0);
  return changed + alone * width + pairs.length - inOrder(pairs).size;
}

function differing(a: Matchable | undefined, b: Matchable | undefined): number {
  if (a === undefined || b === undefined) return 0;
  return a.cells.reduce((sum, cell, i) => sum + (cell === b.cells[i] ? 0 : 1), 0);
}

const keyOf = ({ cells }: Matchable): string => JSON.stringify(cells);

/** Pairs rows that have the same key: the first of a key with the first of it, and so on. */
function matchByKey(
  before: readonly Matchable[],
  after: readonly Matchable[],
  free: Free,
  key: (row: Matchable) => string,
): void {
  const places = new Map<string, number[]>();
  for (const [b, row] of after.entries()) {
    if (!free.isFreeAfter(b)) continue;
    const listed = places.get(key(row)) ?? [];
    places.set(key(row), listed);
    listed.push(b);
  }
  for (const list of places.values()) list.reverse();
  for (const [a, row] of before.entries()) {
    if (!free.isFreeBefore(a)) continue;
    const b = places.get(key(row))?.pop();
    if (b !== undefined) free.take(a, b);
  }
}

function matchById(before: readonly Matchable[], after: readonly Matchable[]): readonly Pair[] {
  const free = new Free();
  matchByKey(before, after, free, (row) => row.id);
  matchByKey(before, after, free, keyOf);
  return free.pairs();
}

function matchByContent(before: readonly Matchable[], after: readonly Matchable[]): readonly Pair[] {
  const free = new Free();
  const keys = [before.map(keyOf), after.map(keyOf)] as const;
  matchEnds(keys, free);
  matchUnique(keys, free);
  matchByKey(before, after, free, keyOf);
  matchAlike(before, after, free);
  return free.pairs();
}

type Keys = readonly [readonly string[], readonly string[]];

/** The same rows at the start and at the end. */
function matchEnds([a, b]: Keys, free: Free): void {
  const most = Math.min(a.length, b.length);
  let start = 0;
  while (start < most && a[start] === b[start]) {
    free.take(start, start);
    start += 1;
  }
  for (let end = 1; end <= most - start && a[a.length - end] === b[b.length - end]; end += 1) {
    free.take(a.length - end, b.length - end);
  }
}

/** Rows that each list has once, and the equal rows beside them. */
function matchUnique([a, b]: Keys, free: Free): void {
  const places = (keys: readonly string[]): ReadonlyMap<string, number> => {
    const once = new Map<string, number>();
    for (const [i, key] of keys.entries()) once.set(key, once.has(key) ? -1 : i);
    return once;
  };
  const [inA, inB] = [places(a), places(b)];
  for (const [key, at] of inA) {
    const to = inB.get(key) ?? -1;
    if (at < 0 || to < 0 || !free.areFree(at, to)) continue;
    free.take(at, to);
    for (const step of [-1, 1]) {
      for (let i = step; free.areFree(at + i, to + i); i += step) {
        if (a[at + i] === undefined || a[at + i] !== b[to + i]) break;
        free.take(at + i, to + i);
      }
    }
  }
}

/** Between two rows that stayed, a row that is mostly what it was, looked for near the place where it would stand. */
function matchAlike(before: readonly Matchable[], after: readonly Matchable[], free: Free): void {
  const anchors = free.pairs();
  const still = inOrder(anchors);
  let [fromA, fromB] = [0, 0];
  const ends: readonly Pair[] = [...anchors.filter(([a]) => still.has(a)), [before.length, after.length]];
  for (const [toA, toB] of ends) {
    const as = range(fromA, toA).filter((a) => free.isFreeBefore(a));
    const bs = range(fromB, toB).filter((b) => free.isFreeAfter(b));
    const scale = bs.length / Math.max(1, as.length);
    for (const [i, a] of as.entries()) {
      const middle = Math.floor(i * scale);
      const near = bs.slice(Math.max(0, middle - WINDOW), middle + WINDOW).filter((b) => free.isFreeAfter(b));
      const best = bestOf(before[a], near, after);
      if (best !== null) free.take(a, best);
    }
    [fromA, fromB] = [toA + 1, toB + 1];
  }
}

/** The row with the fewest cells that differ, if that is no more than half of them. */
function bestOf(row: Matchable | undefined, places: readonly number[], rows: readonly Matchable[]): number | null {
  let best: number | null = null;
  let fewest = (row?.cells.length ?? 0) / 2 + 0.5;
  for (const place of places) {
    const count = differing(row, rows[place]);
    if (count >= fewest) continue;
    best = place;
    fewest = count;
  }
  return best;
}

const range = (from: number, to: number): readonly number[] =>
  Array.from({ length: Math.max(0, to - from) }, (_, i) => from + i);

/** Which rows have no partner yet. */
class Free {
  readonly #after = new Map<number, number>();
  readonly #taken = new Set<number>();

  take(before: number, after: number): void {
    this.#after.set(before, after);
    this.#taken.add(after);
  }

  isFreeBefore(place: number): boolean {
    return !this.#after.has(place);
  }

  isFreeAfter(place: number): boolean {
    return !this.#taken.has(place);
  }

  areFree(before: number, after: number): boolean {
    return before >= 0 && after >= 0 && this.isFreeBefore(before) && this.isFreeAfter(after);
  }

  pairs(): readonly Pair[] {
    return [...this.#after].toSorted(([a], [b]) => a - b);
  }
}

/**
 * The places before of as many pairs as can be that kept their order: a longest increasing subsequence of the places
 * after, by patience sorting. `pairs` are in the order of the list before.
 */
export function inOrder(pairs: readonly Pair[]): ReadonlySet<number> {
  const tops: number[] = [];
  let last = -1;
  const previous: number[] = [];
  for (const [i, [, after]] of pairs.entries()) {
    let low = 0;
    let high = tops.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((pairs[tops[middle] ?? 0]?.[1] ?? 0) < after) low = middle + 1;
      else high = middle;
    }
    previous.push(low === 0 ? -1 : (tops[low - 1] ?? -1));
    // Where several would do, what stands first stays.
    if (low === tops.length) last = i;
    tops[low] = i;
  }
  const kept = new Set<number>();
  for (let at = last; at >= 0; at = previous[at] ?? -1) kept.add(pairs[at]?.[0] ?? -1);
  return kept;
}
