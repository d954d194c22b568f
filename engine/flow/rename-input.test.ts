import { describe, expect, it } from 'vitest';
import { KINDS } from '../../nodes/index.ts';
import { renameInExpression } from '../feel/index.ts';
import { hasErrors } from './problem.ts';
import { checkFlow } from './check.ts';
import type { Flow } from './document.ts';
import { renameInput } from './rename-input.ts';
import { flowOf, idOf } from './testing/build.ts';

const AROUND = { connections: {}, models: {} };
const flow = flowOf()
  .input({ amount: { type: 'number' }, 'due date': { type: 'date' } })
  .node('Start', 'trigger', { columns: { amount: 'number(row.amount)' }, orderBy: 'string(input.amount)' })
  .node('Sums', 'transform', {
    fields: { twice: '2 * input.amount', amount: 'input.due date + duration("P1D")', text: '"input.amount"' },
  })
  .node('Check', 'rule', {
    table: {
      hitPolicy: 'UNIQUE',
      inputs: [{ id: 'i1', label: '', expression: 'input.amount' }],
      outputs: [{ id: 'o1', name: 'level', type: 'number' }],
      rows: [{ id: 'r1', when: ['> Sums.twice'], then: ['input.amount + 1'] }],
    },
    branchBy: null,
  })
  .node('Done', 'end', { result: 'done', value: { amount: 'Sums.amount', it: '[input.amount, 1][1]' } })
  .chain('Start', 'Sums', 'Check', 'Done')
  .build();
const rename = (from: string, to: string) => renameInput(flow, from, to, KINDS, AROUND);
const renamed = (from: string, to: string): Flow => {
  const result = rename(from, to);
  if (!result.ok) throw new Error(result.problem.message);
  return result.flow;
};

describe('renaming a field of the input', () => {
  it('changes every formula that reads it and nothing that is called the same; the field keeps its place', () => {
    const after = renamed('amount', 'total sum');
    expect(Object.keys(after.input)).toEqual(['total sum', 'due date']);
    expect(after.nodes[idOf('Start')]?.config).toMatchObject({
      columns: { 'total sum': 'number(row.amount)' },
      orderBy: 'string(input.total sum)',
    });
    expect(after.nodes[idOf('Sums')]?.config).toEqual({
      fields: { twice: '2 * input.total sum', amount: 'input.due date + duration("P1D")', text: '"input.amount"' },
    });
    expect(after.nodes[idOf('Check')]?.config).toMatchObject({
      table: { inputs: [{ expression: 'input.total sum' }], rows: [{ then: ['input.total sum + 1'] }] },
    });
    expect(after.nodes[idOf('Done')]?.config).toMatchObject({
      value: { amount: 'Sums.amount', it: '[input.total sum, 1][1]' },
    });
  });

  it('keeps what is right and what is wrong as it was, and back again gives the same flow', () => {
    const codes = (one: Flow) => checkFlow(one, KINDS, AROUND).map(({ code }) => code);
    expect(codes(renamed('due date', 'day'))).toEqual(codes(flow));
    const there = renamed('amount', 'x');
    const back = renameInput(there, 'x', 'amount', KINDS, AROUND);
    expect(back).toMatchObject({ ok: true, flow });
    // Without the rewriting it would not hold.
    expect(hasErrors(checkFlow({ ...flow, input: there.input }, KINDS, AROUND))).toBe(true);
  });

  it('is refused for a name that is taken, cannot be one, or is a path', () => {
    for (const to of ['due date', '1st', '', 'a.b', '__proto__'])
      expect(rename('amount', to)).toMatchObject({ ok: false });
    expect(rename('amount', 'amount')).toEqual({ ok: true, flow });
  });

  it('a local variable that hides the input, and the same field of another, keep their names', () => {
    const scope = { input: { kind: 'any' }, other: { kind: 'any' } } as const;
    const after = (source: string) => renameInExpression(source, scope, 'input.a', 'b');
    expect(after('input.a + other.a + (input).a')).toBe('input.b + other.a + (input).b');
    expect(after('for input in [{a: 1}] return input.a')).toBe('for input in [{a: 1}] return input.a');
    expect(after('input.a.a')).toBe('input.b.a');
  });
});
