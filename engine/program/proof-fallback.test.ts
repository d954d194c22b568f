import { describe, expect, it } from 'vitest';
import { unapproved } from './testing/brute-force.ts';
import { draw, policyOf, ruleConfig } from './testing/proof-kit.ts';
import { because, prove, UP_TO_50, wayOf } from './testing/prove.ts';
import { idOf } from '../flow/testing/build.ts';

const table = ruleConfig({
  inputs: ['input.amount'],
  outputs: ['choice'],
  rows: [
    ['> 50', '"fraud"'],
    ['> 20', '"other"'],
  ],
}).table;
const settled = { role: 'lead', due: null };

/** A credit for refunds alone, behind an AI decision that falls back. */
const refunds = (fallback: Record<string, unknown>, amount = 'input.amount') =>
  draw()
    .ai('Topic', { fallback: { ...fallback, person: settled } })
    .rule('Route', {
      inputs: ['Topic.choice', 'Topic.by'],
      outputs: ['route'],
      rows: [['"refund"', '-', '"pay"']],
      routes: ['pay'],
    })
    .act('Credit', 'credit', { amount })
    .wire('Start', 'next', 'Topic')
    .wire('Topic', 'answered', 'Route')
    .wire('Route', 'pay', 'Credit')
    .wire('Route', 'otherwise', 'Stop')
    .all('Credit', ['done', 'refused', 'failed'], 'Stop');

describe('an AI decision that falls back', () => {
  it('S4 what a person chose in its place is no approval: nobody was shown what follows from it', () => {
    const proof = prove(refunds({}));
    expect(wayOf(proof)).toEqual([idOf('Topic'), idOf('Route'), idOf('Credit')]);
  });

  it('S4 nor is what a rule gave, though it is the same for the same input: whether it was asked depends on the answer', () => {
    expect(prove(refunds({ table })).safe).toBe(false);
  });

  it('S6 S7 the rows of its table tell what they tell anywhere: of the choice and of what was read', () => {
    // By the table only: what it calls fraud is above 50, and what is called other is above 20.
    const capped = draw()
      .ai('Topic', { fallback: { table, person: settled } })
      .rule('Route', {
        inputs: ['Topic.by', 'Topic.choice'],
        outputs: ['route'],
        rows: [['"rule"', '"other"', '"pay"']],
        routes: ['pay'],
      })
      .act('Credit', 'credit', { amount: 'input.amount' })
      .wire('Start', 'next', 'Topic')
      .wire('Topic', 'answered', 'Route')
      .wire('Route', 'pay', 'Credit')
      .wire('Route', 'otherwise', 'Stop')
      .all('Credit', ['done', 'refused', 'failed'], 'Stop');
    const proof = prove(capped, UP_TO_50);
    expect(proof.safe).toBe(true);
    expect(because(proof, 'Credit')).toContain('50');
    // Control: with a lower limit, or were the row not bound from above, it would not be.
    expect(prove(capped, policyOf({ credit: 49 })).safe).toBe(false);
    expect(unapproved(capped.build(), { grid: [5, 30, 50, 60] }, 50)).toEqual([]);
    expect(unapproved(capped.build(), { grid: [5, 30, 50, 60] }, 49)).toEqual([idOf('Credit')]);
  });

  it('S4 a choice of a step that asks a person approves nothing either, whatever it is called', () => {
    const choices = ['approved', 'no'].map((value) => ({ value, label: '' }));
    const flow = draw()
      .ai('Topic')
      .task('Ask', { choices, branch: true, show: [{ label: 'Topic', value: 'Topic.choice' }] })
      .act('Credit', 'credit', { amount: 'input.amount' })
      .wire('Start', 'next', 'Topic')
      .all('Topic', ['answered', 'uncertain', 'failed'], 'Ask')
      .wire('Ask', 'approved', 'Credit')
      .wire('Ask', 'no', 'Stop')
      .all('Credit', ['done', 'refused', 'failed'], 'Stop');
    expect(prove(flow).safe).toBe(false);
  });
});
