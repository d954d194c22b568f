import { describe, expect, it } from 'vitest';
import { asJson, prettyJson } from '../flow/json.ts';
import { countingKeys, readTrust } from './trust.ts';
import { keyOf, NOW, refusal, trustOf, utf8 } from './testing/manifest-kit.ts';

const ada = keyOf('author', 'Ada');
const ben = keyOf('release', 'Ben');
const trust = trustOf([ada, ben]);
const [adaKey, benKey] = trust.keys;

describe('the trust file', () => {
  it('control: reads what is right', () => {
    expect(readTrust(utf8(prettyJson(asJson(trust))))).toEqual(trust);
  });

  it('P17 P18 refuses what could mean two things or asks for nobody', () => {
    if (adaKey === undefined || benKey === undefined) throw new Error('two keys are in the sample');
    const refused = [
      { ...trust, extra: 1 },
      { ...trust, keys: [adaKey, { ...adaKey, purpose: 'release' }] },
      { ...trust, keys: [{ ...adaKey, keyId: benKey.keyId }] },
      { ...trust, keys: [{ ...adaKey, purpose: 'root' }] },
      { ...trust, keys: [{ ...adaKey, notAfter: '2027-02-30T00:00:00Z' }] },
      { ...trust, keys: [{ ...adaKey, notAfter: 'tomorrow' }] },
      { ...trust, release: { roles: { author: 1, release: 0 } } },
      { ...trust, release: { roles: { author: 1 } } },
      { ...trust, revoked: ['x'] },
    ];
    for (const value of refused)
      expect(refusal(() => readTrust(utf8(prettyJson(asJson(value))))).code).toBe('TRUST_INVALID');
    const twice = prettyJson(asJson(trust)).replace('{', '{"revoked":[],');
    expect(refusal(() => readTrust(utf8(twice))).code).toBe('TRUST_INVALID');
  });

  it('counts keys by purpose, until their date, unless revoked', () => {
    const names = (of: typeof trust, now = NOW): string[] =>
      countingKeys(of, ['author', 'release'], now).map((key) => key.name);
    expect(names(trust)).toEqual(['Ada', 'Ben']);
    expect(names({ ...trust, revoked: [ada.keyId] })).toEqual(['Ben']);
    const dated = { ...trust, keys: trust.keys.map((key) => ({ ...key, notAfter: '2027-01-15T12:00:00Z' })) };
    expect(names(dated)).toEqual(['Ada', 'Ben']);
    expect(names(dated, NOW + 1)).toEqual([]);
    expect(countingKeys(trust, ['policy'], NOW)).toEqual([]);
  });
});
