import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { CompactRange } from './compact-range.ts';
import { EMPTY_ROOT, MerkleTree, verifyConsistency, verifyInclusion } from './merkle.ts';

// A second implementation, word for word after RFC 9162: over entries rather than leaf hashes, by recursion, sharing nothing.
const sha = (...parts: Uint8Array[]): Buffer => createHash('sha256').update(Buffer.concat(parts)).digest();
const largestPowerBelow = (n: number): number => 2 ** (Math.ceil(Math.log2(n)) - 1);

/** MTH, section 2.1.1. */
function mth(d: Buffer[]): Buffer {
  const [only] = d;
  if (only === undefined) return sha();
  if (d.length === 1) return sha(Buffer.of(0), only);
  const k = largestPowerBelow(d.length);
  return sha(Buffer.of(1), mth(d.slice(0, k)), mth(d.slice(k)));
}

/** PATH, section 2.1.3.1. */
function path(m: number, d: Buffer[]): Buffer[] {
  if (d.length === 1) return [];
  const k = largestPowerBelow(d.length);
  return m < k ? [...path(m, d.slice(0, k)), mth(d.slice(k))] : [...path(m - k, d.slice(k)), mth(d.slice(0, k))];
}

/** SUBPROOF, section 2.1.4.1. */
function subproof(m: number, d: Buffer[], whole: boolean): Buffer[] {
  if (m === d.length) return whole ? [] : [mth(d)];
  const k = largestPowerBelow(d.length);
  return m <= k
    ? [...subproof(m, d.slice(0, k), whole), mth(d.slice(k))]
    : [...subproof(m - k, d.slice(k), false), mth(d.slice(0, k))];
}

const entries = Array.from({ length: 1025 }, (_, i) => Buffer.from(`entry ${i}`));
const leaves = entries.map((e) => sha(Buffer.of(0), e));
const tree = (n: number): MerkleTree => new MerkleTree(Buffer.concat(leaves.slice(0, n)));
const bytes = (hashes: Uint8Array[]): string[] => hashes.map((h) => Buffer.from(h).toString('hex'));
const leaf = (i: number): Buffer => leaves[i] ?? Buffer.alloc(0);

test('P25 roots, inclusion and consistency proofs for sizes 1 to 130 are those of the RFC', () => {
  expect(Buffer.from(EMPTY_ROOT)).toEqual(mth([]));
  for (let n = 1; n <= 130; n++) {
    const d = entries.slice(0, n);
    const t = tree(n);
    const root = mth(d);
    expect(Buffer.from(t.root())).toEqual(root);
    for (const m of new Set([0, 1, n >> 1, n - 2, n - 1].filter((i) => i >= 0 && i < n))) {
      const proof = t.inclusionProof(m);
      expect(bytes(proof)).toEqual(bytes(path(m, d)));
      expect(verifyInclusion({ leaf: leaf(m), index: m, size: n, proof, root })).toBe(true);
    }
    for (const m of new Set([1, n >> 1, n - 1, n].filter((i) => i >= 1))) {
      const proof = t.consistencyProof(m);
      expect(bytes(proof)).toEqual(bytes(subproof(m, d, true)));
      expect(verifyConsistency({ from: m, to: n, fromRoot: mth(entries.slice(0, m)), toRoot: root, proof })).toBe(true);
    }
  }
});

/** The same definitions over a range of the entries instead of a list, remembering what was worked out. */
const known = new Map<number, Buffer>();
function rootOver(low: number, high: number): Buffer {
  const key = low * 2048 + high;
  const before = known.get(key);
  if (before !== undefined) return before;
  const middle = low + largestPowerBelow(high - low);
  const root =
    high - low <= 1 ? mth(entries.slice(low, high)) : sha(Buffer.of(1), rootOver(low, middle), rootOver(middle, high));
  known.set(key, root);
  return root;
}
function pathIn(m: number, low: number, high: number): Buffer[] {
  if (high - low === 1) return [];
  const middle = low + largestPowerBelow(high - low);
  return m < middle
    ? [...pathIn(m, low, middle), rootOver(middle, high)]
    : [...pathIn(m, middle, high), rootOver(low, middle)];
}
function subproofIn(m: number, low: number, high: number, whole: boolean): Buffer[] {
  if (m === high) return whole ? [] : [rootOver(low, high)];
  const middle = low + largestPowerBelow(high - low);
  return m <= middle
    ? [...subproofIn(m, low, middle, whole), rootOver(middle, high)]
    : [...subproofIn(m, middle, high, false), rootOver(low, middle)];
}

test('P25 for every size from 1 to 1,025 root, inclusion and consistency proofs are those of the RFC, bit for bit', () => {
  expect(rootOver(0, 1025)).toEqual(mth(entries));
  const whole = tree(1025);
  let compared = 0;
  for (let n = 1; n <= 1025; n++) {
    expect(Buffer.from(whole.root(n))).toEqual(rootOver(0, n));
    for (const m of new Set([0, n - 1, n >> 1, (n * 7919) % n, (n * 104_729 + 31) % n])) {
      expect(bytes(whole.inclusionProof(m, n))).toEqual(bytes(pathIn(m, 0, n)));
    }
    for (const m of new Set([1, n, n >> 1, (n * 7919) % n, (n * 104_729 + 31) % n]).difference(new Set([0]))) {
      expect(bytes(whole.consistencyProof(m, n))).toEqual(bytes(subproofIn(m, 0, n, true)));
      compared += 1;
    }
  }
  expect(compared).toBeGreaterThan(2500);
});

