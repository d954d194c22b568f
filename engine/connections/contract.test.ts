import { describe, expect, it } from 'vitest';
import { connectionSchema, type Action } from './contract.ts';
import { shop } from './shop.fixture.ts';

/** What is wrong with the shop once a part of one action is another; paths with their messages. */
function problemsOf(action: string, change: Partial<Action>): [string, string][] {
  const actions = { ...shop.actions, [action]: { ...shop.actions[action], ...change } };
  const found = connectionSchema.safeParse({ ...shop, actions });
  return found.success ? [] : found.error.issues.map(({ path, message }) => [path.join('.'), message]);
}

describe('P10 what an action is', () => {
  const without = (part: 'class' | 'idempotency') => {
    const { [part]: _, ...rest } = shop.actions['post letter'] ?? {};
    return connectionSchema.safeParse({ ...shop, actions: { ...shop.actions, 'post letter': rest } });
  };

  it('P10 each action declares its side-effect class, and how it may be repeated', () => {
    for (const part of ['class', 'idempotency'] as const) {
      const found = without(part);
      expect(found.success ? [] : found.error.issues.map(({ path }) => path)).toContainEqual([
        'actions',
        'post letter',
        part,
      ]);
    }
    // Control: with both it is a contract.
    expect(problemsOf('post letter', {})).toEqual([]);
  });
});

it('names a header for the key that can be sent', () => {
  const inHeader = (header: string) => problemsOf('refund', { idempotency: { by: 'key', header } });
  for (const wrong of ['', 'Idempotency Key', 'key:', 'Schlüssel', 'a\r\nb'])
    expect(inHeader(wrong)).toEqual([['actions.refund.idempotency.header', 'a header name']]);
  expect(inHeader('X-Request-Id')).toEqual([]);
});

describe('what a contract says of effects across cases', () => {
  it('names fields of its request', () => {
    const businessKey = { fields: ['order', 'customer'], within: 'PT48H' };
    expect(problemsOf('refund', { businessKey })).toEqual([
      ['actions.refund.businessKey.fields.1', 'the request has no field “customer”'],
    ]);
    expect(problemsOf('refund', { limits: [{ sum: 'fee', max: 1, per: 'P1D' }] })).toEqual([
      ['actions.refund.limits.0.sum', 'the request has no field “fee”'],
    ]);
  });

  it('sums numbers, and nothing that is personal by contract: a flow that does not mark it would leave it readable', () => {
    const limits = [{ sum: 'amount', max: 5, per: 'P1D' }];
    expect(problemsOf('refund', { limits: [{ sum: 'order', max: 5, per: 'P1D' }] })[0]?.[1]).toContain('no number');
    const request = { order: { type: 'string' as const }, amount: { type: 'number' as const, personal: true } };
    expect(problemsOf('refund', { limits, request })[0]?.[1]).toContain('is personal');
    // Control: a number that is not personal is summed.
    expect(problemsOf('refund', { limits })).toEqual([]);
  });

  it('is not said of an action that does nothing', () => {
    expect(problemsOf('read order', { limits: [{ count: 1, per: 'P1D' }] })[0]?.[1]).toContain('class read');
  });
});
