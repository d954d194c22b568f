import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject } from 'node:crypto';
import { parseStrict, type JsonValue } from '../flow/json.ts';
import { CountersignError } from '../flow/error.ts';
import { damaged } from './event-codec.ts';
import { LogRoom } from './log-room.ts';
import { truncateLog, type Connection } from './open.ts';
import { PersonLinks, type PersonLink } from './person-links.ts';
import { Query } from './query.ts';
import { journalError } from './sqlite-error.ts';

const KEY_BYTES = 32;
const ID_BYTES = 4;
/** Bytes of the random value that a sealed part begins with; never the same twice with one key. */
export const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const CIPHER = 'aes-256-gcm';

/** A key of sealed parts. `id` tells it from a later key of the same name, once this one was erased. */
export interface SealKey {
  id: Uint8Array;
  /** Made once: handing raw bytes to a cipher costs more than the cipher. */
  key: KeyObject;
}

interface StoredKey {
  id: Uint8Array;
  key: Uint8Array;
}

const toSealKey = ({ id, key }: StoredKey): SealKey => ({ id, key: createSecretKey(key) });

/**
 * Seals a value, given as its canonical JSON: AES-256-GCM, with the event's header as additional data, so that a sealed part
 * cannot be moved to another event. Layout: length of the key's name (1 byte) ‖ name ‖ key id (4) ‖ nonce (12) ‖
 * ciphertext ‖ tag (16); the name is left empty when it is the event's subject.
 *
 * @param nonce 12 random bytes, never used before with this key
 */
export function seal(
  text: string,
  with_: { keyOf: string; subject: string; key: SealKey; nonce: Uint8Array; header: Uint8Array },
): Uint8Array {
  const name = Buffer.from(with_.keyOf === with_.subject ? '' : with_.keyOf, 'utf8');
  if (name.length > 255) throw new RangeError(`the name of a key is ${name.length} bytes long; 255 is the most`);
  const cipher = createCipheriv(CIPHER, with_.key.key, with_.nonce);
  cipher.setAAD(with_.header);
  const body = cipher.update(text, 'utf8');
  const last = cipher.final();
  return Buffer.concat([Buffer.of(name.length), name, with_.key.id, with_.nonce, body, last, cipher.getAuthTag()]);
}

/** The name of the key that a sealed part needs, and the rest of it. JOURNAL_DAMAGED when it is cut short. */
function unframe(sealed: Uint8Array, subject: string): { keyOf: string; rest: Uint8Array } {
  const length = sealed[0] ?? 0;
  const rest = sealed.subarray(1 + length);
  if (rest.length < ID_BYTES + NONCE_BYTES + TAG_BYTES) throw damaged(`A sealed part of ${subject} is cut short.`);
  return { keyOf: length === 0 ? subject : Buffer.from(sealed.subarray(1, 1 + length)).toString('utf8'), rest };
}

/** A key by the name of what it seals and the id (8 hex digits) that tells it from a later one of that name. */
export interface KeyName {
  of: string;
  id: string;
}

/** The keys of sealed parts, in a database of their own, so that erasing is deleting a key. */
export class KeyStore {
  readonly persons: PersonLinks;
  readonly #db: Connection;
  readonly #path: string;
  readonly #room: LogRoom | null;
  readonly #select;
  readonly #erased;

  /** @param logRoom its log gets its full length once it has seen some commits */
  constructor(db: Connection, path: string, logRoom = false) {
    this.#db = db;
    this.#path = path;
    this.#room = logRoom ? new LogRoom(db, path) : null;
    this.persons = new PersonLinks(db);
    this.#select = new Query<[string], StoredKey>(db, 'SELECT id, key FROM key WHERE of = ?');
    this.#erased = db.prepare<[string, Uint8Array], number>('SELECT 1 FROM erased WHERE of = ? AND id = ?').pluck();
  }

  /**
   * Keys for all names, new ones made where there is none, and links to the persons they are about. When this returns
   * they are on disk: what they seal may be written.
   */
  ensure(
    names: ReadonlySet<string>,
    links: readonly PersonLink[],
    random: (bytes: number) => Uint8Array,
  ): Map<string, SealKey> {
    const keys = new Map<string, SealKey>();
    const missing: string[] = [];
    for (const of of names) {
      const known = this.#select.get(of);
      if (known === undefined) missing.push(of);
      else keys.set(of, toSealKey(known));
    }
    if (missing.length === 0 && links.length === 0) return keys;
    const bytes = random(missing.length * (KEY_BYTES + ID_BYTES));
    const insert = this.#db.prepare<[string, Uint8Array, Uint8Array]>('INSERT INTO key (of, id, key) VALUES (?, ?, ?)');
    this.#db
      .transaction(() => {
        missing.forEach((of, i) => {
          const from = i * (KEY_BYTES + ID_BYTES);
          const key = bytes.slice(from, from + KEY_BYTES);
          const id = bytes.slice(from + KEY_BYTES, from + KEY_BYTES + ID_BYTES);
          insert.run(of, id, key);
          keys.set(of, toSealKey({ id, key }));
        });
        this.persons.add(links, random);
      })
      .immediate();
    this.#room?.committed();
    return keys;
  }

  /** The keys that are there under these names. */
  named(names: Iterable<string>): KeyName[] {
    return [...names].flatMap((of) => {
      const key = this.#select.get(of);
      return key === undefined ? [] : [{ of, id: Buffer.from(key.id).toString('hex') }];
    });
  }

