import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BINDING_FORMAT } from '../../engine/connections/binding.ts';
import { shop } from '../../engine/connections/shop.fixture.ts';
import { asJson, prettyJson } from '../../engine/flow/json.ts';
import { writeFlow } from '../../engine/flow/read.ts';
import { flowOf } from '../../engine/flow/testing/build.ts';
import { shopSystem } from '../../engine/sandbox/shop.fixture.ts';
import { holds } from './command-line.ts';

/** One action of each idempotency, and a row that waits for a person. */
export const WAYS = ['refund', 'mark', 'parcel', 'letter', 'person'] as const;

const retry = { attempts: 4, firstDelay: 'PT1S', factor: 2, maxDelay: 'PT5S' };
const call = (action: string, args: Record<string, string>) => ({
  connection: 'shop',
  action,
  arguments: args,
  timeout: 'PT30S',
  retry,
});

const flow = () =>
  flowOf('Shop orders')
    .input({ order: { type: 'string' }, way: { type: 'string', values: [...WAYS] } })
    .node('Start', 'trigger', { columns: {} })
    .node('Look', 'connector', call('read order', { order: 'input.order' }))
    .node('Route', 'rule', {
      table: {
        hitPolicy: 'FIRST',
        inputs: [{ id: 'i1', expression: 'input.way', type: 'string' }],
        outputs: [{ id: 'o1', name: 'way', type: 'string', values: [...WAYS] }],
        rows: WAYS.map((way, i) => ({ id: `r${i}`, when: [`"${way}"`], then: [`"${way}"`] })),
      },
      branchBy: 'way',
    })
    .node('Refund', 'connector', call('refund', { order: 'input.order', amount: '0.5' }))
    .node('Mark', 'connector', call('set state', { order: 'input.order', state: '"closed"' }))
    .node('Parcel', 'connector', call('send parcel', { order: 'input.order' }))
    .node('Letter', 'connector', call('post letter', { order: 'input.order' }))
    .node('Person', 'approval', {
      title: 'An order to look at',
      role: 'team lead',
      count: 1,
      fourEyes: false,
      due: null,
      sendBack: false,
      show: [{ label: 'Order', value: 'input.order' }],
    })
    .node('Done', 'end', { result: 'done', value: {} })
    .node('Not done', 'end', { result: 'not done', value: {} })
    .edge('Start', 'next', 'Look')
    .edge('Look', 'done', 'Route')
    .edge('Look', 'refused', 'Not done')
    .edge('Route', 'refund', 'Refund')
    .edge('Route', 'mark', 'Mark')
    .edge('Route', 'parcel', 'Parcel')
    .edge('Route', 'letter', 'Letter')
    .edge('Route', 'person', 'Person')
    .edge('Route', 'otherwise', 'Not done')
    // A key, and then a natural key: a case that is killed twice in different steps.
    .edge('Refund', 'done', 'Mark')
    .edge('Refund', 'refused', 'Not done')
    .edge('Mark', 'done', 'Done')
    .edge('Mark', 'refused', 'Not done')
    .edge('Parcel', 'done', 'Done')
    .edge('Parcel', 'refused', 'Not done')
    .edge('Letter', 'done', 'Done')
    .edge('Letter', 'refused', 'Not done')
    .edge('Person', 'approved', 'Refund')
    .edge('Person', 'rejected', 'Not done')
    .build();

const scenario = (way: string) => ({
  format: 'countersign.scenario',
  version: 1,
  name: way,
  input: { order: '1', way },
  expect: way === 'person' ? { status: 'waiting' } : { status: 'completed', result: 'done' },
});

/** Writes the workspace of the shop: a flow with one action of each idempotency, and a system that simulates it. */
export function writeShopWorkspace(root: string): void {
  for (const folder of ['flows', 'connections', 'systems', 'tests/orders'])
    mkdirSync(join(root, folder), { recursive: true });
  const put = (path: string, document: unknown): void => writeFileSync(join(root, path), prettyJson(asJson(document)));
  put('countersign.json', {
    format: 'countersign.workspace',
    version: 1,
    name: 'shop',
    flow: 'flows/orders.flow.json',
  });
  put('connections/shop.connection.json', shop);
  // Answers take their time, so that cases are at different steps when the process is killed.
  put('systems/shop.system.json', { ...shopSystem, latencyMs: { from: 5, to: 60 } });
  for (const way of WAYS) put(`tests/orders/${way}.scenario.json`, scenario(way));
  writeFileSync(join(root, 'flows/orders.flow.json'), writeFlow(flow()));
}

/** Makes keys, a signed release and a runner folder by the commands themselves. Gives the manifest's path. */
export async function makeRunner(root: string, runner: string, shopUrl: string): Promise<string> {
  const key = (name: string) => join(root, 'keys', name);
  await holds('keys', 'new', 'author', key('ada'), '--name', 'Ada');
  await holds('keys', 'new', 'release', key('rae'), '--name', 'Rae');
  await holds('keys', 'new', 'approver', key('lea'), '--name', 'Lea');
  const signed = ['--key', `${key('ada')}.key.json`, `${key('rae')}.key.json`];
  await holds('export', root, '--release', '1', '--not-after', '2099-01-01T00:00:00Z', '--author', 'Ada', ...signed);
  const binding = {
    format: BINDING_FORMAT,
    version: 1,
    connection: 'shop',
    baseUrl: shopUrl,
    allow: { private: true },
    maxConcurrent: 64,
    grants: Object.keys(shop.actions),
  };
  writeFileSync(join(root, 'shop.binding.json'), prettyJson(asJson(binding)));
  const trust = ['--trust', `${key('ada')}.pub.json`, `${key('rae')}.pub.json`];
  const person = ['--person', `lea:team lead,operator:${key('lea')}.pub.json`];
  await holds('runner', 'init', runner, ...trust, ...person, '--binding', join(root, 'shop.binding.json'));
  return join(root, 'releases', 'orders-1.manifest.json');
}

/** Writes a CSV file of orders from `first` on, `each` for every way. Gives how many rows there are. */
export function writeOrders(file: string, first: number, each: number): number {
  const rows = Array.from({ length: each * WAYS.length }, (_, i) => `${first + i},${WAYS[i % WAYS.length] ?? ''}`);
  writeFileSync(file, `order,way\n${rows.join('\n')}\n`);
  return rows.length;
}
