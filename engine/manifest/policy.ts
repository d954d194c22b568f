import { type Policy, policySchema } from '../connections/contract.ts';
import { CountersignError } from '../flow/error.ts';
import { z } from '../flow/zod.ts';
import { base64Schema, decodeBase64 } from './base64.ts';
import { preAuthEncoding } from './dsse.ts';
import { keyIdSchema, verifyBytes } from './keys.ts';
import { type DocumentErrors, readDocument } from './read-document.ts';
import { countingKeys, type Trust } from './trust.ts';

export const POLICY_PAYLOAD_TYPE = 'application/vnd.countersign.policy+json';
export const SIGNATURE_FORMAT = 'countersign.signature';

/** `policy.json.sig`: a signature beside a file that people read and compare. `keyId` is a hint. */
export const signatureFileSchema = z.strictObject({
  format: z.literal(SIGNATURE_FORMAT),
  version: z.literal(1),
  keyId: keyIdSchema,
  signature: base64Schema,
});
export type SignatureFile = z.infer<typeof signatureFileSchema>;

/** The bytes that a policy's signature is over: DSSE's pre-authentication encoding of the file's own bytes. */
export const policyBytes = (file: Uint8Array): Uint8Array => preAuthEncoding(POLICY_PAYLOAD_TYPE, file);

const errors: DocumentErrors = {
  code: 'POLICY_INVALID',
  what: 'the policy',
  hint: 'Correct policy.json in the runner folder, and have it signed again with the policy key.',
};

/** Reads a policy without asking who signed it: the copy in a workspace. Throws POLICY_INVALID. */
export const readPolicy = (file: Uint8Array): Policy => readDocument(file, policySchema, errors);

/**
 * Reads a runner's policy. Throws POLICY_INVALID unless a key of purpose `policy` that the trust file lists, neither
 * revoked nor past its date at `now` (milliseconds since 1970), signed exactly these bytes.
 */
export function verifyPolicy(file: Uint8Array, signatureFile: Uint8Array, trust: Trust, now: number): Policy {
  const what = 'the signature of the policy';
  const { signature } = readDocument(signatureFile, signatureFileSchema, { ...errors, what });
  const bytes = decodeBase64(signature) ?? new Uint8Array();
  const data = policyBytes(file);
  if (countingKeys(trust, ['policy'], now).some((key) => verifyBytes(key.publicKey, data, bytes)))
    return readPolicy(file);
  throw new CountersignError({
    code: 'POLICY_INVALID',
    message: 'The policy is not signed by a policy key that the trust file lists, or was changed since.',
    meaning: 'What may run without a person is decided by the holder of the policy key alone.',
    hint: errors.hint,
    fault: 'operator',
  });
}