  /** How many keys there are. */
  count(): number {
    return this.#db.prepare<[], number>('SELECT count(*) FROM key').pluck().get() ?? 0;
  }

  /** Whether a sealed part can be opened, could be before its key was erased, or should be and cannot. */
  stateOf(sealed: Uint8Array, subject: string): 'kept' | 'erased' | 'lost' {
    const { keyOf, rest } = unframe(sealed, subject);
    const id = rest.subarray(0, ID_BYTES);
    const key = this.#select.get(keyOf);
    if (key !== undefined && Buffer.compare(key.id, id) === 0) return 'kept';
    return this.#erased.get(keyOf, id) === undefined ? 'lost' : 'erased';
  }

  /**
   * Opens a sealed part. `erased` when its key was erased, also when a later key has the same name.
   * JOURNAL_DAMAGED when the key is there and does not fit, or is gone and no erasure is known.
   */
  unseal(sealed: Uint8Array, subject: string, header: Uint8Array): { value: JsonValue; erased: boolean } {
    const { keyOf, rest } = unframe(sealed, subject);
    const key = this.#select.get(keyOf);
    if (key === undefined || Buffer.compare(key.id, rest.subarray(0, ID_BYTES)) !== 0) {
      if (this.stateOf(sealed, subject) === 'erased') return { value: null, erased: true };
      throw damaged(`The key of a sealed part of ${subject} is missing from ${this.#path}, and was not erased.`);
    }
    const nonce = rest.subarray(ID_BYTES, ID_BYTES + NONCE_BYTES);
    const decipher = createDecipheriv(CIPHER, createSecretKey(key.key), nonce);
    decipher.setAAD(header);
    decipher.setAuthTag(rest.subarray(rest.length - TAG_BYTES));
    try {
      const body = rest.subarray(ID_BYTES + NONCE_BYTES, rest.length - TAG_BYTES);
      const text = Buffer.concat([decipher.update(body), decipher.final()]).toString('utf8');
      return { value: parseStrict(text), erased: false };
    } catch (error) {
      throw damaged(`A sealed part of ${subject} does not open with its key.`, error);
    }
  }

  /**
   * Deletes keys, what leads to them from a person, and every trace of both in the file and its write-ahead log; that
   * they were erased is kept. Returns how many there were; calling again is safe and finishes what a reader held up.
   * Errors: JOURNAL_LOCKED when a reader keeps old pages alive, DISK_FULL, JOURNAL_WRITE.
   */
  erase(keys: readonly KeyName[]): number {
    const remove = this.#db.prepare<[string, Uint8Array]>('DELETE FROM key WHERE of = ? AND id = ?');
    const keep = this.#db.prepare<[string, Uint8Array]>('INSERT OR IGNORE INTO erased VALUES (?, ?)');
    try {
      const deleted = this.#db
        .transaction(() =>
          keys.reduce((sum, { of, id }) => {
            const bytes = Buffer.from(id, 'hex');
            keep.run(of, bytes);
            this.persons.remove(of);
            return sum + remove.run(of, bytes).changes;
          }, 0),
        )
        .immediate();
      this.#giveBack();
      // An engine waits here: a reader is given a moment, and not the seconds that a writer would be.
      if (!truncateLog(this.#db, 250)) throw heldUp(this.#path);
      return deleted;
    } catch (error) {
      throw journalError(error, this.#path);
    }
  }

  /** Deletes the keys of content that was pruned: nothing is left that they could open. Errors: as {@link erase}. */
  drop(names: readonly string[]): void {
    const remove = this.#db.prepare<[string]>('DELETE FROM key WHERE of = ?');
    try {
      this.#db
        .transaction(() => {
          for (const of of names) {
            this.persons.remove(of);
            remove.run(of);
          }
        })
        .immediate();
      this.#giveBack();
    } catch (error) {
      throw journalError(error, this.#path);
    }
  }

  /**
   * What is damaged in the file: SQLite's own check, that it names the log whose keys it holds, and that every link is as
   * it was written.
   */
  problems(origin: string): string[] {
    const structure = this.#db.prepare<[], string>('PRAGMA integrity_check(20)').pluck().all();
    const own = this.origin() === origin ? [] : [`${this.#path} does not name the log ${origin}.`];
    return [...structure.filter((line) => line !== 'ok'), ...own, ...this.persons.problems()];
  }

  /** The log whose keys these are; null in a file that is new. */
  origin(): string | null {
    return this.#db.prepare<[], string>('SELECT origin FROM log').pluck().get() ?? null;
  }

  /** Says whose keys these are, in a file that is new. */
  belongTo(origin: string): void {
    this.#db.prepare<[string]>('INSERT INTO log (one, origin) VALUES (1, ?)').run(origin);
  }

  /** Lets the file get shorter now, unless a reader holds it up. */
  shorten(): void {
    truncateLog(this.#db, 100);
  }

  #giveBack(): void {
    this.#db.exec('PRAGMA incremental_vacuum');
  }

  close(): void {
    this.#db.close();
  }
}

function heldUp(path: string): CountersignError {
  return new CountersignError({
    code: 'JOURNAL_LOCKED',
    message: `The key is deleted, but a reader still holds older pages of ${path}.`,
    where: { file: path },
    hint: 'Close what is reading the journal and erase again.',
    retryable: true,
    fault: 'operator',
  });
}