test('P25 every size to 1,025: the running root is the tree, and proofs of every leaf and every size hold', () => {
  const range = new CompactRange();
  const t = tree(1025);
  const roots = [EMPTY_ROOT];
  leaves.forEach((l, i) => {
    range.append(l);
    roots.push(range.root());
    const index = (i * 7919) % (i + 1);
    const proof = t.inclusionProof(index, i + 1);
    expect(verifyInclusion({ leaf: leaf(index), index, size: i + 1, proof, root: range.root() })).toBe(true);
  });
  const toRoot = t.root();
  expect(Buffer.from(toRoot)).toEqual(mth(entries));
  for (let i = 0; i < 1025; i++) {
    expect(verifyInclusion({ leaf: leaf(i), index: i, size: 1025, proof: t.inclusionProof(i), root: toRoot })).toBe(
      true,
    );
    const fromRoot = roots[i] ?? EMPTY_ROOT;
    expect(verifyConsistency({ from: i, to: 1025, fromRoot, toRoot, proof: t.consistencyProof(i) })).toBe(true);
  }
});

test('P25 a proof for another leaf, place, size or root, or with a part altered, is refused', () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 200 }), fc.nat(), fc.nat(), fc.nat(255), (n, a, b, bit) => {
      const t = tree(n);
      const index = a % n;
      const good = { leaf: leaf(index), index, size: n, proof: t.inclusionProof(index), root: t.root() };
      const refused = (claim: Partial<typeof good>): void => expect(verifyInclusion({ ...good, ...claim })).toBe(false);
      expect(verifyInclusion(good)).toBe(true);
      refused({ leaf: leaf((index + 1) % n) });
      refused({ index: (index + 1) % n });
      refused({ index: index + n });
      refused({ root: t.root(n - 1) });
      refused({ proof: good.proof.slice(1) });
      refused({ proof: [...good.proof, leaf(0)] });
      refused({ proof: flipped(good.proof, b, bit) });
      const from = 1 + (b % (n - 1));
      const consistent = { from, to: n, fromRoot: t.root(from), toRoot: t.root(), proof: t.consistencyProof(from) };
      const inconsistent = (claim: Partial<typeof consistent>): void =>
        expect(verifyConsistency({ ...consistent, ...claim })).toBe(false);
      expect(verifyConsistency(consistent)).toBe(true);
      inconsistent({ fromRoot: leaf(n) });
      inconsistent({ toRoot: leaf(n) });
      inconsistent({ proof: consistent.proof.slice(1) });
      inconsistent({ proof: [...consistent.proof, leaf(0)] });
      inconsistent({ proof: flipped(consistent.proof, a, bit) });
      inconsistent({ from: n + 1 });
    }),
    { numRuns: 200 },
  );
});

function flipped(proof: readonly Uint8Array[], which: number, bit: number): Uint8Array[] {
  return proof.map((part, i) => {
    const copy = Uint8Array.from(part);
    if (i === which % proof.length) copy[bit >> 3] = (copy[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    return copy;
  });
}

test('a compact range reads back at every size, and refuses bytes of another size', () => {
  const range = new CompactRange();
  for (let n = 0; n <= 70; n++) {
    const again = CompactRange.decode(n, range.encode());
    expect([again.size, Buffer.from(again.root())]).toEqual([n, Buffer.from(range.root())]);
    const copy = range.clone();
    copy.append(leaf(0));
    expect(range.size).toBe(n);
    expect(() => CompactRange.decode(n ^ 64, range.encode())).toThrow(RangeError);
    range.append(leaf(n));
  }
});

test('a compact range grows by whole subtrees and by other ranges as it does by leaves, and refuses what does not fit', () => {
  for (const [first, more] of [
    [0, 7],
    [8, 5],
    [16, 16],
    [64, 3],
  ] as const) {
    const grown = CompactRange.decode(
      first,
      Buffer.concat(
        tree(first)
          .subtrees()
          .map(({ root }) => root),
      ),
    );
    const rest = new MerkleTree(Buffer.concat(leaves.slice(first, first + more)));
    grown.appendRange(CompactRange.decode(more, Buffer.concat(rest.subtrees().map(({ root }) => root))));
    expect([grown.size, Buffer.from(grown.root())]).toEqual([first + more, Buffer.from(tree(first + more).root())]);
  }
  const odd = CompactRange.decode(1, leaf(0));
  expect(() => odd.appendSubtree(leaf(1), 2)).toThrow(RangeError);
});

test('asking for what a tree does not have throws', () => {
  expect(() => tree(3).inclusionProof(3)).toThrow(RangeError);
  expect(() => tree(3).inclusionProof(-1)).toThrow(RangeError);
  expect(() => tree(3).root(4)).toThrow(RangeError);
  expect(() => tree(3).consistencyProof(4)).toThrow(RangeError);
  expect(() => new MerkleTree(new Uint8Array(33))).toThrow(RangeError);
});
