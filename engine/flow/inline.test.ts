import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { STRICT_POLICY } from '../connections/contract.ts';
import { proveSafety } from '../program/proof.ts';
import { AROUND, draw } from '../program/testing/proof-kit.ts';
import { KINDS } from '../../nodes/index.ts';
import type { Surroundings } from '../../nodes/kind.ts';
import { analyseAndCheck, checkFlow } from './check.ts';
import type { Fields, Flow } from './document.ts';
import { inlineFlows, MAX_DEPTH } from './inline.ts';
import { copyOf, edgeOf, idWithin, outerEdge, outerNode, regionOf, shownName } from './inlined-ids.ts';
import { marksOf } from './marks.ts';
import { readFlow, writeFlow } from './read.ts';
import { arbitraryFlow } from './testing/arbitrary.ts';
import { flowOf, idOf, type FlowBuilder } from './testing/build.ts';
import { FAKE_KINDS, NOTHING_AROUND } from './testing/kinds.ts';

const at = (name: string): string => `flows/${name}.flow.json`;
const partOf = (flow: string, results: readonly string[], given: Record<string, string> = {}) => ({
  flow: at(flow),
  results,
  arguments: given,
});
const part = (title: string, input: Fields = {}): FlowBuilder =>
  flowOf(title).input(input).node('Start', 'trigger', { columns: {} });
const end = (result: string, value: Record<string, string> = {}) => ({ result, value });

/** A flow that leads straight through one sub-flow with the result `done`. */
const through = (title: string, flow: string, given: Record<string, string> = {}, input: Fields = {}): Flow =>
  part(title, input)
    .node('Part', 'subflow', partOf(flow, ['done'], given))
    .node('Done', 'end', end('done'))
    .chain('Start', 'Part')
    .edge('Part', 'done', 'Done')
    .build();
const around = (flows: Readonly<Record<string, Flow>>): Surroundings => ({
  ...AROUND,
  flows: Object.fromEntries(Object.entries(flows).map(([name, flow]) => [at(name), flow])),
});
const problems = (flow: Flow, surroundings: Surroundings) =>
  checkFlow(flow, KINDS, surroundings).filter(({ severity }) => severity === 'error');
const inlined = (flow: Flow, surroundings: Surroundings): Flow => inlineFlows(flow, KINDS, surroundings).flow;
const simple = part('Simple').node('Done', 'end', end('done')).chain('Start', 'Done').build();

