import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ANY, mayBeNull } from '../feel/type.ts';
import type { Flow } from './document.ts';
import { fieldsType } from './field-type.ts';
import { graphOf, type Wire } from './graph.ts';
import { analyseFlow, scopeAt, scopes } from './scope.ts';
import { arbitraryFlow, START } from './testing/arbitrary.ts';
import { flowOf, idOf } from './testing/build.ts';
import { FAKE_KINDS, fakeKind, NOTHING_AROUND } from './testing/kinds.ts';

const typed = (flow: Flow) => scopes(flow, FAKE_KINDS, NOTHING_AROUND);

/** A run that takes some exit at every node; the names it has seen when it comes to each. */
function* walk(flow: Flow, choices: readonly number[]): Generator<{ at: string; seen: ReadonlySet<string> }> {
  const graph = graphOf(flow, FAKE_KINDS);
  const seen = new Set<string>();
  let at: string | undefined = START;
  for (const choice of choices) {
    if (at === undefined) return;
    yield { at, seen };
    const wires: readonly Wire[] = graph.out.get(at) ?? [];
    const name = flow.nodes[at]?.name;
    // An end leaves nothing in scope.
    if (name !== undefined && wires.length > 0) seen.add(name);
    at = wires[choice % Math.max(1, wires.length)]?.to;
  }
}

describe('scope', () => {
  it('holds on every run: what is not nullable has run, and what has run is in scope', () => {
    const choices = fc.array(fc.nat({ max: 7 }), { minLength: 12, maxLength: 12 });
    fc.assert(
      fc.property(arbitraryFlow(), choices, (flow, chosen) => {
        const all = typed(flow);
        for (const { at, seen } of walk(flow, chosen)) {
          const scope = all.get(at) ?? {};
          for (const name of seen) expect(Object.keys(scope)).toContain(name);
          const certain = Object.keys(scope).filter((name) => name !== 'input' && !mayBeNull(scope[name] ?? ANY));
          expect(certain.filter((name) => !seen.has(name))).toEqual([]);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('types the input by its fields, an optional one as nullable and values as a choice', () => {
    const input = {
      amount: { type: 'number' },
      note: { type: 'string', optional: true },
      tier: { type: 'string', values: ['gold', 'plain'] },
      due: { type: 'date and time' },
    } as const;
    const flow = flowOf()
      .input({ ...input, tier: { type: 'string', values: ['gold', 'plain'] } })
      .node('Start', 'start')
      .build();
    expect(scopeAt(flow, START, FAKE_KINDS, NOTHING_AROUND)).toEqual({ input: fieldsType(flow.input) });
    expect(fieldsType(flow.input)).toEqual({
      kind: 'context',
      open: false,
      fields: {
        amount: { kind: 'number' },
        note: { kind: 'string', nullable: true },
        tier: { kind: 'choice', values: ['gold', 'plain'] },
        due: { kind: 'date and time' },
      },
    });
    expect(scopeAt(flow, 'n_nobody', FAKE_KINDS, NOTHING_AROUND)).toEqual({});
  });

  it('makes one side of a branch nullable where the sides meet', () => {
    const flow = flowOf()
      .node('Start', 'start')
      .node('Ask', 'ai')
      .node('Care', 'step')
      .node('Meet', 'step')
      .node('Done', 'stop')
      .edge('Start', 'next', 'Ask')
      .edge('Ask', 'answered', 'Meet')
      .edge('Ask', 'uncertain', 'Care')
      .chain('Care', 'Meet', 'Done')
      .build();
    expect(scopeAt(flow, idOf('Meet'), FAKE_KINDS, NOTHING_AROUND)).toEqual({
      input: fieldsType({}),
      Start: { kind: 'number' },
      Ask: { kind: 'number' },
      Care: { kind: 'number', nullable: true },
    });
  });

  it('knows the type of what comes back over a back edge, and takes a node past which one leads as nullable', () => {
    const flow = flowOf()
      .node('Start', 'start', { exits: ['a', 'b'] })
      .node('A', 'step', { writes: 'string' })
      .node('B', 'step')
      .node('X', 'step', { reads: ['Y'] })
      .node('Y', 'person', { writes: 'boolean' })
      .node('Done', 'stop')
      .edge('Start', 'a', 'A')
      .edge('Start', 'b', 'Y')
      .chain('A', 'X', 'Y')
      .edge('Y', 'approved', 'Done')
      .back('Y', 'rejected', 'X')
      .build();
    const { scopes: all, analyses } = analyseFlow(flow, FAKE_KINDS, NOTHING_AROUND);
    // On forward wires alone A always precedes X; a run that comes back from Y may have started by b.
    expect(all.get(idOf('X'))).toMatchObject({
      A: { kind: 'string', nullable: true },
      X: { kind: 'number', nullable: true },
      Y: { kind: 'boolean', nullable: true },
    });
    expect(analyses.get(idOf('X'))?.problems.map((problem) => problem.code)).toEqual(['EXPRESSION_NULLABLE']);
  });

  it('blames nobody for what a node of an unknown kind may have written', () => {
    const flow = flowOf()
      .node('Start', 'start')
      .node('Odd', 'teleport')
      .node('Next', 'step', { reads: ['Odd.x'] })
      .chain('Start', 'Odd', 'Next')
      .build();
    expect(typed(flow).get(idOf('Next'))?.['Odd']).toEqual({ kind: 'any' });
  });

  it('never lets a node hide the input or change what objects are', () => {
    const flow = flowOf()
      .input({ amount: { type: 'number' } })
      .node('Start', 'start')
      .node('input', 'step')
      .node('__proto__', 'step', {}, 'n_proto')
      .node('Next', 'step')
      .chain('Start', 'input')
      .build();
    flow.edges['e_1'] = { from: { node: idOf('input'), port: 'next' }, to: { node: 'n_proto' } };
    flow.edges['e_2'] = { from: { node: 'n_proto', port: 'next' }, to: { node: idOf('Next') } };
    const scope = typed(flow).get(idOf('Next')) ?? {};
    expect(scope['input']).toEqual(fieldsType(flow.input));
    expect(Object.keys(scope)).toEqual(['input', 'Start']);
  });

  it('asks each kind once for a flow of 1,000 nodes without back edges, and is done soon', () => {
    let asked = 0;
    const step = fakeKind('step');
    const kinds = {
      ...FAKE_KINDS,
      step: { ...step, analyse: (...given: Parameters<typeof step.analyse>) => (asked++, step.analyse(...given)) },
    };
    const builder = flowOf().node('N0', 'start');
    for (let i = 1; i < 1000; i++) builder.node(`N${i}`, 'step').edge(`N${i - 1}`, 'next', `N${i}`);
    const flow = builder.build();
    const begun = performance.now();
    const all = scopes(flow, kinds, NOTHING_AROUND);
    expect(performance.now() - begun).toBeLessThan(2000);
    expect(asked).toBe(999);
    expect(Object.keys(all.get('n_n999') ?? {})).toHaveLength(1000);
  });
});
