import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject } from 'node:crypto';
import { canonicalJson, parseStrict, type JsonInput, type JsonValue } from '../flow/json.ts';
import { CountersignError } from '../flow/error.ts';
import { damaged } from './event-codec.ts';
import type { Connection } from './open.ts';
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
 * Seals a value: AES-256-GCM over its canonical JSON, with the event's header as additional data, so that a sealed part
 * cannot be moved to another event. Layout: length of the key's name (1 byte) ‖ name ‖ key id (4) ‖ nonce (12) ‖
 * ciphertext ‖ tag (16); the name is left empty when it is the event's subject.
 *
 * @param nonce 12 random bytes, never used before with this key
 */
export function seal(
  value: JsonInput,
  with_: { keyOf: string; subject: string; key: SealKey; nonce: Uint8Array; header: Uint8Array },
): Uint8Array {
  const name = Buffer.from(with_.keyOf === with_.subject ? '' : with_.keyOf, 'utf8');
  if (name.length > 255) throw new RangeError(`the name of a key is ${name.length} bytes long; 255 is the most`);
  const cipher = createCipheriv(CIPHER, with_.key.key, with_.nonce);
  cipher.setAAD(with_.header);
  const body = cipher.update(canonicalJson(value), 'utf8');
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

/** The keys of sealed parts, in a database of their own, so that erasing is deleting a key. */
export class KeyStore {
  readonly #db: Connection;
  readonly #path: string;
  readonly #select;

  constructor(db: Connection, path: string) {
    this.#db = db;
    this.#path = path;
    this.#select = new Query<[string], StoredKey>(db, 'SELECT id, key FROM key WHERE of = ?');
  }

  /**
   * Keys for all names, new ones made where there is none. When this returns they are on disk: what they seal may be
   * written.
   */
  ensure(names: ReadonlySet<string>, random: (bytes: number) => Uint8Array): Map<string, SealKey> {
    const keys = new Map<string, SealKey>();
    const missing: string[] = [];
    for (const of of names) {
      const known = this.#select.get(of);
      if (known === undefined) missing.push(of);
      else keys.set(of, toSealKey(known));
    }
    if (missing.length === 0) return keys;
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
      })
      .immediate();
    return keys;
  }

  /**
   * Opens a sealed part. `erased` when its key is gone, also when a later key has the same name.
   * JOURNAL_DAMAGED when the key is there and does not fit.
   */
  unseal(sealed: Uint8Array, subject: string, header: Uint8Array): { value: JsonValue; erased: boolean } {
    const { keyOf, rest } = unframe(sealed, subject);
    const key = this.#select.get(keyOf);
    if (key === undefined || Buffer.compare(key.id, rest.subarray(0, ID_BYTES)) !== 0) {
      return { value: null, erased: true };
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
   * Deletes a key and every trace of it in the file and its write-ahead log. Returns whether there was one; calling
   * again is safe and finishes what a reader held up.
   * Errors: JOURNAL_LOCKED when a reader keeps old pages alive, DISK_FULL, JOURNAL_WRITE.
   */
  erase(keyOf: string): boolean {
    try {
      const deleted = this.#db.prepare<[string]>('DELETE FROM key WHERE of = ?').run(keyOf).changes > 0;
      this.#db.exec('PRAGMA incremental_vacuum');
      const busy = this.#db.prepare<[], number>('PRAGMA wal_checkpoint(TRUNCATE)').pluck().get();
      if (busy !== 0) throw heldUp(this.#path);
      return deleted;
    } catch (error) {
      throw journalError(error, this.#path);
    }
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
