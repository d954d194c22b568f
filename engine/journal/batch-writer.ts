import type { CompactRange } from '../audit/compact-range.ts';
import { CountersignError } from '../flow/error.ts';
import type { JsonInput } from '../flow/json.ts';
import { encodeHeader, innerHash, leafHash, SALT_BYTES } from './event-codec.ts';
import { EventRows } from './event-rows.ts';
import type { Actor } from '../core/event.ts';
import { NONCE_BYTES, seal, type SealKey } from './keys.ts';
import type { Connection } from './open.ts';
import { ProjectionWriter } from './projection-rows.ts';
import { hasSealedUntil, untilInText } from './sealed-until.ts';

/** A draft in the form in which it is written: its texts are canonical JSON already. */
export interface Entry {
  subject: string;
  type: string;
  v: number;
  at: number;
  actor: Actor;
  node: string | null;
  path: string | null;
  /** As text, or in UTF-8 already. */
  open: string | Uint8Array;
  /** What `open` says; projections read it. */
  value: JsonInput;
  sealed: { keyOf: string; text: string } | null;
}

/** Random bytes that one event takes: its salt, and the nonce of what is sealed in it. */
export const RANDOM_BYTES = SALT_BYTES + NONCE_BYTES;

/** What a batch is written with. */
export interface BatchMeans {
  /** The tree so far; it is not changed. */
  range: CompactRange;
  keys: ReadonlyMap<string, SealKey>;
  /** {@link RANDOM_BYTES} for each entry. */
  random: Uint8Array;
}

/** Writes batches through one connection, in the epoch that the journal was opened in. */
export class BatchWriter {
  readonly #path: string;
  readonly #epoch: number;
  readonly #projections: ProjectionWriter;
  readonly #rows: EventRows;
  /** How long the log was when this one had last written and it was on disk; null where that cannot be told. */
  #size: number | null = 0;
  readonly #setHead;
  readonly #epochNow;
  readonly #transaction: (entries: readonly Entry[], means: BatchMeans) => CompactRange;

  constructor(db: Connection, path: string, epoch: number) {
    this.#path = path;
    this.#epoch = epoch;
    this.#projections = new ProjectionWriter(db);
    this.#rows = new EventRows(db);
    this.#setHead = db.prepare<[number, Uint8Array]>('UPDATE log SET size = ?, range = ?');
    this.#epochNow = db.prepare<[], number>('SELECT epoch FROM writer').pluck();
    const write = db.transaction((entries: readonly Entry[], means: BatchMeans) => this.within(entries, means));
    this.#transaction = (entries, means) => write.immediate(entries, means);
  }

  /** Writes events, leaves, projections and head in one transaction. Returns the tree that follows. */
  write(entries: readonly Entry[], means: BatchMeans): CompactRange {
    const range = this.#transaction(entries, means);
    this.#size = range.size;
    return range;
  }

  /** {@link write} within a transaction that has begun. */
  within(entries: readonly Entry[], { range: before, keys, random }: BatchMeans): CompactRange {
    this.checkEpoch();
    const range = before.clone();
    // Somebody else has written since, or what was written was taken back.
    if (before.size !== this.#size) {
      this.#projections.clear();
      this.#rows.clear();
    }
    this.#size = null;
    entries.forEach((entry, i) => {
      const bytes = random.subarray(i * RANDOM_BYTES, (i + 1) * RANDOM_BYTES);
      range.append(this.#event(entry, range.size + 1, bytes, keys));
    });
    this.#rows.flush();
    this.#projections.flush();
    this.#setHead.run(range.size, range.encode());
    return range;
  }

  /** JOURNAL_FENCED when another process has taken over. */
  checkEpoch(): void {
    const epoch = this.#epochNow.get();
    if (epoch === this.#epoch) return;
    throw new CountersignError({
      code: 'JOURNAL_FENCED',
      message: `Another process took over ${this.#path}: its epoch is ${String(epoch)}, and ours was ${this.#epoch}.`,
      meaning: 'Nothing of the last batch was written. Calls that were already committed may still be under way.',
      where: { file: this.#path },
      hint: 'Leave the work to the process that took over, and end this one.',
      fault: 'operator',
    });
  }

  #event(entry: Entry, seq: number, random: Uint8Array, keys: ReadonlyMap<string, SealKey>): Uint8Array {
    const salt = random.subarray(0, SALT_BYTES);
    const { subject, type, v, at, actor, node, path, sealed } = entry;
    const header = Buffer.from(encodeHeader({ seq, subject, epoch: this.#epoch, type, v, at, actor, node, path }));
    const open = typeof entry.open === 'string' ? Buffer.from(entry.open) : entry.open;
    const closed =
      sealed === null ? null : sealWith(keys, sealed, { subject, header, nonce: random.subarray(SALT_BYTES) });
    const leaf = leafHash(header, innerHash(salt, open, closed));
    this.#rows.add([seq, subject, header, open, closed, salt, leaf]);
    const projected = { seq, subject, type, at, node, path, open: entry.value };
    const isHidden = sealed !== null && hasSealedUntil(type, entry.value);
    this.#projections.fold(isHidden ? { ...projected, until: untilInText(sealed.text) } : projected);
    return leaf;
  }
}

function sealWith(
  keys: ReadonlyMap<string, SealKey>,
  sealed: NonNullable<Entry['sealed']>,
  event: { subject: string; header: Uint8Array; nonce: Uint8Array },
): Uint8Array {
  const key = keys.get(sealed.keyOf);
  if (key === undefined) throw new RangeError(`there is no key of ${sealed.keyOf}`);
  return seal(sealed.text, { ...event, keyOf: sealed.keyOf, key });
}
