import { createHash } from 'node:crypto';
import { CountersignError } from '../../flow/error.ts';
import { prettyJson } from '../../flow/json.ts';
import { type BuiltManifest, buildManifest, type ManifestInput, unsignedEnvelope } from '../build.ts';
import { makeKeyFile, openKeyFile, type PrivateKey, type Random } from '../key-file.ts';
import type { KeyPurpose } from '../keys.ts';
import { signManifest } from '../sign.ts';
import type { Trust } from '../trust.ts';
import type { ReadBlob } from '../verify.ts';

/** A moment before the sample's `notAfter`, in milliseconds since 1970. */
export const NOW = Date.parse('2027-01-15T12:00:00Z');
export const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Bytes that look random and are the same for the same seed. */
export function seeded(seed: string): Random {
  let count = 0;
  return (bytes) => {
    const blocks: Buffer[] = [];
    while (blocks.length * 32 < bytes) blocks.push(createHash('sha256').update(`${seed} ${count++}`).digest());
    return new Uint8Array(Buffer.concat(blocks).subarray(0, bytes));
  };
}

export function keyOf<P extends KeyPurpose>(purpose: P, name: string, seed = `${purpose} ${name}`): PrivateKey<P> {
  return openKeyFile(utf8(makeKeyFile(purpose, name, seeded(seed), null).private), purpose, null);
}

export function trustOf(keys: readonly PrivateKey[], roles = { author: 1, release: 1 }): Trust {
  return {
    format: 'countersign.trust',
    version: 1,
    keys: keys.map(({ keyId, purpose, name, publicKey }) => ({ keyId, purpose, name, publicKey })),
    release: { roles },
    revoked: [],
  };
}

const json = (value: Parameters<typeof prettyJson>[0]): Uint8Array => utf8(prettyJson(value));

/** A small manifest with a pin of every sort. */
export function sampleInput(): ManifestInput {
  return {
    title: 'Credit a customer',
    program: `sha256-${'ab'.repeat(32)}`,
    release: 3,
    notAfter: '2027-06-30T23:59:59Z',
    author: 'Ada',
    pins: [
      { kind: 'flow', name: 'credit', path: 'flows/credit.flow.json', bytes: json({ format: 'countersign.flow' }) },
      { kind: 'model', name: 'topics', path: 'models/topics.model.json', bytes: json({ name: 'topics', bar: 0.8 }) },
      { kind: 'artefact', name: 'topics', path: 'models/topics.bin', bytes: Uint8Array.of(0, 1, 2, 250) },
      {
        kind: 'connection',
        name: 'billing',
        path: 'connections/billing.connection.json',
        bytes: json({ name: 'billing' }),
      },
      { kind: 'policy', name: 'policy', path: 'policy.json', bytes: json({ withoutPerson: {} }) },
      { kind: 'tests', name: 'tests', path: 'tests/credit/report.json', bytes: json({ passed: 12 }) },
      { kind: 'proof', name: 'proof', path: 'proof.json', bytes: json({ safe: true }) },
    ],
    requires: [
      {
        connection: 'billing',
        actions: [
          { name: 'credit', class: 'irreversible' },
          { name: 'balance', class: 'read' },
        ],
      },
    ],
  };
}

export const readFrom =
  (manifest: BuiltManifest): ReadBlob =>
  (sha256) => {
    const bytes = manifest.blobs.get(sha256);
    if (bytes === undefined) throw new Error('no such blob');
    return bytes;
  };

/** A manifest built from an input and signed by these keys in turn. */
export function signed(
  input: ManifestInput,
  keys: readonly PrivateKey[],
): { built: BuiltManifest; bytes: Uint8Array; readBlob: ReadBlob } {
  const built = buildManifest(input);
  const readBlob = readFrom(built);
  const bytes = keys.reduce((file, key) => signManifest(file, readBlob, key), unsignedEnvelope(built.statementBytes));
  return { built, bytes, readBlob };
}

/** The error that an act is refused with; fails when it is accepted or breaks otherwise. */
export function refusal(act: () => unknown): CountersignError {
  try {
    act();
  } catch (error) {
    if (error instanceof CountersignError) return error;
    throw error;
  }
  throw new Error('it was accepted');
}
