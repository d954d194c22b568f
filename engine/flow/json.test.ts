import canonicalize from 'canonicalize';
import * as fc from 'fast-check';
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { CountersignError } from './error.ts';
import {
  asJson,
  canonicalJson,
  digestOf,
  parseStrict,
  parseStrictBytes,
  prettyJson,
  sha256Hex,
  type JsonValue,
} from './json.ts';

const number = fc.oneof(
  fc.maxSafeInteger(),
  fc.double({ noNaN: true, noDefaultInfinity: true }).filter((n) => Math.abs(n) <= Number.MAX_SAFE_INTEGER),
);
const text = fc.string({ unit: 'binary' });
const { value: json } = fc.letrec<{ value: JsonValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    fc.constant(null),
    fc.boolean(),
    number,
    text,
    fc.array(tie('value'), { maxLength: 5 }),
    fc.dictionary(
      text.filter((key) => key !== '__proto__'),
      tie('value'),
      { maxKeys: 5, noNullPrototype: true },
    ),
  ),
}));

function refusal(act: () => unknown): CountersignError {
  try {
    act();
  } catch (error) {
    if (error instanceof CountersignError) return error;
    throw error;
  }
  throw new Error('it was accepted');
}
const attempt = (act: () => JsonValue): { value?: JsonValue } => {
  try {
    return { value: act() };
  } catch {
    return {};
  }
};
// What the types forbid still arrives from untyped borders.
const untyped: (value: unknown) => asserts value is JsonValue = () => undefined;
const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
const plusZero = (value: JsonValue): JsonValue => asJson(JSON.parse(JSON.stringify(value)));

