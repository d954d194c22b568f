import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkFlow } from './check.ts';
import { FLOW_VERSION, type Flow } from './document.ts';
import { asJson, parseStrict, prettyJson } from './json.ts';
import { MAX_NODES, readFlow, writeFlow } from './read.ts';
import { isRecord } from './shape.ts';
import { arbitraryFlow } from './testing/arbitrary.ts';
import { flowOf, idOf } from './testing/build.ts';
import { FAKE_KINDS, NOTHING_AROUND } from './testing/kinds.ts';

const reread = (flow: Flow) => readFlow(writeFlow(flow), FAKE_KINDS);

/** The same value with the keys of every object the other way round. */
function turned(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(turned);
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([key, member]) => [key, turned(member)]),
  );
}

/** Every path into a value, the root's first. */
function pathsOf(value: unknown, path: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, member]) => pathsOf(member, [...path, key]))];
}

function replaced(value: unknown, path: readonly string[], by: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return by;
  if (Array.isArray(value))
    return value.map((item: unknown, i) => (String(i) === key ? replaced(item, rest, by) : item));
  if (!isRecord(value)) return value;
  return { ...value, [key]: replaced(value[key], rest, by) };
}

const some = () =>
  flowOf('Refunds')
    .input({ amount: { type: 'number', label: 'Amount' }, tier: { type: 'string', values: ['gold'] } })
    .node('Start', 'start')
    .node('Check it', 'step', { reads: ['input.amount'] })
    .node('Done', 'stop')
    .chain('Start', 'Check it', 'Done')
    .place('Start', 10, 20.5);

describe('reading and writing a flow', () => {
  it('gives back what was written, and writes what was read from such a text unchanged', () => {
    fc.assert(
      fc.property(arbitraryFlow({ kinds: ['step', 'ai', 'person'] }), (flow) => {
        const text = writeFlow(flow);
        const reading = readFlow(text, FAKE_KINDS);
        expect(reading).toEqual({ flow, problems: [], migrated: false, newer: false });
        expect(reading.flow === null ? '' : writeFlow(reading.flow)).toBe(text);
      }),
    );
  });

  it('writes equal flows as equal texts, whatever order their keys were in', () => {
    fc.assert(
      fc.property(arbitraryFlow(), (flow) => {
        const other = readFlow(JSON.stringify(turned(flow)), FAKE_KINDS).flow;
        expect(other === null ? '' : writeFlow(other)).toBe(writeFlow(flow));
      }),
    );
  });

  it('keeps top-level keys in reading order, maps by id, and one change in few lines', () => {
    const text = writeFlow(some().build());
    expect([...text.matchAll(/^ {2}"(\w+)"/gm)].map((match) => match[1])).toEqual([
      'format',
      'version',
      'about',
      'input',
      'nodes',
      'edges',
      'layout',
    ]);
    expect(text.endsWith('\n}\n')).toBe(true);
    const moved = writeFlow(some().place('Start', 11, 20.5).build());
    const lines = moved.split('\n');
    expect(text.split('\n').filter((line, i) => line !== lines[i])).toHaveLength(1);
  });

  it('leaves a text with line ends in it whole', () => {
    const flow = some()
      .node('Remark', 'note', { reads: ['a\n  "b"\n'] })
      .build();
    expect(reread(flow).flow).toEqual(flow);
  });

  it('never throws, and says why when there is no flow, whatever one value of a document is replaced by', () => {
    const whole: unknown = parseStrict(writeFlow(some().build()));
    const anything = fc.oneof(fc.jsonValue(), fc.constantFrom('', -1, 1e9, [], {}, null, 'n_start', '__proto__', [{}]));
    fc.assert(
      fc.property(fc.constantFrom(...pathsOf(whole)), anything, (path, by) => {
        const { flow, problems } = readFlow(JSON.stringify(replaced(whole, path, by)), FAKE_KINDS);
        expect(flow !== null || problems.some((problem) => problem.severity === 'error')).toBe(true);
        if (flow !== null) checkFlow(flow, FAKE_KINDS, NOTHING_AROUND);
        for (const { message, hint } of problems) {
          expect(message).not.toMatch(/Invalid|expected|received|undefined|\[object/);
          expect([message, hint].join(' ')).toMatch(/[.)] .*\.$/);
        }
      }),
      { numRuns: 1000 },
    );
  });
});

const saying = (text: string) =>
  readFlow(text, FAKE_KINDS).problems.map(
    ({ code, path, message, hint }) => `${code} ${path.join('.')} | ${message} | ${hint}`,
  );
const changed = (change: Record<string, unknown>) => JSON.stringify({ ...some().build(), ...change });

