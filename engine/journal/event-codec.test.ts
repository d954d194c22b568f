import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { ENGINE } from '../core/event.ts';
import { canonicalJson } from '../flow/json.ts';
import {
  decodeActor,
  decodeHeader,
  encodeActor,
  encodeHeader,
  innerHash,
  leafHash,
  type Header,
} from './event-codec.ts';

const word = fc.string({ unit: 'binary' });
const actor = fc.record({ issuer: word, subject: word, role: word, method: word });
const header: fc.Arbitrary<Header> = fc.record({
  seq: fc.maxSafeNat(),
  subject: word,
  epoch: fc.maxSafeNat(),
  type: word,
  v: fc.maxSafeNat(),
  at: fc.maxSafeInteger(),
  actor: fc.oneof(fc.constant(ENGINE), actor),
  node: fc.option(word),
  path: fc.option(word),
});

test('a header is the canonical JSON of its members, and reads back', () => {
  fc.assert(
    fc.property(header, (h) => {
      const { node, path, actor: by, ...rest } = h;
      const members = {
        ...rest,
        actor: encodeActor(by),
        ...(node === null ? {} : { node }),
        ...(path === null ? {} : { path }),
      };
      const text = encodeHeader(h);
      expect(text).toBe(canonicalJson(members));
      expect(decodeHeader(Buffer.from(text, 'utf8'))).toEqual(h);
    }),
  );
});

test('actors with bars and percent signs read back', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom('|', '%', '7C', '25', 'a'), { minLength: 4, maxLength: 4 }), (parts) => {
      const [issuer = '', subject = '', role = '', method = ''] = parts;
      expect(decodeActor(encodeActor({ issuer, subject, role, method }))).toEqual({ issuer, subject, role, method });
    }),
  );
  expect(() => decodeActor('a|b|c')).toThrow(TypeError);
  expect(() => decodeActor('a|b|c|d|e')).toThrow(TypeError);
});

test('what is not a header is JOURNAL_DAMAGED', () => {
  for (const text of ['', 'null', '{}', '{"seq":1}', encodeHeader({ ...aHeader, seq: 7 }).replace('7', '"7"')]) {
    expect(() => decodeHeader(Buffer.from(text))).toThrow(expect.objectContaining({ code: 'JOURNAL_DAMAGED' }));
  }
});

test('a header refuses what JSON text cannot carry', () => {
  expect(() => encodeHeader({ ...aHeader, subject: 'run:\ud800' })).toThrow(RangeError);
  expect(() => encodeHeader({ ...aHeader, at: 1.5 })).toThrow(RangeError);
  expect(() => encodeHeader({ ...aHeader, at: Number.NaN })).toThrow(RangeError);
});

const sha = (...parts: Uint8Array[]): Buffer => createHash('sha256').update(Buffer.concat(parts)).digest();

test('a leaf is H(0 ‖ header ‖ H(salt ‖ length of open ‖ open ‖ sealed))', () => {
  const [salt, open, sealed, head] = [
    Buffer.from('salt'),
    Buffer.from('open'),
    Buffer.from('sealed'),
    Buffer.from('head'),
  ];
  const inner = innerHash(salt, open, sealed);
  expect(inner).toEqual(sha(salt, Buffer.of(0, 0, 0, 4), open, sealed));
  expect(leafHash(head, inner)).toEqual(sha(Buffer.of(0), head, inner));
  // The length keeps bytes from wandering between the parts.
  expect(innerHash(salt, Buffer.from('opens'), Buffer.from('ealed'))).not.toEqual(inner);
});

const aHeader: Header = {
  seq: 1,
  subject: 'run:a',
  epoch: 1,
  type: 't',
  v: 1,
  at: 0,
  actor: ENGINE,
  node: null,
  path: null,
};
