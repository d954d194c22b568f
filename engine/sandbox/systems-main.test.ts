import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createHttpSystems, type HttpSystems } from '../connections/http-systems.ts';
import { realClock } from '../connections/real-clock.fixture.ts';
import { environmentSecrets } from '../connections/secrets.ts';
import { shop } from '../connections/shop.fixture.ts';
import type { FeelValue } from '../feel/value.ts';
import { z } from '../flow/zod.ts';
import { shopSystem } from './shop.fixture.ts';

let folder: string;
let children: ChildProcess[] = [];
let opened: HttpSystems[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'systems-'));
  await writeFile(join(folder, 'shop.connection.json'), JSON.stringify(shop));
  await writeFile(join(folder, 'shop.system.json'), JSON.stringify(shopSystem));
});
afterEach(async () => {
  await Promise.all(opened.map((systems) => systems.close()));
  for (const child of children) child.kill('SIGKILL');
  children = [];
  opened = [];
  await rm(folder, { recursive: true });
});

const startedSchema = z.object({ url: z.string(), connections: z.object({ shop: z.string() }) });
const effectsSchema = z.object({ effects: z.array(z.object({ key: z.string(), effects: z.number() })) });

const main = fileURLToPath(new URL('systems-main.ts', import.meta.url));

function spawned(args: readonly string[]): ChildProcess {
  const child = spawn(process.execPath, ['--disallow-code-generation-from-strings', main, ...args], {
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  children.push(child);
  return child;
}

const ended = (child: ChildProcess) =>
  new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));

async function started(more: readonly string[] = []) {
  const child = spawned([
    '--documents',
    folder,
    '--connections',
    folder,
    '--data',
    join(folder, 'data.sqlite'),
    '--with-parent',
    ...more,
  ]);
  const line = await new Promise<string>((resolve, reject) => {
    let [out, err] = ['', ''];
    child.stdout?.on('data', (chunk: Buffer) => {
      out += chunk.toString();
      if (out.includes('\n')) resolve(out);
    });
    child.stderr?.on('data', (chunk: Buffer) => (err += chunk.toString()));
    child.once('exit', () => reject(new Error(err)));
  });
  const said = startedSchema.parse(JSON.parse(line));
  const systems = createHttpSystems({
    connections: { shop },
    bindings: {
      shop: {
        format: 'countersign.binding',
        version: 1,
        connection: 'shop',
        baseUrl: said.connections.shop,
        allow: { private: true },
        grants: Object.keys(shop.actions),
        maxConcurrent: 32,
      },
    },
    secrets: environmentSecrets({}),
    clock: realClock,
  });
  opened.push(systems);
  const get = async (path: string): Promise<unknown> => (await fetch(said.url + path)).json();
  const post = async (path: string, body: object): Promise<unknown> =>
    (await fetch(said.url + path, { method: 'POST', body: JSON.stringify(body) })).json();
  const perform = (action: string, request: Record<string, FeelValue>, key: string, timeoutMs = 5_000) =>
    systems.perform({ connection: 'shop', action, request: new Map(Object.entries(request)), key, timeoutMs });
  return { child, systems, perform, get, post, url: said.url };
}

const refund = (order: number) => ({ order: String(order), amount: 1 });

test('P3 what was answered survives kill -9; what is sent again with its key happens once', async () => {
  const first = await started();
  const answers = new Map<string, unknown>();
  let under = 0;
  const sending = Array.from({ length: 400 }, async (_, i) => {
    const outcome = await first.perform('refund', refund(i + 1), `key-${i}`);
    under++;
    if (outcome.outcome === 'done') answers.set(`key-${i}`, outcome);
    if (under === 150) first.child.kill('SIGKILL');
  });
  await Promise.all(sending);
  expect(answers.size).toBeGreaterThanOrEqual(150 - 32);
  expect(answers.size).toBeLessThan(400);

  const second = await started();
  for (let i = 0; i < 400; i++) {
    const outcome = await second.perform('refund', refund(i + 1), `key-${i}`);
    expect(outcome.outcome).toBe('done');
    expect(answers.get(`key-${i}`) ?? outcome).toEqual(outcome);
  }
  const { effects } = effectsSchema.parse(await second.get('/_/effects'));
  expect(effects).toHaveLength(400);
  expect(effects.every((one) => one.effects === 1)).toBe(true);
});

test('control: where nothing remembers the key, sending again is counted twice', async () => {
  const { perform, get } = await started();
  for (let i = 0; i < 2; i++) await perform('post letter', { order: '1' }, 'k');
  expect(await get('/_/count?key=k')).toEqual({ key: 'k', attempts: 2, effects: 2 });
});

test('faults are set while it runs: a lost answer is an effect that nobody was told of', async () => {
  const { perform, post, get } = await started();
  expect(
    await post('/_/faults', { connection: 'shop', faults: [{ action: 'refund', fault: 'lost answer', nth: [1] }] }),
  ).toEqual({ faults: 1 });
  expect(await perform('refund', refund(1), 'k')).toMatchObject({ outcome: 'failed', sent: 'maybe' });
  expect(await get('/_/count?key=k')).toEqual({ key: 'k', attempts: 1, effects: 1 });
  expect(await perform('refund', refund(1), 'k')).toMatchObject({ outcome: 'done' });
  expect(await get('/_/count?key=k')).toEqual({ key: 'k', attempts: 2, effects: 1 });
  expect(await post('/_/faults', { connection: 'shop', faults: [{ fault: 'gremlins' }] })).toHaveProperty('message');
});

test('paused, it says nothing and does nothing until it is resumed', async () => {
  const { perform, post, get } = await started();
  await post('/_/pause', {});
  const waiting = perform('refund', refund(1), 'k');
  expect(await perform('refund', refund(2), 'k2', 100)).toMatchObject({ error: { code: 'ACTION_TIMED_OUT' } });
  expect(await get('/_/count?key=k')).toMatchObject({ attempts: 0, effects: 0 });
  await post('/_/resume', {});
  expect(await waiting).toMatchObject({ outcome: 'done' });
});

test('it ends with its parent, and says what is wrong when it cannot start', async () => {
  const { child, url } = await started();
  const wrong: [string[], number, string][] = [
    [[], 2, 'USAGE'],
    [['--documents', folder, '--data', join(folder, 'x'), '--port', 'many'], 2, 'USAGE'],
    [['--documents', join(folder, 'nowhere'), '--data', join(folder, 'x')], 3, 'FILE_UNREADABLE'],
    [
      ['--documents', folder, '--connections', folder, '--data', join(folder, 'y'), '--port', new URL(url).port],
      3,
      'PORT_IN_USE',
    ],
  ];
  for (const [args, code, says] of wrong) {
    const failing = spawned(args);
    let err = '';
    failing.stderr?.on('data', (chunk: Buffer) => (err += chunk.toString()));
    expect(await ended(failing)).toBe(code);
    expect(err).toContain(says);
  }
  const end = ended(child);
  child.stdin?.end();
  expect(await end).toBe(0);
});
