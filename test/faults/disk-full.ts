import { spawnSync } from 'node:child_process';
import { closeSync, cpSync, fsyncSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { Clients } from './clients.ts';
import { nothingYet, type Fault, type Outcome } from './fault.ts';
import { answersAgain, checkRefusals } from './io-errors.ts';
import { endInPeace } from './random-kills.ts';
import { serveFolder } from './serving.ts';
import { underShim, WHAT } from './shim.ts';
import { swallowControl } from './swallow-control.ts';
import type { Fresh, World } from './world.ts';

/*
 * The disk under a runner folder fills up while clients start cases, stays full for a while, and has room again: a small
 * file system in memory with a ballast file where that may be mounted, and the shim, which refuses every write.
 */

/** Something that can be full. */
interface Disk {
  at: Fresh;
  env: Record<string, string>;
  fill(): void;
  makeRoom(): void;
  remove(): void;
}

export const diskFull: Fault = {
  name: 'P6 the disk is full',
  run: async (world) => {
    const outcome = nothingYet();
    const rounds = world.many(1, 10);
    const mounted = smallFileSystem(world);
    if (mounted === null) outcome.remarks.push('NOT TRIED on a file system of its own: mounting one needs root');
    const disks = [
      ...(mounted === null ? [] : [mounted]),
      ...(mounted === null || !world.quick ? [shimmed(world)] : []),
    ];
    for (const disk of disks) await fillAndEmpty(world, disk, rounds, outcome);
    outcome.tried = `${rounds * disks.length} times full${mounted === null ? '' : `, ${rounds} on a tmpfs`}`;
    outcome.control = await swallowControl(world);
    return outcome;
  },
};

async function fillAndEmpty(world: World, disk: Disk, rounds: number, outcome: Outcome): Promise<void> {
  const { at } = disk;
  const clients = new Clients(world, at);
  try {
    const engine = await serveFolder({ ...at, env: disk.env });
    for (let round = 0; round < rounds; round++) {
      await loadFor(clients, engine, 150);
      disk.fill();
      const refused = clients.refusals.length;
      await loadUntil(clients, engine, () => clients.refusals.length > refused + 10);
      if (clients.refusals.length === refused) outcome.broken.push('a full disk was not noticed');
      disk.makeRoom();
      await answersAgain(clients, engine, 'with room again', outcome);
    }
    outcome.lost.push(...clients.missing());
    const code = await engine.end('SIGTERM');
    if (code !== 0) outcome.broken.push(`it ended with ${code}: ${engine.said().slice(-400)}`);
    checkRefusals(clients, outcome);
    await endInPeace(world, at, clients, outcome);
  } finally {
    disk.remove();
  }
}

function loadFor(clients: Clients, engine: Parameters<Clients['load']>[0], ms: number): Promise<void> {
  const until = performance.now() + ms;
  return clients.load(engine, 4, () => performance.now() > until);
}

function loadUntil(clients: Clients, engine: Parameters<Clients['load']>[0], done: () => boolean): Promise<void> {
  const until = performance.now() + 5000;
  return clients.load(engine, 2, () => done() || performance.now() > until);
}

function shimmed(world: World): Disk {
  const at = world.fresh(0);
  const control = world.control();
  return {
    at,
    env: { ...world.env, ...underShim(world.shim, at.runner, control) },
    fill: () => control.order('disk full from here', 1, WHAT.write),
    makeRoom: () => control.heal(),
    remove: () => control.close(),
  };
}

/** Takes what all rounds leave, and a write-ahead log that is not written back yet. */
const SIZE = '64m';

/** Null where none may be mounted. */
function smallFileSystem(world: World): Disk | null {
  const mount = world.path('small');
  mkdirSync(mount);
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${SIZE}`, 'none', mount], { stdio: 'ignore' }).status !== 0)
    return null;
  const made = world.fresh(0);
  const at = { ...made, runner: join(mount, 'runner') };
  cpSync(made.runner, at.runner, { recursive: true });
  const ballast = join(mount, 'ballast');
  return {
    at,
    env: world.env,
    fill: () => fillUp(ballast),
    makeRoom: () => rmSync(ballast),
    remove: () => void spawnSync('umount', ['--lazy', mount], { stdio: 'ignore' }),
  };
}

function fillUp(path: string): void {
  const file = openSync(path, 'a');
  const block = new Uint8Array(4096);
  try {
    for (;;) writeSync(file, block);
  } catch {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
