import { toErrorShape, type ErrorShape } from '../flow/error.ts';
import type { Checkpoint, LogSigner, Note } from './checkpoint.ts';
import { CHECKPOINT_POLICY, checkpointDue, type CheckpointPolicy } from './checkpoint-policy.ts';
import { continues, latestCheckpoint, writeCheckpoint } from './checkpoint-sink.ts';
import { CompactRange } from './compact-range.ts';
import { HASH_BYTES } from './merkle.ts';

/** How far the checkpoints lag behind the log, and whether the sink takes them. */
export interface CheckpointState {
  latest: Checkpoint | null;
  /** Events that no checkpoint covers yet. */
  behind: number;
  writtenAt: number | null;
  /** Why the last attempt failed; null when it did not. */
  outage: ErrorShape | null;
}

/** What a checkpointer asks of the log. */
export interface Log {
  readonly origin: string;
  head(): { size: number; root: Uint8Array };
  /** Leaf hashes of the first `size` events, one behind the other; those of the first `after` of them are left out. */
  leaves(size: number, after: number): Uint8Array;
}

/** Leaves that are looked at in one step: about a millisecond of work, so that whoever decides meanwhile waits no longer. */
const STEP = 256;

/**
 * Writes checkpoints when its policy says so. Never throws: an outage of the sink stops no run, and is told instead.
 * Before its first one it makes sure that the log continues what the newest checkpoint in the folder covers; a log that
 * does not is never checkpointed.
 */
export class Checkpointer {
  readonly #folder: string;
  readonly #signer: LogSigner;
  readonly #policy: CheckpointPolicy;
  #latest: Checkpoint | null = null;
  #note: Note | null = null;
  #writtenAt: number | null = null;
  #triedAt: number | null = null;
  #outage: ErrorShape | null = null;
  #continues = false;
  /** The newest checkpoint at the start; undefined until it could be read. */
  #before: Checkpoint | null | undefined;
  /** The tree over the events that the newest checkpoint covers, as far as they were looked at. */
  #looked = new CompactRange();

  constructor(folder: string, signer: LogSigner, policy: CheckpointPolicy = CHECKPOINT_POLICY) {
    this.#folder = folder;
    this.#signer = signer;
    this.#policy = policy;
    try {
      this.#note = latestCheckpoint(folder);
      this.#latest = this.#note?.checkpoint ?? null;
    } catch (error) {
      this.#outage = toErrorShape(error);
    }
  }

  /** The newest checkpoint as it was signed. */
  get note(): Note | null {
    return this.#note;
  }

  /**
   * One step of making sure that the log continues the newest checkpoint: to be called again and again after the start, so
   * that a long log holds nobody up. True when nothing is left of it, also where that came to an outage.
   */
  goOn(log: Log): boolean {
    try {
      return this.#continues || this.#lookAt(log);
    } catch (error) {
      this.#outage = toErrorShape(error);
      return true;
    }
  }

  /**
   * To be called after commits and at least every minute; writes one if it is due at `now` and, of a long log, {@link goOn}
   * has come to its end.
   */
  observe(log: Log, now: number): CheckpointState {
    const { size } = log.head();
    if (this.#due(size, now) && this.#isSure(log)) this.#write(log, now);
    return this.state(size);
  }

  /** Writes one now if there is anything new, whatever the policy says: before stopping, or on request. */
  flush(log: Log, now: number): CheckpointState {
    const { size } = log.head();
    if (size > (this.#latest?.size ?? 0)) this.#write(log, now);
    return this.state(size);
  }

  /** How things stand for a log of `size` events. */
  state(size: number): CheckpointState {
    const behind = size - (this.#latest?.size ?? 0);
    return { latest: this.#latest, behind, writtenAt: this.#writtenAt, outage: this.#outage };
  }

  #due(size: number, now: number): boolean {
    const covered = this.#latest?.size ?? 0;
    const standing = { size, covered, writtenAt: this.#writtenAt, triedAt: this.#triedAt };
    // A log that is shorter than its checkpoint has lost events; trying says so.
    return checkpointDue(size < covered ? { ...standing, covered: 0 } : standing, now, this.#policy);
  }

  #write(log: Log, now: number): void {
    this.#triedAt = now;
    try {
      for (let sure = this.#continues; !sure;) sure = this.#lookAt(log);
      this.#note = writeCheckpoint(this.#folder, { origin: log.origin, ...log.head() }, this.#signer);
      this.#latest = this.#note.checkpoint;
      this.#writtenAt = now;
      this.#outage = null;
    } catch (error) {
      this.#outage = toErrorShape(error);
    }
  }

  /** Whoever commits something takes the last step at most. */
  #isSure(log: Log): boolean {
    return this.#continues || ((this.#latest?.size ?? 0) - this.#looked.size <= STEP && this.goOn(log));
  }

  /** Costs one hash for each event that the newest checkpoint covers, a step of them at a time. True once it is certain. */
  #lookAt(log: Log): boolean {
    if (this.#before === undefined) this.#before = latestCheckpoint(this.#folder)?.checkpoint ?? null;
    const before = this.#before;
    if (before !== null) {
      const size = Math.min(before.size, log.head().size);
      const looked = this.#looked;
      const leaves = log.leaves(Math.min(size, looked.size + STEP), looked.size);
      for (let at = 0; at < leaves.length; at += HASH_BYTES) looked.append(leaves.slice(at, at + HASH_BYTES));
      if (looked.size < size) return false;
      continues(before, { origin: log.origin, size, root: looked.root() }, this.#folder);
    }
    this.#continues = true;
    return true;
  }
}
