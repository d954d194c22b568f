import { expect, test } from 'vitest';
import { connectionSchema } from '../connections/contract.ts';
import { shop } from '../connections/shop.fixture.ts';
import { fromJson, toJson, type FeelValue } from '../feel/value.ts';
import type { Clock, PerformOutcome } from '../runtime/environment.ts';
import { createSimulatedSystems } from './simulated-systems.ts';
import type { Fault } from './system-document.ts';
import { shopSystem } from './shop.fixture.ts';

/** A clock that stands until it is moved. */
function handClock() {
  let now = 1_000;
  const waiting: { at: number; wake: () => void }[] = [];
  const clock: Clock = {
    now: () => now,
    wakeAt: (at, wake) => {
      const one = { at, wake };
      waiting.push(one);
      return () => void waiting.splice(waiting.indexOf(one), 1);
    },
    wakeIn: (ms, wake) => clock.wakeAt(now + ms, wake),
  };
  const advance = async (ms: number): Promise<void> => {
    now += ms;
    for (const one of waiting.filter((w) => w.at <= now)) one.wake();
    await Promise.resolve();
  };
  return { clock, advance };
}

test('a contract’s path that is not ASCII is answered as it is sent', async () => {
  const readOrder = { ...shop.actions['read order'], http: { method: 'GET', path: '/Aufträge/{order}' } };
  const systems = createSimulatedSystems({
    documents: { shop: shopSystem },
    connections: { shop: connectionSchema.parse({ ...shop, actions: { ...shop.actions, 'read order': readOrder } }) },
    seed: 1,
    clock: handClock().clock,
  });
  const request = new Map<string, FeelValue>([['order', 'special']]);
  expect(
    await systems.perform({ connection: 'shop', action: 'read order', request, key: '', timeoutMs: 1_000 }),
  ).toMatchObject({ outcome: 'done' });
});

function world(faults: readonly Fault[] = [], seed = 1) {
  const { clock, advance } = handClock();
  const systems = createSimulatedSystems({
    documents: { shop: shopSystem },
    connections: { shop },
    seed,
    clock,
    faults: { shop: faults },
  });
  const perform = (action: string, request: Record<string, FeelValue>, key = 'k1') =>
    systems.perform({ connection: 'shop', action, request: new Map(Object.entries(request)), key, timeoutMs: 1_000 });
  const effects = (key: string) => systems.counts().find((count) => count.key === key);
  return { systems, perform, effects, advance };
}

const answered = (outcome: PerformOutcome) => (outcome.outcome === 'done' ? toJson(outcome.response) : outcome);
const refund = { order: '7', amount: 1 };

test('by key: however often it is sent, it happens once and the answer is the first one', async () => {
  const { perform, effects, systems } = world();
  const first = await perform('refund', refund);
  expect(first.outcome).toBe('done');
  for (let i = 0; i < 4; i++) expect(await perform('refund', refund)).toEqual(first);
  expect(effects('k1')).toMatchObject({ attempts: 5, effects: 1 });
  expect(Object.keys(systems.state().shop?.refunds ?? {})).toHaveLength(1);
});

test('control: with a key for each attempt the same refund happens each time', async () => {
  const { perform, systems } = world();
  for (let i = 0; i < 4; i++) await perform('refund', refund, `k1 attempt ${i}`);
  expect(Object.keys(systems.state().shop?.refunds ?? {})).toHaveLength(4);
});

test('by key: another request under a used key is refused', async () => {
  const { perform, effects } = world();
  await perform('refund', refund);
  expect(await perform('refund', { ...refund, amount: 2 })).toMatchObject({ outcome: 'refused', status: 422 });
  expect(effects('k1')).toMatchObject({ effects: 1 });
});

test('natural: the same again leaves the same state and is no new effect', async () => {
  const { perform, effects, systems } = world();
  for (let i = 0; i < 3; i++)
    expect((await perform('set state', { order: '7', state: 'closed' })).outcome).toBe('done');
  expect(effects('k1')).toMatchObject({ attempts: 3, effects: 1 });
  expect(systems.state().shop?.orders?.['7']).toMatchObject({ state: 'closed' });
});

test('none: every call is an effect', async () => {
  const { perform, effects } = world();
  for (let i = 0; i < 3; i++) await perform('post letter', { order: '7' });
  expect(effects('k1')).toMatchObject({ attempts: 3, effects: 3 });
});

test('money adds up as decimals: ten times 0.1 is 1', async () => {
  const { perform } = world();
  let left: unknown;
  for (let i = 0; i < 10; i++)
    left = answered(await perform('refund', { order: 'special', amount: fromJson(0.1) }, `k${i}`));
  expect(left).toMatchObject({ total: 999 });
});

test('a read sees what was changed, and a record that is not there is refused', async () => {
  const { perform } = world();
  const before = answered(await perform('read order', { order: '7' }, ''));
  expect(answered(await perform('read order', { order: '7' }, ''))).toEqual(before);
  await perform('refund', refund);
  expect(answered(await perform('read order', { order: '7' }, ''))).not.toEqual(before);
  expect(await perform('read order', { order: '99999' }, '')).toMatchObject({ outcome: 'refused', status: 404 });
});

