import { describe, expect, it } from 'vitest';
import { payingFlow, surroundings } from '../test-kit/flows.ts';
import { drawn, textsOf } from '../test-kit/views.tsx';
import { initialState } from '../state/transitions.ts';
import { words } from '../words/index.ts';
import { ContractPart } from './contract-part.tsx';

const flow = payingFlow();

function told(id: string, change: Record<string, unknown> = {}): string {
  const node = flow.nodes[id];
  const { billing } = surroundings.connections;
  const pay = billing?.actions['pay'];
  if (node === undefined || billing === undefined || pay === undefined) throw new Error(`no ${id}`);
  const connections = { billing: { ...billing, actions: { ...billing.actions, pay: { ...pay, ...change } } } };
  return textsOf(
    drawn(initialState(), <ContractPart node={node} surroundings={{ ...surroundings, connections }} />),
  ).join(' | ');
}

describe('what a contract says, at the connector', () => {
  it('business key, limits, what follows a lost answer, and that its system may be paused', () => {
    const said = told('n_pay', {
      businessKey: { fields: ['amount'], within: 'P2D' },
      limits: [{ count: 20, per: 'PT1H' }],
    });
    for (const text of [
      words().inspector.contract,
      'Done once for the same “amount” in 2 d',
      'More than 20 in 1 hour wait for a person.',
      words().connections.again.title,
      words().connections.pause.line,
    ])
      expect(said).toContain(text);
  });

  it('control: of a contract without them they are not said, and of another kind of step nothing is', () => {
    expect(told('n_pay')).not.toContain('Done once');
    expect(told('n_pay')).toContain(words().connections.pause.line);
    expect(told('n_ask')).toBe('');
  });
});
