import { fileURLToPath } from 'node:url';
import { beforeAll, expect, test } from 'vitest';
import { policySchema } from '../connections/contract.ts';
import { compileExpression } from '../feel/index.ts';
import { fromJson, toJson, type FeelContext, type FeelValue } from '../feel/value.ts';
import { fieldsType } from '../flow/field-type.ts';
import { readFile } from 'node:fs/promises';
import type { Clock } from '../runtime/environment.ts';
import { createSimulatedSystems } from './simulated-systems.ts';
import { readSystemFiles, type SystemFiles } from './systems-folder.ts';

const folder = fileURLToPath(new URL('../../examples/support-desk/', import.meta.url));
let files: SystemFiles;
beforeAll(async () => {
  files = await readSystemFiles(`${folder}connections`, `${folder}systems`);
});

function desk() {
  let now = Date.parse('2026-03-02T09:00:00Z');
  const clock: Clock = { now: () => now, wakeAt: () => () => undefined, wakeIn: () => () => undefined };
  const systems = createSimulatedSystems({ ...files, seed: 1, clock });
  let calls = 0;
  const perform = (connection: string, action: string, request: Record<string, FeelValue>) =>
    systems.perform({
      connection,
      action,
      request: new Map(Object.entries(request)),
      key: `k${++calls}`,
      timeoutMs: 1000,
    });
  const done = async (connection: string, action: string, request: Record<string, FeelValue>): Promise<FeelContext> => {
    const outcome = await perform(connection, action, request);
    if (outcome.outcome !== 'done') throw new Error(`${action}: ${outcome.error.message} ${outcome.error.cause ?? ''}`);
    return outcome.response;
  };
  return { systems, perform, done, pass: (ms: number) => void (now += ms) };
}

test('every action of the contracts is simulated, and every undo gives what the action taken back asks for', () => {
  for (const [name, connection] of Object.entries(files.connections)) {
    expect(Object.keys(files.documents[name]?.actions ?? {}).sort()).toEqual(Object.keys(connection.actions).sort());
    for (const action of Object.values(connection.actions)) {
      if (action.undo === undefined) continue;
      const undo = connection.actions[action.undo.action];
      const scope = { request: fieldsType(action.request), response: fieldsType(action.response) };
      expect(Object.keys(action.undo.arguments).sort()).toEqual(Object.keys(undo?.request ?? {}).sort());
      for (const source of Object.values(action.undo.arguments))
        expect(compileExpression(source, scope).problems).toEqual([]);
    }
  }
});

test('the policy names actions and fields that exist, and lets no irreversible one go without a bound', async () => {
  const policy = policySchema.parse(JSON.parse(await readFile(`${folder}policy.json`, 'utf8')));
  for (const [name, { field }] of Object.entries(policy.withoutPerson)) {
    const [connection = '', action = ''] = name.split('.');
    expect(files.connections[connection]?.actions[action]?.request[field]?.type).toBe('number');
  }
});

test('tickets 1 to 10003 and their customers are all there; a third of disputed amounts is above 50, few above 200', async () => {
  const { done } = desk();
  const amounts: number[] = [];
  for (let ticket = 1; ticket <= 10_003; ticket += 7) {
    const customer = (await done('helpdesk', 'read ticket', { ticket: String(ticket) })).get('customer') ?? null;
    amounts.push(Number(toJson((await done('billing', 'read account', { customer })).get('disputed') ?? null)));
  }
  const above = (limit: number) => amounts.filter((amount) => amount > limit).length / amounts.length;
  expect(above(50)).toBeGreaterThan(0.28);
  expect(above(50)).toBeLessThan(0.4);
  expect(above(200)).toBeGreaterThan(0.02);
  expect(above(200)).toBeLessThan(0.08);
});

test('a queued reply can be withdrawn for ten minutes and not after', async () => {
  const { done, perform, pass } = desk();
  const reply = (await done('helpdesk', 'queue reply', { ticket: '7', text: 'We look into it.' })).get('reply') ?? null;
  expect(toJson(await done('helpdesk', 'withdraw reply', { reply }))).toEqual({
    reply,
    text: 'We look into it.',
    ticket: '7',
  });
  const late = (await done('helpdesk', 'queue reply', { ticket: '7', text: 'We look into it.' })).get('reply') ?? null;
  pass(600_000);
  expect(await perform('helpdesk', 'withdraw reply', { reply: late })).toMatchObject({
    outcome: 'refused',
    status: 409,
  });
});

test('a credit raises the balance by exactly its amount', async () => {
  const { done } = desk();
  const balance = async () =>
    Number(toJson((await done('billing', 'read account', { customer: 'C-00042' })).get('balance') ?? null));
  const before = await balance();
  await done('billing', 'credit account', {
    customer: 'C-00042',
    amount: fromJson(12.34),
    reason: 'goodwill',
    ticket: '7',
  });
  expect(Math.round((await balance()) * 100)).toBe(Math.round(before * 100) + 1234);
});

test('what was set can be set back: priority to what it was, the card to active', async () => {
  const { done } = desk();
  const set = await done('helpdesk', 'set priority', { ticket: '7', priority: 'urgent' });
  expect(toJson(set)).toEqual({ previous: 'normal', priority: 'urgent' });
  expect(toJson(await done('billing', 'block card', { customer: 'C-00042' }))).toEqual({ card: 'blocked' });
  expect(toJson(await done('billing', 'unblock card', { customer: 'C-00042' }))).toEqual({ card: 'active' });
});

test('a ticket or customer that is not there is refused', async () => {
  const { perform } = desk();
  expect(await perform('helpdesk', 'read ticket', { ticket: '0' })).toMatchObject({ outcome: 'refused', status: 404 });
  expect(
    await perform('billing', 'credit account', { customer: 'nobody', amount: 1, reason: 'goodwill', ticket: '7' }),
  ).toMatchObject({ outcome: 'refused', status: 404 });
});