test('what an action needs is checked before anything changes', async () => {
  const { perform, systems } = world();
  await perform('set state', { order: '7', state: 'closed' });
  const before = JSON.stringify(systems.state());
  expect(await perform('refund', refund, 'k2')).toMatchObject({
    outcome: 'refused',
    status: 409,
    error: { cause: 'state of 7 is closed' },
  });
  expect(JSON.stringify(systems.state())).toBe(before);
});

test('faults say truly whether the other side may have seen the call, and whether it acted', async () => {
  const kinds: [Fault['fault'], object, number | undefined, number | undefined][] = [
    ['down', { outcome: 'failed', sent: 'no', error: { code: 'ACTION_UNREACHABLE' } }, undefined, undefined],
    ['500', { outcome: 'failed', sent: 'maybe' }, 1, 0],
    ['429', { outcome: 'failed', sent: 'maybe' }, 1, 0],
    ['lost answer', { outcome: 'failed', sent: 'maybe', error: { code: 'ACTION_UNREACHABLE' } }, 1, 1],
    ['bad answer', { outcome: 'failed', sent: 'maybe', error: { code: 'ACTION_RESPONSE_INVALID' } }, 1, 1],
  ];
  for (const [fault, expected, attempts, effects] of kinds) {
    const { perform, effects: count } = world([{ fault }]);
    expect(await perform('refund', refund)).toMatchObject(expected);
    expect([fault, count('k1')?.attempts, count('k1')?.effects]).toEqual([fault, attempts, effects]);
  }
});

test('after a lost answer the same key brings the answer, once done', async () => {
  const { perform, effects } = world([{ fault: 'lost answer', action: 'refund', nth: [1] }]);
  expect((await perform('refund', refund)).outcome).toBe('failed');
  expect(answered(await perform('refund', refund))).toMatchObject({ refund: 'R-1' });
  expect(effects('k1')).toMatchObject({ attempts: 2, effects: 1 });
});

test('silence and slowness take the time of the given clock', async () => {
  const { perform, advance } = world([
    { fault: 'timeout', action: 'refund' },
    { fault: 'slow', action: 'read order', delayMs: 400 },
  ]);
  const outcomes: string[] = [];
  void perform('refund', refund).then((o) =>
    outcomes.push(`refund ${o.outcome === 'failed' ? o.error.code : o.outcome}`),
  );
  void perform('read order', { order: '7' }, '').then((o) => outcomes.push(`read ${o.outcome}`));
  await advance(399);
  await new Promise(setImmediate);
  expect(outcomes).toEqual([]);
  await advance(1);
  await new Promise(setImmediate);
  expect(outcomes).toEqual(['read done']);
  await advance(600);
  await new Promise(setImmediate);
  expect(outcomes).toEqual(['read done', 'refund ACTION_TIMED_OUT']);
});

const failedOf = async (seed: number, order: readonly number[]) => {
  const { perform } = world([{ fault: '500', probability: 0.5 }], seed);
  const failed: number[] = [];
  for (const i of order)
    if ((await perform('post letter', { order: '7' }, `k${i}`)).outcome === 'failed') failed.push(i);
  return failed.sort((a, b) => a - b);
};

test('P13 faults by probability depend on the seed and the call, not on the order of arrival', async () => {
  const order = Array.from({ length: 200 }, (_, i) => i);
  const forward = await failedOf(1, order);
  expect(await failedOf(1, order.toReversed())).toEqual(forward);
  expect(await failedOf(2, order)).not.toEqual(forward);
  expect(forward.length).toBeGreaterThan(60);
  expect(forward.length).toBeLessThan(140);
});

test('asking: nothing found before, found after', async () => {
  const { systems, perform } = world();
  const asked = {
    connection: 'shop',
    action: 'send parcel',
    request: new Map([['order', '7']]),
    key: 'k1',
    timeoutMs: 1_000,
  };
  expect(await systems.askDone(asked)).toEqual({ asked: 'did not happen' });
  await perform('send parcel', { order: '7' });
  expect(await systems.askDone(asked)).toMatchObject({ asked: 'happened' });
});

test('calls are kept for expectations, with what the system understood', async () => {
  const { systems, perform } = world([{ fault: 'down', nth: [2] }]);
  await perform('refund', refund);
  await perform('refund', refund);
  expect(systems.calls()).toEqual([
    { at: 1_000, connection: 'shop', action: 'refund', key: 'k1', request: refund, status: 201, fault: null },
    { at: 1_000, connection: 'shop', action: 'refund', key: 'k1', request: refund, status: null, fault: 'down' },
  ]);
});

test('a connection without a simulated system reaches nothing at all', async () => {
  const { clock } = handClock();
  const systems = createSimulatedSystems({ documents: {}, connections: { shop }, seed: 1, clock });
  const request = new Map<string, FeelValue>([['order', '7']]);
  expect(
    await systems.perform({ connection: 'shop', action: 'read order', request, key: '', timeoutMs: 1 }),
  ).toMatchObject({
    outcome: 'failed',
    sent: 'no',
    error: { code: 'BINDING_MISSING' },
  });
});
