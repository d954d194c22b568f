import { hash } from 'node:crypto';

/**
 * Merkle tree hashing of RFC 9162 (Certificate Transparency 2.0), section 2.1, over SHA-256.
 * Leaf hashes come in ready made: `SHA-256(0x00 ‖ entry)`.
 */

/** Bytes of every hash here. */
export const HASH_BYTES = 32;

/** Root of the tree without leaves: the hash of no bytes at all. */
export const EMPTY_ROOT: Uint8Array = sha256(new Uint8Array(0));

/**
 * SHA-256 (FIPS 180-4) of some bytes. Taken out as text of one character a byte and then put into a buffer: asking the
 * hash for a buffer takes twice as long.
 */
export function sha256(bytes: Uint8Array): Uint8Array {
  return Buffer.from(hash('sha256', bytes, 'binary'), 'latin1');
}

// One buffer for every interior node: this is called once for each leaf ever appended.
const node = new Uint8Array(1 + 2 * HASH_BYTES);
node[0] = 1;

/** Hash of an interior node, `SHA-256(0x01 ‖ left ‖ right)`. */
export function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  node.set(left, 1);
  node.set(right, 1 + HASH_BYTES);
  return sha256(node);
}

/**
 * All perfect subtrees over a list of leaf hashes, so that any number of proofs costs one pass.
 * Takes about twice the room of the leaves (64 bytes a leaf).
 */
export class MerkleTree {
  readonly size: number;
  readonly #levels: Uint8Array[];

  /** @param leaves leaf hashes, one behind the other, {@link HASH_BYTES} each */
  constructor(leaves: Uint8Array) {
    if (leaves.length % HASH_BYTES !== 0) throw new RangeError(`${leaves.length} bytes are not whole leaf hashes`);
    this.size = leaves.length / HASH_BYTES;
    this.#levels = [leaves];
    for (let below = leaves; below.length >= 2 * HASH_BYTES;) {
      const level = levelAbove(below);
      this.#levels.push(level);
      below = level;
    }
  }

  /** Root over the first `size` leaves. */
  root(size: number = this.size): Uint8Array {
    this.#within(size);
    return size === 0 ? EMPTY_ROOT : this.#range(0, size);
  }

