import { describe, expect, it } from 'vitest';
import { buildManifest, type ManifestInput, unsignedEnvelope } from './build.ts';
import { preAuthEncoding, readEnvelope } from './dsse.ts';
import { momentOf } from './statement.ts';
import { refusal, sampleInput, utf8 } from './testing/manifest-kit.ts';

const pinned = (change: Partial<ManifestInput['pins'][number]>, at = 0): Partial<ManifestInput> => ({
  pins: sampleInput().pins.map((pin, i) => (i === at ? { ...pin, ...change } : pin)),
});
const encode = (type: string, payload: string) => new TextDecoder().decode(preAuthEncoding(type, utf8(payload)));

describe('building a manifest', () => {
  it('gives an in-toto statement whose subject is the program', () => {
    const { statement, statementBytes } = buildManifest(sampleInput());
    expect(statement).toMatchObject({ _type: 'https://in-toto.io/Statement/v1' });
    expect(statement.subject).toEqual([{ name: 'flows/credit.flow.json', digest: { sha256: 'ab'.repeat(32) } }]);
    expect(statement.predicate.requires).toEqual([
      {
        connection: 'billing',
        actions: [
          { name: 'balance', class: 'read' },
          { name: 'credit', class: 'irreversible' },
        ],
      },
    ]);
    const envelope = readEnvelope(unsignedEnvelope(statementBytes));
    expect(envelope).toEqual({ payloadType: 'application/vnd.in-toto+json', payload: statementBytes, signatures: [] });
  });

  it.each<[string, Partial<ManifestInput>]>([
    ['a path out of the workspace', pinned({ path: '../flow.json' })],
    ['a path from the root', pinned({ path: '/etc/flow.json' })],
    ['a path with a drive', pinned({ path: 'c:/flow.json' })],
    ['a path with backslashes', pinned({ path: String.raw`flows\flow.json` })],
    ['a path through a dot', pinned({ path: 'flows/./flow.json' })],
    ['two files of one path', pinned({ path: 'policy.json' })],
    ['two files of one kind and name', pinned({ kind: 'model', name: 'topics' }, 4)],
    ['no flow', pinned({ kind: 'subflow' })],
    ['two flows', pinned({ kind: 'flow' }, 4)],
    ['no test report', pinned({ kind: 'entity' }, 5)],
    ['no proof', pinned({ kind: 'entity' }, 6)],
    ['release 0', { release: 0 }],
    ['release 1.5', { release: 1.5 }],
    ['a digest that is none', { program: 'sha256-abc' }],
    ['a date without time', { notAfter: '2027-06-30' }],
    ['a day that does not exist', { notAfter: '2027-02-30T00:00:00Z' }],
    ['no title', { title: '' }],
    ['half a surrogate pair in the title', { title: 'a\ud800' }],
    ['a connection twice', { requires: [...sampleInput().requires, ...sampleInput().requires] }],
  ])('refuses %s', (_, change) => {
    expect(refusal(() => buildManifest({ ...sampleInput(), ...change })).code).toMatch(/^(MANIFEST|JSON)_INVALID$/);
  });

  it('control: accepts a changed input that holds', () => {
    expect(buildManifest({ ...sampleInput(), ...pinned({ path: 'flows/other.flow.json' }) }).blobs.size).toBe(7);
  });

  it('reads a moment and nothing else', () => {
    expect(momentOf('2027-06-30T23:59:59Z')).toBe(Date.UTC(2027, 5, 30, 23, 59, 59));
    for (const text of [
      '2027-06-31T00:00:00Z',
      '2027-06-30T24:00:00Z',
      '2027-06-30T23:59:59+00:00',
      '2027-06-30',
      '',
    ]) {
      expect(momentOf(text)).toBeNull();
    }
  });

  it('encodes what is signed as the DSSE protocol says, in bytes', () => {
    expect(encode('http://example.com/HelloWorld', 'hello world')).toBe(
      'DSSEv1 29 http://example.com/HelloWorld 11 hello world',
    );
    expect(encode('é', 'ü')).toBe('DSSEv1 2 é 2 ü');
  });
});
