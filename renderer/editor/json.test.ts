import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { flowSchema } from '../../engine/flow/document.ts';
import { checkFlow } from '../../engine/flow/check.ts';
import { writeFlow } from '../../engine/flow/read.ts';
import { z } from '../../engine/flow/zod.ts';
import { KINDS } from '../../nodes/index.ts';
import { payingFlow, surroundings } from '../test-kit/flows.ts';
import { keysAt, placeOf, standingAt } from './json-places.ts';
import { helpAt, keysFor, schemasAt, valuesFor } from './json-schema.ts';
import { faultsOf, keepingSame, readJson } from './read-json.ts';

const flow = payingFlow();
const text = writeFlow(flow);
const first = (changed: string) => {
  const { flow: read, faults } = readJson(changed, KINDS);
  const [fault] = faults;
  return {
    read,
    said: fault?.message ?? '',
    at: fault === undefined ? '' : changed.slice(fault.from, fault.to),
    line: changed.slice(0, fault?.from ?? 0).split('\n').length,
  };
};

describe('the document as text', () => {
  it('J1 a text that was not changed is the very same document, and one change leaves the rest the same objects', () => {
    const { flow: read, faults } = readJson(text, KINDS);
    if (read === null) throw new Error('not read');
    expect(faults).toEqual([]);
    expect(keepingSame(flow, read)).toBe(flow);
    const other = readJson(text.replace('"name": "topic"', '"name": "subject"'), KINDS).flow;
    if (other === null) throw new Error('not read');
    const kept = keepingSame(flow, other);
    expect(kept).toEqual(other);
    expect(kept.edges).toBe(flow.edges);
    expect(kept.nodes['n_pay']).toBe(flow.nodes['n_pay']);
    expect(kept.nodes['n_topic']?.config).toBe(flow.nodes['n_topic']?.config);
    expect(writeFlow(kept)).toBe(writeFlow(other));
  });

  const anything = fc
    .object({ values: [fc.string(), fc.integer(), fc.boolean(), fc.constant(null)], maxDepth: 2 })
    .filter((value) => !JSON.stringify(value).includes('__proto__'));
  it('J2 whatever a document becomes, what is kept of the one before changes nothing of what it says', () => {
    const arbitrary = z.record(z.string(), z.unknown());
    fc.assert(
      fc.property(anything, anything, (a, b) => {
        const config = (value: unknown) => ({
          ...flow,
          nodes: { ...flow.nodes, n_pay: { kind: 'x', name: 'x', config: arbitrary.parse(value) } },
        });
        const [before, after] = [config(a), config(b)];
        expect(keepingSame(before, after)).toEqual(after);
        expect(JSON.parse(writeFlow(keepingSame(before, after)))).toEqual(JSON.parse(writeFlow(after)));
      }),
    );
  });

  it('J3 what the loader refuses is refused here, at its line: broken, twice the same key, __proto__, too deep, too large numbers', () => {
    expect(first(text.replace('"version": 1', '"version": 1 1'))).toMatchObject({ read: null, line: 3 });
    expect(first(text.replace('"version": 1', '"version": 1,\n  "version": 1'))).toMatchObject({
      read: null,
      line: 4,
      at: '"',
    });
    expect(first(text.replace('"version": 1', '"__proto__": {},\n  "version": 1'))).toMatchObject({
      read: null,
      line: 3,
    });
    expect(
      first(text.replace('"version": 1', `"x": ${'['.repeat(70)}${']'.repeat(70)},\n  "version": 1`)).read,
    ).toBeNull();
    expect(first(text.replace('"version": 1', '"version": 99999999999999999')).read).toBeNull();
    expect(first('').said).toContain('ends too early');
  });

  it('J4 a wrong shape is told at its characters: an unknown key, a wrong type, a newer version', () => {
    expect(first(text.replace('"version": 1', '"version": 9'))).toMatchObject({ read: null, at: '9' });
    expect(first(text.replace('"name": "topic"', '"name": 5'))).toMatchObject({ read: null, at: '5' });
    expect(first(text.replace('"kind": "trigger"', '"kind": "trigger",\n      "odd": 1')).read).toBeNull();
  });

  it('J5 the problems that the checks find stand at their formulas', () => {
    const wrong = text.replace(/"text": "input[^"]*"/, '"text": "input.gone"');
    const { flow: read } = readJson(wrong, KINDS);
    if (read === null) throw new Error('not read');
    const problems = checkFlow(read, KINDS, surroundings).filter(({ code }) => code.startsWith('EXPRESSION'));
    const places = faultsOf(wrong, problems).map(({ from, to }) => wrong.slice(from, to));
    expect(places).toContain('"input.gone"');
  });
});

