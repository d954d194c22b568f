import {
  createCipheriv,
  createDecipheriv,
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  scryptSync,
} from 'node:crypto';
import { CountersignError } from '../flow/error.ts';
import { canonicalBytes, prettyJson } from '../flow/json.ts';
import { decodeBase64, encodeBase64 } from './base64.ts';
import {
  KEY_FORMAT,
  keyIdOf,
  type KeyPurpose,
  type PrivateKeyFile,
  privateKeyFileSchema,
  type PublicKeyFile,
  type SealedKey,
} from './keys.ts';
import { type DocumentErrors, readDocument } from './read-document.ts';

/** A private key in memory. `key` is node's own object, so that its bytes are in no string that could be printed. */
export interface PrivateKey<P extends KeyPurpose = KeyPurpose> {
  purpose: P;
  name: string;
  keyId: string;
  publicKey: string;
  key: KeyObject;
}

/** A new key as the two texts that go on disk. */
export interface NewKey {
  private: string;
  public: string;
  keyId: string;
}

/** Random bytes; a parameter, so that a test gets the same key twice. */
export type Random = (bytes: number) => Uint8Array;

// PKCS #8 of Ed25519 (RFC 8410) is this and the 32 bytes of the seed.
const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');
const TAG_LENGTH = 16;
const SCRYPT = { n: 32768, r: 8, p: 1 } as const;

/** Makes an Ed25519 key for one purpose, its private part sealed when a passphrase is given. */
export function makeKeyFile(purpose: KeyPurpose, name: string, random: Random, passphrase: string | null): NewKey {
  const key = createPrivateKey({ key: Buffer.concat([PKCS8_PREFIX, random(32)]), format: 'der', type: 'pkcs8' });
  const publicKey = spkiOf(key);
  const open: PublicKeyFile = { format: KEY_FORMAT, version: 1, purpose, name, keyId: keyIdOf(publicKey), publicKey };
  const pem = key.export({ format: 'pem', type: 'pkcs8' }).toString();
  const file: PrivateKeyFile = { ...open, privateKey: passphrase === null ? pem : seal(pem, open, passphrase, random) };
  const checked = privateKeyFileSchema.safeParse(file);
  if (!checked.success)
    throw invalid(
      'A key needs a name of 1 to 120 characters.',
      'Give the name of the person or machine that will sign with it.',
    );
  return { private: prettyJson(file), public: prettyJson(open), keyId: open.keyId };
}

const errors: DocumentErrors = {
  code: 'KEY_INVALID',
  what: 'the key file',
  hint: 'Give the file that ends in .key.json, as it was written when the key was made.',
};

/**
 * Opens a private key for one purpose. Throws KEY_PURPOSE when the key was made for another, KEY_INVALID when the file
 * is damaged or the passphrase is missing or wrong. No part of the private key is in any message.
 */
export function openKeyFile<P extends KeyPurpose>(
  bytes: Uint8Array,
  purpose: P,
  passphrase: string | null,
): PrivateKey<P> {
  const file = readDocument(bytes, privateKeyFileSchema, errors);
  if (file.purpose !== purpose) {
    throw new CountersignError({
      code: 'KEY_PURPOSE',
      message: `The key “${file.name}” (${file.keyId}) is for ${file.purpose}, not for ${purpose}.`,
      meaning: 'A key has one purpose and never changes it.',
      hint: `Use a key that was made for ${purpose}.`,
    });
  }
  const key = privateKeyOf(
    typeof file.privateKey === 'string' ? file.privateKey : unseal(file.privateKey, file, passphrase),
  );
  if (spkiOf(key) !== file.publicKey) {
    throw invalid('The private and the public part of the key file do not belong together.', errors.hint);
  }
  return { purpose, name: file.name, keyId: file.keyId, publicKey: file.publicKey, key };
}

function privateKeyOf(pem: string): KeyObject {
  try {
    const key = createPrivateKey({ key: pem, format: 'pem' });
    if (key.asymmetricKeyType === 'ed25519') return key;
  } catch {
    // Said below; what node says of a damaged key helps nobody.
  }
  throw invalid('The private part of the key file is damaged.', errors.hint);
}

const spkiOf = (key: KeyObject): string => encodeBase64(createPublicKey(key).export({ format: 'der', type: 'spki' }));

function seal(pem: string, open: PublicKeyFile, passphrase: string, random: Random): SealedKey {
  if (passphrase === '') throw invalid('The passphrase is empty.', 'Give a passphrase, or none at all.');
  const salt = random(16);
  const nonce = random(12);
  const cipher = createCipheriv('aes-256-gcm', derive(passphrase, salt, SCRYPT), nonce);
  cipher.setAAD(boundTo(open));
  const text = Buffer.concat([cipher.update(pem, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  return {
    kdf: 'scrypt',
    ...SCRYPT,
    salt: encodeBase64(salt),
    cipher: 'aes-256-gcm',
    nonce: encodeBase64(nonce),
    text: encodeBase64(text),
  };
}

function unseal(sealed: SealedKey, open: Omit<PublicKeyFile, 'format' | 'version'>, passphrase: string | null): string {
  const hint = 'Set COUNTERSIGN_PASSPHRASE to the passphrase that the key was made with.';
  if (passphrase === null) throw invalid(`The key “${open.name}” is under a passphrase.`, hint);
  const text = decodeBase64(sealed.text) ?? new Uint8Array();
  const salt = decodeBase64(sealed.salt) ?? new Uint8Array();
  const nonce = decodeBase64(sealed.nonce) ?? new Uint8Array();
  try {
    const decipher = createDecipheriv('aes-256-gcm', derive(passphrase, salt, sealed), nonce, {
      authTagLength: TAG_LENGTH,
    });
    decipher.setAAD(boundTo(open));
    decipher.setAuthTag(text.subarray(-TAG_LENGTH));
    return Buffer.concat([decipher.update(text.subarray(0, -TAG_LENGTH)), decipher.final()]).toString('utf8');
  } catch {
    throw invalid(`The passphrase of the key “${open.name}” is wrong, or its file was changed.`, hint);
  }
}

function derive(passphrase: string, salt: Uint8Array, cost: { n: number; r: number; p: number }): Uint8Array {
  const { n, r, p } = cost;
  return scryptSync(passphrase.normalize('NFKC'), salt, 32, { N: n, r, p, maxmem: 256 * n * r });
}

/** A sealed key does not open when someone gave it another purpose, name or id. */
const boundTo = ({ purpose, name, keyId }: Omit<PublicKeyFile, 'format' | 'version' | 'publicKey'>): Uint8Array =>
  canonicalBytes({ purpose, name, keyId });

const invalid = (message: string, hint: string): CountersignError =>
  new CountersignError({ code: 'KEY_INVALID', message, hint });
