import { writeFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { asJson, prettyJson } from '../../engine/flow/json.ts';
import { writeFlow } from '../../engine/flow/read.ts';
import { flowOf } from '../../engine/flow/testing/build.ts';
import { makeRunner, WAYS, writeShopWorkspace } from '../support/shop-workspace.ts';
import type { Fresh, World } from './world.ts';

const waiting = () =>
  flowOf('Refunds after two hours')
    .input({ order: { type: 'string' }, way: { type: 'string', values: [...WAYS] } })
    .node('Start', 'trigger', { columns: {} })
    .node('Later', 'wait', { until: 'while', duration: 'PT2H', time: '', name: '', key: '', fields: {}, giveUp: null })
    .node('Refund', 'connector', {
      connection: 'shop',
      action: 'refund',
      arguments: { order: 'input.order', amount: '0.5' },
      timeout: 'PT30S',
      retry: { attempts: 4, firstDelay: 'PT1S', factor: 2, maxDelay: 'PT5S' },
    })
    .node('Done', 'end', { result: 'done', value: {} })
    .node('Not done', 'end', { result: 'not done', value: {} })
    .edge('Start', 'next', 'Later')
    .edge('Later', 'next', 'Refund')
    .edge('Refund', 'done', 'Done')
    .edge('Refund', 'refused', 'Not done')
    .build();

/** A runner folder like those of the world, whose flow waits for two hours before it refunds. */
export async function makeClockRunner(world: World): Promise<Pick<Fresh, 'runner' | 'manifest'>> {
  const root = world.path('clock');
  writeShopWorkspace(root);
  for (const way of WAYS) rmSync(join(root, `tests/orders/${way}.scenario.json`));
  const scenario = {
    format: 'countersign.scenario',
    version: 1,
    name: 'refund',
    input: { order: '1', way: 'refund' },
    expect: { status: 'completed', result: 'done' },
  };
  writeFileSync(join(root, 'tests/orders/refund.scenario.json'), prettyJson(asJson(scenario)));
  writeFileSync(join(root, 'flows/orders.flow.json'), writeFlow(waiting()));
  const runner = join(root, 'template');
  return { runner, manifest: await makeRunner(root, runner, world.shopUrl) };
}
