import { CompactRange } from '../../engine/audit/compact-range.ts';
import type { Erasure } from '../../engine/journal/erasure-list.ts';
import { decodeHeader } from '../../engine/journal/event-codec.ts';
import type { ProjectedEvent } from '../../engine/journal/open-part.ts';
import { foldRunEvent, rowsOf, runOf, type RunRows } from '../../engine/journal/projections.ts';
import { parseStored } from '../../engine/journal/rebuild.ts';
import { hasSealedUntil, untilIn } from '../../engine/journal/sealed-until.ts';
import { FakeKeys, framed } from './fake-keys.ts';

/** One event as it lies on the fake disk: the bytes that its leaf is made of. */
export interface StoredRow {
  seq: number;
  subject: string;
  header: Buffer;
  open: Buffer;
  sealed: Buffer | null;
  salt: Uint8Array;
  leaf: Uint8Array;
}

/** What one commit writes: a new epoch, or events. It is there whole or not at all. */
export interface Transaction {
  epoch: number | null;
  rows: readonly StoredRow[];
  /** Subjects whose payloads it takes away. */
  pruned?: readonly string[];
}

/** A database as its readers see it. */
export class Image {
  epoch = 0;
  readonly rows: StoredRow[] = [];
  readonly bySubject = new Map<string, StoredRow[]>();
  readonly runs = new Map<string, RunRows>();
  tree = new CompactRange();
  /** Subjects of whose events the inner hashes are left. The rows stay here, for the laws: no journal gives them out. */
  readonly pruned = new Set<string>();

  /** Rows of a run to change, which count once they are given back by {@link apply}. */
  copyOf(run: string): RunRows {
    const there = this.runs.get(run);
    if (there === undefined) return rowsOf(null);
    // As they are now: what is read later would hold on to all that was before.
    const [tasks, effects, timers] = [
      [...there.tasks.values()],
      [...there.effects.values()],
      [...there.timers.values()],
    ];
    const [branches, waits] = [[...there.branches.values()], [...there.waits.values()]];
    return rowsOf(there.run, {
      tasks: () => tasks,
      effects: () => effects,
      timers: () => timers,
      branches: () => branches,
      waits: () => waits,
    });
  }

  apply({ epoch, rows, pruned = [] }: Transaction, folded: ReadonlyMap<string, RunRows>, tree: CompactRange): void {
    if (epoch !== null) this.epoch = epoch;
    for (const subject of pruned) this.pruned.add(subject);
    for (const row of rows) {
      this.rows.push(row);
      const others = this.bySubject.get(row.subject);
      if (others === undefined) this.bySubject.set(row.subject, [row]);
      else others.push(row);
    }
    // A run without a start has no rows.
    for (const [run, one] of folded) if (one.run !== null) this.runs.set(run, one);
    this.tree = tree;
  }
}

/** Folds stored rows into what is derived of the runs that they are about. */
export function foldRows(image: Image, rows: readonly StoredRow[]): Map<string, RunRows> {
  const folded = new Map<string, RunRows>();
  for (const row of rows) foldInto(image, folded, projectedOf(row));
  return folded;
}

export function foldInto(image: Image, folded: Map<string, RunRows>, event: ProjectedEvent): void {
  const run = runOf(event.subject);
  if (run === null) return;
  const rows = folded.get(run) ?? image.copyOf(run);
  folded.set(run, rows);
  foldRunEvent(rows, run, event);
}

function projectedOf(row: StoredRow): ProjectedEvent {
  const { subject, type, at, node, path } = decodeHeader(row.header);
  const event = { seq: row.seq, subject, type, at, node, path, open: parseStored(row.open, row.seq) };
  // What a timer of the journal keeps of it.
  return row.sealed !== null && hasSealedUntil(type, event.open)
    ? { ...event, until: untilIn(framed(row.sealed).value) }
    : event;
}