describe('places in a text', () => {
  it('every value stands at its path, whatever the text is like', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 3 }), (value) => {
        const written = JSON.stringify({ a: [{ 'b c': value }], z: 1 }, null, 1);
        const { from, to } = placeOf(written, ['a', 0, 'b c']);
        const shown = written.slice(from, to);
        const isShort = !JSON.stringify(value, null, 1).includes('\n');
        expect(isShort ? JSON.parse(shown) : shown).toEqual(isShort ? JSON.parse(JSON.stringify(value)) : '"b c"');
      }),
    );
  });

  it('any text is gone through without a fault, in linear time', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('{', '}', '[', ']', ',', ':', '"', 'a', '1', ' ', '\\', '\n') }),
        (odd) => {
          expect(standingAt(odd, odd.length).path).toBeInstanceOf(Array);
          expect(placeOf(odd, ['a', 0]).from).toBeGreaterThanOrEqual(0);
        },
      ),
    );
    const began = performance.now();
    standingAt('{"a":['.repeat(50_000), 300_000);
    expect(performance.now() - began).toBeLessThan(2000);
  });

  it('what is being written is known: the path, and whether a key or a value is due', () => {
    const at = (written: string) => {
      const { path, due, open } = standingAt(written, written.length);
      return [path.join('/'), due, open?.text ?? null];
    };
    expect(at('{"nodes": {"n_a": {"ki')).toEqual(['nodes/n_a/', 'key', 'ki']);
    expect(at('{"nodes": {"n_a": {"kind": "ru')).toEqual(['nodes/n_a/kind', 'value', 'ru']);
    expect(at('{"a": [1, 2, ')).toEqual(['a/2', 'value', null]);
    expect([...keysAt('{"a": {"x": 1, "y": {"z": 2}}, "b": 3}', ['a'])]).toEqual(['x', 'y']);
  });
});

describe('the schema of the document', () => {
  const kindOf = (node: string) => (node === 'n_a' ? 'approval' : null);
  it('S1 keys that are missing are offered, those that are there are not', () => {
    const top = keysFor(schemasAt([], kindOf), new Set(['format', 'about'])).map((offer) => offer.text);
    expect(top).toEqual(expect.arrayContaining(['"version"', '"nodes"', '"edges"']));
    expect(top).not.toContain('"about"');
    expect(Object.keys(flowSchema.shape).length).toBeGreaterThan(top.length);
  });
  it('S2 a config is that of its node’s kind, with the words of its form; choices are offered as values', () => {
    const config = schemasAt(['nodes', 'n_a', 'config'], kindOf);
    expect(keysFor(config, new Set()).find(({ text: key }) => key === '"count"')?.help).toContain(
      'How many must agree',
    );
    expect(valuesFor(schemasAt(['nodes', 'n_a', 'config', 'fourEyes'], kindOf)).map((one) => one.text)).toEqual([
      'true',
      'false',
    ]);
    expect(valuesFor(schemasAt(['input', 'amount', 'type'], kindOf)).map((one) => one.text)).toContain('"number"');
    expect(helpAt(schemasAt(['nodes', 'n_a', 'config', 'role'], kindOf))).toContain('role');
    expect(schemasAt(['nodes', 'n_b', 'config', 'role'], kindOf)).toEqual([]);
  });
});
