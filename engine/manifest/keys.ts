import { createPublicKey, verify } from 'node:crypto';
import { sha256Hex } from '../flow/json.ts';
import { z } from '../flow/zod.ts';
import { base64Schema, decodeBase64, encodeBase64 } from './base64.ts';
import { checkDocument, type DocumentErrors, parseDocument } from './read-document.ts';

/** What a key may sign. A key has one purpose and never changes it. */
export const KEY_PURPOSES = ['author', 'release', 'approver', 'log', 'policy'] as const;
export type KeyPurpose = (typeof KEY_PURPOSES)[number];

export const KEY_FORMAT = 'countersign.key';

/** SubjectPublicKeyInfo of Ed25519 (RFC 8410) is this and the 32 bytes of the key. */
const SPKI_PREFIX = '302a300506032b6570032100';
const RAW_LENGTH = 32;

/** An Ed25519 public key: base64 of its SubjectPublicKeyInfo, so that it is a PEM file once two lines are put around it. */
export const publicKeySchema = base64Schema.refine(
  (text) => rawPublicKey(text) !== null,
  'an Ed25519 public key in SPKI form is expected',
);
export const keyIdSchema = z.string().regex(/^[0-9a-f]{16}$/, 'a key id is 16 hexadecimal digits');

const publicPart = {
  format: z.literal(KEY_FORMAT),
  version: z.literal(1),
  purpose: z.enum(KEY_PURPOSES),
  /** Whose key it is, as people say it. */
  name: z.string().min(1).max(120),
  keyId: keyIdSchema,
  publicKey: publicKeySchema,
};
const idFits = (key: { keyId: string; publicKey: string }): boolean => keyIdOf(key.publicKey) === key.keyId;

/** `<name>.pub.json`: what may be handed to anyone. */
export const publicKeyFileSchema = z
  .strictObject(publicPart)
  .refine(idFits, { path: ['keyId'], message: 'it is not the id of this public key' });
export type PublicKeyFile = z.infer<typeof publicKeyFileSchema>;

/** A private key under a passphrase: scrypt (RFC 7914) and AES-256-GCM, bound to purpose, name and id. */
const sealedSchema = z.strictObject({
  kdf: z.literal('scrypt'),
  // Bounded, so that a hostile file cannot ask for all the memory there is.
  n: z.union([z.literal(32768), z.literal(65536), z.literal(131072)]),
  r: z.literal(8),
  p: z.literal(1),
  salt: base64Schema,
  cipher: z.literal('aes-256-gcm'),
  nonce: base64Schema,
  text: base64Schema,
});
export type SealedKey = z.infer<typeof sealedSchema>;

/** `<name>.key.json`: the public part, and PKCS #8 in PEM, plain or sealed by a passphrase. */
export const privateKeyFileSchema = z
  .strictObject({
    ...publicPart,
    privateKey: z.union([z.string().startsWith('-----BEGIN PRIVATE KEY-----\n').max(400), sealedSchema]),
  })
  .refine(idFits, { path: ['keyId'], message: 'it is not the id of this public key' });
export type PrivateKeyFile = z.infer<typeof privateKeyFileSchema>;

const publicErrors: DocumentErrors = {
  code: 'KEY_INVALID',
  what: 'the public key file',
  hint: 'Give the file that ends in .pub.json, unchanged, as it was written beside the private key.',
};

/** Reads a `.pub.json`. Throws KEY_INVALID; a private key is refused too, lest it be handed around. */
export function readPublicKey(bytes: Uint8Array): PublicKeyFile {
  return checkDocument(parseDocument(bytes, publicErrors), publicKeyFileSchema, publicErrors);
}

/** The 32 bytes of an Ed25519 public key given as base64 SPKI; null when it is not one. */
export function rawPublicKey(publicKey: string): Uint8Array | null {
  const spki = decodeBase64(publicKey);
  if (spki === null || spki.length !== SPKI_PREFIX.length / 2 + RAW_LENGTH) return null;
  return Buffer.from(spki).toString('hex').startsWith(SPKI_PREFIX) ? spki.slice(-RAW_LENGTH) : null;
}

/** The base64 SPKI of 32 raw bytes. */
export const publicKeyOfRaw = (raw: Uint8Array): string =>
  encodeBase64(Buffer.concat([Buffer.from(SPKI_PREFIX, 'hex'), raw]));

/** The first 16 hexadecimal digits of SHA-256 over the raw public key. Names a key to people; decides nothing. */
export function keyIdOf(publicKey: string): string {
  const raw = rawPublicKey(publicKey);
  return raw === null ? '' : sha256Hex(raw).slice(0, 16);
}

/** A public key as PEM, for `openssl`. */
export const publicKeyPem = (publicKey: string): string =>
  `-----BEGIN PUBLIC KEY-----\n${publicKey}\n-----END PUBLIC KEY-----\n`;

/** Whether an Ed25519 (RFC 8032) signature over exactly these bytes is by this key. Never throws. */
export function verifyBytes(publicKey: string, data: Uint8Array, signature: Uint8Array): boolean {
  const spki = decodeBase64(publicKey);
  if (spki === null || rawPublicKey(publicKey) === null || signature.length !== 64) return false;
  try {
    return verify(null, data, createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' }), signature);
  } catch {
    return false;
  }
}
