import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import { keyText } from '../core/key-text.ts';
import type { Connection } from './open.ts';
import { Query } from './query.ts';

/** What is sealed under the key of `of` is about whoever `value` identifies; `field` says what the value is, such as `customer`. */
export interface PersonLink {
  of: string;
  field: string;
  value: string;
}

const SECRET_BYTES = 32;
/** Half of a SHA-256: two persons that share one are not to be expected among fewer than 10^18. */
const HASH_BYTES = 16;
const PROOF_BYTES = 8;

/**
 * Which keys belong to a person, without saying who that is: a keyed hash stands for what identifies them. Whoever has
 * this file and knows a name can find its cases, and can open them anyway; whoever has it and knows no name learns none.
 */
export class PersonLinks {
  readonly #db: Connection;
  readonly #secret;
  #known: KeyObject | null = null;

  constructor(db: Connection) {
    this.#db = db;
    this.#secret = db.prepare<[], Uint8Array>('SELECT person FROM secret').pluck();
  }

  /** Adds links; to be called within a transaction. One that is there already stays. */
  add(links: readonly PersonLink[], random: (bytes: number) => Uint8Array): void {
    if (links.length === 0) return;
    const secret = this.#read() ?? this.#make(random);
    const insert = this.#db.prepare<[Uint8Array, string, string, Uint8Array]>(
      'INSERT OR IGNORE INTO link (person, field, of, proof) VALUES (?, ?, ?, ?)',
    );
    for (const { of, field, value } of links) {
      const person = hashed(secret, ['person', normalised(value)], HASH_BYTES);
      insert.run(person, field, of, proofOf(secret, { person, field, of }));
    }
  }

  /** What is linked to whoever a value identifies, under one field or any, sorted. */
  of(value: string, field: string | null = null): { of: string; field: string }[] {
    const secret = this.#read();
    if (secret === null) return [];
    const rows = new Query<[Uint8Array], { of: string; field: string }>(
      this.#db,
      'SELECT of, field FROM link WHERE person = ? ORDER BY of, field',
    ).all(hashed(secret, ['person', normalised(value)], HASH_BYTES));
    return field === null ? rows : rows.filter((row) => row.field === field);
  }

  /** Removes whatever leads to `of`, from whomever; to be called within a transaction. */
  remove(of: string): void {
    this.#db.prepare<[string]>('DELETE FROM link WHERE of = ?').run(of);
  }

  /** Links that are not as they were written. */
  problems(): string[] {
    const secret = this.#read();
    const rows = this.#db.prepare<[], unknown[]>('SELECT person, field, of, proof FROM link').raw().iterate();
    let bad = 0;
    for (const [person, field, of, proof] of rows) {
      const whole =
        secret !== null &&
        person instanceof Uint8Array &&
        typeof field === 'string' &&
        typeof of === 'string' &&
        proof instanceof Uint8Array &&
        Buffer.compare(proofOf(secret, { person, field, of }), proof) === 0;
      if (!whole) bad += 1;
    }
    return bad === 0 ? [] : [`${bad} links from a person to their cases were changed.`];
  }

  /** 32 hex digits that stand for a text, under the same secret; it is made if there is none. */
  keyed(text: string, random: (bytes: number) => Uint8Array): string {
    const secret = this.#read() ?? this.#db.transaction(() => this.#make(random)).immediate();
    return Buffer.from(hashed(secret, ['keyed', text], HASH_BYTES)).toString('hex');
  }

  #read(): KeyObject | null {
    if (this.#known !== null) return this.#known;
    const bytes = this.#secret.get();
    if (bytes !== undefined) this.#known = createSecretKey(bytes);
    return this.#known;
  }

  /** Not kept in memory yet: the transaction may still fail. */
  #make(random: (bytes: number) => Uint8Array): KeyObject {
    const bytes = random(SECRET_BYTES);
    this.#db.prepare<[Uint8Array]>('INSERT INTO secret VALUES (1, ?)').run(bytes);
    return createSecretKey(bytes);
  }
}

/** One person however their number, address or name was written: composed alike, without blanks around it, in small letters. */
export const normalised = (value: string): string => keyText(value).toLowerCase();

const proofOf = (secret: KeyObject, link: { person: Uint8Array; field: string; of: string }): Uint8Array =>
  hashed(secret, ['link', Buffer.from(link.person).toString('hex'), link.field, link.of], PROOF_BYTES);

const hashed = (secret: KeyObject, parts: readonly string[], bytes: number): Uint8Array =>
  createHmac('sha256', secret).update(JSON.stringify(parts)).digest().subarray(0, bytes);
