import { createPublicKey, hash, verify, type KeyObject } from 'node:crypto';
import { CountersignError } from '../flow/error.ts';
import { HASH_BYTES } from './merkle.ts';

/** What a checkpoint says: the log `origin` had `size` leaves with this RFC 9162 root. */
export interface Checkpoint {
  origin: string;
  size: number;
  root: Uint8Array;
}

/** One signature of a signed note. `keyHash` (4 bytes) only says which key to try. */
export interface NoteSignature {
  name: string;
  keyHash: Uint8Array;
  signature: Uint8Array;
}

/** A signed checkpoint as read; `text` is the whole note, `body` what the signatures are over. */
export interface Note {
  text: string;
  body: string;
  checkpoint: Checkpoint;
  signatures: readonly NoteSignature[];
}

/** A key of purpose `log`: signs checkpoints and nothing else. The private part stays behind `sign`. */
export interface LogSigner {
  /** Names the key in the note: no blanks and no `+`. */
  name: string;
  /** The 32 bytes of the Ed25519 public key. */
  publicKey: Uint8Array;
  /** An Ed25519 signature over the bytes, 64 bytes. */
  sign(bytes: Uint8Array): Uint8Array;
}

/** The body of a checkpoint note: origin, size and root, a line each (C2SP tlog-checkpoint). */
export function checkpointBody({ origin, size, root }: Checkpoint): string {
  if (origin === '' || /[\n\r]/.test(origin)) throw new RangeError('an origin is one line of text');
  if (!Number.isSafeInteger(size) || size < 0) throw new RangeError(`${size} is not a number of leaves`);
  if (root.length !== HASH_BYTES) throw new RangeError(`a root has ${HASH_BYTES} bytes, not ${root.length}`);
  return `${origin}\n${size}\n${Buffer.from(root).toString('base64')}\n`;
}

/** Type of Ed25519 signatures in a note, part of what the key hash is made of (C2SP signed-note). */
const ED25519 = 0x01;
const KEY_HASH_BYTES = 4;

/** The four bytes that a note names a key with: the first of `SHA-256(name ‖ 0x0A ‖ 0x01 ‖ public key)`. */
export function keyHash(name: string, publicKey: Uint8Array): Uint8Array {
  const bytes = Buffer.concat([Buffer.from(name, 'utf8'), Buffer.of(0x0a, ED25519), publicKey]);
  return hash('sha256', bytes, 'buffer').subarray(0, KEY_HASH_BYTES);
}

/** Signs a checkpoint: a note in the form of C2SP signed-note with one signature line. */
export function signCheckpoint(checkpoint: Checkpoint, signer: LogSigner): Note {
  if (!isKeyName(signer.name)) throw new RangeError(`“${signer.name}” cannot name a key in a note`);
  const body = checkpointBody(checkpoint);
  const signature = signer.sign(Buffer.from(body, 'utf8'));
  const hashOfKey = keyHash(signer.name, signer.publicKey);
  const line = `— ${signer.name} ${Buffer.concat([hashOfKey, signature]).toString('base64')}\n`;
  return parseNote(`${body}\n${line}`);
}

const isKeyName = (name: string): boolean => name !== '' && !/[\s+]/u.test(name);

/**
 * Reads a checkpoint note. Lines after the root are kept in the body and mean nothing here.
 * CHECKPOINT_INVALID when it is not one; whether it is signed by whom it should be is for {@link isSignedBy}.
 */
export function parseNote(text: string): Note {
  const end = text.lastIndexOf('\n\n');
  if (end === -1 || !text.endsWith('\n') || !text.isWellFormed()) throw invalid('It is not a signed note.');
  const body = text.slice(0, end + 1);
  const lines = text.slice(end + 2, -1).split('\n');
  const [origin, size, root] = body.split('\n');
  if (origin === undefined || origin === '') throw invalid('It names no log.');
  if (size === undefined || !/^(0|[1-9][0-9]{0,15})$/.test(size)) throw invalid('Its size is not a number.');
  const rootBytes = fromBase64(root ?? '');
  if (rootBytes?.length !== HASH_BYTES) throw invalid('Its root is not a SHA-256 hash in base64.');
  const checkpoint = { origin, size: Number(size), root: rootBytes };
  return { text, body, checkpoint, signatures: lines.map(parseSignature) };
}

function parseSignature(line: string): NoteSignature {
  const [dash, name, value, more] = line.split(' ');
  const bytes = fromBase64(value ?? '');
  if (dash !== '—' || name === undefined || !isKeyName(name) || more !== undefined || bytes === null) {
    throw invalid('A line after its blank line is not a signature.');
  }
  if (bytes.length <= KEY_HASH_BYTES) throw invalid('A signature is cut short.');
  return { name, keyHash: bytes.subarray(0, KEY_HASH_BYTES), signature: bytes.subarray(KEY_HASH_BYTES) };
}

/** Bytes of canonical base64, or null: what does not encode back to the same text was altered. */
function fromBase64(text: string): Uint8Array | null {
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes : null;
}

function invalid(message: string): CountersignError {
  return new CountersignError({
    code: 'CHECKPOINT_INVALID',
    message: `The checkpoint cannot be read. ${message}`,
    hint: 'Take the checkpoint from where it was exported to, unchanged.',
  });
}

/** Whether one of the note's signatures is by this Ed25519 key (32 bytes). */
export const isSignedBy = (note: Note, publicKey: Uint8Array): boolean =>
  note.signatures.some((signature) => isSignatureBy(note, signature, publicKey));

/** Whether one of the note's signatures is by this Ed25519 key, over this body. */
export function isSignatureBy(note: Note, { name, keyHash: named, signature }: NoteSignature, publicKey: Uint8Array) {
  return (
    signature.length === 64 &&
    Buffer.compare(named, keyHash(name, publicKey)) === 0 &&
    verify(null, Buffer.from(note.body, 'utf8'), publicKeyOf(publicKey), signature)
  );
}

function publicKeyOf(raw: Uint8Array): KeyObject {
  const x = Buffer.from(raw).toString('base64url');
  return createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
}
