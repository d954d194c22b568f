import { sha256 } from '../audit/merkle.ts';
import { ENGINE, type Actor } from '../core/event.ts';
import { CountersignError } from '../flow/error.ts';

/** What stays of an event for ever, in the clear: its canonical bytes are the first part of its leaf. */
export interface Header {
  seq: number;
  subject: string;
  epoch: number;
  type: string;
  v: number;
  at: number;
  actor: Actor;
  node: string | null;
  path: string | null;
}

/**
 * The header's canonical JSON (RFC 8785): members in order of their names, none that is null. Written out by hand, as
 * this runs for every event; a test holds it to the general writer. The engine as actor is the word `engine`.
 */
export function encodeHeader(h: Header): string {
  const node = h.node === null ? '' : `,"node":${quoteRecurring(h.node)}`;
  const path = h.path === null ? '' : `,"path":${quote(h.path)}`;
  const actor = h.actor === ENGINE ? '"engine"' : quote(encodeActor(h.actor));
  return `{"actor":${actor},"at":${whole(h.at)},"epoch":${whole(h.epoch)}${node}${path},"seq":${whole(h.seq)},"subject":${quote(h.subject)},"type":${quoteRecurring(h.type)},"v":${whole(h.v)}}`;
}

function quote(text: string): string {
  if (!text.isWellFormed())
    throw new RangeError(`an event's header cannot hold half of a surrogate pair: ${JSON.stringify(text)}`);
  return JSON.stringify(text);
}

const MAX_RECURRING = 2_000;
const recurring = new Map<string, string>();

/** {@link quote} for what a journal says again and again: types of events and ids of nodes. */
function quoteRecurring(text: string): string {
  const known = recurring.get(text);
  if (known !== undefined) return known;
  const quoted = quote(text);
  if (recurring.size < MAX_RECURRING) recurring.set(text, quoted);
  return quoted;
}

function whole(n: number): string {
  if (!Number.isSafeInteger(n)) throw new RangeError(`an event's header holds whole numbers only, not ${n}`);
  return Object.is(n, -0) ? '0' : String(n);
}

/** Reads a header back; JOURNAL_DAMAGED when it is not one. */
export function decodeHeader(bytes: Uint8Array): Header {
  try {
    const value: unknown = JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8'));
    if (!isObject(value)) throw new TypeError('it is not an object');
    return {
      seq: numberIn(value, 'seq'),
      subject: textIn(value, 'subject'),
      epoch: numberIn(value, 'epoch'),
      type: textIn(value, 'type'),
      v: numberIn(value, 'v'),
      at: numberIn(value, 'at'),
      actor: decodeActor(textIn(value, 'actor')),
      node: value['node'] !== undefined ? textIn(value, 'node') : null,
      path: value['path'] !== undefined ? textIn(value, 'path') : null,
    };
  } catch (error) {
    throw damaged(
      `An event's header cannot be read: ${error instanceof Error ? error.message : String(error)}.`,
      error,
    );
  }
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  value !== null && typeof value === 'object';

function textIn(parts: Readonly<Record<string, unknown>>, name: string): string {
  const value = parts[name];
  if (typeof value !== 'string') throw new TypeError(`“${name}” is not a text`);
  return value;
}

function numberIn(parts: Readonly<Record<string, unknown>>, name: string): number {
  const value = parts[name];
  if (typeof value !== 'number' || !Number.isSafeInteger(value)) throw new TypeError(`“${name}” is not a whole number`);
  return value;
}

/** `issuer|subject|role|method` with `|` and `%` percent-escaped; the engine is `engine`. */
export function encodeActor(actor: Actor): string {
  if (isEngine(actor)) return 'engine';
  return [actor.issuer, actor.subject, actor.role, actor.method].map(escape).join('|');
}

const isEngine = (a: Actor): boolean =>
  a === ENGINE ||
  (a.issuer === ENGINE.issuer && a.subject === ENGINE.subject && a.role === ENGINE.role && a.method === ENGINE.method);

const escape = (part: string): string => part.replaceAll('%', '%25').replaceAll('|', '%7C');
const unescape = (part: string): string => part.replaceAll('%7C', '|').replaceAll('%25', '%');

/** The actor of {@link encodeActor}'s text; throws TypeError when it is none. */
export function decodeActor(text: string): Actor {
  if (text === 'engine') return ENGINE;
  const [issuer, subject, role, method, more] = text.split('|').map(unescape);
  if (
    issuer === undefined ||
    subject === undefined ||
    role === undefined ||
    method === undefined ||
    more !== undefined
  ) {
    throw new TypeError('“actor” does not have four parts');
  }
  return { issuer, subject, role, method };
}

/** Bytes of the random salt that keeps a short payload from being guessed by its hash. */
export const SALT_BYTES = 16;

const NOTHING = new Uint8Array(0);

/**
 * Hash of the part of an event that can be erased: `SHA-256(salt ‖ u32be(length of open) ‖ open ‖ sealed)`, where sealed
 * is the ciphertext as stored, or nothing.
 */
export function innerHash(salt: Uint8Array, open: Uint8Array, sealed: Uint8Array | null): Uint8Array {
  const length = Buffer.allocUnsafe(4);
  length.writeUInt32BE(open.length);
  return sha256(Buffer.concat([salt, length, open, sealed ?? NOTHING]));
}

const LEAF_PREFIX = new Uint8Array([0]);

/** An event's leaf: the RFC 9162 leaf hash of its header and inner hash, `SHA-256(0x00 ‖ header ‖ inner)`. */
export function leafHash(header: Uint8Array, inner: Uint8Array): Uint8Array {
  return sha256(Buffer.concat([LEAF_PREFIX, header, inner]));
}

/** JOURNAL_DAMAGED: what the journal holds is not what was written. */
export function damaged(message: string, cause?: unknown): CountersignError {
  return new CountersignError({
    code: 'JOURNAL_DAMAGED',
    message,
    hint: 'Keep a copy of the journal as it is, run “countersign audit verify” on it, and restore a backup.',
    fault: 'operator',
    cause,
  });
}