  /** Inclusion proof of the leaf at `index` (from 0) in the tree of the first `size` leaves; section 2.1.3.1. */
  inclusionProof(index: number, size: number = this.size): Uint8Array[] {
    this.#within(size);
    if (!Number.isSafeInteger(index) || index < 0 || index >= size) {
      throw new RangeError(`there is no leaf ${index} among ${size}`);
    }
    const proof: Uint8Array[] = [];
    let from = 0;
    let to = size;
    while (to - from > 1) {
      const middle = from + split(to - from);
      if (index < middle) {
        proof.push(this.#range(middle, to));
        to = middle;
      } else {
        proof.push(this.#range(from, middle));
        from = middle;
      }
    }
    return proof.toReversed();
  }

  /** Proof that the tree of `size` leaves continues the one of the first `from` leaves; section 2.1.4.1. */
  consistencyProof(from: number, size: number = this.size): Uint8Array[] {
    this.#within(size);
    if (!Number.isSafeInteger(from) || from < 0 || from > size) {
      throw new RangeError(`a tree of ${size} leaves does not continue one of ${from}`);
    }
    if (from === 0 || from === size) return [];
    const proof: Uint8Array[] = [];
    let start = 0;
    let end = size;
    let whole = true;
    while (from < end) {
      const middle = start + split(end - start);
      if (from <= middle) {
        proof.push(this.#range(middle, end));
        end = middle;
      } else {
        proof.push(this.#range(start, middle));
        start = middle;
        whole = false;
      }
    }
    if (!whole) proof.push(this.#range(start, end));
    return proof.toReversed();
  }

  /** The perfect subtrees of the first `size` leaves, the largest first. */
  subtrees(size: number = this.size): { leaves: number; root: Uint8Array }[] {
    this.#within(size);
    const found: { leaves: number; root: Uint8Array }[] = [];
    let from = 0;
    for (const [level, roots] of [...this.#levels.entries()].toReversed()) {
      const leaves = 2 ** level;
      if (Math.floor(size / leaves) % 2 === 0) continue;
      found.push({ leaves, root: at(roots, from / leaves).slice() });
      from += leaves;
    }
    return found;
  }

  #within(size: number): void {
    if (!Number.isSafeInteger(size) || size < 0 || size > this.size) {
      throw new RangeError(`there are ${this.size} leaves, not ${size}`);
    }
  }

  /** Root over leaves [from, to), where `from` is a multiple of the largest power of two that fits. */
  #range(from: number, to: number): Uint8Array {
    const count = to - from;
    const perfect = isPowerOfTwo(count) ? this.#levels[Math.round(Math.log2(count))] : undefined;
    if (perfect !== undefined) return at(perfect, from / count).slice();
    const middle = from + split(count);
    return nodeHash(this.#range(from, middle), this.#range(middle, to));
  }
}

/** The hashes of all whole pairs of a level. Pairs lie side by side, so that each is one copy and one hash. */
function levelAbove(below: Uint8Array): Uint8Array {
  const pairs = Math.floor(below.length / (2 * HASH_BYTES));
  const level = Buffer.allocUnsafe(pairs * HASH_BYTES);
  for (let i = 0; i < pairs; i++) {
    node.set(below.subarray(i * 2 * HASH_BYTES, (i + 1) * 2 * HASH_BYTES), 1);
    level.write(hash('sha256', node, 'binary'), i * HASH_BYTES, HASH_BYTES, 'latin1');
  }
  return level;
}

const at = (level: Uint8Array, index: number): Uint8Array =>
  level.subarray(index * HASH_BYTES, (index + 1) * HASH_BYTES);

/** The largest power of two smaller than `count`, for `count` > 1. */
function split(count: number): number {
  let power = 1;
  while (power * 2 < count) power *= 2;
  return power;
}

const isPowerOfTwo = (n: number): boolean => n === 1 || (n > 1 && split(n) * 2 === n);

/** What an inclusion proof claims. `index` counts from 0. */
export interface Inclusion {
  leaf: Uint8Array;
  index: number;
  size: number;
  proof: readonly Uint8Array[];
  root: Uint8Array;
}

/** Verifies an inclusion proof by the steps of RFC 9162, section 2.1.3.2. Never throws on wrong proofs. */
export function verifyInclusion(claim: Inclusion): boolean {
  if (!isIndex(claim.index) || !isIndex(claim.size) || claim.index >= claim.size) return false;
  let fn = claim.index;
  let sn = claim.size - 1;
  let result = claim.leaf;
  for (const sibling of claim.proof) {
    if (sn === 0 || sibling.length !== HASH_BYTES) return false;
    if (fn % 2 === 1 || fn === sn) {
      result = nodeHash(sibling, result);
      while (fn % 2 === 0 && fn !== 0) [fn, sn] = [fn / 2, half(sn)];
    } else {
      result = nodeHash(result, sibling);
    }
    [fn, sn] = [half(fn), half(sn)];
  }
  return sn === 0 && sameBytes(result, claim.root);
}

/** What a consistency proof claims: the tree of `to` leaves begins with that of `from` leaves. */
export interface Consistency {
  from: number;
  to: number;
  fromRoot: Uint8Array;
  toRoot: Uint8Array;
  proof: readonly Uint8Array[];
}

/**
 * Verifies a consistency proof by the steps of RFC 9162, section 2.1.4.2. Two cases that the section leaves out have
 * empty proofs: equal sizes need equal roots, and every tree continues the empty one. Never throws on wrong proofs.
 */
export function verifyConsistency(claim: Consistency): boolean {
  const { from, to, fromRoot, toRoot, proof } = claim;
  if (!isIndex(from) || !isIndex(to) || from > to) return false;
  if (from === to) return proof.length === 0 && sameBytes(fromRoot, toRoot);
  if (from === 0) return proof.length === 0 && sameBytes(fromRoot, EMPTY_ROOT);
  if (proof.length === 0 || proof.some((part) => part.length !== HASH_BYTES)) return false;
  const path = isPowerOfTwo(from) ? [fromRoot, ...proof] : proof;
  let fn = from - 1;
  let sn = to - 1;
  while (fn % 2 === 1) [fn, sn] = [half(fn), half(sn)];
  const [first, ...rest] = path;
  if (first === undefined) return false;
  let fr = first;
  let sr = first;
  for (const part of rest) {
    if (sn === 0) return false;
    if (fn % 2 === 1 || fn === sn) {
      fr = nodeHash(part, fr);
      sr = nodeHash(part, sr);
      while (fn % 2 === 0 && fn !== 0) [fn, sn] = [fn / 2, half(sn)];
    } else {
      sr = nodeHash(sr, part);
    }
    [fn, sn] = [half(fn), half(sn)];
  }
  return sn === 0 && sameBytes(fr, fromRoot) && sameBytes(sr, toRoot);
}

const half = (n: number): number => Math.floor(n / 2);
const isIndex = (n: number): boolean => Number.isSafeInteger(n) && n >= 0;

/** Whether two byte strings are equal. Not constant in time: nothing here is secret. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}
