import { sign } from 'node:crypto';
import { CountersignError } from '../flow/error.ts';
import { IN_TOTO_PAYLOAD_TYPE, MOST_SIGNATURES, preAuthEncoding, readEnvelope, writeEnvelope } from './dsse.ts';
import type { PrivateKey } from './key-file.ts';
import { verifyBytes } from './keys.ts';
import { readStatement } from './statement.ts';
import { readBlobs, type ReadBlob } from './verify.ts';

/**
 * Adds a signature to a manifest file and gives the new bytes. What is signed was checked in full before: strict and
 * canonical, every field known, every pinned file there and unchanged. Signing twice with one key changes nothing.
 * Throws KEY_PURPOSE for a key that is neither an author's nor a release key, MANIFEST_INVALID, MANIFEST_BLOB.
 */
export function signManifest(bytes: Uint8Array, readBlob: ReadBlob, key: PrivateKey): Uint8Array {
  if (key.purpose !== 'author' && key.purpose !== 'release') {
    throw new CountersignError({
      code: 'KEY_PURPOSE',
      message: `The key “${key.name}” (${key.keyId}) is for ${key.purpose}; it cannot sign a manifest.`,
      meaning: 'A key has one purpose and never changes it.',
      hint: 'Use a key that was made for author or for release.',
    });
  }
  const envelope = readEnvelope(bytes);
  if (envelope.payloadType !== IN_TOTO_PAYLOAD_TYPE) {
    throw new CountersignError({
      code: 'MANIFEST_INVALID',
      message: 'The file is not a manifest.',
      hint: 'Give the file that `countersign export` wrote.',
    });
  }
  readBlobs(readStatement(envelope.payload), readBlob);
  const data = preAuthEncoding(envelope.payloadType, envelope.payload);
  if (envelope.signatures.some(({ signature }) => verifyBytes(key.publicKey, data, signature)))
    return writeEnvelope(envelope);
  if (envelope.signatures.length >= MOST_SIGNATURES)
    throw new CountersignError({
      code: 'MANIFEST_INVALID',
      message: `The manifest has ${envelope.signatures.length} signatures already, and takes no more.`,
      meaning: 'It was not signed; it stays as it is.',
      hint: 'Export the release into another folder, and have it signed by those alone who are to.',
    });
  const signature = { keyid: key.keyId, signature: new Uint8Array(sign(null, data, key.key)) };
  return writeEnvelope({ ...envelope, signatures: [...envelope.signatures, signature] });
}
