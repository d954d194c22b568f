import { createServer } from 'node:http';
import { appendFileSync, copyFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { parseNote } from '../audit/checkpoint.ts';
import { approvedFlow } from '../core/testing/flows.ts';
import { INA } from '../core/testing/people.ts';
import { contextOf } from '../core/testing/play.ts';
import { SINKS_FORMAT } from './checkpoint-outbox.ts';
import { runnerPaths } from './folder.ts';
import { Runner } from './runner.ts';
import { Office } from './testing/office.ts';

/* What a runner sees to by its own clock, while nobody asks it for anything and nothing is written. */

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const START = Date.parse('2026-03-02T09:00:00Z');

let office: Office;
const cleanups: (() => unknown)[] = [];
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date', 'setInterval', 'clearInterval'], now: START });
  office = new Office();
});
afterEach(async () => {
  await office.close();
  for (const cleanup of cleanups.splice(0)) await cleanup();
  vi.useRealTimers();
});

const pass = (ms: number): unknown => vi.advanceTimersByTime(ms);
const flow = approvedFlow('refund');

async function begin(runner: Runner): Promise<void> {
  const { program } = runner.current();
  const input = contextOf({ order: '7', amount: 5 });
  await runner.engine.start({ program, release: '1', key: null, initiator: INA, input });
  await runner.engine.idle();
}

/** Somebody else's server, which keeps the checkpoints that it is sent: how many events each is of. */
async function witness(): Promise<number[]> {
  const sizes: number[] = [];
  const server = createServer((request, response) => {
    void request.toArray().then((chunks) => {
      sizes.push(parseNote(Buffer.concat(chunks).toString()).checkpoint.size);
      response.writeHead(200).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanups.push(() => new Promise((resolve) => server.close(resolve)));
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === 'object' ? (address?.port ?? 0) : 0}/notes`;
  const sinks = [{ name: 'witness', url, private: true }];
  writeFileSync(runnerPaths(office.runner).sinks, JSON.stringify({ format: SINKS_FORMAT, version: 1, sinks }));
  return sizes;
}

/** Until the runner knows that its witness has a checkpoint of so many events. */
async function taken(runner: Runner, size: number): Promise<void> {
  // oxlint-disable-next-line no-await-in-loop -- one turn after the other
  while (runner.checkpoints().sinks[0]?.covered !== size) await nextTurn();
}

test('P27 few events are in a checkpoint after a quarter of an hour, which leaves the machine while the engine runs', async () => {
  const sizes = await witness();
  const runner = office.start();
  runner.accept(office.manifest(flow));
  await begin(runner);
  const first = runner.checkpoints().latest?.size ?? 0;
  await taken(runner, first);
  await begin(runner);
  const { size } = runner.engine.reader().head();
  expect(size).toBeGreaterThan(first);
  // Control: until then they are not.
  pass(14 * MINUTE);
  expect(runner.checkpoints()).toMatchObject({ behind: size - first });
  expect(sizes).not.toContain(size);
  pass(2 * MINUTE);
  expect(runner.checkpoints()).toMatchObject({ behind: 0 });
  await taken(runner, size);
  expect(sizes).toContain(size);
});

test('P8 a clock that is set while the engine runs is on record within seconds, either way', async () => {
  const runner = office.start();
  const jumps = () =>
    runner.engine
      .reader()
      .events('runner')
      .filter(({ type }) => type === 'clock.jumped')
      .map(({ open }) => open);
  // Control: time that passes is none, as what it is compared with is real time.
  pass(10 * SECOND);
  expect(jumps()).toEqual([]);
  for (const by of [90 * MINUTE, -48 * 60 * MINUTE]) {
    vi.setSystemTime(Date.now() + by);
    pass(5 * SECOND);
  }
  const [forward, back] = jumps().map((open) => Math.round(Number(Reflect.get(Object(open), 'by')) / MINUTE));
  expect([forward, back, jumps().length]).toEqual([90, -48 * 60, 2]);
});

test('P9 who was replaced and has nothing to write learns of it within seconds, and writes nothing', async () => {
  const first = office.start();
  let told = false;
  void first.replaced.then(() => (told = true));
  const second = new Runner({ folder: office.runner, takeOver: true });
  cleanups.push(() => second.close());
  const { size } = second.engine.reader().head();
  pass(5 * SECOND);
  expect(await first.replaced).toMatchObject({ code: 'JOURNAL_FENCED' });
  expect(told).toBe(true);
  await office.stop(first);
  expect(second.engine.reader().head().size).toBe(size);
});

test('P22 a release that is held is looked at again within a minute', async () => {
  const path = office.manifest(flow);
  const before = office.start();
  before.accept(path);
  await office.stop(before);
  const { releases } = runnerPaths(office.runner);
  const kept = join(releases, readdirSync(releases).find((name) => name.endsWith('.manifest.json')) ?? '');
  appendFileSync(kept, ' {}');
  const runner = office.start();
  expect(runner.held).toHaveLength(1);
  // Control: nothing has changed.
  pass(MINUTE);
  expect(runner.held).toHaveLength(1);
  copyFileSync(path, kept);
  pass(MINUTE);
  expect(runner.held).toEqual([]);
  expect(runner.current().release).toBe(1);
});
