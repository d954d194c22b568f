import { EMPTY_ROOT, HASH_BYTES, nodeHash } from './merkle.ts';

/**
 * The running root of a growing Merkle tree: only the roots of its perfect subtrees, largest first, one for each bit
 * set in the size. Appending costs one hash on average, and no leaf is read again.
 */
export class CompactRange {
  #size = 0;
  #roots: Uint8Array[] = [];

  /**
   * Reads back what {@link CompactRange.encode} wrote.
   * Throws RangeError when the bytes are not those of a tree of `size` leaves.
   */
  static decode(size: number, bytes: Uint8Array): CompactRange {
    let subtrees = 0;
    for (let rest = size; rest > 0; rest = Math.floor(rest / 2)) subtrees += rest % 2;
    if (bytes.length !== subtrees * HASH_BYTES) {
      throw new RangeError(`${bytes.length} bytes are not the subtrees of ${size} leaves`);
    }
    const range = new CompactRange();
    range.#size = size;
    for (let i = 0; i < subtrees; i++) range.#roots.push(bytes.slice(i * HASH_BYTES, (i + 1) * HASH_BYTES));
    return range;
  }

  get size(): number {
    return this.#size;
  }

  /** A copy that grows on its own. */
  clone(): CompactRange {
    const copy = new CompactRange();
    copy.#size = this.#size;
    copy.#roots = [...this.#roots];
    return copy;
  }

  append(leaf: Uint8Array): void {
    this.appendSubtree(leaf, 1);
  }

  /**
   * Appends the root of a perfect subtree over `leaves` leaves, a power of two. Throws RangeError when the size so far is
   * not a multiple of it.
   */
  appendSubtree(root: Uint8Array, leaves: number): void {
    if (this.#size % leaves !== 0) throw new RangeError(`a subtree of ${leaves} leaves cannot follow ${this.#size}`);
    let joined = root;
    for (let rest = this.#size / leaves; rest % 2 === 1; rest = (rest - 1) / 2) {
      const left = this.#roots.pop();
      if (left === undefined) throw new RangeError('a compact range lost a subtree');
      joined = nodeHash(left, joined);
    }
    this.#roots.push(joined);
    this.#size += leaves;
  }

  /**
   * Appends a tree that begins at a multiple of the power of two that it has as leaves, or would have if it were full.
   * Throws RangeError as {@link CompactRange.appendSubtree} does.
   */
  appendRange(range: CompactRange): void {
    let rest = range.#size;
    for (const root of range.#roots) {
      const leaves = 2 ** Math.floor(Math.log2(rest));
      this.appendSubtree(root, leaves);
      rest -= leaves;
    }
  }

  /** RFC 9162 root over all leaves so far. */
  root(): Uint8Array {
    const [last, ...others] = this.#roots.toReversed();
    if (last === undefined) return EMPTY_ROOT;
    return others.reduce((right, left) => nodeHash(left, right), last);
  }

  /** The subtree roots one behind the other, largest first; the size is kept apart. */
  encode(): Uint8Array {
    return Buffer.concat(this.#roots);
  }
}
