import { sign } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { STRICT_POLICY } from '../connections/contract.ts';
import { asJson, prettyJson } from '../flow/json.ts';
import { encodeBase64 } from './base64.ts';
import { policyBytes, readPolicy, verifyPolicy } from './policy.ts';
import { signPolicy } from './sign-policy.ts';
import { keyOf, NOW, refusal, trustOf, utf8 } from './testing/manifest-kit.ts';

const kim = keyOf('policy', 'Kim');
const trust = trustOf([kim, keyOf('author', 'Ada'), keyOf('release', 'Ben')]);
const limit = { 'billing.credit': { field: 'amount', max: 50 } };
const file = utf8(prettyJson(asJson({ ...STRICT_POLICY, withoutPerson: limit })));
const signature = utf8(signPolicy(kim, file));

describe('P22 a policy is its key holder’s', () => {
  it('P22 control: holds when signed by the trusted policy key', () => {
    expect(verifyPolicy(file, signature, trust, NOW).withoutPerson).toEqual(limit);
  });

  it('P22 any changed byte of policy or signature is refused', () => {
    const codes = new Set<string>();
    for (let at = 0; at < file.length; at++) {
      codes.add(refusal(() => verifyPolicy(file.with(at, (file[at] ?? 0) ^ 1), signature, trust, NOW)).code);
    }
    const weaker = utf8(new TextDecoder().decode(file).replace('50', '5000'));
    codes.add(refusal(() => verifyPolicy(weaker, signature, trust, NOW)).code);
    codes.add(refusal(() => verifyPolicy(file, utf8('{}'), trust, NOW)).code);
    expect([...codes]).toEqual(['POLICY_INVALID']);
  });

  it('P22 keys of another purpose, strangers and revoked keys do not count', () => {
    for (const key of [keyOf('release', 'Ben'), keyOf('policy', 'Eve')]) {
      const forged = encodeBase64(sign(null, policyBytes(file), key.key));
      const beside = { format: 'countersign.signature', version: 1, keyId: kim.keyId, signature: forged };
      expect(refusal(() => verifyPolicy(file, utf8(prettyJson(beside)), trust, NOW)).code).toBe('POLICY_INVALID');
    }
    const revoked = { ...trust, revoked: [kim.keyId] };
    expect(refusal(() => verifyPolicy(file, signature, revoked, NOW)).code).toBe('POLICY_INVALID');
  });

  it('P17 refuses what is not strict JSON or has a field too many, before signing too', () => {
    for (const text of ['{"format":"x","format":"x"}', '{}', prettyJson(asJson({ ...STRICT_POLICY, extra: 1 }))]) {
      expect(refusal(() => readPolicy(utf8(text))).code).toBe('POLICY_INVALID');
      expect(refusal(() => signPolicy(kim, utf8(text))).code).toBe('POLICY_INVALID');
    }
  });
});
