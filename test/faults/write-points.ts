import { checkPromises } from './check-promises.ts';
import { nothingYet, type Fault, type Outcome } from './fault.ts';
import { live, runCommand, type Life } from './lives.ts';
import { saltedControl } from './salted-control.ts';
import { underShim, type Kind, type Points } from './shim.ts';
import type { Fresh, World } from './world.ts';

/*
 * The reference flow is run once in peace, which says how many points there are; then it is run anew for each point and
 * dies there. The same command again has to finish: every case not begun, ended, waiting or in doubt.
 */

const EACH = 1;
/** Points that are tried where a sample has to do. */
const SAMPLE = 4;

interface Died {
  life: Life;
  hits: number;
  points: Points;
}

async function runUnder(world: World, at: Fresh, kind: Kind, nth: number, command = runCommand(at)): Promise<Died> {
  const control = world.control();
  control.order(kind, nth);
  try {
    const life = await live(command, undefined, { ...world.env, ...underShim(world.shim, at.runner, control) });
    return { life, hits: control.hits, points: control.points };
  } finally {
    control.close();
  }
}

const sum = ({ writes, syncs, sends, names }: Points): number => writes + syncs + sends + names;

export const writePoints: Fault = {
  name: 'P4 P24 killed at every write, sync and send',
  run: async (world) => {
    const outcome = nothingYet();
    const peace = await runUnder(world, world.fresh(EACH), 'nothing', 0);
    if (peace.life.code !== 0) outcome.broken.push(`in peace it ended with ${peace.life.code}: ${peace.life.err}`);
    const { writes, syncs, sends, names } = peace.points;
    const all = sum(peace.points);
    const step = world.quick ? all / SAMPLE : world.every;
    let tried = 0;
    // Beyond the number counted in peace there may be a few more: the order of answers differs from time to time.
    for (let at = 1 + Math.floor(world.random() * (step - 1)); at <= all * 1.2; at += step) {
      const kind: Kind = tried % 2 === 0 ? 'kill' : 'half of it and then kill';
      const died = await dieAt(world, Math.floor(at), kind, outcome);
      if (died) tried += 1;
      else if (at > all) break;
    }
    outcome.tried = `${tried} of ${all} points`;
    outcome.remarks.push(`${writes} writes, ${syncs} syncs, ${sends} sends, ${names} renamings, removals and cuts`);
    outcome.remarks.push('by turns before it and after half of it');
    outcome.control = await saltedControl(world);
    return outcome;
  },
};

/** Gives whether it died: there may be fewer points than there were in peace. */
async function dieAt(world: World, nth: number, kind: Kind, outcome: Outcome): Promise<boolean> {
  const at = world.fresh(EACH);
  const { life, hits } = await runUnder(world, at, kind, nth);
  if (hits > 0 && life.code !== null) outcome.broken.push(`point ${nth}: it was to die and ended with ${life.code}`);
  await finish(world, at, `point ${nth}, ${kind}`, outcome);
  world.remove(at.runner, at.data);
  return hits > 0;
}

/** The same command again, without faults; then everything is laid beside what the systems counted. */
export async function finish(world: World, at: Fresh, where: string, outcome: Outcome): Promise<void> {
  const life = await live(runCommand(at), undefined, world.env);
  if (life.code !== 0) {
    outcome.broken.push(`${where}: afterwards it ended with ${life.code}: ${life.err.slice(0, 400)}`);
    return;
  }
  const { lost, twice, record } = await checkPromises(at.runner, at.rows, world.shop);
  outcome.acknowledged += at.rows.count;
  outcome.lost.push(...lost.map((what) => `${where}: ${what}`));
  outcome.twice.push(...twice.map((what) => `${where}: ${what}`));
  outcome.broken.push(...record.map((what) => `${where}: ${what}`));
}
