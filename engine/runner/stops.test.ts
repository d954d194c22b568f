import { afterEach, expect, test, vi } from 'vitest';
import { countersign } from '../../test/support/command-line.ts';
import type { Binding } from '../connections/binding.ts';
import { approvedFlow } from '../core/testing/flows.ts';
import { z } from '../flow/zod.ts';
import type { Runner } from './runner.ts';
import { engineAt, serveRunner, type Serving } from './serve.ts';
import { statusSchema } from './status-schema.ts';
import { stopHeldSchema } from './stops.ts';
import { FLOW, Office } from './testing/office.ts';
import { openShop, twoCalls } from './testing/held-shop.ts';

/*
 * P32 on a real runner folder: its journal on disk, its REST interface, the command `countersign stop`, and a system
 * behind a socket that answers when it is let.
 */

const OTHER = 'flows/other.flow.json';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

async function opened(more: Partial<Binding> = {}) {
  const shop = await openShop();
  closing.push(shop.close);
  const office = new Office();
  closing.push(() => office.close());
  office.bind(['refund', 'read order'], 'shop', { baseUrl: shop.url, ...more });
  const life = { runner: office.start(), serving: null as Serving | null };
  life.runner.accept(office.manifest(twoCalls()));
  life.runner.accept(office.manifest(approvedFlow('read order'), { path: OTHER }));
  const serve = async (): Promise<Serving> => {
    life.serving = await serveRunner(life.runner, 0);
    return life.serving;
  };
  const leave = async (): Promise<void> => {
    await life.serving?.close();
    life.serving = null;
    await office.stop(life.runner);
  };
  const again = async (): Promise<Serving> => {
    life.runner = office.start();
    return serve();
  };
  closing.push(() => life.serving?.close());
  await serve();
  return { shop, office, life, leave, again };
}

type Opened = Awaited<ReturnType<typeof opened>>;
const rest = ({ life }: Opened) => engineAt(life.serving?.url ?? '', life.serving?.token ?? '');
const start = async (one: Opened, order: string, flow = FLOW) =>
  z.object({ run: z.string() }).parse(await rest(one).post('/cases', { flow, input: { order, amount: 5 } })).run;
const statusOf = (one: Opened, run: string) => one.life.runner.engine.reader().run(run);
const stopCommand = async ({ office }: Opened, ...argv: string[]) =>
  countersign('stop', ...argv, '--runner', office.runner);
const why = ['--as', 'olga', '--reason', 'the bank asked for it'];
const stopsSchema = z.object({ stops: z.array(stopHeldSchema) });
const reached = async ({ shop }: Opened, count: number): Promise<void> => {
  await expect.poll(() => shop.seen.length).toBe(count);
};
const onRecord = (runner: Runner) =>
  runner.engine
    .reader()
    .events('runner')
    .filter(({ type }) => type.startsWith('stop.'));

test('P32 everything is stopped by command, seen over REST, refuses starts, holds what runs, survives a restart, and goes on once', async () => {
  const one = await opened();
  const run = await start(one, '7');
  await reached(one, 1);
  expect(await stopCommand(one, 'set', ...why)).toMatchObject({ code: 0, out: 'stopped: everything\n' });

  const stop = { flow: null, reason: 'the bank asked for it', by: { subject: 'olga', role: 'operator' } };
  const listed = async () => stopsSchema.parse(JSON.parse((await stopCommand(one, 'list', '--json')).out)).stops;
  const told = async () => stopsSchema.parse(await rest(one).get('/stops')).stops;
  const status = async () => statusSchema.parse(await rest(one).get('/status')).stops;
  for (const stops of [await told(), await listed(), await status()]) expect(stops).toMatchObject([stop]);
  await expect(start(one, '8')).rejects.toMatchObject({ code: 'FLOW_STOPPED' });
  await expect(start(one, '8', OTHER)).rejects.toMatchObject({ code: 'FLOW_STOPPED' });
  const refused = await fetch(`${one.life.serving?.url}/cases`, {
    method: 'POST',
    body: JSON.stringify({ flow: FLOW, input: { order: '8', amount: 5 } }),
    headers: { authorization: `Bearer ${one.life.serving?.token}`, 'content-type': 'application/json' },
  });
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1']);

  // What is out comes back and is taken in; nothing follows it.
  one.shop.answer();
  await expect.poll(() => one.life.runner.engine.reader().effects({ run }).length).toBe(1);
  await one.life.runner.engine.idle();
  expect(one.shop.seen).toHaveLength(1);

  await one.leave();
  const atRest = await countersign('runner', 'status', '--runner', one.office.runner, '--json');
  expect(statusSchema.parse(JSON.parse(atRest.out)).stops).toMatchObject([stop]);
  await one.again();
  await one.life.runner.engine.idle();
  expect(await status()).toMatchObject([stop]);
  expect(one.shop.seen).toHaveLength(1);
  await expect(start(one, '8')).rejects.toMatchObject({ code: 'FLOW_STOPPED' });

  expect(await stopCommand(one, 'lift', ...why)).toMatchObject({ code: 0, out: 'goes on: everything\n' });
  for (const stops of [await told(), await listed(), await status()]) expect(stops).toEqual([]);
  await reached(one, 2);
  one.shop.answer();
  await expect.poll(() => statusOf(one, run)?.result).toBe('done');
  await one.life.runner.engine.idle();
  // Each effect once, under a key of its own.
  expect(one.shop.seen).toHaveLength(2);
  expect(new Set(one.shop.seen.map(({ key }) => key)).size).toBe(2);
  expect(onRecord(one.life.runner)).toMatchObject([
    { type: 'stop.set', actor: { subject: 'olga' }, open: { flow: null, reason: 'the bank asked for it' } },
    { type: 'stop.lifted', actor: { subject: 'olga' } },
  ]);
});

