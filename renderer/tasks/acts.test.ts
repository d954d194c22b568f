import { describe, expect, it } from 'vitest';
import { approveLabel, byWeight } from './acts.ts';

const effect = (kind: 'read' | 'reversible' | 'irreversible', sentence: string) => ({
  node: 'n',
  name: 'pay',
  connection: 'billing',
  action: 'pay',
  class: kind,
  sentence,
  request: {},
});
const task = (...effects: ReturnType<typeof effect>[]) => ({ type: 'approve' as const, title: 'Credit', effects });

describe('the approver’s buttons', () => {
  it('A1 name the act, without what explains it', () => {
    expect(approveLabel(task(effect('irreversible', 'Credit 340 € to Ada; it cannot be called back')))).toBe(
      'Approve: credit 340 € to Ada',
    );
    expect(approveLabel(task(effect('reversible', 'PIN is reset'), effect('irreversible', 'Pay')))).toBe(
      'Approve: PIN is reset, and 1 more',
    );
  });

  it('A2 say plainly when nothing is done, and what a case in doubt asks', () => {
    expect(approveLabel(task(effect('read', 'Read the account')))).toBe('Approve');
    expect(approveLabel({ ...task(), type: 'settle' })).toBe('It happened');
  });

  it('A3 what cannot be taken back stands first', () => {
    const list = [effect('read', 'a'), effect('reversible', 'b'), effect('irreversible', 'c')];
    expect(byWeight(list).map(({ sentence }) => sentence)).toEqual(['c', 'b', 'a']);
  });
});