describe('sub-flows in their places', () => {
  it('L1 a flow without sub-flows is its own result', () => {
    fc.assert(
      fc.property(arbitraryFlow(), (flow) => {
        expect(inlineFlows(flow, FAKE_KINDS, NOTHING_AROUND).flow).toBe(flow);
      }),
    );
    const { analysis, whole } = analyseAndCheck(simple, KINDS, AROUND);
    expect(whole).toBe(analysis);
  });

  it('L2 ids are never alike, and lead back to what is drawn', () => {
    const id = fc.stringMatching(/^[a-z][a-z0-9_-]{1,5}$/);
    const place = fc.array(id, { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(fc.array(place, { minLength: 2, maxLength: 2 }), id, ([one = [], other = []], end_) => {
        const [a, b] = [one.reduce(idWithin), other.reduce(idWithin)];
        expect(a === b).toBe(one.join(' ') === other.join(' '));
        expect(outerNode(a)).toBe(one[0]);
        expect(regionOf(a)).toBe(one.slice(0, -1).join('.'));
        expect(outerEdge(copyOf(one[0] ?? '', end_))).toBe(one[0]);
        expect(edgeOf(copyOf(a, end_))).toBe(a);
        expect(outerEdge(a)).toBe(one.length === 1 ? a : null);
      }),
    );
    expect(shownName('s.t.a', 'Check credit _ Ask _ Read')).toBe('Check credit › Ask › Read');
    expect(shownName('a', 'A _ B')).toBe('A _ B');
  });

  it('L2 no formula can read a name that was made, however people name their steps', () => {
    const inner = part('Inner')
      .node('_', 'transform', { fields: { a: '1' } })
      .node('a __ b', 'transform', { fields: { a: '_.a + 1' } })
      .node('Done', 'end', end('done', { a: 'a __ b.a' }))
      .chain('Start', '_', 'a __ b', 'Done')
      .build();
    const outer = through('Outer', 'inner');
    const surroundings = around({ inner });
    expect(problems(outer, surroundings)).toEqual([]);
    const names = Object.values(inlined(outer, surroundings).nodes).map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['Part ___ _', 'Part ___ a __ b', 'Part ___ input', 'Part']));
    expect(new Set(names).size).toBe(names.length);
    const reads = part('Outer')
      .node('Part', 'subflow', partOf('inner', ['done']))
      .node('Done', 'end', end('done', { a: 'Part ___ a __ b.a' }))
      .chain('Start', 'Part')
      .edge('Part', 'done', 'Done')
      .build();
    // What reads like one of them is what makes the words longer.
    expect(problems(reads, surroundings).map(({ code }) => code)).toEqual(['EXPRESSION']);
  });

  it('L3 ends are returns: every one of a result leaves by the wire of that result, which counts as one', () => {
    const inner = part('Inner', { n: { type: 'number' } })
      .node('Fork', 'rule', {
        table: {
          hitPolicy: 'FIRST',
          inputs: [{ id: 'i1', expression: 'input.n' }],
          outputs: [{ id: 'o1', name: 'way', values: ['a', 'b'] }],
          rows: [
            { id: 'r1', when: ['< 1'], then: ['"a"'] },
            { id: 'r2', when: ['-'], then: ['"b"'] },
          ],
        },
        branchBy: 'way',
      })
      .node('One', 'end', end('same', { one: '1' }))
      .node('Two', 'end', end('same', { two: '"2"' }))
      .node('Three', 'end', end('other', {}))
      .chain('Start', 'Fork')
      .edge('Fork', 'a', 'One')
      .edge('Fork', 'b', 'Two')
      .edge('Fork', 'otherwise', 'Three')
      .build();
    const outer = part('Outer')
      .node('Part', 'subflow', partOf('inner', ['other', 'same'], { n: '1' }))
      .node('Done', 'end', end('done', { one: 'Part.one', two: 'Part.two' }))
      .node('No', 'end', end('no'))
      .chain('Start', 'Part')
      .edge('Part', 'same', 'Done')
      .edge('Part', 'other', 'No')
      .build();
    expect(problems(outer, around({ inner }))).toEqual([]);
    const { edges } = inlined(outer, around({ inner }));
    const done = Object.entries(edges).filter(([, edge]) => edge.to.node === 'n_done');
    expect(done.map(([id, edge]) => [id, edge.from.node, outerEdge(id)])).toEqual([
      ['e_002', 'n_part.n_one', 'e_002'],
      ['e_002+n_two', 'n_part.n_two', 'e_002'],
    ]);
    const { drawn, whole } = ((checked) => ({ drawn: checked.analysis, whole: checked.whole }))(
      analyseAndCheck(outer, KINDS, around({ inner })),
    );
    const number = { kind: 'number', nullable: true };
    expect(drawn?.scopes.get('n_done')?.['Part']).toMatchObject({ fields: { one: number } });
    expect(drawn?.scopes.get('n_done')?.['Part']?.nullable).toBeUndefined();
    expect(drawn?.scopes.get('n_done')).toEqual(whole?.scopes.get('n_done'));
  });

  it('L4 what fails leaves by “failed” where that is wired, but not out of a branch, and that is told', () => {
    const look = { connection: 'billing', action: 'look', arguments: {}, timeout: 'PT1S' };
    const retry = { attempts: 1, firstDelay: 'PT1S', factor: 1, maxDelay: 'PT1S' };
    const inner = part('Inner')
      .node('Look', 'connector', { ...look, retry })
      .node('Fork', 'parallel', { branches: ['a', 'b'] })
      .node('Within', 'connector', { ...look, retry })
      .node('Both', 'join', { wait: 'all', collect: '' })
      .node('Done', 'end', end('done'))
      .chain('Start', 'Look')
      .edge('Look', 'done', 'Fork')
      .edge('Look', 'refused', 'Fork')
      .edge('Fork', 'a', 'Within')
      .edge('Fork', 'b', 'Both')
      .edge('Within', 'done', 'Both')
      .edge('Within', 'refused', 'Both')
      .chain('Both', 'Done')
      .build();
    const outer = through('Outer', 'inner');
    const wired = {
      ...outer,
      edges: { ...outer.edges, e_x: { from: { node: 'n_part', port: 'failed' }, to: { node: 'n_done' } } },
    };
    const failing = (flow: Flow) =>
      Object.values(inlined(flow, around({ inner })).edges).flatMap(({ from }) =>
        from.port === 'failed' ? [from.node] : [],
      );
    expect(failing(outer)).toEqual([]);
    expect(failing(wired).sort()).toEqual(['n_part.f', 'n_part.n_look', 'n_part.n_start']);
    expect(checkFlow(outer, KINDS, around({ inner }))).toEqual([]);
    const [warning, ...others] = checkFlow(wired, KINDS, around({ inner }));
    expect(others).toEqual([]);
    expect(warning).toMatchObject({ code: 'CONFIG', severity: 'warning', node: 'n_part' });
    expect(warning?.message).toContain('“Within”');
  });

  it('L5 neither flow sees what the other drew', () => {
    const inner = part('Inner')
      .node('Mine', 'transform', { fields: { a: 'sum([1, 2])', b: '[{price: 1}][price > 0]' } })
      .node('Done', 'end', end('done', { a: 'Mine.a' }))
      .chain('Start', 'Mine', 'Done')
      .build();
    const outer = (source: string) =>
      part('Outer')
        .node('sum', 'transform', { fields: { a: '1' } })
        .node('price', 'transform', { fields: { a: '1' } })
        .node('Part', 'subflow', partOf('inner', ['done']))
        .node('Done', 'end', end('done', { a: source }))
        .chain('Start', 'sum', 'price', 'Part')
        .edge('Part', 'done', 'Done')
        .build();
    const surroundings = around({ inner });
    expect(problems(outer('Part.a'), surroundings)).toEqual([]);
    const { whole } = analyseAndCheck(outer('Part.a'), KINDS, surroundings);
    expect(Object.keys(whole?.scopes.get('n_part.n_mine') ?? {})).toEqual(['Part _ input']);
    expect(Object.keys(whole?.scopes.get('n_done') ?? {}).sort()).toEqual(['Part', 'input', 'price', 'sum']);
    expect(problems(outer('Mine.a'), surroundings)).toMatchObject([{ code: 'EXPRESSION', node: 'n_done' }]);
    expect(problems(outer('Part.b'), surroundings)).toHaveLength(1);
  });

  it('a document cannot draw where a sub-flow begins or comes back', () => {
    const drawn = part('Drawn')
      .node('Odd', 'subflow-entry', { arguments: {}, input: {} })
      .node('Odder', 'subflow-return', { result: 'done', value: null })
      .build();
    const found = readFlow(writeFlow(drawn), KINDS).problems.map(({ code }) => code);
    expect(found).toEqual(['NODE_KIND_UNKNOWN', 'NODE_KIND_UNKNOWN']);
    const dotted = JSON.parse(writeFlow(drawn).replaceAll('n_odd"', 'n_odd.x"')) as unknown;
    expect(readFlow(JSON.stringify(dotted), KINDS).flow).toBeNull();
  });
});

