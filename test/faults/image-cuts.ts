import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Clients } from './clients.ts';
import { serveFolder } from './serving.ts';
import type { World } from './world.ts';

/*
 * A power cut under a real file system: the runner folder lies on ext4 in a file. The engine is paused under load, the
 * file is copied, and the copy is mounted in the place of the first: what the kernel had not written out is gone.
 */

/** What the kernel keeps to itself for so many seconds, if nobody asks it to sync. */
const OPTIONS = 'data=ordered,commit=60';
const WORK_WITHIN_MS = 30_000;

/** What came of it; null where no file system may be mounted. */
export interface ImageCuts {
  cuts: number;
  acknowledged: number;
  lost: string[];
}

export async function cutImages(
  world: World,
  count: number,
  env: Readonly<Record<string, string>>,
): Promise<ImageCuts | null> {
  const all: ImageCuts = { cuts: 0, acknowledged: 0, lost: [] };
  for (let i = 0; i < count; i++) {
    const cut = await cutImage(world, env);
    if (cut === null) return null;
    all.cuts += 1;
    all.acknowledged += cut.acknowledged;
    all.lost.push(...cut.lost.map((what) => `image ${i + 1}: ${what}`));
  }
  return all;
}

const does = (command: string, ...args: string[]): boolean =>
  spawnSync(command, args, { stdio: 'ignore' }).status === 0;

async function cutImage(world: World, env: Readonly<Record<string, string>>): Promise<Omit<ImageCuts, 'cuts'> | null> {
  const [image, copy, mount] = [world.path('disk'), world.path('disk'), world.path('mount')];
  mkdirSync(mount);
  const made = does('truncate', '-s', '128M', image) && does('mkfs.ext4', '-q', '-F', image);
  if (!made || !does('mount', '-o', `loop,${OPTIONS}`, image, mount)) return null;
  try {
    const fresh = world.fresh(0);
    const at = { ...fresh, runner: join(mount, 'runner') };
    cpSync(fresh.runner, at.runner, { recursive: true });
    does('sync', '-f', mount);
    const clients = new Clients(world, at);
    const engine = await serveFolder({ ...at, env: { ...world.env, ...env } });
    const enough = 20 + Math.floor(world.random() * 100);
    const until = performance.now() + WORK_WITHIN_MS;
    await clients.load(engine, 8, () => clients.acknowledged >= enough || performance.now() > until);
    engine.child.kill('SIGSTOP');
    await sleep(20);
    const copied = does('cp', '--sparse=always', image, copy);
    await engine.end('SIGKILL');
    does('umount', mount);
    if (!copied || !does('mount', '-o', 'loop', copy, mount)) throw new Error('the copy of the disk does not mount');
    return { acknowledged: clients.acknowledged, lost: missingIn(clients) };
  } finally {
    does('umount', '--lazy', mount);
    world.remove(image, copy);
  }
}

/** A journal that cannot be read has lost everything. */
function missingIn(clients: Clients): string[] {
  try {
    return clients.missing();
  } catch (error) {
    return [`the journal cannot be read: ${String(error)}`];
  }
}