describe('parseStrict', () => {
  it('reads what canonicalJson and prettyJson write, unchanged', () => {
    fc.assert(
      fc.property(json, (value) => {
        const expected = plusZero(value);
        expect(parseStrict(canonicalJson(value))).toEqual(expected);
        expect(parseStrict(prettyJson(value))).toEqual(expected);
      }),
    );
  });

  it('agrees with JSON.parse on what it accepts', () => {
    fc.assert(
      fc.property(json, fc.nat(4), (value, space) => {
        const written = JSON.stringify(value, null, space);
        expect(parseStrict(written)).toEqual(JSON.parse(written));
      }),
    );
  });

  it('accepts nothing that JSON.parse refuses, however the text is damaged', () => {
    fc.assert(
      fc.property(json, fc.nat(), fc.constantFrom(...Array.from('{}[]",:\\u0e+-. \n\tx')), (value, at, character) => {
        const written = JSON.stringify(value);
        const place = at % (written.length + 1);
        const damaged = written.slice(0, place) + character + written.slice(place + (at % 2));
        const read = attempt(() => parseStrict(damaged));
        const theirs = attempt(() => asJson(JSON.parse(damaged)));
        fc.pre(read.value !== undefined);
        expect(plusZero(read.value)).toEqual(theirs.value === undefined ? 'refused' : plusZero(theirs.value));
      }),
      { numRuns: 300, maxSkipsPerRun: 50 },
    );
  });

  const hostile: [string, string, string][] = [
    ['duplicate keys', '{"a":1,"b":2,"a":1}', '{"a":1,"b":2,"c":1}'],
    ['duplicate keys behind an escape', String.raw`{"a":1,"\u0061":1}`, String.raw`{"a":1,"\u0062":1}`],
    ['a byte order mark', '\ufeff{}', '{}'],
    ['trailing bytes', '{} {}', '{} \n'],
    ['a trailing NUL', '{}\0', '{}'],
    ['a raw lone surrogate', '["\ud800"]', '["\ud83d\ude00"]'],
    ['an escaped lone surrogate', String.raw`["\ud83d"]`, String.raw`["\ud83d\ude00"]`],
    ['escaped surrogates in the wrong order', String.raw`["\ude00\ud83d"]`, String.raw`["\ud83d\ude00"]`],
    ['1e400', '[1e400]', '[1e4]'],
    ['-1e400', '[-1e400]', '[-1e4]'],
    ['2^53+1', '[9007199254740993]', '[9007199254740991]'],
    ['2^53', '[9007199254740992]', '[-9007199254740991]'],
    ['2^53+1 with a point', '[9007199254740993.0]', '[9007199254740991.0]'],
    ['digits that a double loses', '[0.1000000000000000055]', '[0.1000000000000000000]'],
    ['a number that becomes zero', '[1e-400]', '[0e-400]'],
    ['nesting deeper than 64', nested(65), nested(64)],
    ['the key __proto__', '{"__proto__":{}}', '{"__proto":{}}'],
    ['the key __proto__ behind an escape', String.raw`{"\u005f_proto__":1}`, String.raw`{"\u005fproto__":1}`],
  ];
  it.each(hostile)('P17 refuses %s, and accepts the control', (_, refused, control) => {
    const error = refusal(() => parseStrict(refused));
    expect(error.code).toBe('JSON_INVALID');
    expect(error.where?.line).toBe(1);
    expect(error.where?.column).toBeGreaterThan(0);
    expect(error.hint).not.toBe('');
    expect(parseStrict(control)).toEqual(JSON.parse(control));
  });

  it('P17 the control: JSON.parse lets most of these through', () => {
    const accepted = hostile.filter(([, refused]) => {
      try {
        JSON.parse(refused);
        return true;
      } catch {
        return false;
      }
    });
    expect(accepted.length).toBeGreaterThan(12);
  });

  it.each([
    '',
    ' ',
    '{',
    '[1,]',
    '{"a":1,}',
    '01',
    '+1',
    '.5',
    '1.',
    "'a'",
    '"a',
    '"\\x"',
    '"\n"',
    'nul',
    'NaN',
    '[1 2]',
  ])('refuses the malformed text %j', (malformed) => {
    expect(refusal(() => parseStrict(malformed)).code).toBe('JSON_INVALID');
  });

  it('points at line and column', () => {
    expect(refusal(() => parseStrict('{\n  "a": 1,\n  "a": 2\n}')).where).toEqual({ line: 3, column: 3 });
    expect(refusal(() => parseStrict('[\n1,\n  x]')).where).toEqual({ line: 3, column: 3 });
  });

  it('P39 refuses 200,000-deep and other hostile texts at once', () => {
    const open = performance.now();
    for (const evil of [
      nested(200_000),
      '['.repeat(200_000),
      '{"a":'.repeat(200_000),
      `[1e-${'9'.repeat(500_000)}]`,
      `[0.1${'0'.repeat(500_000)}1]`,
      `[${'9'.repeat(500_000)}]`,
    ]) {
      expect(refusal(() => parseStrict(evil)).code).toBe('JSON_INVALID');
      expect(refusal(() => parseStrict(evil)).message.length).toBeLessThan(200);
    }
    expect(performance.now() - open).toBeLessThan(1000);
  });

  it('bounds the length in bytes, not in characters', () => {
    expect(parseStrict('"éé"', { maxBytes: 6 })).toBe('éé');
    expect(refusal(() => parseStrict('"éé"', { maxBytes: 5 })).code).toBe('JSON_INVALID');
  });

  it('reads a megabyte quickly', () => {
    const rows = Array.from({ length: 12000 }, (_, i) => ({
      id: i,
      text: `a message with a “quote” and \\ ${i}`,
      score: i / 7,
      ok: true,
    }));
    const megabyte = JSON.stringify(rows);
    expect(megabyte.length).toBeGreaterThan(900_000);
    parseStrict(megabyte);
    const times = Array.from({ length: 5 }, () => {
      const from = performance.now();
      parseStrict(megabyte);
      return performance.now() - from;
    });
    expect(Math.min(...times)).toBeLessThan(100);
  });

  it('P17 refuses bytes that are not UTF-8, and a byte order mark', () => {
    expect(refusal(() => parseStrictBytes(Uint8Array.of(0x22, 0xed, 0xa0, 0x80, 0x22))).code).toBe('JSON_INVALID');
    expect(refusal(() => parseStrictBytes(Uint8Array.of(0xef, 0xbb, 0xbf, 0x7b, 0x7d))).code).toBe('JSON_INVALID');
    expect(parseStrictBytes(Uint8Array.of(0x22, 0xc3, 0xa9, 0x22))).toBe('é');
  });
});

