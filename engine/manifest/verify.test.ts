import { sign } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { canonicalBytes, parseStrictBytes, sha256Hex } from '../flow/json.ts';
import { buildManifest, type ManifestInput, unsignedEnvelope } from './build.ts';
import { type Envelope, IN_TOTO_PAYLOAD_TYPE, preAuthEncoding, readEnvelope, writeEnvelope } from './dsse.ts';
import type { PrivateKey } from './key-file.ts';
import { signManifest } from './sign.ts';
import { keyOf, NOW, readFrom, refusal, sampleInput, signed, trustOf, utf8 } from './testing/manifest-kit.ts';
import { type HighestSeen, pinnedBytes, verifyManifest } from './verify.ts';

const ada = keyOf('author', 'Ada');
const ben = keyOf('release', 'Ben');
const cleo = keyOf('release', 'Cleo');
const trust = trustOf([ada, ben, cleo]);
const { built, bytes, readBlob } = signed(sampleInput(), [ada, ben]);
const verify = (file: Uint8Array, now = NOW, highestSeen: HighestSeen | null = null) =>
  verifyManifest(file, readBlob, trust, { now, highestSeen });

/** Signs whatever payload it is given, as a signer that checks nothing would. */
function signBlindly(payload: Uint8Array, keys: readonly PrivateKey[], payloadType = IN_TOTO_PAYLOAD_TYPE): Uint8Array {
  const data = preAuthEncoding(payloadType, payload);
  const signatures = keys.map((key) => ({ keyid: key.keyId, signature: new Uint8Array(sign(null, data, key.key)) }));
  return writeEnvelope({ payloadType, payload, signatures });
}
const edited = (file: Uint8Array, change: (envelope: Envelope) => Envelope): Uint8Array =>
  writeEnvelope(change(readEnvelope(file)));
const flipped = (file: Uint8Array, at: number, mask: number): Uint8Array => file.with(at, (file[at] ?? 0) ^ mask);
const hinted = (keyid: string | null): Uint8Array =>
  edited(bytes, (e) => ({ ...e, signatures: e.signatures.map((s) => ({ ...s, keyid })) }));

const withFlow = (text: string): ManifestInput => {
  const input = sampleInput();
  return { ...input, pins: input.pins.map((pin) => (pin.kind === 'flow' ? { ...pin, bytes: utf8(text) } : pin)) };
};

const need = (author: number, release: number, keys: readonly PrivateKey[] = [ada, ben, cleo]) =>
  trustOf(keys, { author, release });

const seen = (release: number, digest = built.digest): HighestSeen => ({ release, digest });
const load = (change: (blob: Uint8Array) => Uint8Array, of: string) =>
  verifyManifest(
    bytes,
    (sha256, size) => (sha256 === of ? change(readBlob(sha256, size)) : readBlob(sha256, size)),
    trust,
    { now: NOW },
  );

const gone = (): Uint8Array => {
  throw new Error('no such file');
};
/** A manifest that pins any text, as a builder that checks nothing would make it. */
const forced = (text: string): { payload: Uint8Array; read: (sha256: string) => Uint8Array } => {
  const clean = buildManifest(withFlow('{}'));
  const pins = clean.statement.predicate.pins.map((pin) =>
    pin.kind === 'flow' ? { ...pin, sha256: sha256Hex(utf8(text)), size: utf8(text).length } : pin,
  );
  const payload = canonicalBytes({ ...clean.statement, predicate: { ...clean.statement.predicate, pins } });
  return { payload, read: (sha256) => clean.blobs.get(sha256) ?? utf8(text) };
};

const check = (keys: readonly PrivateKey[], by = need(1, 2)) =>
  verifyManifest(signed(sampleInput(), keys).bytes, readBlob, by, { now: NOW });

