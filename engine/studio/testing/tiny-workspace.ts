import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { shop } from '../../connections/shop.fixture.ts';
import { asJson, prettyJson } from '../../flow/json.ts';
import { writeFlow } from '../../flow/read.ts';
import type { Flow } from '../../flow/document.ts';
import { flowOf } from '../../flow/testing/build.ts';
import { shopSystem } from '../../sandbox/shop.fixture.ts';
import { browserHost } from '../host.ts';
import { createStudioService, type StudioOptions, type StudioService } from '../service.ts';

/** An approval, and a refund by a simulated shop when it is approved. */
export const refundFlow = (title = 'Refunds', fourEyes = false, action = 'refund'): Flow =>
  flowOf(title)
    .input({ order: { type: 'string' }, amount: { type: 'number' } })
    .node('Start', 'trigger', { columns: {} })
    .node('Agree', 'approval', {
      title: 'Refund to a customer',
      role: 'team lead',
      count: 1,
      fourEyes,
      due: null,
      sendBack: false,
      show: [{ label: 'Amount', value: 'input.amount' }],
    })
    .node('Refund', 'connector', {
      connection: 'shop',
      action,
      arguments: action === 'refund' ? { order: 'input.order', amount: 'input.amount' } : { order: 'input.order' },
      timeout: 'PT5S',
      retry: { attempts: 2, firstDelay: 'PT1S', factor: 2, maxDelay: 'PT5S' },
    })
    .node('Refunded', 'end', { result: 'refunded', value: {} })
    .node('Not refunded', 'end', { result: 'not refunded', value: {} })
    .edge('Start', 'next', 'Agree')
    .edge('Agree', 'approved', 'Refund')
    .edge('Agree', 'rejected', 'Not refunded')
    .edge('Refund', 'done', 'Refunded')
    .edge('Refund', 'refused', 'Not refunded')
    .build();

const scenario = (name: string, decide: 'approved' | 'rejected', result: string) => ({
  format: 'countersign.scenario',
  version: 1,
  name,
  input: { order: 'special', amount: 12 },
  people: [{ at: 'Agree', decide }],
  expect: { status: 'completed', result },
});

export const FLOW = 'flows/refunds.flow.json';
export const SCENARIO = 'tests/refunds/approved.scenario.json';

/** A flow that calls the one at {@link FLOW}, and hands it what is called otherwise in its own input. */
export const deskFlow = (): Flow =>
  flowOf('Desk')
    .input({ id: { type: 'string' }, euros: { type: 'number' } })
    .node('Start', 'trigger', { columns: {} })
    .node('Pay back', 'subflow', {
      flow: FLOW,
      results: ['not refunded', 'refunded'],
      arguments: { order: 'input.id', amount: 'input.euros' },
    })
    .node('Done', 'end', { result: 'done', value: {} })
    .edge('Start', 'next', 'Pay back')
    .edge('Pay back', 'refunded', 'Done')
    .edge('Pay back', 'not refunded', 'Done')
    .build();

/** A small workspace in a folder of its own. */
export function makeWorkspace(flow: Flow = refundFlow()): { root: string; remove: () => void } {
  const root = mkdtempSync(join(tmpdir(), 'countersign-studio-'));
  for (const folder of ['flows', 'connections', 'systems', 'tests/refunds'])
    mkdirSync(join(root, folder), { recursive: true });
  const put = (path: string, document: unknown): void => writeFileSync(join(root, path), prettyJson(asJson(document)));
  put('countersign.json', { format: 'countersign.workspace', version: 1, name: 'tiny', flow: FLOW });
  put('connections/shop.connection.json', shop);
  put('systems/shop.system.json', shopSystem);
  put(SCENARIO, scenario('approved', 'approved', 'refunded'));
  put('tests/refunds/rejected.scenario.json', scenario('rejected', 'rejected', 'not refunded'));
  writeFileSync(join(root, FLOW), writeFlow(flow));
  return { root, remove: () => rmSync(root, { recursive: true, force: true }) };
}

/** The service over a workspace, as “ada” in a browser. */
export const serve = (root: string, more: Partial<StudioOptions> = {}): StudioService =>
  createStudioService({ root, host: browserHost({}), version: '0.1.0', person: 'ada', ...more });

/** {@link serve} over a small workspace of its own; `close` ends the one and removes the other. */
export function openStudio(more: Partial<StudioOptions> = {}) {
  const { root, remove } = makeWorkspace();
  const studio = serve(root, more);
  const close = async (): Promise<void> => {
    await studio.close();
    remove();
  };
  return { root, studio, close };
}
