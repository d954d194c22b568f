import { sign } from 'node:crypto';
import { prettyJson } from '../flow/json.ts';
import { encodeBase64 } from './base64.ts';
import type { PrivateKey } from './key-file.ts';
import { policyBytes, readPolicy, SIGNATURE_FORMAT } from './policy.ts';

/** Signs the bytes of a policy file that holds; gives the text of the `.sig` beside it. Throws POLICY_INVALID. */
export function signPolicy(key: PrivateKey<'policy'>, file: Uint8Array): string {
  readPolicy(file);
  const signature = encodeBase64(sign(null, policyBytes(file), key.key));
  return prettyJson({ format: SIGNATURE_FORMAT, version: 1, keyId: key.keyId, signature });
}
