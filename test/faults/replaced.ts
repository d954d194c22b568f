import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { decodeHeader } from '../../engine/journal/event-codec.ts';
import { openJournalReader } from '../../engine/journal/reader.ts';
import { checkPromises } from './check-promises.ts';
import { Clients } from './clients.ts';
import { nothingYet, type Fault, type Outcome } from './fault.ts';
import { serveFolder, type Serving } from './serving.ts';
import type { Fresh, World } from './world.ts';

/*
 * One engine is stopped in the middle of its work (SIGSTOP), another takes its place, and the first is woken again. It is
 * to write nothing, and to end by itself with an error that says why; also when it has nothing to do and only looks.
 */

const AT_ONCE = 8;
const ENDS_WITHIN_MS = 8000;

export const replaced: Fault = {
  name: 'P9 a runner is paused, replaced, and wakes',
  run: async (world) => {
    const outcome = nothingYet();
    const rounds = world.many(1, 25);
    let twiceParcels = 0;
    for (let round = 0; round < rounds; round++) {
      twiceParcels += await pauseAndReplace(world, true, outcome);
      if (!world.quick) twiceParcels += await pauseAndReplace(world, false, outcome);
    }
    outcome.tried = `${rounds} replaced at work${world.quick ? '' : `, ${rounds} at rest`}`;
    if (twiceParcels > 0)
      outcome.remarks.push(
        `${twiceParcels} parcels left twice: asked about by the new runner before the old one woke and sent them`,
      );
    outcome.control = await withoutEpoch(world);
    return outcome;
  },
};

interface Pair {
  first: Serving;
  second: Serving;
}

/** @param working whether the first is in the middle of something when it is paused */
async function pauseAndReplace(world: World, working: boolean, outcome: Outcome): Promise<number> {
  const at = world.fresh(0);
  const clients = new Clients(world, at);
  const { first, second } = await putInPlace(world, at, clients, working, {});
  const where = working ? 'at work' : 'at rest';
  first.child.kill('SIGCONT');
  const code = await Promise.race([first.ended, sleep(ENDS_WITHIN_MS, 'stayed' as const)]);
  if (code === 'stayed') {
    outcome.broken.push(`${where}: who was replaced did not end within ${ENDS_WITHIN_MS / 1000} s`);
    await first.end('SIGKILL');
  } else {
    if (code !== 3) outcome.broken.push(`${where}: who was replaced ended with ${code}: ${first.said().slice(-400)}`);
    if (!first.said().includes('took over') || !first.said().includes('What to do:'))
      outcome.broken.push(`${where}: it does not say why: ${first.said().slice(-400)}`);
  }
  outcome.broken.push(...foreignEvents(at).map((what) => `${where}: ${what}`));
  await clients.askAgain(second);
  await clients.settle();
  if ((await second.end('SIGTERM')) !== 0) outcome.broken.push(`${where}: the second: ${second.said().slice(-400)}`);
  const { lost, twice, record } = await checkPromises(at.runner, at.rows, world.shop);
  // The one window that no engine closes: asked about, answered “no”, and sent by the first once it woke.
  const parcels = twice.filter((line) => line.includes('parcel'));
  outcome.acknowledged += clients.acknowledged;
  outcome.lost.push(...clients.missing(), ...lost);
  outcome.twice.push(...twice.filter((line) => !parcels.includes(line)), ...clients.contradictions);
  outcome.broken.push(...record);
  world.remove(at.runner, at.data);
  return parcels.length;
}

/** Pauses a first engine and puts a second in its place, which clients then use. */
async function putInPlace(
  world: World,
  at: Fresh,
  clients: Clients,
  working: boolean,
  env: Record<string, string>,
): Promise<Pair> {
  const first = await serveFolder({ ...at, env: { ...world.env, ...env } });
  let over = false;
  const load = clients.load(first, AT_ONCE, () => over);
  await sleep(100 + world.random() * 100);
  if (!working) {
    over = true;
    await load;
    await clients.settle();
  }
  const second = await takeOver(world, at, first);
  over = true;
  // What the first was asked and has not answered is nobody's; who asked gives up.
  await Promise.race([load, sleep(50)]);
  let enough = false;
  const more = clients.load(second, AT_ONCE, () => enough);
  await sleep(200);
  enough = true;
  await more;
  return { first, second };
}

/** Pauses the first where it holds no lock of SQLite's own, as in the middle of a transaction, and starts a second. */
async function takeOver(world: World, at: Fresh, first: Serving): Promise<Serving> {
  first.child.kill('SIGSTOP');
  while (isWriting(at)) {
    first.child.kill('SIGCONT');
    await sleep(3);
    first.child.kill('SIGSTOP');
  }
  return serveFolder({ ...at, env: world.env, takeOver: true });
}

function isWriting(at: Fresh): boolean {
  return ['journal.sqlite', 'keys.sqlite'].some((name) => {
    const db = new Database(join(at.runner, name), { timeout: 0 });
    try {
      db.exec('BEGIN IMMEDIATE; ROLLBACK');
      return false;
    } catch {
      return true;
    } finally {
      db.close();
    }
  });
}

/** Events that somebody else than the last to open the journal wrote after it was opened. */
function foreignEvents(at: Fresh): string[] {
  const journal = openJournalReader(join(at.runner, 'journal.sqlite'));
  try {
    const headers = journal.rawRange(1, journal.head().size).map(({ header }) => decodeHeader(header));
    let epoch = 0;
    const found: string[] = [];
    for (const one of headers) {
      if (one.epoch < epoch) found.push(`event ${one.seq} was written by a runner that had been replaced`);
      epoch = Math.max(epoch, one.epoch);
    }
    if (epoch !== 2) found.push(`the journal was opened ${epoch} times and not twice: who was replaced took it back`);
    return found;
  } finally {
    journal.close();
  }
}

/** A build that does not look at the epoch. */
async function withoutEpoch(world: World): Promise<string | null> {
  const at = world.fresh(0);
  const clients = new Clients(world, at);
  const blind = pathToFileURL(join(import.meta.dirname, 'no-epoch.ts')).href;
  const { first, second } = await putInPlace(world, at, clients, true, { NODE_OPTIONS: `--import=${blind}` });
  first.child.kill('SIGCONT');
  await sleep(1000);
  const stayed = first.child.exitCode === null;
  const found = foreignEvents(at);
  await Promise.all([first.end('SIGKILL'), second.end('SIGKILL')]);
  world.remove(at.runner, at.data);
  return found.length === 0 || !stayed ? null : `no look at the epoch: ${found[0]}`;
}
