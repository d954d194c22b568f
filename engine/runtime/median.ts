/** So many values are kept at most. */
const KEPT = 2048;

/**
 * The middle of many numbers in bounded memory: exact up to {@link KEPT} of them, and from then on of every second, every
 * fourth and so on, evenly over all that came.
 */
export class Median {
  #values: number[] = [];
  #seen = 0;
  #every = 1;

  add(value: number): this {
    if (this.#seen++ % this.#every !== 0) return this;
    this.#values.push(value);
    if (this.#values.length === KEPT) {
      this.#values = this.#values.filter((_, i) => i % 2 === 0);
      this.#every *= 2;
    }
    return this;
  }

  /** The mean of the two in the middle where there is an even number; null of none. */
  get(): number | null {
    const sorted = this.#values.toSorted((a, b) => a - b);
    const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
    return low === undefined || high === undefined ? null : (low + high) / 2;
  }
}
