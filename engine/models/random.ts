/**
 * A repeatable stream of numbers in [0, 1) from a 32-bit seed (mulberry32, public domain, by Tommy Ettinger).
 * Training draws its shuffles and its split from one such stream, so that the same rows and seed give the same bytes.
 */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Shuffles in place (Fisher and Yates), drawing from `random`; works on arrays and typed arrays alike. */
export function shuffle(items: { [index: number]: number; readonly length: number }, random: () => number): void {
  for (let last = items.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    const kept = items[last] ?? 0;
    items[last] = items[other] ?? 0;
    items[other] = kept;
  }
}
