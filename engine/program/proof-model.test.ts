import { describe, expect, it } from 'vitest';
import type { FeelScopeTypes } from '../feel/problem.ts';
import { marksOf } from '../flow/marks.ts';
import { idOf } from '../flow/testing/build.ts';
import { KINDS } from '../../nodes/index.ts';
import { AROUND, type Drawing, type TableDraft } from './testing/proof-kit.ts';
import { AI, credit, NOT_APPROVED, prove, topicFirst, UP_TO_50 } from './testing/prove.ts';

const SCOPE: FeelScopeTypes = {
  input: { kind: 'context', open: false, fields: { amount: { kind: 'number' } } },
  Topic: { kind: 'context', open: true, fields: { choice: { kind: 'string', nullable: true } } },
};

/** Small amounts are paid, all else is stopped; safe as a table of the rule’s own. */
const limiting: TableDraft = {
  inputs: ['input.amount', 'Topic.choice'],
  outputs: ['route'],
  routes: ['pay', 'stop'],
  rows: [
    ['> 50', '-', '"stop"'],
    ['-', '-', '"pay"'],
  ],
};

const guarded = (by: 'table' | 'model', table = limiting): Drawing => {
  const drawing = topicFirst().all('Topic', AI, 'Plan');
  return credit(
    (by === 'table' ? drawing.rule('Plan', table) : drawing.model('Plan', table, SCOPE))
      .wire('Plan', 'pay', 'Credit')
      .all('Plan', ['stop', 'otherwise'], 'Stop'),
  );
};

describe('a rule that is a decision of a DMN model, in the safety proof', () => {
  it('limits nothing, whatever its rows say', () => {
    expect(prove(guarded('table'), UP_TO_50).safe).toBe(true);
    expect(prove(guarded('model'), UP_TO_50).safe).toBe(false);
  });

  it('carries the marks of all that its model reads', () => {
    const aiOf = (drawing: Drawing) => [...(marksOf(drawing.build(), KINDS, AROUND).get(idOf('Plan'))?.ai ?? [])];
    expect(aiOf(guarded('model'))).toEqual([idOf('Topic')]);
    const blind = {
      ...limiting,
      inputs: ['input.amount'],
      rows: [
        ['> 50', '"stop"'],
        ['-', '"pay"'],
      ],
    };
    expect(aiOf(guarded('model', blind))).toEqual([]);
  });

  it('is as safe as any step before a person', () => {
    const drawing = topicFirst()
      .all('Topic', AI, 'Plan')
      .model('Plan', limiting, SCOPE)
      .all('Plan', ['pay', 'stop', 'otherwise'], 'Ask')
      .approval('Ask')
      .wire('Ask', 'approved', 'Credit')
      .all('Ask', NOT_APPROVED, 'Stop');
    expect(prove(credit(drawing), UP_TO_50).safe).toBe(true);
  });
});
