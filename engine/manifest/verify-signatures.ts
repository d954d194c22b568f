import { CountersignError } from '../flow/error.ts';
import { type Envelope, type EnvelopeSignature, preAuthEncoding } from './dsse.ts';
import { verifyBytes } from './keys.ts';
import { countingKeys, personOf, type Trust, type TrustedKey } from './trust.ts';

/** Who signed, as the trust file names them. */
export interface Signer {
  role: 'author' | 'release';
  name: string;
  keyId: string;
}

/**
 * Checks an envelope's signatures against the trust file. Every signature is tried with every key that counts; the key
 * id is never asked. What counts per role are different people with different keys, and nobody counts in two roles.
 * A signature that names a trusted key and fits none was changed, or is over other bytes: MANIFEST_TAMPERED, even when
 * enough others hold. Signatures by strangers are left alone. Throws MANIFEST_UNSIGNED naming the role that is missing.
 */
export function checkSignatures(
  envelope: Envelope,
  trust: Trust,
  now: number,
): { signers: Signer[]; warnings: string[] } {
  const data = preAuthEncoding(envelope.payloadType, envelope.payload);
  const keys = countingKeys(trust, ['author', 'release'], now);
  const found = new Map<string, TrustedKey>();
  const warnings: string[] = [];
  for (const signature of envelope.signatures) {
    const key = keys.find((one) => verifyBytes(one.publicKey, data, signature.signature));
    if (key === undefined) {
      warnings.push(strangers(signature, keys));
      continue;
    }
    if (signature.keyid !== null && signature.keyid !== key.keyId) {
      warnings.push(`A signature by “${key.name}” (${key.keyId}) names another key, ${signature.keyid}.`);
    }
    found.set(key.publicKey, key);
  }
  demandRoles([...found.values()], trust, warnings);
  const signers = [...found.values()].map((key): Signer => ({
    role: key.purpose === 'author' ? 'author' : 'release',
    name: key.name,
    keyId: key.keyId,
  }));
  return { signers, warnings };
}

function strangers(signature: EnvelopeSignature, keys: readonly TrustedKey[]): string {
  const claimed = keys.find((key) => key.keyId === signature.keyid);
  if (claimed === undefined) {
    return `A signature${signature.keyid === null ? '' : ` by ${signature.keyid}`} is by no key that counts here.`;
  }
  throw new CountersignError({
    code: 'MANIFEST_TAMPERED',
    message: `The signature of “${claimed.name}” (${claimed.keyId}) does not fit this manifest.`,
    meaning: 'The manifest was changed after it was signed, or the signature was.',
    hint: 'Fetch the manifest again from where it was signed; do not start it.',
    fault: 'operator',
  });
}

function demandRoles(found: readonly TrustedKey[], trust: Trust, notes: readonly string[]): void {
  const people = (role: 'author' | 'release'): Set<string> =>
    new Set(found.filter((key) => key.purpose === role).map(personOf));
  const { author, release } = trust.release.roles;
  const authors = people('author');
  const releasers = people('release');
  const missing: string[] = [];
  if (authors.size < author) missing.push(`${author - authors.size} of role author`);
  if (releasers.size < release) missing.push(`${release - releasers.size} of role release`);
  // With enough in each role, too few people in all means that somebody signed in both.
  const short = author + release - authors.union(releasers).size;
  if (missing.length === 0 && short > 0)
    missing.push(`${short} by another person, as nobody counts as author and as release`);
  if (missing.length === 0) return;
  const by = found.map((key) => `“${key.name}” as ${key.purpose}`).join(', ');
  throw new CountersignError({
    code: 'MANIFEST_UNSIGNED',
    message: `The manifest lacks signatures: ${missing.join('; ')}. ${by === '' ? 'Nobody who counts has signed it' : `Signed by ${by}`}.${notes.map((note) => ` ${note}`).join('')}`,
    hint: 'Have it signed with `countersign sign`, by keys that the trust file lists for the role, that are not revoked and not past their date.',
    fault: 'operator',
  });
}
