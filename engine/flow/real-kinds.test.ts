import { describe, expect, it } from 'vitest';
import { KINDS } from '../../nodes/index.ts';
import { readAndCheck } from './check.ts';
import { diffFlows } from './diff.ts';
import type { Flow } from './document.ts';
import { renameNode } from './edit.ts';
import { writeFlow } from './read.ts';
import { scopes } from './scope.ts';
import { flowOf, idOf } from './testing/build.ts';
import { NOTHING_AROUND } from './testing/kinds.ts';

const approval = {
  title: 'A large refund',
  role: 'team lead',
  count: 1,
  fourEyes: true,
  due: null,
  sendBack: true,
  show: [{ label: 'Amount', value: 'refund sum.amount' }],
};
// Read from text, as it comes in documents: an object literal with a member `then` looks like a promise.
const rows: unknown = JSON.parse(
  '[{"id": "r1", "when": ["> 50"], "then": ["\\"ask\\""]}, {"id": "r2", "when": ["-"], "then": ["\\"pay\\""]}]',
);
const table = {
  hitPolicy: 'FIRST',
  inputs: [{ id: 'i1', expression: 'refund sum.amount' }],
  outputs: [{ id: 'o1', name: 'way' }],
  rows,
};

const refunds = () =>
  flowOf('Refunds')
    .input({ hours: { type: 'number' }, note: { type: 'string', optional: true } })
    .node('Start', 'trigger', { columns: {} })
    .node('refund sum', 'transform', { fields: { amount: 'input.hours * 20', twice: '[1, 2]' } })
    .node('Route', 'rule', { table, branchBy: null })
    .node('Boss', 'approval', approval)
    .node('Paid', 'end', { result: 'paid', value: { amount: 'refund sum.amount' } })
    .node('Declined', 'end', { result: 'declined', value: { by: 'Boss.by' } })
    .edge('Start', 'next', 'refund sum')
    .edge('refund sum', 'next', 'Route')
    .edge('Route', 'next', 'Boss')
    .edge('Boss', 'approved', 'Paid')
    .edge('Boss', 'rejected', 'Declined')
    .back('Boss', 'sent back', 'refund sum', 2);

const problems = (flow: Flow) =>
  readAndCheck(writeFlow(flow), KINDS, NOTHING_AROUND).problems.map(({ code, path }) => `${code} ${path.join('.')}`);

describe('the kinds that ship, in a flow', () => {
  it('are sound together, and say what is in scope', () => {
    const flow = refunds().build();
    expect(problems(flow)).toEqual([]);
    const all = scopes(flow, KINDS, NOTHING_AROUND);
    expect(all.get(idOf('Declined'))?.['Boss']?.nullable).toBeUndefined();
    expect(all.get(idOf('refund sum'))?.['Boss']?.nullable).toBe(true);
    expect(all.get(idOf('Boss'))?.['refund sum']).toMatchObject({ fields: { amount: { kind: 'number' } } });
  });

  it('have a faulty expression found at its place, and a value that may be missing named', () => {
    const flow = refunds()
      .node('Paid', 'end', { result: 'paid', value: { by: 'Boss.by', sum: 'refund sum.amuont' } })
      .build();
    const found = problems(flow);
    expect(found.some((problem) => problem.startsWith('EXPRESSION') && problem.endsWith('config.value.sum'))).toBe(
      true,
    );
    expect(found.every((problem) => problem.includes(`nodes.${idOf('Paid')}.config.value`))).toBe(true);
  });

  it('have their expressions rewritten when a node they read is renamed', () => {
    const flow = refunds().build();
    const renaming = renameNode(flow, idOf('refund sum'), 'credit', KINDS, NOTHING_AROUND);
    if (!renaming.ok) throw new Error(renaming.problem.message);
    expect(problems(renaming.flow)).toEqual([]);
    expect(diffFlows(flow, renaming.flow).map((change) => change.sentence)).toEqual([
      '“Boss”: “show.0.value” changed from “refund sum.amount” to “credit.amount”.',
      '“Paid”: “value.amount” changed from “refund sum.amount” to “credit.amount”.',
      'The step “refund sum” is now called “credit”.',
      '“Route”: the input “refund sum.amount” now asks for “credit.amount”.',
    ]);
    const back = renameNode(renaming.flow, idOf('refund sum'), 'refund sum', KINDS, NOTHING_AROUND);
    expect(back).toEqual({ ok: true, flow });
  });

  it('refuse a new name that an expression binds itself', () => {
    const flow = refunds()
      .node('Paid', 'end', { result: 'paid', value: { all: 'for x in [1, 2] return x * refund sum.amount' } })
      .build();
    expect(problems(flow)).toEqual([]);
    expect(renameNode(flow, idOf('refund sum'), 'x', KINDS, NOTHING_AROUND).ok).toBe(false);
    expect(renameNode(flow, idOf('refund sum'), 'y', KINDS, NOTHING_AROUND).ok).toBe(true);
  });
});