describe('P16 any flipped byte is refused', () => {
  const text = new TextDecoder().decode(bytes);
  const isHint = (at: number): boolean =>
    [ada, ben].some(({ keyId }) => at >= text.indexOf(keyId) && at < text.indexOf(keyId) + 16);

  it('P16 control: the file as it is verifies', () => {
    expect(verify(bytes).signers).toEqual([
      { role: 'author', name: 'Ada', keyId: ada.keyId },
      { role: 'release', name: 'Ben', keyId: ben.keyId },
    ]);
    expect(verify(bytes).warnings).toEqual([]);
  });

  it('P16 every byte of the file outside the hints', () => {
    const codes = new Set<string>();
    for (let at = 0; at < bytes.length; at++) {
      if (!isHint(at)) codes.add(refusal(() => verify(flipped(bytes, at, 1 << (at % 8)))).code);
    }
    expect([...codes].toSorted()).toEqual(['MANIFEST_INVALID', 'MANIFEST_TAMPERED']);
  });

  it('P16 every bit of payload, type and signature, when the file around it is made good again', () => {
    const envelope = readEnvelope(bytes);
    const codes = new Set<string>();
    for (let at = 0; at < envelope.payload.length; at++) {
      codes.add(
        refusal(() => verify(edited(bytes, (e) => ({ ...e, payload: flipped(e.payload, at, 1 << (at % 8)) })))).code,
      );
    }
    for (let at = 0; at < 64 * 8; at++) {
      const change = (e: Envelope): Envelope => ({
        ...e,
        signatures: e.signatures.map((s, i) =>
          i === 1 ? { ...s, signature: flipped(s.signature, at >> 3, 1 << (at % 8)) } : s,
        ),
      });
      codes.add(refusal(() => verify(edited(bytes, change))).code);
    }
    expect([...codes]).toEqual(['MANIFEST_TAMPERED']);
    const otherType = signBlindly(built.statementBytes, [ada, ben], 'application/json');
    expect(refusal(() => verify(otherType)).code).toBe('MANIFEST_INVALID');
    expect(refusal(() => verify(edited(otherType, (e) => ({ ...e, payloadType: IN_TOTO_PAYLOAD_TYPE })))).code).toBe(
      'MANIFEST_TAMPERED',
    );
  });

  it('P16 keyid is a hint and decides nothing', () => {
    for (const keyid of [null, '', 'x', cleo.keyId, ada.keyId]) {
      const result = verify(hinted(keyid));
      expect(result.signers).toEqual(verify(bytes).signers);
      expect(result.warnings.length).toBe(keyid === null ? 0 : keyid === ada.keyId ? 1 : 2);
    }
    const stranger = keyOf('author', 'Ada', 'another seed');
    const pretender = signBlindly(built.statementBytes, [{ ...stranger, keyId: ada.keyId }, ben]);
    expect(refusal(() => verify(pretender)).code).toBe('MANIFEST_TAMPERED');
    expect(refusal(() => verify(signBlindly(built.statementBytes, [stranger, ben]))).code).toBe('MANIFEST_UNSIGNED');
  });

  it('P16 a second spelling of a signature (S + L) is refused', () => {
    const order = 2n ** 252n + 27742317777372353535851937790883648493n;
    const respelt = edited(bytes, (e) => ({
      ...e,
      signatures: e.signatures.map((s) => {
        const scalar = BigInt(`0x${Buffer.from(s.signature.slice(32).toReversed()).toString('hex')}`) + order;
        const hex = scalar.toString(16).padStart(64, '0');
        return {
          ...s,
          signature: Uint8Array.from([...s.signature.slice(0, 32), ...Buffer.from(hex, 'hex').toReversed()]),
        };
      }),
    }));
    expect(refusal(() => verify(respelt)).code).toBe('MANIFEST_TAMPERED');
  });

  it('P16 one broken signature refuses the file although enough others hold', () => {
    const three = signManifest(bytes, readBlob, cleo);
    expect(verify(three).signers).toHaveLength(3);
    const broken = edited(three, (e) => ({
      ...e,
      signatures: e.signatures.map((s, i) => (i === 2 ? { ...s, signature: flipped(s.signature, 9, 4) } : s)),
    }));
    expect(refusal(() => verify(broken)).code).toBe('MANIFEST_TAMPERED');
  });
});

