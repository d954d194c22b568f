/** Sets of whole numbers 0..size-1 as spans: `[first, last, first, last, …]`, sorted, apart from each other. */
export type Spans = readonly number[];

export const NO_SPANS: Spans = [];

export const allSpans = (size: number): Spans => (size === 0 ? NO_SPANS : [0, size - 1]);

export function sizeOf(spans: Spans): number {
  let size = 0;
  for (let i = 0; i < spans.length; i += 2) size += (spans[i + 1] ?? 0) - (spans[i] ?? 0) + 1;
  return size;
}

/** Where the first span begins that ends at a number or after it. */
function firstFrom(spans: Spans, number: number): number {
  let low = 0;
  let high = spans.length >> 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((spans[middle * 2 + 1] ?? 0) < number) low = middle + 1;
    else high = middle;
  }
  return low * 2;
}

/** How many numbers are in both sets. */
export function sizeShared(a: Spans, b: Spans): number {
  let size = 0;
  // Of a long set, only the part that a short one reaches.
  let [i, j] = [firstFrom(a, b[0] ?? 0), firstFrom(b, a[0] ?? 0)];
  while (i < a.length && j < b.length) {
    const [lastA, lastB] = [a[i + 1] ?? 0, b[j + 1] ?? 0];
    const from = Math.max(a[i] ?? 0, b[j] ?? 0);
    const to = Math.min(lastA, lastB);
    if (to >= from) size += to - from + 1;
    if (lastA < lastB) i += 2;
    else j += 2;
  }
  return size;
}

/** What is in the first set and not in the second. */
export function difference(a: Spans, b: Spans): Spans {
  const last = a.at(-1);
  return last === undefined ? a : intersection(a, complement(b, last + 1));
}

export function union(a: Spans, b: Spans): Spans {
  if (a.length === 0) return b;
  if (b.length === 0) return a;
  const merged: number[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    const takeA = j >= b.length || (i < a.length && (a[i] ?? 0) <= (b[j] ?? 0));
    const [from, to] = takeA ? [a[i] ?? 0, a[i + 1] ?? 0] : [b[j] ?? 0, b[j + 1] ?? 0];
    if (takeA) i += 2;
    else j += 2;
    const last = merged.length - 1;
    if (last >= 0 && from <= (merged[last] ?? 0) + 1) merged[last] = Math.max(merged[last] ?? 0, to);
    else merged.push(from, to);
  }
  return merged;
}

/** All that is in one of many sets. */
export function unionAll(sets: readonly Spans[]): Spans {
  const spans = sets.flatMap((set) => {
    const pairs: [number, number][] = [];
    for (let i = 0; i < set.length; i += 2) pairs.push([set[i] ?? 0, set[i + 1] ?? 0]);
    return pairs;
  });
  const merged: number[] = [];
  for (const [from, to] of spans.sort(([a], [b]) => a - b)) {
    const last = merged.length - 1;
    if (last >= 0 && from <= (merged[last] ?? 0) + 1) merged[last] = Math.max(merged[last] ?? 0, to);
    else merged.push(from, to);
  }
  return merged;
}

export function intersection(a: Spans, b: Spans): Spans {
  const shared: number[] = [];
  let [i, j] = [0, 0];
  while (i < a.length && j < b.length) {
    const from = Math.max(a[i] ?? 0, b[j] ?? 0);
    const to = Math.min(a[i + 1] ?? 0, b[j + 1] ?? 0);
    if (from <= to) shared.push(from, to);
    if ((a[i + 1] ?? 0) < (b[j + 1] ?? 0)) i += 2;
    else j += 2;
  }
  return shared;
}

/** The first number that is in both and below `limit`; -1 when there is none. */
export function firstShared(a: Spans, b: Spans, limit: number): number {
  let [i, j] = [firstFrom(a, b[0] ?? 0), firstFrom(b, a[0] ?? 0)];
  while (i < a.length && j < b.length) {
    const from = Math.max(a[i] ?? 0, b[j] ?? 0);
    if (from >= limit) return -1;
    if (from <= (a[i + 1] ?? 0) && from <= (b[j + 1] ?? 0)) return from;
    if ((a[i + 1] ?? 0) < (b[j + 1] ?? 0)) i += 2;
    else j += 2;
  }
  return -1;
}

export function complement(spans: Spans, size: number): Spans {
  const rest: number[] = [];
  let next = 0;
  for (let i = 0; i < spans.length; i += 2) {
    const from = spans[i] ?? 0;
    if (from > next) rest.push(next, from - 1);
    next = (spans[i + 1] ?? 0) + 1;
  }
  if (next < size) rest.push(next, size - 1);
  return rest;
}

/** The set after all numbers outside `kept` are struck and the others close up; `before[i]` of `kept` are below i. */
export function closeUp(spans: Spans, before: readonly number[]): Spans {
  const closed: number[] = [];
  for (let i = 0; i < spans.length; i += 2) {
    const from = before[spans[i] ?? 0] ?? 0;
    const to = (before[(spans[i + 1] ?? 0) + 1] ?? 0) - 1;
    if (to < from) continue;
    const last = closed.length - 1;
    if (last >= 0 && from === (closed[last] ?? 0) + 1) closed[last] = to;
    else closed.push(from, to);
  }
  return closed;
}
