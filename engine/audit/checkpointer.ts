import { toErrorShape, type ErrorShape } from '../flow/error.ts';
import type { Checkpoint, LogSigner, Note } from './checkpoint.ts';
import { CHECKPOINT_POLICY, checkpointDue, type CheckpointPolicy } from './checkpoint-policy.ts';
import { continues, latestCheckpoint, writeCheckpoint } from './checkpoint-sink.ts';
import { MerkleTree } from './merkle.ts';

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
  /** Leaf hashes of the first `size` events, one behind the other. */
  leaves(size: number): Uint8Array;
}

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

  /** To be called after commits and at least every minute; writes one if it is due at `now`. */
  observe(log: Log, now: number): CheckpointState {
    const { size } = log.head();
    if (this.#due(size, now)) this.#write(log, now);
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
      if (!this.#continues) this.#checkContinues(log);
      this.#note = writeCheckpoint(this.#folder, { origin: log.origin, ...log.head() }, this.#signer);
      this.#latest = this.#note.checkpoint;
      this.#writtenAt = now;
      this.#outage = null;
    } catch (error) {
      this.#outage = toErrorShape(error);
    }
  }

  /** Costs one hash for each event that the newest checkpoint covers. */
  #checkContinues(log: Log): void {
    const before = latestCheckpoint(this.#folder)?.checkpoint;
    if (before !== undefined) {
      const size = Math.min(before.size, log.head().size);
      continues(before, { origin: log.origin, size, root: new MerkleTree(log.leaves(size)).root() }, this.#folder);
    }
    this.#continues = true;
  }
}
