import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { errorShapeSchema } from '../../engine/flow/error-schema.ts';
import { z } from '../../engine/flow/zod.ts';
import { answerOf, countersign, holds, refusalOf } from '../support/command-line.ts';
import { listing } from '../support/folder.ts';
import { shopRunner, type ShopRunner } from '../support/shop-runner.ts';
import { WAYS, writeOrders } from '../support/shop-workspace.ts';

let shop: ShopRunner;
beforeAll(async () => {
  shop = await shopRunner('machine');
});
const mounted = new Set<string>();
afterAll(async () => {
  // A disk that a test which ran out of time left behind.
  for (const at of mounted) spawnSync('umount', ['--lazy', at]);
  await shop.remove();
});

/** A disk of its own that is as small as is said. Null, with the reason, where none can be had. */
function smallDisk(
  at: string,
  size: string,
): { grow: (size: string) => void; remove: () => void } | { reason: string } {
  if (process.platform !== 'linux') return { reason: 'a small disk is made with Linux’s tmpfs' };
  if (process.getuid?.() !== 0) return { reason: 'only root can mount a small disk' };
  mkdirSync(at);
  const mount = (options: string) =>
    spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', at], { encoding: 'utf8' });
  const made = mount(`size=${size}`);
  if (made.status !== 0) return { reason: `mount refuses: ${made.stderr.trim() || String(made.error)}` };
  mounted.add(at);
  return {
    grow: (more) => void mount(`remount,size=${more}`),
    remove: () => {
      if (spawnSync('umount', [at]).status === 0) mounted.delete(at);
    },
  };
}

const refusalSchema = z.strictObject({ error: errorShapeSchema });
const auditSchema = z.object({ ok: z.boolean(), events: z.int() });
const listSchema = z.object({ cases: z.array(z.object({ status: z.string() })) });

test('P5 a full disk: refused with what to do, and the same command goes on when there is room', async (context) => {
  const at = shop.file('disk');
  const disk = smallDisk(at, '420k');
  if ('reason' in disk) return context.skip(disk.reason);
  try {
    const runner = join(at, 'runner');
    cpSync(shop.runner, runner, { recursive: true });
    const data = shop.file('many.csv');
    const rows = writeOrders(data, 1000, 20);
    const command = ['run', shop.manifest, '--runner', runner, '--data', data];
    // Grown little by little, so that it is full at the start, in the middle and near the end.
    const begun = new Set<number>();
    let told = await countersign(...command, '--json');
    for (let kilobytes = 620; told.code !== 0; kilobytes += 200) {
      expect(told).toMatchObject({ code: 3, out: '' });
      const { error } = refusalSchema.parse(JSON.parse(told.err));
      expect(error).toMatchObject({ code: 'DISK_FULL', retryable: true, fault: 'operator' });
      expect(error.where?.file).toContain(runner);
      expect(error.hint).toMatch(/^Make room/);
      disk.grow(`${kilobytes}k`);
      begun.add((await answerOf(listSchema, 'runs', '--runner', runner, '--limit', '1000')).cases.length);
      told = await countersign(...command, '--json');
    }
    expect([...begun].some((cases) => cases > 0)).toBe(true);
    const { cases } = await answerOf(listSchema, 'runs', '--runner', runner, '--limit', '1000');
    expect(cases).toHaveLength(rows);
    // A letter that was on its way when the disk was full waits for a person; all others ended or wait for their own.
    const settled = cases.filter(({ status }) => status === 'completed').length;
    expect(settled).toBeGreaterThanOrEqual((rows / WAYS.length) * 3);
    expect(cases.every(({ status }) => ['completed', 'waiting', 'in doubt'].includes(status))).toBe(true);
    expect(await answerOf(auditSchema, 'audit', 'verify', '--runner', runner)).toMatchObject({ code: 0, ok: true });
  } finally {
    disk.remove();
  }
}, 60_000);

test('P5 a full disk: keys, manifests and evidence are written whole or not at all', async (context) => {
  const at = shop.file('full');
  const disk = smallDisk(at, '16k');
  if ('reason' in disk) return context.skip(disk.reason);
  try {
    const manifests = [
      '--release',
      '2',
      '--not-after',
      '2099-01-01T00:00:00Z',
      '--author',
      'Ada',
      '--out',
      join(at, 'out'),
    ];
    const exported = await refusalOf('export', shop.root, ...manifests);
    expect(exported).toMatchObject({ exit: 3, code: 'DISK_FULL', retryable: true });
    expect(exported.where?.file).toContain(at);
    // No manifest without what it pins, and no temporary file.
    const left = readdirSync(join(at, 'out'), { recursive: true }).map(String);
    expect(left.filter((name) => name.endsWith('.manifest.json') || name.endsWith('.tmp'))).toEqual([]);
    const key = await refusalOf('keys', 'new', 'author', join(at, 'keys', 'ada'), '--name', 'Ada');
    expect(key).toMatchObject({ exit: 3, code: 'DISK_FULL' });
    expect(existsSync(join(at, 'keys', 'ada.key.json'))).toBe(false);
    disk.grow('4m');
    await holds('keys', 'new', 'author', join(at, 'keys', 'ada'), '--name', 'Ada');
    await holds('export', shop.root, ...manifests);
  } finally {
    disk.remove();
  }
});

/** A port that something else listens on. */
function takenPort(): Promise<{ port: number; server: Server }> {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve({ port: typeof address === 'object' && address !== null ? address.port : 0, server });
    });
  });
}

test('a port in use: refused by its number, and nothing is left behind that says an engine runs', async () => {
  const { port, server } = await takenPort();
  try {
    const command = ['serve', '--runner', shop.runner, '--port', String(port)];
    const error = await refusalOf(...command);
    expect(error).toMatchObject({ exit: 3, code: 'PORT_IN_USE', fault: 'operator' });
    expect(error.message).toContain(String(port));
    expect(error.hint).toContain('--port');
    expect(existsSync(join(shop.runner, 'engine.json'))).toBe(false);
    // The journal was let go of: the next command takes it.
    await shop.runOrders(1);

    const before = listing(shop.root);
    const systems = ['systems', shop.root, '--data', shop.file('other.sqlite'), '--port', String(port)];
    const bindings = shop.file('bindings');
    expect(await refusalOf(...systems, '--bindings', bindings)).toMatchObject({ exit: 3, code: 'PORT_IN_USE' });
    expect(existsSync(bindings)).toBe(false);
    expect(listing(shop.root)).toEqual(before);
  } finally {
    server.close();
  }
});

test('a folder that is no runner’s, and one that is another’s, are refused', async () => {
  const data = shop.file('orders-1.csv');
  const none = await refusalOf('run', shop.manifest, '--runner', shop.root, '--data', data);
  expect(none).toMatchObject({ exit: 3, code: 'FILE_UNREADABLE', where: { file: join(shop.root, 'trust.json') } });
  expect(none.hint).toContain('countersign runner init');
  const again = await refusalOf('runner', 'init', shop.runner, '--trust', `${shop.key('rae')}.pub.json`);
  expect(again).toMatchObject({ exit: 1, code: 'FILE_EXISTS', where: { file: join(shop.runner, 'trust.json') } });
  expect((await countersign('runs', '--runner', shop.runner)).code).toBe(0);
});