describe('what is said of a document that cannot be read', () => {
  it('is the place in the text when it is no JSON', () => {
    expect(readFlow('{"format": ', FAKE_KINDS).problems).toMatchObject([{ code: 'DOCUMENT_SHAPE', path: [] }]);
    expect(readFlow('[1]', FAKE_KINDS).problems).toMatchObject([{ code: 'DOCUMENT_SHAPE', path: [] }]);
  });

  it('names format and version', () => {
    expect(saying(changed({ format: 'other' }))).toEqual([
      'DOCUMENT_SHAPE format | The document has the format “other”; a flow has “countersign.flow”. | Choose a file that ends in .flow.json.',
    ]);
    expect(saying(changed({ version: '1' }))).toEqual([
      'DOCUMENT_SHAPE version | The document has the version “1”. | Give it the version it was written with, a whole number from 1.',
    ]);
  });

  it('names what is missing, of the wrong type, unknown or out of bounds, by the person’s own words', () => {
    const { about } = some().build();
    const node = { kind: 'step', name: 'Check it', config: {} };
    expect(saying(changed({ about: { ...about, purpose: undefined, title: '' } }))).toEqual([
      'DOCUMENT_SHAPE about.purpose | “about.purpose” is missing. | Add it: a text.',
      'DOCUMENT_SHAPE about.title | “about.title” is an empty text; needed is a text that is not empty. | Give a text that is not empty.',
    ]);
    expect(saying(changed({ nodes: { n_check: { ...node, colour: 'red' } } }))).toEqual([
      'DOCUMENT_SHAPE nodes.n_check.colour | The step “Check it” has “colour”, which means nothing there. | Remove it, or correct its spelling.',
    ]);
    expect(saying(changed({ nodes: { Check: node } }))).toEqual([
      'DOCUMENT_SHAPE nodes.Check | “Check” cannot be used here: an id is 2 to 40 small letters, digits, - or _, beginning with a letter. | Use another one in place of “Check”.',
    ]);
    expect(saying(changed({ input: { amount: { type: 'money' } } }))).toEqual([
      'DOCUMENT_SHAPE input.amount.type | “type” of the input field “amount” is “money”; needed is one of “string”, “number”, “boolean”, “date”, “date and time” or “list”. | Give one of “string”, “number”, “boolean”, “date”, “date and time” or “list”.',
    ]);
    const edge = { from: { node: 'n_start', port: 'next' }, to: { node: 'n_done' } };
    expect(saying(changed({ edges: { e_1: { ...edge, back: { maxVisits: 0 } } } }))).toEqual([
      'DOCUMENT_SHAPE edges.e_1.back.maxVisits | “back.maxVisits” of the wire “e_1” is 0; needed is a number of at least 1. | Give a number of at least 1.',
    ]);
  });

  it('names the kinds that come nearest to an unknown one, and unfit configs, and leaves the flow to be looked at', () => {
    const flow = some().node('Odd', 'strat').node('Bent', 'step', { reads: 3, more: true }).build();
    const reading = readFlow(writeFlow(flow), FAKE_KINDS);
    expect(reading.flow).toEqual(flow);
    expect(reading.problems).toMatchObject([
      { code: 'NODE_CONFIG', node: idOf('Bent'), path: ['nodes', idOf('Bent'), 'config', 'more'] },
      {
        code: 'NODE_CONFIG',
        path: ['nodes', idOf('Bent'), 'config', 'reads'],
        message: '“reads” of step “Bent” is 3; needed is a list.',
      },
      { code: 'NODE_KIND_UNKNOWN', node: idOf('Odd'), path: ['nodes', idOf('Odd'), 'kind'] },
    ]);
    expect(reading.problems[2]?.hint).toMatch(/most likely to “start”/);
  });

  it('shows a newer document but says that it cannot be changed', () => {
    const flow = some().build();
    const newer = {
      ...flow,
      version: FLOW_VERSION + 1,
      theme: 'dark',
      nodes: { ...flow.nodes, n_start: { ...flow.nodes['n_start'], locked: true } },
    };
    const reading = readFlow(prettyJson(asJson(newer)), FAKE_KINDS);
    expect(reading).toMatchObject({ flow, migrated: false, newer: true });
    expect(reading.problems).toMatchObject([{ code: 'DOCUMENT_SHAPE', severity: 'error', path: ['version'] }]);
    expect(readFlow(changed({ version: FLOW_VERSION + 1, nodes: [] }), FAKE_KINDS)).toMatchObject({
      flow: null,
      newer: true,
    });
  });

  it('is one sentence when a flow is too large', () => {
    const builder = flowOf();
    for (let i = 0; i <= MAX_NODES; i++) builder.node(`N${i}`, 'step');
    expect(readFlow(writeFlow(builder.build()), FAKE_KINDS)).toMatchObject({
      flow: null,
      problems: [{ path: ['nodes'] }],
    });
  });
});
