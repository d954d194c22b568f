import { describe as suite, expect, it } from 'vitest';
import { payingFlow, surroundings } from '../test-kit/flows.ts';
import { cardFacts, columnShares } from './card.ts';
import { describe } from './describe.ts';

const flow = payingFlow();
const facts = (id: string, config: Record<string, unknown> = {}) => {
  const node = flow.nodes[id];
  if (node === undefined) throw new Error(`no ${id}`);
  const changed = { ...node, config: { ...node.config, ...config } };
  return cardFacts(changed, describe(changed, surroundings), surroundings);
};

suite('what a card says without a click', () => {
  it('K1 model and bar, the model’s own where none is set', () => {
    expect(facts('n_topic')).toMatchObject({ of: 'ai', model: 'topics', version: '1.2.0', bar: 0.8, instead: null });
    expect(facts('n_topic', { bar: 0.95 })).toMatchObject({ bar: 0.95 });
    expect(facts('n_topic', { model: 'constructor' })).toMatchObject({ version: null, bar: null });
  });

  it('K2 role and due time; system and action', () => {
    expect(facts('n_ask', { due: 'PT4H' })).toMatchObject({ of: 'approval', role: 'team lead', dueMs: 14_400_000 });
    expect(facts('n_ask')).toMatchObject({ dueMs: null });
    expect(facts('n_pay')).toMatchObject({ of: 'action', connection: 'billing', action: 'pay', title: 'Pay' });
    expect(facts('n_pay', { action: 'gone' })).toMatchObject({ title: null });
  });

  it('K2 what its contract says of cases beside each other, and the order of a start; nothing where there is none', () => {
    expect(facts('n_pay')).toMatchObject({ across: {} });
    const { billing } = surroundings.connections;
    const pay = billing?.actions['pay'];
    if (billing === undefined || pay === undefined) throw new Error('the flow pays');
    const across = { businessKey: { fields: ['amount'], within: 'P2D' }, limits: [{ count: 20, per: 'PT1H' }] };
    const limited = {
      ...surroundings,
      connections: { billing: { ...billing, actions: { ...billing.actions, pay: { ...pay, ...across } } } },
    };
    const node = flow.nodes['n_pay'];
    if (node === undefined) throw new Error('no n_pay');
    expect(cardFacts(node, describe(node, limited), limited)).toMatchObject({ across });
    const start = (config: Record<string, unknown>) => {
      const trigger = { kind: 'trigger', name: 'Start', config: { columns: {}, ...config } };
      return cardFacts(trigger, describe(trigger, surroundings), surroundings);
    };
    expect(start({ orderBy: ' input.customer ' })).toMatchObject({
      of: 'start',
      orderBy: 'input.customer',
      deadlineMs: null,
    });
    expect(start({ deadline: 'P14D' })).toMatchObject({ of: 'start', orderBy: null, deadlineMs: 14 * 86_400_000 });
    expect(start({ orderBy: ' ' })).toMatchObject({ of: 'sentence' });
  });

  it('K3 the first rows of a table, in the columns that they look at, as people read them', () => {
    const row = (id: string, ...cells: string[]) => ({ id, when: cells.slice(0, 3), then: cells.slice(3) });
    const node = {
      kind: 'rule',
      name: 'r',
      config: {
        table: {
          hitPolicy: 'FIRST',
          inputs: ['a', 'b.tier', 'c'].map((expression, i) => ({ id: `i${i}`, expression })),
          outputs: ['x', 'y'].map((name, i) => ({ id: `o${i}`, name })),
          rows: [
            row('r1', '-', '"gold"', '> 3', '"yes"', '1'),
            row('r2', '-', '-', '-', '"no"', '2'),
            row('r3', '-', '"a", "b"', '-', 'b.tier', '3'),
            row('r4', '1', '-', '-', '"no"', '4'),
          ],
        },
        branchBy: null,
      },
    };
    expect(cardFacts(node, describe(node, surroundings), surroundings)).toEqual({
      of: 'rule',
      hitPolicy: 'FIRST',
      table: {
        heads: ['b.tier', 'c', 'x'],
        inputs: 2,
        rows: [
          ['gold', '> 3', 'yes'],
          ['-', '-', 'no'],
          ['"a", "b"', '-', 'b.tier'],
        ],
        more: 1,
        moreColumns: 2,
      },
    });
  });

  it('K3 rows that lead elsewhere read differently: the columns that tell them apart are shown', () => {
    const row = (id: string, when: string[], then: string[]) => ({ id, when, then });
    const node = {
      kind: 'rule',
      name: 'r',
      config: {
        table: {
          hitPolicy: 'FIRST',
          inputs: ['topic', 'sum', 'visits', 'card'].map((expression, i) => ({ id: `i${i}`, expression })),
          outputs: ['amount', 'action'].map((name, i) => ({ id: `o${i}`, name })),
          rows: [
            row('r1', ['"lost"', '-', '-', '"active"'], ['0', '"block"']),
            row('r2', ['"lost"', '-', '-', '-'], ['0', '"hand over"']),
            row('r3', ['"wrong"', '-', '>= 3', '-'], ['0', '"hand over"']),
          ],
        },
        branchBy: null,
      },
    };
    const told = cardFacts(node, describe(node, surroundings), surroundings);
    if (told.of !== 'rule') throw new Error('it is a table');
    expect(told.table.heads).toEqual(['topic', 'card', 'action']);
    expect(new Set(told.table.rows.map((cells) => cells.slice(0, 2).join())).size).toBe(3);
    expect(told.table.moreColumns).toBe(3);
    const [topic = 0, card = 0] = columnShares({ heads: ['a.topic', 'card'], rows: [['card lost or stolen', 'yes']] });
    expect(topic).toBeGreaterThan(2 * card);
    expect(columnShares({ heads: ['x'.repeat(99), 'y'], rows: [] })[1]).toBeGreaterThan(20);
    expect(topic + card).toBe(100);
  });

  it('K4 what cannot be read says what little is known', () => {
    expect(facts('n_topic', { bar: 'much' })).toEqual({ of: 'sentence', sentence: '' });
  });
});
