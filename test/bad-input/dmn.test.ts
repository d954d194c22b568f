/** Hostile and broken DMN files: refused at the border, quickly, with the element or the place named. */
import { describe, expect, test } from 'vitest';
import { decodeDmn } from '../../engine/dmn/exchange/bytes.ts';
import { importDmn } from '../../engine/dmn/exchange/import-dmn.ts';
import { ruleFromDmn } from '../../nodes/rule/exchange.ts';
import { rule } from '../../nodes/rule/config.ts';

/** Milliseconds of work since then: how long it takes on a machine that has nothing else to do. */
const workedMs = (since: NodeJS.CpuUsage): number => {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1000;
};

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const NAMESPACE = 'xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/"';
const model = (inner: string, head = ''): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n${head}<definitions ${NAMESPACE} id="d" name="D" namespace="urn:d">${inner}</definitions>`;
const decision = (id: string, requires: string, text = '1'): string =>
  `<decision id="${id}" name="${id}"><informationRequirement><requiredDecision href="#${requires}"/></informationRequirement><literalExpression><text>${text}</text></literalExpression></decision>`;
const good = model('<decision id="a" name="Answer"><literalExpression><text>42</text></literalExpression></decision>');

/** What becomes of a file: the first refusal on its way into a rule, or null. */
function refusalOf(file: Uint8Array): string | null {
  const decoded = decodeDmn(file);
  if (!decoded.ok) return decoded.problem.message;
  const taken = ruleFromDmn({ ...decoded, imports: [] }, 'a', {}, rule.initial());
  if (taken.ok) return null;
  return taken.message;
}

const ENTITIES = Array.from({ length: 20 }, (_, i) => `<!ENTITY e${i + 1} "${`&e${i};`.repeat(10)}">`).join('');
const hostile: readonly (readonly [string, () => Uint8Array, RegExp])[] = [
  [
    'an entity bomb',
    () => bytes(model('&e20;', `<!DOCTYPE definitions [<!ENTITY e0 "ha">${ENTITIES}]>`)),
    /Line 2, column 1.*DOCTYPE/,
  ],
  [
    'an entity that fetches',
    () => bytes(model('&x;', '<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>')),
    /DOCTYPE/,
  ],
  [
    'a decision that requires itself',
    () => bytes(model(decision('a', 'b') + decision('b', 'a'))),
    /“a” requires itself, by way of “b”/,
  ],
  [
    'a long way round',
    () =>
      bytes(
        model(
          Array.from({ length: 4000 }, (_, i) =>
            decision(i === 0 ? 'a' : `n${i}`, i === 3999 ? 'a' : `n${i + 1}`),
          ).join(''),
        ),
      ),
    /“a” requires itself/,
  ],
  [
    'a missing import',
    () =>
      bytes(
        model(
          '<import name="Tariffs" namespace="urn:tariffs" importType="https://www.omg.org/spec/DMN/20230324/MODEL/"/>',
        ),
      ),
    /urn:tariffs is missing/,
  ],
  ['fifty million bytes', () => new Uint8Array(50_000_000).fill(0x20), /more than 8 million bytes/],
  ['five million characters', () => bytes(good + ' '.repeat(5_000_000)), /million characters/],
  ['a deep nest', () => bytes(model('<list>'.repeat(100_000))), /<list> is nested too deeply/],
  [
    'Latin letters in one byte each',
    () => Uint8Array.from([...bytes('<a name="'), 0xfc, ...bytes('"/>')]),
    /not written in UTF-8/,
  ],
  ['UTF-16 without a mark', () => new Uint8Array(Buffer.from(good, 'utf16le')), /Line 1/],
  [
    'UTF-16 that stops half way',
    () => new Uint8Array(Buffer.from(`\uFEFF${good}`, 'utf16le')).slice(0, -1),
    /not written in UTF-16LE/,
  ],
  [
    'a claim to be something else',
    () => bytes(good.replace('UTF-8', 'ISO-8859-1').replace('Answer', 'Änswer')),
    /iso-8859-1/,
  ],
  ['no DMN', () => bytes('<html><body/></html>'), /<html> is no DMN model/],
  ['nothing', () => new Uint8Array(), /Expected an element/],
  [
    'a flood of attributes',
    () => bytes(model(`<x ${Array.from({ length: 30_000 }, (_, i) => `a${i}=""`).join(' ')}/>`)),
    /<x> has too many attributes/,
  ],
  [
    'a flood of namespaces',
    () =>
      bytes(
        model(
          Array.from({ length: 150 }, (_, i) => `<x ${[0, 1, 2].map((n) => `xmlns:p${i}x${n}=""`).join(' ')}>`).join(
            '',
          ),
        ),
      ),
    /too many namespaces/,
  ],
];

describe('a DMN file that is', () => {
  test.each(hostile)('%s is refused within 2 s', (_name, file, reason) => {
    const given = file();
    const before = process.cpuUsage();
    expect(refusalOf(given)).toMatch(reason);
    expect(workedMs(before)).toBeLessThan(2000);
  });

  test('cut off anywhere is refused with the place', () => {
    for (let end = 0; end < good.length; end += 1)
      expect(refusalOf(bytes(good.slice(0, end)))).toMatch(/^Line \d+, column \d+: /);
    expect(refusalOf(bytes(good))).toBeNull();
  });
});

test('a long chain of decisions is read in no time', () => {
  const chain = Array.from({ length: 4000 }, (_, i) => decision(`n${i}`, `n${i + 1}`));
  const text = model(`${chain.join('')}<decision id="n4000" name="n4000"/>`);
  const before = process.cpuUsage();
  expect(importDmn(text).ok).toBe(true);
  expect(workedMs(before)).toBeLessThan(2000);
});

test('types that multiply are read in no time, and types that go round', () => {
  const types = Array.from(
    { length: 60 },
    (_, i) =>
      `<itemDefinition name="t${i}">${['x', 'y'].map((name) => `<itemComponent name="${name}"><typeRef>${i === 59 ? 't0' : `t${i + 1}`}</typeRef></itemComponent>`).join('')}</itemDefinition>`,
  ).join('');
  const text = model(
    `${types}<inputData id="i" name="i"><variable name="i" typeRef="t0"/></inputData><decision id="a" name="a"><variable name="a" typeRef="t0"/><informationRequirement><requiredInput href="#i"/></informationRequirement><literalExpression><text>i</text></literalExpression></decision>`,
  );
  const before = process.cpuUsage();
  expect(importDmn(text).ok).toBe(true);
  expect(workedMs(before)).toBeLessThan(2000);
});
