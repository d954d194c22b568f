import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import { Clients } from './clients.ts';
import { serveFolder } from './serving.ts';
import { underShim, WHAT } from './shim.ts';
import type { World } from './world.ts';

const shown = new WeakMap<World, Promise<string | null>>();

/** A build that acknowledges what it could not write, on a disk that is full; run once for all faults of the disk. */
export function swallowControl(world: World): Promise<string | null> {
  const known = shown.get(world) ?? runSwallowing(world);
  shown.set(world, known);
  return known;
}

async function runSwallowing(world: World): Promise<string | null> {
  const at = world.fresh(0);
  const control = world.control();
  const swallow = pathToFileURL(join(import.meta.dirname, 'swallow-errors.ts')).href;
  const env = { ...world.env, NODE_OPTIONS: `--import=${swallow}`, ...underShim(world.shim, at.runner, control) };
  const engine = await serveFolder({ ...at, env });
  const clients = new Clients(world, at);
  // The secret that keys of starts are hashed under is made with the first of them.
  await clients.startNext(engine);
  control.order('disk full from here', 1, WHAT.write);
  const until = performance.now() + 3000;
  await clients.load(engine, 2, () => clients.acknowledged >= 5 || performance.now() > until);
  await sleep(10);
  await engine.end('SIGKILL');
  control.close();
  const missing = clients.missing().length;
  world.remove(at.runner, at.data);
  return missing === 0 ? null : `acknowledged without being written: ${missing} lost`;
}
