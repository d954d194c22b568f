import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { call, callFlow, end, shopFlow } from '../core/testing/flows.ts';
import { OLGA } from '../core/testing/people.ts';
import type { Runner } from './runner.ts';
import { engineAt, serveRunner, type EngineClient, type Serving } from './serve.ts';
import { statusOf } from './status.ts';
import { Office } from './testing/office.ts';
import { tryAgain } from './try-again.ts';
import { caseView } from './views.ts';

const once = { retry: { attempts: 1, firstDelay: 'PT1S', factor: 1, maxDelay: 'PT1S' } };
const office = new Office();
let runner: Runner;
let serving: Serving;
let client: EngineClient;
beforeAll(async () => {
  runner = office.start();
  runner.accept(office.manifest(callFlow('refund', once, false)));
  serving = await serveRunner(runner, 0);
  client = engineAt(serving.url, serving.token);
});
afterAll(async () => {
  await serving.close();
  await office.close();
});

const row = (run: string) => runner.engine.reader().run(run);
const start = async (): Promise<string> => {
  const release = runner.current();
  const { run } = await runner.engine.start({
    program: release.program,
    release: String(release.release),
    manifest: release.manifest.digest,
    key: null,
    initiator: { issuer: 'rest', subject: 'ina', role: 'system', method: 'token' },
    input: new Map<string, string | number>([
      ['order', '7'],
      ['amount', 12],
    ]),
  });
  return run;
};
const failed = async (run: string) => vi.waitFor(() => expect(row(run)?.status).toBe('failed'), 5000);

// Nobody listens at the address of the shop: every refund fails, and nothing was sent.
describe('trying a case again, over REST', () => {
  it('starts a case that is linked with it both ways, on the release it ran on, with the reason on record', async () => {
    const run = await start();
    await failed(run);
    const ask = { by: 'olga', reason: 'the shop is back', again: 'failed step' };
    await client.post(`/cases/${run}/again`, ask);
    const next = caseView(runner, run).again.retriedBy ?? '';
    expect(caseView(runner, next)).toMatchObject({ release: '1', again: { retries: run } });
    expect(caseView(runner, next).story[0]?.sentence).toContain(`olga (operator) had the case ${run} tried again`);
    await expect(client.post(`/cases/${run}/again`, ask)).rejects.toMatchObject({ code: 'RETRY_REFUSED' });
    await failed(next);
  });

  it('is refused without a reason, of what nobody knows, and on a release that is not served here', async () => {
    const run = await start();
    await failed(run);
    const ask = { by: 'olga', reason: 'again', again: 'start' };
    await expect(client.post(`/cases/${run}/again`, { ...ask, reason: '' })).rejects.toMatchObject({
      code: 'REQUEST_REFUSED',
    });
    await expect(client.post('/cases/nobody/again', ask)).rejects.toMatchObject({ code: 'RUN_UNKNOWN' });
    await expect(client.post(`/cases/${run}/again`, { ...ask, release: 7 })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    expect(caseView(runner, run).again.retriedBy).toBeNull();
  });

  it('goes on with a newer release where the step is there, and is refused in words where it is not', async () => {
    const run = await start();
    await failed(run);
    const other = shopFlow()
      .node('Other', 'connector', call('refund', once))
      .node('Done', 'end', end('done'))
      .node('Refused', 'end', end('refused'))
      .edge('Start', 'next', 'Other')
      .edge('Other', 'done', 'Done')
      .edge('Other', 'refused', 'Refused')
      .build();
    runner.accept(office.manifest(other, { release: 2 }));
    runner.accept(office.manifest(callFlow('refund', { ...once, timeout: 'PT9S' }, false), { release: 3 }));
    const ask = { run, again: 'failed step', by: OLGA, reason: 'corrected', effects: [] } as const;
    await expect(tryAgain(runner, { ...ask, release: 2 })).rejects.toThrow('there is no step “Call”');
    const { run: next } = await tryAgain(runner, { ...ask, release: 3 });
    expect(row(next)).toMatchObject({ release: '3' });
  });
});

it('a system that is down is left alone: its connection is paused, in the status and on record, and cases wait', async () => {
  while (runner.connections().length === 0) {
    const one = await start();
    await vi.waitFor(() => expect(row(one)?.status).toMatch(/^(failed|retrying)$/), 5000);
  }
  expect(statusOf(runner)).toMatchObject({ connections: [{ connection: 'shop', state: 'paused' }] });
  expect(statusOf(runner).troubles.join(' ')).toContain('Nothing is sent to “shop”');
  const run = await start();
  await vi.waitFor(() => expect(row(run)).toMatchObject({ status: 'retrying', error: 'CONNECTION_PAUSED' }), 5000);
  const [noted] = runner.engine
    .reader()
    .events('runner')
    .filter(({ type }) => type === 'connection.paused');
  expect(noted?.open).toMatchObject({ connection: 'shop', error: 'ACTION_UNREACHABLE' });
});
