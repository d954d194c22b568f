import { describe, expect, it } from 'vitest';
import { KINDS } from '../../nodes/index.ts';
import { proveSafety } from './proof.ts';
import { AROUND, draw, policyOf, type Drawing, type TableDraft } from './testing/proof-kit.ts';
import { ACTED, AI, because, credit, prove, topicFirst, UP_TO_50 } from './testing/prove.ts';

/** A rule without exits, then a formula, then the credit of `amount`; Topic decides whether it comes to that. */
const worked = (draft: TableDraft, fields: Readonly<Record<string, string>>, amount: string): Drawing =>
  credit(
    topicFirst()
      .wire('Topic', 'answered', 'Plan')
      .all('Topic', ['uncertain', 'failed'], 'Stop')
      .rule('Plan', draft)
      .wire('Plan', 'next', 'Work')
      .transform('Work', fields)
      .wire('Work', 'next', 'Credit'),
    amount,
  );

const plan = (cell: string): TableDraft => ({
  inputs: ['input.amount'],
  outputs: ['amount'],
  rows: [
    ['<= 50', cell],
    ['-', '0'],
  ],
});

const paid = (action: string, args: Readonly<Record<string, string>>): Drawing =>
  topicFirst()
    .wire('Topic', 'answered', 'Pay')
    .all('Topic', ['uncertain', 'failed'], 'Stop')
    .act('Pay', action, args)
    .all('Pay', ACTED, 'Stop');

const looksTwice = (behind: boolean): Drawing =>
  credit(
    draw()
      .act('Look', 'look', {})
      .wire('Start', 'next', 'Look')
      .wire('Look', 'done', 'Gate')
      .all('Look', ['refused', 'failed'], 'Stop')
      .rule('Gate', { inputs: ['Look.amount'], outputs: ['route'], routes: ['on'], rows: [['<= 50', '"on"']] })
      .wire('Gate', 'on', behind ? 'Look again' : 'Topic')
      .wire('Gate', 'otherwise', 'Stop')
      .act('Look again', 'look', {})
      .all('Look again', ACTED, 'Topic')
      .ai('Topic')
      .wire('Topic', 'answered', 'Credit')
      .all('Topic', ['uncertain', 'failed'], 'Stop'),
    behind ? 'Look again.amount' : 'Look.amount',
  );

describe('S7 S8 what is known', () => {
  const none = { x: '1' };

  it.each([
    ['a column that is the output', 'input.amount', none, 'Plan.amount', true],
    ['a column that is spelled differently', '( input . amount )', none, 'Plan.amount', true],
    ['a literal', '50', none, 'Plan.amount', true],
    ['a literal above', '50.01', none, 'Plan.amount', false],
    ['a formula of the column', 'input.amount / 1', none, 'Plan.amount', false],
    ['a sum of the column', 'input.amount - 10', { x: 'Plan.amount + 10' }, 'Work.x', true],
    ['a sum above', 'input.amount - 10', { x: 'Plan.amount + 11' }, 'Work.x', false],
    ['the least of two', 'min(input.other, 50)', none, 'Plan.amount', true],
    ['the greatest of two', 'max(input.other, 50)', none, 'Plan.amount', false],
    ['a branch', 'if input.other > 3 then input.amount else 7', none, 'Plan.amount', true],
    ['a field worked out from it', 'input.amount', { x: 'Plan.amount' }, 'min(Work.x, input.other)', true],
    ['the column itself, where it is not limited', '1', none, 'input.amount', false],
    ['another input', 'input.amount', none, 'input.other', false],
  ])('S7 %s', (_name, cell, fields, amount, safe) => {
    expect(prove(worked(plan(cell), fields, amount), UP_TO_50).safe).toBe(safe);
  });

  it('S7 says which step keeps the amount down', () => {
    const proof = prove(worked(plan('input.amount'), none, 'Plan.amount'), UP_TO_50);
    expect(because(proof, 'Credit')).toContain('rows 1 or 2 of “Plan” keeps “amount” at 50 or less');
    expect(because(prove(worked(plan('1'), none, '20'), UP_TO_50), 'Credit')).toContain('Its formula keeps');
  });

  it('S7 what is the same text at another time is not the same where it asks the clock', () => {
    const clock = '(today() - date("2026-01-01")).days';
    const drawing = credit(
      topicFirst()
        .all('Topic', AI, 'Plan')
        .rule('Plan', {
          inputs: [`${clock} + input.amount`, 'Topic.choice'],
          outputs: ['route'],
          routes: ['pay'],
          rows: [['<= 50', '-', '"pay"']],
        })
        .wire('Plan', 'pay', 'Credit')
        .wire('Plan', 'otherwise', 'Stop'),
      `${clock} + input.amount`,
    );
    expect(prove(drawing, UP_TO_50).safe).toBe(false);
  });

  it('S8 what was known of a step is forgotten when it runs again', () => {
    const looped = credit(
      draw()
        .act('Look', 'look', {})
        .wire('Start', 'next', 'Look')
        .wire('Look', 'done', 'Round')
        .all('Look', ['refused', 'failed'], 'Stop')
        .rule('Round', { inputs: ['Gate.route'], outputs: ['route'], routes: ['again'], rows: [['"on"', '"again"']] })
        .wire('Round', 'again', 'Topic')
        .wire('Round', 'otherwise', 'Gate')
        .rule('Gate', { inputs: ['Look.amount'], outputs: ['route'], routes: ['on'], rows: [['<= 50', '"on"']] })
        .back('Gate', 'on', 'Look')
        .wire('Gate', 'otherwise', 'Stop')
        .ai('Topic')
        .wire('Topic', 'answered', 'Credit')
        .all('Topic', ['uncertain', 'failed'], 'Stop'),
      'Look.amount',
    );
    const flows = [looksTwice(false), looksTwice(true), looped].map((one) => one.build());
    const verdicts = flows.map((flow) => proveSafety(flow, KINDS, AROUND, UP_TO_50).safe);
    expect(verdicts).toEqual([true, false, false]);
  });
});

describe('S9 limits', () => {
  it('S9 an amount of at most the limit is within it, one below zero too', () => {
    expect(prove(paid('credit', { amount: '50' }), UP_TO_50).safe).toBe(true);
    expect(prove(paid('credit', { amount: '-1000' }), UP_TO_50).safe).toBe(true);
    expect(prove(paid('credit', { amount: '50.001' }), UP_TO_50).safe).toBe(false);
  });

  it('S9 a field that may be left out is never shown to be within', () => {
    const proof = prove(paid('gift', { amount: '1' }), policyOf({ gift: 50 }));
    expect(proof.unsafe[0]?.reason).toContain('always sent');
    expect(prove(paid('mail', { text: '"x"' }), policyOf({ mail: 50 })).safe).toBe(false);
  });
});
