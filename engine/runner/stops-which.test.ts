import { mkdirSync, writeFileSync } from 'node:fs';
import { afterEach, describe, expect, test } from 'vitest';
import { countersign } from '../../test/support/command-line.ts';
import { approval, end, REFUND, REFUND_PATH, refundWithin, shopFlow } from '../core/testing/flows.ts';
import { INA, OLGA } from '../core/testing/people.ts';
import { contextOf } from '../core/testing/play.ts';
import type { Flow } from '../flow/document.ts';
import type { LoadedRelease } from './release.ts';
import type { Runner } from './runner.ts';
import { engineAt, serveRunner } from './serve.ts';
import { statusOf } from './status.ts';
import { openShop, twoCalls } from './testing/held-shop.ts';
import { FLOW, Office } from './testing/office.ts';
import { tryAgain } from './try-again.ts';
import { caseView } from './views.ts';

/*
 * P32 which cases a stop holds: those whose manifest is of the flow or has it in it, and no others. Two flows that differ
 * in their names alone are one program.
 */

const TWIN = 'flows/twin.flow.json';
const why = ['--as', 'olga', '--reason', 'wrong prices'];

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

function opened(): Office {
  const office = new Office();
  closing.push(() => office.close());
  return office;
}

/** An office whose refunds go to a shop behind a socket. */
async function openedWithShop() {
  const office = opened();
  const shop = await openShop();
  closing.push(shop.close);
  office.bind(['refund'], 'shop', { baseUrl: shop.url });
  return { office, shop };
}

const begin = async (runner: Runner, release: LoadedRelease, order = '7'): Promise<string> => {
  const { program } = release;
  const on = { program, release: String(release.release), manifest: release.manifest.digest };
  return (await runner.engine.start({ ...on, key: null, initiator: INA, input: contextOf({ order, amount: 5 }) })).run;
};

const named = (flow: Flow, title: string): Flow => ({ ...flow, about: { ...flow.about, title } });

/** Both flows, which are one program. */
function twins(office: Office, runner: Runner, flow: Flow): [LoadedRelease, LoadedRelease] {
  const one = runner.accept(office.manifest(flow));
  const other = runner.accept(office.manifest(named(flow, 'Twin'), { path: TWIN }));
  // Without this none of it shows anything.
  expect(other.program.digest).toBe(one.program.digest);
  return [one, other];
}

describe('P32 two flows of one program', () => {
  test.each([FLOW, TWIN])(
    'P32 a stop of %s holds its own cases, also after a restart, and not the other’s',
    async (flow) => {
      const { office, shop } = await openedWithShop();
      let runner = office.start();
      const both = twins(office, runner, twoCalls());
      const [own, other] = flow === FLOW ? both : [both[1], both[0]];
      const [stopped, going] = [await begin(runner, own), await begin(runner, other)];
      await expect.poll(() => shop.seen.length).toBe(2);
      runner.stop(flow, OLGA, 'wrong prices');
      expect(statusOf(runner).stops).toMatchObject([{ flow, also: [] }]);
      await expect(begin(runner, own)).rejects.toMatchObject({ code: 'FLOW_STOPPED' });
      shop.answering(true);
      shop.answer();
      await expect.poll(() => runner.engine.reader().run(going)?.result).toBe('done');
      await runner.engine.idle();
      expect(shop.seen).toHaveLength(3);

      await office.stop(runner);
      runner = office.start();
      await runner.engine.idle();
      await begin(runner, other);
      await expect.poll(() => shop.seen.length).toBe(5);
      expect(runner.engine.reader().run(stopped)?.ended).toBeNull();
      await expect(begin(runner, own)).rejects.toMatchObject({ code: 'FLOW_STOPPED' });
      runner.goOn(flow, OLGA, 'put right');
      await expect.poll(() => runner.engine.reader().run(stopped)?.result).toBe('done');
      expect(shop.seen).toHaveLength(6);
    },
  );

  test('P32 control: without a stop both go on', async () => {
    const { office, shop } = await openedWithShop();
    const runner = office.start();
    for (const release of twins(office, runner, twoCalls())) await begin(runner, release);
    await expect.poll(() => shop.seen.length).toBe(2);
    shop.answer();
    await expect.poll(() => shop.seen.length).toBe(4);
  });

  test('P32 a case that is tried again stays with its own flow, and under its stop', async () => {
    const office = opened();
    const runner = office.start();
    const [one, other] = twins(office, runner, twoCalls());
    for (const release of [one, other]) {
      const run = await begin(runner, release);
      await runner.engine.cancel(run, OLGA, 'to try again', false);
      const ask = { run, again: 'failed step' as const, by: OLGA, reason: 'once more', effects: [] };
      const { run: next } = await tryAgain(runner, ask);
      expect(caseView(runner, next).manifest).toBe(release.manifest.digest);
      await runner.engine.cancel(next, OLGA, 'to try again', false);
      runner.stop(release.flowPath, OLGA, 'wrong prices');
      await expect(tryAgain(runner, { ...ask, run: next })).rejects.toMatchObject({ code: 'FLOW_STOPPED' });
      runner.goOn(release.flowPath, OLGA, 'put right');
    }
  });

  test('P32 lines are of a flow: a case does not wait for one of its twin, and does for one of its own', async () => {
    const office = opened();
    const runner = office.start();
    const flow = shopFlow()
      .node('Start', 'trigger', { columns: {}, orderBy: 'input.order' })
      .node('Ask', 'approval', approval())
      .node('Done', 'end', end('done'))
      .chain('Start', 'Ask')
      .edge('Ask', 'approved', 'Done')
      .edge('Ask', 'rejected', 'Done')
      .build();
    const [one, other] = twins(office, runner, flow);
    const runs = [await begin(runner, one), await begin(runner, other), await begin(runner, one)];
    const stands = runs.map((run) => runner.engine.reader().run(run)?.status);
    expect(stands).toEqual(['waiting', 'waiting', 'queued']);
  });
});

