import { setTimeout as sleep } from 'node:timers/promises';
import { checkPromises } from './check-promises.ts';
import { Clients } from './clients.ts';
import { nothingYet, type Fault, type Outcome } from './fault.ts';
import { serveFolder } from './serving.ts';
import type { Fresh, World } from './world.ts';
import { saltedControl } from './salted-control.ts';

/*
 * Clients start cases and approve over HTTP while the engine is killed at any moment and started again. After every kill
 * everything that was ever acknowledged is looked for in the journal, and what was not answered is asked for again. In
 * the end each key was counted at most once, and the record verifies.
 */

/** Cycles on one runner folder; then another begins, so that looking through it stays quick. */
const ON_ONE_FOLDER = 50;
const QUICK = 3;
const LONG = 200;
const AT_ONCE = 8;

export const randomKills: Fault = {
  name: 'P3 P11 P24 killed at any moment under load',
  run: async (world) => {
    const outcome = nothingYet();
    const cycles = world.cycles ?? world.many(QUICK, LONG);
    let kills = 0;
    for (let left = cycles; left > 0; left -= ON_ONE_FOLDER)
      kills += await killOnOneFolder(world, Math.min(left, ON_ONE_FOLDER), outcome);
    outcome.tried = `${kills} kills`;
    outcome.control = await saltedControl(world);
    return outcome;
  },
};

async function killOnOneFolder(world: World, cycles: number, outcome: Outcome): Promise<number> {
  const at = world.fresh(0);
  const clients = new Clients(world, at);
  let kills = 0;
  for (let cycle = 0; cycle < cycles; cycle++) {
    const engine = await serveFolder({ ...at, env: world.env });
    await clients.askAgain(engine);
    let over = false;
    const working = clients.load(engine, AT_ONCE, () => over);
    await sleep(world.random() * 250);
    await engine.end('SIGKILL');
    over = true;
    await working;
    kills += 1;
    outcome.lost.push(...clients.missing().map((what) => `kill ${kills}: ${what}`));
  }
  await endInPeace(world, at, clients, outcome);
  return kills;
}

/** Starts the engine once more, lets everything come to rest, stops it, and lays all beside what the systems counted. */
export async function endInPeace(world: World, at: Fresh, clients: Clients, outcome: Outcome): Promise<void> {
  const engine = await serveFolder({ ...at, env: world.env });
  await clients.askAgain(engine);
  const moving = await clients.settle();
  const code = await engine.end('SIGTERM');
  if (moving.length > 0) outcome.broken.push(`these do not come to rest: ${moving.join(', ')}`);
  if (code !== 0) outcome.broken.push(`stopped, it ended with ${code}: ${engine.said().slice(-400)}`);
  const { lost, twice, record } = await checkPromises(at.runner, at.rows, world.shop);
  outcome.acknowledged += clients.acknowledged;
  outcome.lost.push(...clients.missing(), ...lost);
  outcome.twice.push(...twice, ...clients.contradictions);
  outcome.broken.push(...record);
  world.remove(at.runner, at.data);
}
