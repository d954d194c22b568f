import type { Connection } from '../journal/open.ts';
import type { Checkpoint } from './checkpoint.ts';
import { CompactRange } from './compact-range.ts';
import type { Finding, Findings } from './finding.ts';
import { LeafReader } from './leaf-blocks.ts';
import { HASH_BYTES, MerkleTree, sameBytes } from './merkle.ts';

/** Events of one piece of work; a power of two, so that each is one subtree. */
export const CHUNK = 4096;

/** What a stretch of events comes to: its tree, and its tree up to each checkpoint that ends within it. */
export interface Stretch {
  size: number;
  range: Uint8Array;
  within: { size: number; range: Uint8Array }[];
  findings: Finding[];
}

/**
 * Works out one stretch of a journal whose numbers are known to have no gap: events `start` + 1 to `end`, where `start`
 * is a multiple of {@link CHUNK}. Needs nothing of the others, so that threads may share the work.
 *
 * @param sizes of checkpoints, in any order
 */
export function scanStretch(reader: LeafReader, start: number, end: number, sizes: readonly number[]): Stretch {
  const blocks: Buffer[] = [];
  const findings: Finding[] = [];
  for (let after = start; after < end;) {
    const block = reader.next(after, end);
    if (block === null) throw new RangeError(`events after ${after} went away while they were read`);
    blocks.push(block.leaves);
    findings.push(...block.findings);
    after = block.seqs.at(-1) ?? end;
  }
  const tree = new MerkleTree(Buffer.concat(blocks));
  const within = sizes.filter((size) => size > start && size < end);
  return {
    size: tree.size,
    range: rangeOf(tree, tree.size),
    within: within.map((size) => ({ size, range: rangeOf(tree, size - start) })),
    findings,
  };
}

function rangeOf(tree: MerkleTree, size: number): Uint8Array {
  return Buffer.concat(tree.subtrees(size).map(({ root }) => root));
}

/** Puts stretches together in order, and compares the root at each checkpoint. */
export class TreeCheck {
  readonly range = new CompactRange();
  readonly #checkpoints: Checkpoint[];
  readonly #findings: Findings;

  constructor(checkpoints: readonly Checkpoint[], findings: Findings) {
    this.#checkpoints = [...checkpoints].sort((a, b) => a.size - b.size);
    this.#findings = findings;
    this.#compare(this.range);
  }

  get sizes(): number[] {
    return this.#checkpoints.map(({ size }) => size);
  }

  stretch({ size, range, within, findings }: Stretch): void {
    for (const finding of findings) this.#findings.add(finding);
    const start = this.range.size;
    for (const part of [...within].sort((a, b) => a.size - b.size)) {
      const upTo = this.range.clone();
      upTo.appendRange(CompactRange.decode(part.size - start, part.range));
      this.#compare(upTo);
    }
    this.range.appendRange(CompactRange.decode(size, range));
    this.#compare(this.range);
  }

  leaf(leaf: Uint8Array): void {
    this.range.append(leaf);
    this.#compare(this.range);
  }

  /** Checkpoints that the events did not reach. */
  end(): void {
    for (const { size } of this.#checkpoints) {
      this.#findings.add({
        code: 'TRUNCATED',
        message: `There are ${this.range.size} events, and a checkpoint says there were ${size}.`,
      });
    }
  }

  #compare(range: CompactRange): void {
    for (let next = this.#checkpoints[0]; next?.size === range.size; next = this.#checkpoints[0]) {
      this.#checkpoints.shift();
      if (sameBytes(next.root, range.root())) continue;
      this.#findings.add({
        code: 'CHECKPOINT_ROOT',
        message: `The first ${next.size} events are not those of the checkpoint of that size: the root differs.`,
      });
    }
  }
}

/** How many events there are, and whether they are numbered from 1 without a gap. */
export function extentOf(db: Connection): { events: number; whole: boolean } {
  const row = db
    .prepare<[], [number, number | null, number | null]>('SELECT count(*), min(seq), max(seq) FROM event')
    .raw()
    .get();
  const [events, first, last] = row ?? [0, null, null];
  return { events, whole: events === 0 || (first === 1 && last === events) };
}

/** One pass in order by one thread, whatever the numbers are; tells after each block how many events were read. */
export function scanInOrder(
  db: Connection,
  check: TreeCheck,
  findings: Findings,
  progress?: (done: number) => void,
): void {
  const reader = new LeafReader(db);
  let after = Number.MIN_SAFE_INTEGER;
  for (
    let block = reader.next(after, Number.MAX_SAFE_INTEGER);
    block !== null;
    block = reader.next(after, Number.MAX_SAFE_INTEGER)
  ) {
    for (const finding of block.findings) findings.add(finding);
    for (const [i, seq] of block.seqs.entries()) {
      const expected = check.range.size + 1;
      if (seq !== expected)
        findings.add({ code: 'SEQUENCE', seq: expected, message: `Event ${expected} is followed by ${seq}.` });
      check.leaf(block.leaves.subarray(i * HASH_BYTES, (i + 1) * HASH_BYTES));
    }
    after = block.seqs.at(-1) ?? after;
    progress?.(check.range.size);
  }
}