describe('P32 a flow that stands in another', () => {
  const flows = { [REFUND_PATH]: REFUND };

  test('P32 stopped, it stops those that contain it, for starts and for steps under way, and they are named', async () => {
    const { office, shop } = await openedWithShop();
    let runner = office.start();
    const outer = runner.accept(office.manifest(refundWithin(), { flows }));
    const other = runner.accept(office.manifest(twoCalls(), { path: TWIN }));
    const run = await begin(runner, outer);
    await office.stop(runner);

    const set = await countersign('stop', 'set', '--flow', REFUND_PATH, '--runner', office.runner, ...why);
    expect(set).toMatchObject({
      code: 0,
      out: `stopped: ${REFUND_PATH}\nalso stops: ${FLOW}, which contains it\n`,
    });
    const listed = await countersign('stop', 'list', '--runner', office.runner);
    expect(listed.out).toContain(`also stops: ${FLOW}, which contains it`);
    const status = await countersign('runner', 'status', '--runner', office.runner);
    expect(status.out).toContain(`also stops: ${FLOW}, which contains it`);

    runner = office.start();
    const serving = await serveRunner(runner, 0);
    closing.push(() => serving.close());
    expect(await engineAt(serving.url, serving.token).get('/stops')).toMatchObject({ stops: [{ also: [FLOW] }] });
    await expect(begin(runner, outer)).rejects.toMatchObject({ code: 'FLOW_STOPPED' });
    const [task] = runner.engine.reader().tasks({ run, status: 'open' });
    if (task === undefined) throw new Error('there is a task');
    await runner.engine.decide(run, task.id, office.decide(task, 'approved'));
    await runner.engine.idle();
    expect(shop.seen).toEqual([]);
    // Control: what does not contain it goes on.
    await begin(runner, other);
    await expect.poll(() => shop.seen.length).toBe(1);

    const lift = await countersign('stop', 'lift', '--flow', FLOW, '--runner', office.runner, ...why);
    expect(lift.code).toBe(1);
    expect(lift.out).toContain(`was not stopped: ${FLOW}\nstill stopped: ${REFUND_PATH}, by`);
    runner.goOn(REFUND_PATH, OLGA, 'put right');
    await expect.poll(() => shop.seen.length).toBe(2);
  });
});