test('P32 control: the same case without the switch begins its next effect', async () => {
  const one = await opened();
  await start(one, '7');
  await reached(one, 1);
  one.shop.answer();
  await reached(one, 2);
  expect(one.life.runner.stops).toEqual([]);
});

test('P32 of calls that wait for their turn none leaves within 2 s of the stop, nor later; lifted, each leaves once', async () => {
  const one = await opened({ maxConcurrent: 2, circuit: { failures: 1 } });
  const { engine } = one.life.runner;
  const runs = await Promise.all(Array.from({ length: 40 }, (_, i) => start(one, String(i))));
  await reached(one, 2);
  // Control: without the stop the next ones leave when those before them are answered.
  one.shop.answer();
  await reached(one, 4);
  const stoppedAt = performance.now();
  await rest(one).post('/stops', { flow: null, by: 'olga', reason: 'now' });
  one.shop.answer();
  await engine.idle();
  expect(performance.now() - stoppedAt).toBeLessThan(2000);
  expect(one.shop.seen).toHaveLength(4);
  // It was nobody's outage: the connection is not paused.
  expect(one.life.runner.connections()).toEqual([]);
  const held = runs.filter((run) =>
    engine
      .reader()
      .effects({ run })
      .some(({ status }) => status === 'intended'),
  );
  // Those that had no turn, and the next calls of the first two, which were intended before.
  expect(held).toHaveLength(38);

  one.shop.answering(true);
  await rest(one).post('/stops/lift', { flow: null, by: 'olga', reason: 'looked at' });
  await expect
    .poll(() => runs.filter((run) => statusOf(one, run)?.result === 'done').length, { timeout: 5000 })
    .toBe(40);
  expect(one.shop.seen).toHaveLength(80);
  expect(new Set(one.shop.seen.map(({ key }) => key)).size).toBe(80);
});

test('P32 one flow is stopped over REST, others go on; to lift another leaves it stopped', async () => {
  const one = await opened();
  const stopped = { flow: FLOW, by: 'olga', reason: 'wrong prices' };
  expect(stopsSchema.parse(await rest(one).post('/stops', stopped)).stops).toMatchObject([{ flow: FLOW }]);
  await expect(start(one, '7')).rejects.toMatchObject({ code: 'FLOW_STOPPED' });
  const run = await start(one, '8', OTHER);
  expect(statusOf(one, run)?.status).toBe('waiting');
  await rest(one).post('/stops/lift', { ...stopped, flow: OTHER });
  await rest(one).post('/stops/lift', { ...stopped, flow: null });
  await expect(start(one, '7')).rejects.toMatchObject({ code: 'FLOW_STOPPED' });
  await expect(rest(one).post('/stops', { ...stopped, flow: 'flows/none.flow.json' })).rejects.toMatchObject({
    code: 'NOT_FOUND',
  });
  await rest(one).post('/stops/lift', stopped);
  await start(one, '7');
  await reached(one, 1);
});

test('P32 it is set and lifted on a folder on which no engine runs, and holds for the next one', async () => {
  const one = await opened();
  await one.leave();
  expect(await stopCommand(one, 'set', '--flow', FLOW, ...why)).toMatchObject({ code: 0, out: `stopped: ${FLOW}\n` });
  await one.again();
  await expect(start(one, '7')).rejects.toMatchObject({ code: 'FLOW_STOPPED' });
  await one.leave();
  expect((await stopCommand(one, 'lift', '--flow', FLOW, ...why)).code).toBe(0);
  await one.again();
  await start(one, '7');
  await reached(one, 1);
});

test('P32 an approval that waited for a year, over restarts of the runner, is decided with a signature and goes on', async () => {
  const one = await opened();
  const run = await start(one, '7', OTHER);
  const begun = Date.now();
  vi.useFakeTimers({ toFake: ['Date'], now: begun });
  try {
    for (const days of [120, 240, 364]) {
      await one.leave();
      vi.setSystemTime(begun + days * 86_400_000);
      await one.again();
    }
    const [task] = one.life.runner.engine.reader().tasks({ run, status: 'open' });
    if (task === undefined) throw new Error('there is a task');
    // Control: what was not signed for exactly this is refused on that day as on the first.
    const other = one.office.decide({ ...task, shown: 'sha256-other' }, 'approved');
    await expect(one.life.runner.engine.decide(run, task.id, other)).rejects.toMatchObject({
      code: 'APPROVAL_CHANGED',
    });
    expect(one.shop.seen).toEqual([]);
    await one.life.runner.engine.decide(run, task.id, one.office.decide(task, 'approved'));
    await reached(one, 1);
  } finally {
    vi.useRealTimers();
  }
});
