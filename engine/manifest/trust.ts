import { z } from '../flow/zod.ts';
import { keyIdOf, keyIdSchema, KEY_PURPOSES, type KeyPurpose, publicKeySchema, type PublicKeyFile } from './keys.ts';
import { type DocumentErrors, readDocument } from './read-document.ts';
import { momentOf, momentSchema } from './statement.ts';

export const TRUST_FORMAT = 'countersign.trust';

const trustedKeySchema = z
  .strictObject({
    keyId: keyIdSchema,
    purpose: z.enum(KEY_PURPOSES),
    /** The person or machine; two keys of one name count as one. */
    name: z.string().min(1).max(120),
    publicKey: publicKeySchema,
    /** From then on its signatures do not count. */
    notAfter: momentSchema.optional(),
  })
  .refine((key) => keyIdOf(key.publicKey) === key.keyId, {
    path: ['keyId'],
    message: 'it is not the id of this public key',
  });
export type TrustedKey = z.infer<typeof trustedKeySchema>;

/** How many different people must have signed in each role before a manifest may start. */
const rolesSchema = z.strictObject({
  author: z.number().int().min(0).max(16),
  release: z.number().int().min(1).max(16),
});

/** `trust.json` of a runner folder: whose signatures count, and how many of which role a manifest needs. */
export const trustSchema = z
  .strictObject({
    format: z.literal(TRUST_FORMAT),
    version: z.literal(1),
    keys: z.array(trustedKeySchema).max(500),
    release: z.strictObject({ roles: rolesSchema }),
    revoked: z.array(keyIdSchema).max(5000),
  })
  .superRefine((trust, ctx) => {
    const seen = new Set<string>();
    for (const [at, key] of trust.keys.entries()) {
      if (seen.has(key.publicKey))
        ctx.addIssue({
          code: 'custom',
          path: ['keys', at],
          message: 'this key is listed twice; a key has one purpose and one holder',
        });
      seen.add(key.publicKey);
    }
  });
export type Trust = z.infer<typeof trustSchema>;

const errors: DocumentErrors = {
  code: 'TRUST_INVALID',
  what: 'the trust file',
  hint: 'Correct trust.json in the runner folder; each key is copied from a .pub.json.',
};

/** Reads `trust.json`. Throws TRUST_INVALID. */
export const readTrust = (bytes: Uint8Array): Trust => readDocument(bytes, trustSchema, errors);

/** A trust file's entry for a public key file. */
export const trustedKey = (key: Pick<PublicKeyFile, 'keyId' | 'purpose' | 'name' | 'publicKey'>): TrustedKey => ({
  keyId: key.keyId,
  purpose: key.purpose,
  name: key.name,
  publicKey: key.publicKey,
});

/** The keys of these purposes whose signatures count at `now` (milliseconds since 1970): neither revoked nor past their date. */
export function countingKeys(trust: Trust, purposes: readonly KeyPurpose[], now: number): TrustedKey[] {
  return trust.keys.filter(
    (key) =>
      purposes.includes(key.purpose) &&
      !trust.revoked.includes(key.keyId) &&
      now <= (key.notAfter === undefined ? now : (momentOf(key.notAfter) ?? 0)),
  );
}

/** One spelling for a name, so that “Ada” and “ada ” are one person. */
export const personOf = (key: { name: string }): string => key.name.normalize('NFKC').trim().toLowerCase();