describe('P32 lifting', () => {
  const onRecord = (runner: Runner) =>
    runner.engine
      .reader()
      .events('runner')
      .flatMap(({ type }) => (type.startsWith('stop.') ? [type] : []));

  test.each(['an engine', 'no engine'])(
    'P32 what was not stopped is told so, by what it is held, and puts nothing on record: %s',
    async (on) => {
      const office = opened();
      let runner = office.start();
      runner.accept(office.manifest(twoCalls()));
      runner.stop(null, OLGA, 'the bank asked for it');
      const serving = on === 'an engine' ? await serveRunner(runner, 0) : null;
      if (serving === null) await office.stop(runner);
      const lift = (...of: string[]) => countersign('stop', 'lift', ...of, '--runner', office.runner, ...why);
      const refused = await lift('--flow', FLOW);
      expect(refused.code).toBe(1);
      expect(refused.out).toMatch(
        /^was not stopped: flows\/orders.*\nstill stopped: everything, by olga .*: the bank asked for it\n$/,
      );
      expect(await lift()).toMatchObject({ code: 0, out: 'goes on: everything\n' });
      expect(await lift()).toMatchObject({ code: 0, out: 'was not stopped: everything\n' });
      expect(await lift('--flow', FLOW)).toMatchObject({ code: 0, out: `was not stopped: ${FLOW}\n` });
      await serving?.close();
      if (serving === null) runner = office.start();
      expect(onRecord(runner)).toEqual(['stop.set', 'stop.lifted']);
    },
  );

  test('P32 one of two stops is lifted: what else holds it is said', async () => {
    const office = opened();
    const runner = office.start();
    runner.accept(office.manifest(twoCalls()));
    runner.stop(null, OLGA, 'the bank asked for it');
    runner.stop(FLOW, OLGA, 'wrong prices');
    expect(runner.goOn(FLOW, OLGA, 'put right')).toMatchObject({ was: true, still: [{ flow: null }] });
    expect(onRecord(runner)).toEqual(['stop.set', 'stop.set', 'stop.lifted']);
  });
});

describe('P32 a command about one case where no engine runs', () => {
  /** Two cases in the middle of a call, as after a crash: the shop has seen each once. */
  async function crashed() {
    const { office, shop } = await openedWithShop();
    const runner = office.start();
    const release = runner.accept(office.manifest(twoCalls()));
    const runs = [await begin(runner, release, '1'), await begin(runner, release, '2')];
    await expect.poll(() => shop.seen.length).toBe(2);
    await office.stop(runner);
    shop.answering(true);
    return { office, shop, one: runs[0] ?? '', other: runs[1] ?? '' };
  }

  test.each([
    ['suspend', 0],
    ['cancel', 1],
  ])('P32 %s of one case lets no other go on; the next engine does', async (what, calls) => {
    const { office, shop, one, other } = await crashed();
    const told = await countersign('runs', what, one, '--runner', office.runner, ...why);
    expect(told).toMatchObject({ code: 0 });
    // What may have reached the shop is asked for again before the case itself is cancelled.
    expect(shop.seen).toHaveLength(2 + calls);
    const runner = office.start();
    await expect.poll(() => runner.engine.reader().run(other)?.result).toBe('done');
    expect(runner.stops).toEqual([]);
  });

  test('P32 a stop is set and lifted without any case going on, whatever is wrong with sinks.json', async () => {
    const { office, shop, one } = await crashed();
    writeFileSync(`${office.runner}/sinks.json`, '{ "not": a document');
    const set = await countersign('stop', 'set', '--runner', office.runner, ...why);
    expect(set).toMatchObject({ code: 0, out: 'stopped: everything\n' });
    expect(set.err).toContain('sinks.json');
    expect((await countersign('stop', 'lift', '--runner', office.runner, ...why)).out).toBe('goes on: everything\n');
    expect(shop.seen).toHaveLength(2);
    // Control: another command needs what the file says.
    expect((await countersign('runs', 'suspend', one, '--runner', office.runner, ...why)).code).not.toBe(0);
  });

  test('P32 a case that is tried again there runs, and no other', async () => {
    const { office, shop, one } = await crashed();
    await countersign('runs', 'cancel', one, '--runner', office.runner, ...why, '--keep');
    expect(shop.seen).toHaveLength(3);
    const told = await countersign(
      'runs',
      'again',
      one,
      '--from',
      'start',
      '--knowing-effects',
      '--runner',
      office.runner,
      ...why,
    );
    expect(told).toMatchObject({ code: 0 });
    expect(shop.seen).toHaveLength(5);
  });

  test('a folder that is no runner’s is refused', async () => {
    const office = opened();
    mkdirSync(`${office.folder}/empty`);
    expect((await countersign('stop', 'set', '--runner', `${office.folder}/empty`, ...why)).err).toContain(
      'trust.json',
    );
  });
});