describe('canonicalJson', () => {
  it('follows the example of RFC 8785, section 3.2', () => {
    const input = {
      numbers: [4.5, 2e-3, 1e-27],
      string: '\u20ac$\u000F\u000aA\'\u0042\u0022\u005c\\"/',
      literals: [null, true, false],
    };
    expect(canonicalJson(input)).toBe(
      String.raw`{"literals":[null,true,false],"numbers":[4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}`,
    );
    const keys = { '\u20ac': 1, '\r': 2, '\ufb33': 3, '1': 4, '\ud83d\ude00': 5, '\u0080': 6, '\u00f6': 7 };
    expect([...canonicalJson(keys).matchAll(/:(\d)/g)].map((m) => m[1]).join('')).toBe('2467153');
  });

  it('writes what another implementation of RFC 8785 writes', () => {
    fc.assert(
      fc.property(json, (value) => {
        expect(canonicalJson(value)).toBe(canonicalize(value));
      }),
    );
    const keys = fc.uniqueArray(
      text.filter((key) => key !== '__proto__'),
      { minLength: 10, maxLength: 40 },
    );
    fc.assert(
      fc.property(keys, (names) => {
        const object = Object.fromEntries(names.map((name, i) => [name, i]));
        expect(canonicalJson(object)).toBe(canonicalize(object));
      }),
    );
  });

  it('does not depend on the order of keys', () => {
    fc.assert(
      fc.property(
        fc.dictionary(
          text.filter((key) => key !== '__proto__'),
          json,
          { noNullPrototype: true },
        ),
        (object) => {
          const reversed = Object.fromEntries(Object.entries(object).toReversed());
          expect(canonicalJson(reversed)).toBe(canonicalJson(object));
          expect(prettyJson(reversed)).toBe(prettyJson(object));
          expect(digestOf(reversed)).toBe(digestOf(object));
        },
      ),
    );
  });

  it('writes the same of members that stand in order, whose names have been met before, as of any others', () => {
    const names = ['', '10', '9', 'Z', 'a', 'toJSON', '\u00e9', '\ufb33', '\ud83d\ude00'];
    canonicalJson(Object.fromEntries(names.map((name) => [name, null])));
    const known: fc.Arbitrary<JsonValue> = fc.letrec<{ value: JsonValue }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 4, withCrossShrink: true },
        json,
        fc
          .subarray(names)
          .chain((keys) =>
            fc
              .tuple(...keys.map((key) => fc.tuple(fc.constant(key), tie('value'))))
              .map((members) => Object.fromEntries(members)),
          ),
      ),
    })).value;
    fc.assert(
      fc.property(known, (value) => {
        expect(canonicalJson(value)).toBe(canonicalize(value));
        expect(canonicalJson(asJson(JSON.parse(canonicalJson(value))))).toBe(canonicalize(value));
      }),
    );
  });

  const cyclic: unknown[] = [];
  cyclic.push(cyclic);
  it.each<[string, unknown]>([
    ['undefined', undefined],
    ['an undefined member', { a: undefined }],
    ['a hole', [1, , 2]], // eslint-disable-line no-sparse-arrays
    ['NaN', [Number.NaN]],
    ['Infinity', [Infinity]],
    ['2^53', [2 ** 53]],
    ['a lone surrogate', ['\ud800']],
    ['a lone surrogate in a key', { '\ud800': 1 }],
    ['a bigint', [1n]],
    ['a date', [new Date(0)]],
    ['a map', new Map()],
    ['an object with toJSON', { toJSON: () => 1 }],
    ['the key __proto__', JSON.parse('{"__proto__":1}')],
    ['a cycle', cyclic],
    ['nesting deeper than 64', JSON.parse(nested(65))],
  ])('P17 refuses %s when writing', (_, value) => {
    untyped(value);
    expect(refusal(() => canonicalJson(value)).code).toBe('JSON_INVALID');
    expect(refusal(() => prettyJson(value)).code).toBe('JSON_INVALID');
    expect(refusal(() => asJson(value)).code).toBe('JSON_INVALID');
    const within = { a: 1, b: value };
    canonicalJson({ a: 1, b: 2 });
    untyped(within);
    expect(refusal(() => canonicalJson(within)).code).toBe('JSON_INVALID');
  });

  it('writes everything that it must', () => {
    expect(canonicalJson(asJson(JSON.parse(nested(64))))).toBe(nested(64));
    expect(canonicalJson(-0)).toBe('0');
    expect(canonicalJson(Number.MAX_SAFE_INTEGER)).toBe('9007199254740991');
  });
});

describe('prettyJson', () => {
  it('sorts keys, keeps lists, ends with a newline', () => {
    expect(prettyJson({ b: [2, 1, {}], '10': [], a: { d: null, c: '"' } })).toBe(
      '{\n  "10": [],\n  "a": {\n    "c": "\\"",\n    "d": null\n  },\n  "b": [\n    2,\n    1,\n    {}\n  ]\n}\n',
    );
  });
});

describe('digests', () => {
  it('are SHA-256 as others compute it', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(sha256Hex(bytes)).toBe(createHash('sha256').update(bytes).digest('hex'));
      }),
    );
    expect(sha256Hex('é')).toBe(createHash('sha256').update('é', 'utf8').digest('hex'));
    expect(digestOf({ b: 1, a: 2 })).toBe(`sha256-${createHash('sha256').update('{"a":2,"b":1}').digest('hex')}`);
  });
});