describe('what keeps a sub-flow from being put in', () => {
  const codes = (flow: Flow, surroundings: Surroundings) => problems(flow, surroundings).map(({ code }) => code);

  it('a flow that is not there, results that are others, arguments that do not fit', () => {
    const inner = part('Inner', { n: { type: 'number' }, text: { type: 'string', optional: true } })
      .node('Done', 'end', end('done'))
      .node('More', 'end', end('more'))
      .chain('Start', 'Done')
      .build();
    expect(codes(through('Outer', 'nowhere'), around({}))).toEqual(['FLOW_UNKNOWN']);
    const [wrong] = problems(through('Outer', 'inner', { n: '1' }), around({ inner })).filter(
      ({ code }) => code === 'FLOW_RESULTS',
    );
    expect(wrong).toMatchObject({ path: ['nodes', 'n_part', 'config', 'results'], node: 'n_part' });
    expect(wrong?.hint).toContain('done, more');
    const given = (args: Record<string, string>) =>
      codes(through('Outer', 'simple', args), around({ simple: { ...simple, input: inner.input } }));
    expect(given({ n: '1' })).toEqual([]);
    expect(given({})).toEqual(['ARGUMENT_MISSING']);
    expect(given({ n: '"text"' })).toEqual(['EXPRESSION_TYPE']);
    expect(given({ n: '1', m: '2' })).toEqual(['ARGUMENT_UNKNOWN']);
    expect(given({ n: '1', text: 'null' })).toEqual([]);
  });

  it('a flow that has problems of its own is told of where it is used', () => {
    const faulty = part('Faulty')
      .node('Done', 'end', end('done', { a: 'nothing.here' }))
      .chain('Start', 'Done')
      .build();
    const [problem, ...others] = problems(through('Outer', 'faulty'), around({ faulty }));
    expect(others).toEqual([]);
    expect(problem).toMatchObject({ code: 'FLOW_FAULTY', node: 'n_part' });
    expect(problem?.message).toContain('“Faulty” has a problem');
    const middle = through('Middle', 'faulty');
    expect(codes(through('Outer', 'middle'), around({ faulty, middle }))).toEqual(['FLOW_FAULTY']);
  });

  it('a circle of any length, by name', () => {
    const flows: Record<string, Flow> = {};
    for (const [name, next] of Object.entries({ a: 'b', b: 'c', c: 'd', d: 'b' }))
      flows[name] = through(`Flow ${name}`, next);
    const circle = problems(through('Outer', 'a'), around(flows)).find(({ code }) => code === 'FLOW_CIRCLE');
    expect(circle?.message).toContain('“Flow b” → “Flow c” → “Flow d” → “Flow b”');
    expect(circle?.node).toBe('n_part');
    const { left, flow } = inlineFlows(through('Outer', 'a'), KINDS, around(flows));
    expect(left).toEqual(['n_part']);
    expect(() => proveSafety(flow, KINDS, around(flows), STRICT_POLICY)).toThrow('Part');
  });

  it('a circle by what is drawn and not saved yet: the flow as it lies there has no such step', () => {
    const saved = part('Outer').node('Done', 'end', end('done')).chain('Start', 'Done').build();
    const flows = { outer: saved, middle: through('Middle', 'outer') };
    const told = (next: string, self?: string) =>
      problems(through('Outer', next), { ...around(flows), ...(self === undefined ? {} : { self: at(self) }) });
    expect(told('outer', 'outer').find(({ code }) => code === 'FLOW_CIRCLE')?.message).toContain('“Outer” → “Outer”');
    const through2 = told('middle', 'outer').find(({ code }) => code === 'FLOW_CIRCLE');
    expect(through2?.message).toContain('“Outer” → “Middle” → “Outer”');
    // The control: of a flow whose path nobody says that cannot be known.
    expect(told('middle').map(({ code }) => code)).not.toContain('FLOW_CIRCLE');
    const unknown = told('gone', 'outer').find(({ code }) => code === 'FLOW_UNKNOWN');
    expect(unknown?.hint).toBe(`Choose one of: ${at('middle')}.`);
  });

  it('circles everywhere are found out soon', () => {
    const names = Array.from({ length: 30 }, (_, i) => `f${i}`);
    const all = names.map((name) => {
      const flow = part(name).node('Done', 'end', end('done'));
      for (const other of names) flow.node(`To ${other}`, 'subflow', partOf(other, ['done']));
      return [name, flow.build()] as const;
    });
    const found = inlineFlows(through('Outer', 'f0'), KINDS, around(Object.fromEntries(all)));
    expect(found.problems.map(({ code }) => code)).toEqual(['FLOW_CIRCLE']);
  });

  it('too deep, and too large: doubled at each step', () => {
    const deep: Record<string, Flow> = { d0: simple };
    for (let i = 1; i <= MAX_DEPTH; i++) deep[`d${i}`] = through(`Deep ${i}`, `d${i - 1}`);
    expect(codes(through('Outer', `d${MAX_DEPTH - 1}`), around(deep))).toEqual([]);
    expect(codes(through('Outer', `d${MAX_DEPTH}`), around(deep))).toEqual(['FLOW_TOO_LARGE']);
    const twice = (title: string, flow: string) => {
      const made = part(title).node('Done', 'end', end('done'));
      for (let i = 0; i < 8; i++) made.node(`Part ${i}`, 'subflow', partOf(flow, ['done']));
      made.chain('Start', 'Part 0');
      for (let i = 0; i < 8; i++) made.edge(`Part ${i}`, 'done', i === 7 ? 'Done' : `Part ${i + 1}`);
      return made.build();
    };
    const wide: Record<string, Flow> = { w0: simple };
    for (let i = 1; i <= 6; i++) wide[`w${i}`] = twice(`Wide ${i}`, `w${i - 1}`);
    expect(codes(through('Outer', 'w2'), around(wide))).toEqual([]);
    expect(codes(through('Outer', 'w6'), around(wide))).toContain('FLOW_TOO_LARGE');
  });
});

