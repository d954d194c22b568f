import { describe, expect, it } from 'vitest';
import {
  approvedFlow,
  ask,
  call,
  callFlow,
  end,
  programOf,
  shopFlow,
  shopWith,
  SURROUNDINGS,
  wholeFlow,
} from '../core/testing/flows.ts';
import { shop } from '../connections/shop.fixture.ts';
import { idOf } from '../flow/testing/build.ts';
import type { Flow } from '../flow/document.ts';
import { KINDS } from '../../nodes/index.ts';
import { RUNS } from '../../nodes/runs.ts';
import { compileProgram } from './compile.ts';
import { programDigest, usedSurroundings } from './digest.ts';

const digest = (flow: Flow, around = SURROUNDINGS) => programDigest(flow, KINDS, around);

describe('compiling', () => {
  it('freezes every node with its ways, its contract and its bounds', () => {
    const program = programOf(approvedFlow('refund', { approval: { sendBack: true } }));
    const agree = program.nodes.get(idOf('Agree'));
    expect([...(agree?.ways.keys() ?? [])].toSorted()).toEqual(['approved', 'rejected', 'sent back']);
    expect(program.nodes.get(idOf('Correct'))?.ways.get('next')).toMatchObject({
      to: idOf('Agree'),
      back: { maxVisits: 2 },
    });
    const refund = program.nodes.get(idOf('Call'));
    expect(refund).toMatchObject({
      target: { connection: 'shop', action: 'refund' },
      action: { class: 'irreversible' },
    });
    expect(refund?.reads.every(([name]) => name === 'input')).toBe(true);
    expect(program.trigger).toBe(idOf('Start'));
  });

  it('gives no program for a flow with errors, and says why', () => {
    const flow = callFlow('refund', { arguments: { order: 'input.nothing' } });
    const { program, problems } = compileProgram(flow, KINDS, RUNS, SURROUNDINGS);
    expect(program).toBeNull();
    expect(problems.map((p) => p.code)).toContain('ARGUMENT_MISSING');
  });

  it('leaves notes out', () => {
    const flow = callFlow('refund');
    const noted = { ...flow, nodes: { ...flow.nodes, n_note: { kind: 'note', name: 'Note', config: { text: 'x' } } } };
    expect([...programOf(noted).nodes.keys()]).not.toContain('n_note');
  });

  it('seals what comes from a personal field, however far, and nothing else', () => {
    const flow = shopFlow()
      .input({ name: { type: 'string', personal: true } })
      .node('Open', 'transform', { fields: { a: 'input.amount' } })
      .node('Words', 'transform', { fields: { a: '"Dear " + input.name' } })
      .node('Topic', 'ai-decision', ask({ text: 'Words.a' }))
      .node('Refund', 'connector', call('refund', { arguments: { order: 'Topic.guess', amount: '1' } }))
      .node('Done', 'end', end('done'))
      .chain('Start', 'Open', 'Words', 'Topic')
      .edge('Topic', 'answered', 'Refund')
      .edge('Topic', 'uncertain', 'Refund')
      .edge('Refund', 'done', 'Done')
      .edge('Refund', 'refused', 'Done')
      .build();
    const program = programOf(flow);
    const sealed = [...program.nodes.values()].filter((node) => node.sealed).map((node) => node.name);
    expect(sealed).toEqual(expect.arrayContaining(['Words', 'Topic', 'Refund']));
    expect(sealed).not.toContain('Open');
    expect([...program.personalFields]).toEqual(['name']);
    expect(program.sealsAnything).toBe(true);
    expect(programOf(wholeFlow()).sealsAnything).toBe(false);
  });
});

describe('the digest', () => {
  const flow = wholeFlow();

  it('is the same for the same flow, whatever the order of its keys', () => {
    const turned = <T>(record: Record<string, T>) => Object.fromEntries(Object.entries(record).toReversed());
    expect(digest({ ...flow, nodes: turned(flow.nodes), edges: turned(flow.edges) })).toBe(digest(flow));
  });

  it('P21 changes with each thing that decides what a case does', () => {
    const node = (name: string, config: Record<string, unknown>) => ({
      ...flow,
      nodes: { ...flow.nodes, [idOf(name)]: { ...flow.nodes[idOf(name)], kind: 'connector', name, config } },
    });
    const [first, ...edges] = Object.entries(flow.edges);
    const model = SURROUNDINGS.models['topic'];
    if (first === undefined || model === undefined) throw new Error('the flow has edges and a model');
    const changed = [
      digest({ ...flow, input: { ...flow.input, more: { type: 'string', optional: true } } }),
      digest(node('Refund', call('refund', { timeout: 'PT6S' }))),
      digest({ ...flow, edges: Object.fromEntries(edges) }),
      digest(flow, shopWith('refund', { class: 'reversible' })),
      digest(flow, shopWith('find parcel', { title: 'Find it' })),
      digest(flow, { ...SURROUNDINGS, models: { topic: { ...model, bar: 0.81 } } }),
      digest(flow, {
        ...SURROUNDINGS,
        models: { topic: { ...model, artefact: { ...model.artefact, digest: `sha256-${'1'.repeat(64)}` } } },
      }),
    ];
    expect(new Set([...changed, digest(flow)]).size).toBe(changed.length + 1);
  });

  it('does not change with what the flow does not use', () => {
    const other = { ...shop, name: 'other' };
    const around = { models: {}, connections: { ...SURROUNDINGS.connections, other } };
    expect(digest(callFlow('refund'), around)).toBe(digest(callFlow('refund')));
    expect(usedSurroundings(callFlow('refund'), KINDS, SURROUNDINGS).models).toEqual({});
    expect(Object.keys(usedSurroundings(flow, KINDS, SURROUNDINGS).connections)).toEqual(['shop']);
  });
});