/** The image that transactions give, each derived anew. */
export function imageOf(transactions: readonly Transaction[]): Image {
  const image = new Image();
  for (const transaction of transactions) {
    const tree = image.tree.clone();
    for (const row of transaction.rows) tree.append(row.leaf);
    image.apply(transaction, foldRows(image, transaction.rows), tree);
  }
  return image;
}

/** Where something may go wrong between the engine and its disk. */
export type DiskPoint = 'open' | 'write' | 'sync' | 'synced' | 'listed' | 'erase keys';

/** What the disk answers instead of doing it. `lost` says of a failed sync that what was written is gone. */
export class DiskError extends Error {
  readonly fault: 'full' | 'io';
  readonly lost: boolean;

  constructor(fault: 'full' | 'io', lost = false) {
    super(fault === 'full' ? 'no space left on device' : 'input/output error');
    this.fault = fault;
    this.lost = lost;
  }
}

/**
 * A disk with a page cache in front of it. A write goes to the cache, a sync to the disk; a process that is killed leaves
 * the cache, a power cut empties it. Transactions are never torn, and one survives only with all before it, as the
 * checksums of a write-ahead log see to.
 */
export class FakeDisk {
  /** In the order in which they were committed; those from `synced` on are in the page cache only. */
  transactions: Transaction[] = [];
  synced = 0;
  image = new Image();
  /** Keys of sealed parts, their links and the list of erasures are files of their own, which are synced before they count. */
  readonly keys = new FakeKeys();
  erasures: readonly Erasure[] = [];
  /** Whoever holds the lock that goes with its process. */
  holder: object | null = null;
  /** Bytes that can still be written. */
  room = Number.POSITIVE_INFINITY;
  /** A disk that says that it has synced and has not: what a test turns on to be caught. */
  forgetful = false;

  /**
   * Writes and syncs. Whatever it throws, the transaction is on the disk, in the cache, or gone. `at` is asked at each
   * point and throws what happens there.
   */
  commit(
    transaction: Transaction,
    folded: ReadonlyMap<string, RunRows>,
    tree: CompactRange,
    at: (point: DiskPoint) => void,
  ): void {
    at('write');
    const bytes = transaction.rows.reduce((sum, row) => sum + row.header.length + row.open.length + 100, 0);
    if (bytes > this.room) throw new DiskError('full');
    this.room -= bytes;
    this.transactions.push(transaction);
    this.image.apply(transaction, folded, tree);
    try {
      at('sync');
    } catch (error) {
      if (error instanceof DiskError && error.lost) this.keep(this.transactions.length - 1);
      throw error;
    }
    if (!this.forgetful) this.synced = this.transactions.length;
    at('synced');
  }

  /** The power goes: of what was not synced, some may have reached the disk, the oldest first. */
  powerCut(reached: (unsynced: number) => number): number {
    const unsynced = this.transactions.length - this.synced;
    const kept = this.synced + (unsynced === 0 ? 0 : reached(unsynced));
    const lost = this.transactions.length - kept;
    if (lost > 0) this.keep(kept);
    this.synced = this.transactions.length;
    this.holder = null;
    return lost;
  }

  /** What would be there if the power went now, at the worst. */
  isDurable(seq: number): boolean {
    const last = this.transactions.slice(0, this.synced).findLast((one) => one.rows.length > 0);
    return (last?.rows.at(-1)?.seq ?? 0) >= seq;
  }

  /** Somebody changes what was written, and works out its leaf and the tree anew. */
  rewrite(change: (row: StoredRow) => StoredRow): void {
    this.transactions = this.transactions.map((one) => ({ ...one, rows: one.rows.map(change) }));
    this.image = imageOf(this.transactions);
  }

  /** Of its transactions the first so many are left. */
  keep(count: number): void {
    this.transactions = this.transactions.slice(0, count);
    this.synced = Math.min(this.synced, count);
    this.image = imageOf(this.transactions);
  }
}