describe('what holds of a flow holds of its sub-flows', () => {
  const asks = (input: Fields) =>
    part('Asks', input)
      .node('Topic', 'ai-decision', {
        model: 'topic',
        question: 'What?',
        text: 'input.text',
        columns: {},
        bar: null,
        timeout: 'PT30S',
      })
      .node('Note', 'transform', { fields: { a: 'input.other' } })
      .node('Done', 'end', end('done', { guess: 'Topic.guess' }))
      .chain('Start', 'Note', 'Topic')
      .edge('Topic', 'answered', 'Done')
      .edge('Topic', 'uncertain', 'Done')
      .build();
  const text = { type: 'string' } as const;

  it('marks of what it is given and of what it declares are marks of what reads them, field by field', () => {
    const outer = through('Outer', 'asks', { text: 'input.said', other: 'input.more' }, { said: text, more: text });
    const personal = (flow: Flow, input: Fields) => {
      const marks = marksOf(flow, KINDS, around({ asks: asks(input) }));
      return ['Topic', 'Note'].map((name) => marks.get(idWithin('n_part', idOf(name)))?.personal);
    };
    const plain: Fields = { text, other: text };
    expect(personal(outer, plain)).toEqual([false, false]);
    expect(personal(outer, { ...plain, other: { ...text, personal: true } })).toEqual([false, true]);
    expect(personal({ ...outer, input: { said: { ...text, identifies: true }, more: text } }, plain)).toEqual([
      true,
      false,
    ]);
    const hidden = { ...plain, text: { ...text, protected: true } };
    expect(problems(outer, around({ asks: asks(plain) }))).toEqual([]);
    const shown = { ...plain, other: { ...text, protected: true } };
    expect(problems(outer, around({ asks: asks(shown) }))).toEqual([]);
    expect(problems(outer, around({ asks: asks(hidden) })).map(({ code }) => code)).toEqual(['FLOW_FAULTY']);
    const given = { ...outer, input: { said: { ...text, protected: true }, more: text } };
    const [leak, ...others] = problems(given, around({ asks: asks(plain) }));
    expect(others).toEqual([]);
    expect(leak).toMatchObject({ code: 'MODEL_INPUT', node: 'n_part' });
    expect(leak?.message).toContain('“Part › Topic”');
  });

  it('an answer from outside is pending within, and one from within outside', () => {
    const pays = draw().act('Pay', 'credit', { amount: 'input.amount' }).wire('Start', 'next', 'Pay');
    const inner = pays.all('Pay', ['done', 'refused', 'failed'], 'Stop').build();
    const given = { message: 'input.message', amount: 'if Topic.guess = "fraud" then 1 else 2', other: '1' };
    const outer = (approved: boolean) => {
      const drawing = draw().ai('Topic').wire('Start', 'next', 'Topic');
      if (approved) {
        drawing
          .approval('Ask')
          .all('Topic', ['answered', 'uncertain', 'failed'], 'Ask')
          .wire('Ask', 'approved', 'Part');
        drawing.all('Ask', ['rejected', 'sent back', 'timed out'], 'Stop');
      } else drawing.all('Topic', ['answered', 'uncertain', 'failed'], 'Part');
      const flow = drawing.wire('Part', 'done', 'Stop').build();
      return {
        ...flow,
        nodes: { ...flow.nodes, n_part: { kind: 'subflow', name: 'Part', config: partOf('inner', ['done'], given) } },
      };
    };
    const surroundings = around({ inner });
    expect(problems(outer(false), surroundings)).toEqual([]);
    expect(proveSafety(inner, KINDS, surroundings, STRICT_POLICY).safe).toBe(true);
    const proof = proveSafety(outer(false), KINDS, surroundings, STRICT_POLICY);
    expect(proof.unsafe).toMatchObject([
      { effect: { node: 'n_part.n_pay' }, nodes: ['n_topic', 'n_part.n_start', 'n_part.n_pay'] },
    ]);
    expect(proof.unsafe[0]?.reason).toContain('“Part › Pay”');
    expect(proveSafety(outer(true), KINDS, surroundings, STRICT_POLICY).safe).toBe(true);
  });
});
