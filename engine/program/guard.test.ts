import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { STRICT_POLICY, type Policy } from '../connections/contract.ts';
import { Decimal, type FeelContext, type FeelValue } from '../feel/value.ts';
import { checkFlow } from '../flow/check.ts';
import type { Flow } from '../flow/document.ts';
import { marksOf } from '../flow/marks.ts';
import { hasErrors } from '../flow/problem.ts';
import { analyseFlow } from '../flow/scope.ts';
import { idOf } from '../flow/testing/build.ts';
import { KINDS } from '../../nodes/index.ts';
import { RUNS } from '../../nodes/runs.ts';
import type { Surroundings } from '../../nodes/kind.ts';
import { compileProgram } from './compile.ts';
import { guardOf, needsPerson } from './guard.ts';
import { effectsOf } from './proof-effects.ts';
import { proveSafety } from './proof.ts';
import { AROUND, draw, policyOf, type Drawing } from './testing/proof-kit.ts';
import { ACTED, AI, credit, NOT_APPROVED, topicFirst } from './testing/prove.ts';

const { billing } = AROUND.connections;
if (billing === undefined) throw new Error('the kit has billing');
/** A second system with the same actions as billing. */
const BOTH: Surroundings = { ...AROUND, connections: { billing, ledger: { ...billing, name: 'ledger' } } };

const compiled = (flow: Flow, policy: Policy = STRICT_POLICY) => {
  const { program, problems } = compileProgram(flow, KINDS, RUNS, BOTH, policy);
  if (program === null) throw new Error(problems.map((problem) => problem.message).join(' '));
  return program;
};
const guardAt = (flow: Flow, name: string, policy?: Policy) => compiled(flow, policy).nodes.get(idOf(name))?.guard;
const request = (amount: FeelValue): FeelContext => new Map([['amount', amount]]);

/** An AI answer, then every action of billing. */
const everything = (): Drawing =>
  topicFirst()
    .all('Topic', AI, 'Look')
    .act('Look', 'look', {})
    .act('Tag', 'tag', { amount: 'input.amount' })
    .act('Gift', 'gift', { amount: 'Look.amount' })
    .act('Mail', 'mail', { text: 'Topic.guess' })
    .wire('Look', 'done', 'Tag')
    .all('Look', ['refused', 'failed'], 'Stop')
    .all('Tag', ACTED, 'Gift')
    .all('Gift', ACTED, 'Mail')
    .all('Mail', ACTED, 'Credit');

describe('when an effect needs a person', () => {
  it('is read from the policy as the safety proof reads it, for every effect that depends on an AI answer', () => {
    const flow = credit(everything(), 'if Topic.guess = "refund" then 1 else 2').build();
    const names = ['credit', 'gift', 'mail', 'tag'];
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...names), fc.nat(100), { maxKeys: 4 }), (limits) => {
        const policy = policyOf(limits);
        const marks = marksOf(flow, KINDS, BOTH);
        const { nodes } = compiled(flow, policy);
        const effects = effectsOf(analyseFlow(flow, KINDS, BOTH), BOTH, policy);
        expect(effects).toHaveLength(4);
        for (const { node, needsPerson: needs, limit, class: sideEffect } of effects) {
          const own = marks.get(node);
          const depends = (own?.ai.size ?? 0) + (own?.controlAi.size ?? 0) > 0;
          const expected = limit !== null ? { field: limit.field, max: limit.max } : 'always';
          expect([sideEffect, nodes.get(node)?.guard]).toEqual([sideEffect, depends && needs ? expected : null]);
        }
        expect(nodes.get(idOf('Look'))?.guard).toBeNull();
      }),
      { numRuns: 40 },
    );
  });

  it('a read needs none, nor does what depends on no AI answer; where that is not known, it does', () => {
    const flow = credit(draw().wire('Start', 'next', 'Credit')).build();
    expect(guardAt(flow, 'Credit')).toBeNull();
    const target = { connection: 'billing', action: 'credit' };
    expect(guardOf(target, 'read', undefined, policyOf({ credit: 1 }))).toBeNull();
    expect(guardOf(target, 'irreversible', undefined, STRICT_POLICY)).toBe('always');
    expect(guardOf(target, 'reversible', undefined, STRICT_POLICY)).toBeNull();
    expect(guardOf(target, 'reversible', undefined, policyOf({ credit: 1 }))).toEqual({ field: 'amount', max: 1 });
  });

  it('a limit holds up to itself exactly, and what is no number is over every limit', () => {
    const guard = { field: 'amount', max: 0.3 };
    for (const amount of [-1, 0, new Decimal('0.1'), new Decimal('0.3')])
      expect(needsPerson(guard, request(amount))).toBe(false);
    const over = [1, new Decimal('0.30000000000000000000000000000001'), null, '0', true, [0], request(0)];
    for (const amount of over) expect(needsPerson(guard, request(amount))).toBe(true);
    expect(needsPerson(guard, new Map())).toBe(true);
    expect(needsPerson('always', request(0))).toBe(true);
    expect(needsPerson(null, request(1e9))).toBe(false);
  });
});

/** The answer decides what is tagged in billing; then an amount is looked up on a connection, and credited there. */
const washed = (connection: string, approved = false): Flow => {
  const drawing = topicFirst()
    .all('Topic', AI, 'Tag')
    .act('Tag', 'tag', { amount: 'if Topic.guess = "refund" then 1 else 1000' })
    .all('Tag', ACTED, 'Look')
    .act('Look', 'look', {})
    .all('Look', ['refused', 'failed'], 'Stop');
  const flow = credit(
    approved
      ? drawing
          .approval('Ask')
          .wire('Look', 'done', 'Ask')
          .wire('Ask', 'approved', 'Credit')
          .all('Ask', NOT_APPROVED, 'Stop')
      : drawing.wire('Look', 'done', 'Credit'),
    'Look.amount',
  ).build();
  for (const name of ['Look', 'Credit']) Object.assign(flow.nodes[idOf(name)]?.config ?? {}, { connection });
  expect(checkFlow(flow, KINDS, BOTH).filter((problem) => hasErrors([problem]))).toEqual([]);
  return flow;
};
const proofOf = (flow: Flow) => proveSafety(flow, KINDS, BOTH, STRICT_POLICY);

describe('an AI answer that comes back from the system that it was sent to', () => {
  it('decides the credit that is made of it: without an approval it is not safe, and the engine would ask', () => {
    const flow = washed('billing');
    expect(marksOf(flow, KINDS, BOTH).get(idOf('Credit'))?.ai).toEqual(new Set([idOf('Topic')]));
    const proof = proofOf(flow);
    expect(proof.safe).toBe(false);
    expect(proof.unsafe[0]).toMatchObject({ ai: idOf('Topic'), effect: { node: idOf('Credit') } });
    expect(guardAt(flow, 'Credit')).toBe('always');
    expect(proofOf(washed('billing', true)).safe).toBe(true);
  });

  it('stated limit: what two systems tell each other is not seen', () => {
    const flow = washed('ledger');
    expect(marksOf(flow, KINDS, BOTH).get(idOf('Credit'))?.ai).toEqual(new Set());
    expect(proofOf(flow).safe).toBe(true);
    expect(guardAt(flow, 'Credit')).toBeNull();
  });
});
