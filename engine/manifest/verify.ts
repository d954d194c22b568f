import { CountersignError, type ErrorCode } from '../flow/error.ts';
import { sha256Hex } from '../flow/json.ts';
import { checkBlob } from './build.ts';
import { IN_TOTO_PAYLOAD_TYPE, readEnvelope } from './dsse.ts';
import { manifestDigest, momentOf, type Pin, type PinKind, readStatement, type Statement } from './statement.ts';
import type { Trust } from './trust.ts';
import { checkSignatures, type Signer } from './verify-signatures.ts';

/** Gives the bytes pinned under a hexadecimal SHA-256. It may throw; what it gives is not believed. */
export type ReadBlob = (sha256: string, size: number) => Uint8Array;

/** The newest release of a flow that was ever accepted here, and the digest of its manifest. */
export interface HighestSeen {
  release: number;
  digest: string;
}

export interface VerifyOptions {
  /** Milliseconds since 1970. */
  now: number;
  /** Of the flow with this path; null or absent when none was accepted yet. */
  highestSeen?: HighestSeen | null | ((flow: string) => HighestSeen | null);
}

/** A manifest that holds, with the very bytes that were checked: run these and read nothing again. */
export interface VerifiedManifest {
  /** The envelope as it was verified. */
  bytes: Uint8Array;
  statement: Statement;
  /** `sha256-<hex>` of the statement's bytes; keep it with the release as the highest seen. */
  digest: string;
  signers: readonly Signer[];
  /** Verified bytes by the hexadecimal SHA-256 under which they are pinned. */
  blobs: ReadonlyMap<string, Uint8Array>;
  /** What did not keep it from holding and should still be known, such as a key id that names the wrong key. */
  warnings: readonly string[];
}

/**
 * Verifies a manifest file and everything it pins. Throws MANIFEST_INVALID (form), MANIFEST_TAMPERED (a signature that
 * does not fit), MANIFEST_UNSIGNED (a role is missing; named), MANIFEST_EXPIRED, MANIFEST_OLDER, MANIFEST_CONFLICT (same
 * release, other content) or MANIFEST_BLOB (a pinned file is missing or changed).
 *
 * Not checked here: that the program compiled from the pinned files has the digest `statement.predicate.program`, and
 * that the bindings grant what it requires. The runner does both before it deploys.
 */
export function verifyManifest(
  bytes: Uint8Array,
  readBlob: ReadBlob,
  trust: Trust,
  options: VerifyOptions,
): VerifiedManifest {
  const envelope = readEnvelope(bytes);
  if (envelope.payloadType !== IN_TOTO_PAYLOAD_TYPE) {
    throw refusal(
      'MANIFEST_INVALID',
      `The payload of the manifest is not of type ${IN_TOTO_PAYLOAD_TYPE}.`,
      'Use the file as it was exported.',
    );
  }
  const { signers, warnings } = checkSignatures(envelope, trust, options.now);
  const statement = readStatement(envelope.payload);
  const digest = manifestDigest(envelope.payload);
  checkDate(statement, options.now);
  checkOrder(statement, digest, options.highestSeen);
  return { bytes: new Uint8Array(bytes), statement, digest, signers, blobs: readBlobs(statement, readBlob), warnings };
}

/**
 * Reads and checks every pinned file of a statement: size, SHA-256 and, for `.json`, strictness. Each is read once; the
 * bytes returned are a copy of the bytes that were hashed. Throws MANIFEST_BLOB, MANIFEST_INVALID.
 */
export function readBlobs(statement: Statement, readBlob: ReadBlob): Map<string, Uint8Array> {
  const blobs = new Map<string, Uint8Array>();
  for (const pin of statement.predicate.pins) {
    const bytes = blobs.get(pin.sha256) ?? readPinned(pin, readBlob);
    if (bytes.length !== pin.size) throw changed(pin);
    checkBlob(pin.path, bytes);
    blobs.set(pin.sha256, bytes);
  }
  return blobs;
}

function readPinned(pin: Pin, readBlob: ReadBlob): Uint8Array {
  let bytes: Uint8Array;
  try {
    bytes = new Uint8Array(readBlob(pin.sha256, pin.size));
  } catch (cause) {
    throw refusal(
      'MANIFEST_BLOB',
      `The pinned file “${pin.path}” (sha256-${pin.sha256}) is missing or cannot be read.`,
      'Copy the folder “blobs” along with the manifest.',
      cause,
    );
  }
  if (sha256Hex(bytes) !== pin.sha256) throw changed(pin);
  return bytes;
}

const changed = (pin: Pin): CountersignError =>
  refusal(
    'MANIFEST_BLOB',
    `The pinned file “${pin.path}” is not the one that was signed (sha256-${pin.sha256}).`,
    'Copy the folder “blobs” again from where the manifest was exported.',
  );

function checkDate(statement: Statement, now: number): void {
  const { notAfter, release } = statement.predicate;
  if (now <= (momentOf(notAfter) ?? 0)) return;
  throw refusal(
    'MANIFEST_EXPIRED',
    `Release ${release} of “${statement.predicate.flow.title}” was good until ${notAfter}.`,
    'Export and sign a new release with a later date.',
  );
}

function checkOrder(statement: Statement, digest: string, given: VerifyOptions['highestSeen']): void {
  const seen = typeof given === 'function' ? given(statement.subject[0]?.name ?? '') : (given ?? null);
  const { release } = statement.predicate;
  if (seen === null || release > seen.release) return;
  if (release < seen.release) {
    throw refusal(
      'MANIFEST_OLDER',
      `Release ${release} is older than release ${seen.release}, which was accepted before.`,
      'Sign the older content as a new release if you want to go back to it.',
    );
  }
  if (digest !== seen.digest) {
    throw refusal(
      'MANIFEST_CONFLICT',
      `Release ${release} was accepted before with other content (${seen.digest}).`,
      'Export the changed flow under a new release number.',
    );
  }
}

/** The verified bytes of one pin. Throws MANIFEST_INVALID when there is none of that kind and name. */
export function pinnedBytes(
  manifest: Pick<VerifiedManifest, 'statement' | 'blobs'>,
  kind: PinKind,
  name?: string,
): Uint8Array {
  const pin = manifest.statement.predicate.pins.find(
    (one) => one.kind === kind && (name === undefined || one.name === name),
  );
  const bytes = pin === undefined ? undefined : manifest.blobs.get(pin.sha256);
  if (bytes !== undefined) return bytes;
  throw refusal(
    'MANIFEST_INVALID',
    `The manifest pins no ${kind}${name === undefined ? '' : ` “${name}”`}.`,
    'Export the flow again, and have it signed again.',
  );
}

function refusal(code: ErrorCode, message: string, hint: string, cause?: unknown): CountersignError {
  return new CountersignError({ code, message, hint, fault: 'operator', cause });
}
