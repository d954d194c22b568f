import { describe, expect, it } from 'vitest';
import { contextOf } from '../core/testing/play.ts';
import type { PerformOutcome, PerformRequest } from '../runtime/environment.ts';
import { askWhetherDone } from './ask-done.ts';
import type { Connection } from './contract.ts';
import { shop } from './shop.fixture.ts';

const asked: PerformRequest[] = [];
const call: PerformRequest = {
  connection: 'shop',
  action: 'send parcel',
  request: contextOf({ order: '7' }),
  key: 'effect-1',
  timeoutMs: 1000,
};

/** The shop whose parcels are looked up by this formula over what it answers, in which everything may be missing. */
function shopFinding(found: string): Record<string, Connection> {
  const { 'send parcel': parcel, 'find parcel': find, ...rest } = shop.actions;
  if (parcel?.idempotency.by !== 'askable' || find === undefined) throw new Error('parcels can be asked for');
  const response = { parcels: { type: 'number' as const, optional: true } };
  const actions = {
    ...rest,
    'send parcel': { ...parcel, idempotency: { ...parcel.idempotency, found } },
    'find parcel': { ...find, response },
  };
  return { shop: { ...shop, actions } };
}

async function askedWith(found: string, answer: Record<string, unknown>) {
  const done: PerformOutcome = { outcome: 'done', response: contextOf(answer), status: 200 };
  return askWhetherDone(
    shopFinding(found),
    async (request) => {
      asked.push(request);
      return done;
    },
    call,
  );
}

describe('P10 asking whether something happened before it is repeated', () => {
  it('P10 what is neither true nor false leaves it open: a guess of “no” would do it twice', async () => {
    for (const [found, answer] of [
      ['response.parcels > 0', { parcels: null }],
      ['response.parcels', { parcels: 1 }],
      ['response.parcels > "none"', { parcels: 1 }],
      ['response.parcels >', { parcels: 1 }],
      ['response.gone > 0', { parcels: 1 }],
    ] as const)
      // oxlint-disable-next-line no-await-in-loop -- each by itself
      expect(await askedWith(found, answer)).toMatchObject({ asked: 'unknown', error: { code: 'ACTION_IN_DOUBT' } });
  });

  it('control: true is that it happened, false that it did not, and it is asked by the key of the effect', async () => {
    expect(await askedWith('response.parcels > 0', { parcels: 1 })).toMatchObject({ asked: 'happened' });
    expect(await askedWith('response.parcels > 0', { parcels: 0 })).toEqual({ asked: 'did not happen' });
    expect(asked.at(-1)).toMatchObject({ action: 'find parcel', request: contextOf({ reference: 'effect-1' }) });
  });
});