describe('P17 the engine runs the very bytes it verified', () => {
  const hostile: [string, string][] = [
    ['duplicate keys', '{"a":1,"a":1}'],
    ['a byte order mark', '\ufeff{}'],
    ['trailing bytes', '{} {}'],
    ['an escaped lone surrogate', String.raw`["\ud800"]`],
    ['1e400', '[1e400]'],
    ['2^53+1', '[9007199254740993]'],
    ['nesting deeper than 64', '['.repeat(65) + ']'.repeat(65)],
    ['the key __proto__', '{"__proto__":1}'],
  ];

  it.each(hostile)('P17 refuses a pinned document with %s when building, signing and loading', (_, text) => {
    expect(refusal(() => buildManifest(withFlow(text))).code).toBe('MANIFEST_INVALID');
    const { payload, read } = forced(text);
    expect(refusal(() => signManifest(unsignedEnvelope(payload), read, ada)).code).toBe('MANIFEST_INVALID');
    expect(refusal(() => verifyManifest(signBlindly(payload, [ada, ben]), read, trust, { now: NOW })).code).toBe(
      'MANIFEST_INVALID',
    );
  });

  it('P17 control: the same way with a harmless document is accepted', () => {
    const { payload, read } = forced('[1]');
    expect(signManifest(unsignedEnvelope(payload), read, ada).length).toBeGreaterThan(payload.length);
    expect(verifyManifest(signBlindly(payload, [ada, ben]), read, trust, { now: NOW }).blobs.size).toBe(7);
  });

  const asText = new TextDecoder().decode(built.statementBytes);
  it.each<[string, string]>([
    ['duplicate keys', asText.replace('{', '{"predicateType":"x",')],
    ['a byte order mark', `\ufeff${asText}`],
    ['trailing bytes', `${asText} `],
    ['another spelling of a number', asText.replace('"release":3', '"release":3.0')],
    ['another spelling of a text', asText.replace('"Ada"', String.raw`"\u0041da"`)],
    ['keys in another order', JSON.stringify(Object.fromEntries(Object.entries(built.statement).toReversed()))],
    ['the key __proto__', asText.replace('{', '{"__proto__":1,')],
    ['an unknown field', new TextDecoder().decode(canonicalBytes({ ...built.statement, extra: 1 }))],
    [
      'an unknown field of the predicate',
      new TextDecoder().decode(
        canonicalBytes({ ...built.statement, predicate: { ...built.statement.predicate, extra: 1 } }),
      ),
    ],
    ['a missing field', asText.replace('"author":"Ada",', '')],
    ['no JSON', 'release 3'],
  ])('P17 refuses a signed statement with %s, when signing and loading', (_, text) => {
    expect(text).not.toBe(asText);
    const payload = utf8(text);
    expect(refusal(() => signManifest(unsignedEnvelope(payload), readBlob, ada)).code).toBe('MANIFEST_INVALID');
    expect(refusal(() => verify(signBlindly(payload, [ada, ben]))).code).toBe('MANIFEST_INVALID');
  });

  it.each<[string, (text: string) => string]>([
    ['duplicate keys', (text) => text.replace('{', '{"payloadType":"x",')],
    ['trailing bytes', (text) => `${text}{}`],
    ['another white space', (text) => text.replace('\n', '\r\n')],
    ['an unknown field', (text) => text.replace('{', '{\n  "a": 1,')],
    ['another spelling of base64', (text) => text.replace(/"payload": "(.{76})/, '"payload": "$1\\n')],
  ])('P17 refuses an envelope with %s', (_, change) => {
    const file = utf8(change(new TextDecoder().decode(bytes)));
    expect(refusal(() => verify(file)).code).toBe('MANIFEST_INVALID');
    expect(refusal(() => signManifest(file, readBlob, cleo)).code).toBe('MANIFEST_INVALID');
  });

  it('P17 reads each blob once and hands out a copy of what it hashed', () => {
    const reads = new Map<string, number>();
    const given: Uint8Array[] = [];
    const result = verifyManifest(
      bytes,
      (sha256) => {
        reads.set(sha256, (reads.get(sha256) ?? 0) + 1);
        const blob = (built.blobs.get(sha256) ?? new Uint8Array()).slice();
        given.push(blob);
        return blob;
      },
      trust,
      { now: NOW },
    );
    for (const blob of given) blob.fill(0);
    expect([...reads.values()]).toEqual(Array(7).fill(1));
    for (const [sha256, blob] of result.blobs) expect(sha256Hex(blob)).toBe(sha256);
    expect(parseStrictBytes(pinnedBytes(result, 'connection', 'billing'))).toEqual({ name: 'billing' });
    expect(refusal(() => pinnedBytes(result, 'connection', 'mail')).code).toBe('MANIFEST_INVALID');
  });
});

describe('P18 t-of-n counts unique keys', () => {
  it('P18 control: two release keys of two people and an author', () => {
    expect(check([ada, ben, cleo]).signers.map((s) => s.name)).toEqual(['Ada', 'Ben', 'Cleo']);
  });

  it('P18 a signature repeated counts once', () => {
    const twice = edited(signed(sampleInput(), [ada, ben]).bytes, (e) => ({
      ...e,
      signatures: [...e.signatures, ...e.signatures],
    }));
    const error = refusal(() => verifyManifest(twice, readBlob, need(1, 2), { now: NOW }));
    expect(error.code).toBe('MANIFEST_UNSIGNED');
    expect(error.message).toContain('1 of role release');
    expect(verifyManifest(twice, readBlob, need(1, 1), { now: NOW }).signers).toHaveLength(2);
  });

  it('P18 two keys of one person count once', () => {
    const second = keyOf('release', ' ben', 'second');
    expect(refusal(() => check([ada, ben, second], need(1, 2, [ada, ben, second]))).message).toContain(
      '1 of role release',
    );
  });

  it('P18 the author does not count as release signer', () => {
    const adaReleases = keyOf('release', 'Ada');
    const by = need(1, 1, [ada, ben, adaReleases]);
    const error = refusal(() => check([ada, adaReleases], by));
    expect(error.code).toBe('MANIFEST_UNSIGNED');
    expect(error.message).toContain('another person');
    expect(check([ada, adaReleases, ben], by).signers).toHaveLength(3);
  });

  it('P18 a missing role is named', () => {
    expect(refusal(() => check([ben, cleo])).message).toContain('1 of role author');
    expect(refusal(() => check([ada])).message).toContain('2 of role release');
    expect(refusal(() => check([])).message).toContain('1 of role author; 2 of role release');
    expect(refusal(() => check([])).code).toBe('MANIFEST_UNSIGNED');
  });

  it('P18 keys of another purpose, revoked or past their date do not count', () => {
    const dora = keyOf('approver', 'Dora');
    const elsewhere = signBlindly(built.statementBytes, [ada, dora]);
    expect(refusal(() => verifyManifest(elsewhere, readBlob, need(1, 1, [ada, dora]), { now: NOW })).code).toBe(
      'MANIFEST_UNSIGNED',
    );
    const revoking = { ...need(1, 1), revoked: [ben.keyId] };
    expect(refusal(() => check([ada, ben], revoking)).code).toBe('MANIFEST_UNSIGNED');
    expect(check([ada, cleo], revoking).signers).toHaveLength(2);
    const dated = need(1, 1);
    const aged = { ...dated, keys: dated.keys.map((key) => ({ ...key, notAfter: '2027-01-15T12:00:00Z' })) };
    expect(check([ada, ben], aged).signers).toHaveLength(2);
    const late = () => verifyManifest(bytes, readBlob, aged, { now: NOW + 1 });
    expect(refusal(late).code).toBe('MANIFEST_UNSIGNED');
  });

  it('a signature by a stranger beside enough others is left alone and told', () => {
    const result = verify(signBlindly(built.statementBytes, [ada, ben, keyOf('release', 'Zoe')]));
    expect(result.signers).toHaveLength(2);
    expect(result.warnings).toHaveLength(1);
  });

  it('signing asks for the purpose, and twice by one key changes nothing', () => {
    const unsigned = unsignedEnvelope(built.statementBytes);
    for (const purpose of ['approver', 'log', 'policy'] as const) {
      expect(refusal(() => signManifest(unsigned, readBlob, keyOf(purpose, 'Eve'))).code).toBe('KEY_PURPOSE');
    }
    expect(signManifest(bytes, readBlob, ada)).toEqual(bytes);
  });
});

describe('P19 neither older, nor other, nor expired', () => {
  it('P19 control: the same again, a newer one, and the last moment are accepted', () => {
    expect(verify(bytes, NOW, seen(3)).digest).toBe(built.digest);
    expect(verify(bytes, NOW, seen(2, 'sha256-other')).digest).toBe(built.digest);
    expect(verify(bytes, Date.parse('2027-06-30T23:59:59Z')).digest).toBe(built.digest);
  });

  it('P19 an older release, the same with other content, one past its date', () => {
    expect(refusal(() => verify(bytes, NOW, seen(4))).code).toBe('MANIFEST_OLDER');
    expect(refusal(() => verify(bytes, NOW, seen(3, 'sha256-other'))).code).toBe('MANIFEST_CONFLICT');
    expect(refusal(() => verify(bytes, Date.parse('2027-07-01T00:00:00Z'))).code).toBe('MANIFEST_EXPIRED');
  });

  it('P19 asks for the highest seen by the path of the flow', () => {
    const asked: string[] = [];
    const highestSeen = (flow: string): HighestSeen => {
      asked.push(flow);
      return seen(9);
    };
    expect(refusal(() => verifyManifest(bytes, readBlob, trust, { now: NOW, highestSeen })).code).toBe(
      'MANIFEST_OLDER',
    );
    expect(asked).toEqual(['flows/credit.flow.json']);
  });
});

describe('P21 everything the program depends on is covered', () => {
  it('P21 one byte of any blob changed, cut, added or missing is refused', () => {
    const codes = new Set<string>();
    for (const [of, blob] of built.blobs) {
      expect(load((same) => same, of).blobs.size).toBe(7);
      for (let at = 0; at < blob.length; at++)
        codes.add(refusal(() => load((b) => flipped(b, at, 1 << (at % 8)), of)).code);
      codes.add(refusal(() => load((b) => b.slice(1), of)).code);
      codes.add(refusal(() => load((b) => Uint8Array.of(...b, 0), of)).code);
      codes.add(refusal(() => load(gone, of)).code);
      codes.add(
        refusal(() =>
          signManifest(bytes, (sha256, size) => (sha256 === of ? flipped(blob, 0, 1) : readBlob(sha256, size)), cleo),
        ).code,
      );
    }
    expect([...codes]).toEqual(['MANIFEST_BLOB']);
  });

  it('P21 any changed input gives another digest; control: the same gives the same', () => {
    expect(buildManifest(sampleInput()).digest).toBe(built.digest);
    const digests = sampleInput().pins.map((_, i) => {
      const input = sampleInput();
      const pins = input.pins.map((pin, at) => (at === i ? { ...pin, bytes: utf8('[]') } : pin));
      return buildManifest({ ...input, pins }).digest;
    });
    const others = [
      { title: 'x' },
      { release: 4 },
      { author: 'x' },
      { requires: [] },
      { notAfter: '2027-06-30T23:59:58Z' },
      { program: `sha256-${'ac'.repeat(32)}` },
    ].map((change) => buildManifest({ ...sampleInput(), ...change }).digest);
    expect(new Set([...digests, ...others, built.digest]).size).toBe(14);
  });

  it('is reproducible, in whatever order its parts are given', () => {
    const input = sampleInput();
    const turned = {
      ...input,
      pins: input.pins.toReversed(),
      requires: input.requires.map((r) => ({ ...r, actions: r.actions.toReversed() })),
    };
    expect(buildManifest(turned).statementBytes).toEqual(built.statementBytes);
    expect(readFrom(built)(sha256Hex(utf8('{\n  "name": "billing"\n}\n')), 0).length).toBeGreaterThan(0);
  });
});
