import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from '../../engine/flow/zod.ts';
import { openJournalReader } from '../../engine/journal/reader.ts';
import { answerOf, holds } from '../support/command-line.ts';
import { checkPromises } from './check-promises.ts';
import { nothingYet, type Fault, type Outcome } from './fault.ts';
import { atItsPoint, heldCommand, live, runCommand, wasKilled } from './lives.ts';
import { saltedControl } from './salted-control.ts';
import type { Fresh, World } from './world.ts';
import { finish } from './write-points.ts';

/*
 * Killed exactly where an effect can get lost or happen twice: its intent is on disk and it has not been sent; it has been
 * sent and not answered; it has been answered and that is not on disk. Each twice, the second time while recovering.
 */

const tasksSchema = z.object({ tasks: z.array(z.object({ id: z.string() })) });
const ALL = ['refund', 'set state', 'send parcel', 'post letter'];
/** What is sent again after a crash; a letter is in doubt then. */
const REPEATED = ['refund', 'set state'];

/** Of each action: all together are fewer than the calls that a binding lets out at once. */
const EACH = 12;

type Point = 'between intent and send' | 'between answer and commit';

interface Held {
  world: World;
  each: number;
  outcome: Outcome;
  kills: number;
}

export const heldPoints: Fault = {
  name: 'P3 P24 killed between intent, send, answer and commit',
  run: async (world) => {
    const held: Held = { world, each: world.quick ? 3 : EACH, outcome: nothingYet(), kills: 0 };
    for (let round = 0; round < world.many(1, 10); round++) {
      await beforeSend(held);
      if (!world.quick) await beforeAnswer(held);
      await beforeCommit(held);
    }
    held.outcome.tried = `${held.kills} kills, ${held.each} effects of each kind at each`;
    held.outcome.control = await saltedControl(world);
    return held.outcome;
  },
};

async function killAt(held: Held, at: Fresh, point: Point, actions: readonly string[]): Promise<void> {
  const effects = Object.fromEntries(actions.map((action) => [action, held.each]));
  const options = { manifest: at.manifest, runner: at.runner, data: at.data, hold: { at: point, effects } };
  wasKilled(await live(heldCommand({ ...options, salted: false }), atItsPoint, held.world.env));
  held.kills += 1;
}

function expectTimes(held: Held, what: string, times: readonly number[], wanted: number): void {
  const others = times.filter((one) => one !== wanted);
  if (times.length !== held.each || others.length > 0)
    held.outcome.broken.push(
      `${what}: ${held.each} were to be sent ${wanted} times each, and were ${times.join(', ')}`,
    );
}

async function beforeSend(held: Held): Promise<void> {
  const { world, outcome, each } = held;
  const at = world.fresh(each);
  await killAt(held, at, 'between intent and send', ALL);
  expectTimes(held, 'refunds before any was sent', await sentTimes(world, at, 'refund'), 0);
  await killAt(held, at, 'between intent and send', [...REPEATED, 'send parcel']);
  await finish(world, at, 'between intent and send', outcome);
  expectTimes(held, 'letters that nobody can ask about', await sentTimes(world, at, 'post letter'), 0);
  await settleTwo(held, at);
  world.remove(at.runner, at.data);
}

/** A person says of two letters what became of them; one is sent then, for the first time, and the other never. */
async function settleTwo(held: Held, at: Fresh): Promise<void> {
  const { world, outcome, each } = held;
  const { tasks } = await answerOf(tasksSchema, 'approvals', 'list', '--runner', at.runner, '--role', 'operator');
  if (tasks.length !== each) outcome.broken.push(`${tasks.length} letters are in doubt, and not ${each}`);
  const signing = ['--runner', at.runner, '--as', 'lea', '--key', join(world.folder.path, 'keys', 'lea.key.json')];
  await holds('approvals', 'settle', tasks[0]?.id ?? '', ...signing, '--did-not-happen');
  await holds('approvals', 'settle', tasks[1]?.id ?? '', ...signing, '--happened');
  const sent = (await sentTimes(world, at, 'post letter')).reduce((sum, one) => sum + one, 0);
  if (sent !== 1) outcome.broken.push(`${sent} letters were sent after one was said not to have been`);
  const { lost, twice, record } = await checkPromises(at.runner, at.rows, world.shop);
  outcome.twice.push(...twice);
  outcome.broken.push(...record);
  // What a person says is taken at their word: the systems know nothing of the letter that they say happened.
  outcome.lost.push(...lost.filter((line) => !/^post letter .* counts as done and was not$/.test(line)));
}

async function beforeAnswer(held: Held): Promise<void> {
  const { world, each, outcome } = held;
  const at = world.fresh(each);
  await world.shop.faults(ALL.map((action) => ({ action, fault: 'slow', delayMs: 60_000 })));
  const sent = (times: (action: string) => number) => async (_heard: () => string, ended: AbortSignal) => {
    for (const action of ALL)
      while (!ended.aborted && (await total(world, at, action)) < times(action)) await sleep(20);
  };
  const first = sent(() => each);
  // Then what has a key goes again and is answered slowly again; parcels are asked for, and letters are in doubt.
  const second = sent((action) => (REPEATED.includes(action) ? 2 * each : each));
  for (const until of [first, second]) {
    wasKilled(await live(runCommand(at), until, world.env));
    held.kills += 1;
  }
  await world.shop.faults([]);
  await finish(world, at, 'between send and answer', outcome);
  expectTimes(held, 'refunds', await sentTimes(world, at, 'refund'), 3);
  expectTimes(held, 'parcels, which can be asked for', await sentTimes(world, at, 'send parcel'), 1);
  world.remove(at.runner, at.data);
}

async function beforeCommit(held: Held): Promise<void> {
  const { world, outcome, each } = held;
  const at = world.fresh(each);
  await killAt(held, at, 'between answer and commit', ALL);
  if (!world.quick) await killAt(held, at, 'between answer and commit', REPEATED);
  await finish(world, at, 'between answer and commit', outcome);
  expectTimes(held, 'parcels, which can be asked for', await sentTimes(world, at, 'send parcel'), 1);
  world.remove(at.runner, at.data);
}

/** How often the systems were sent each effect of an action. */
async function sentTimes(world: World, at: Fresh, action: string): Promise<number[]> {
  const counts = new Map((await world.shop.counts()).map((one) => [one.key, one.attempts]));
  const journal = openJournalReader(join(at.runner, 'journal.sqlite'));
  try {
    const own = journal.effects({}).filter((effect) => effect.action === action);
    return own.map((effect) => counts.get(effect.key) ?? 0);
  } finally {
    journal.close();
  }
}

/** The same in all; a journal that is not there yet holds no effects. */
async function total(world: World, at: Fresh, action: string): Promise<number> {
  try {
    return (await sentTimes(world, at, action)).reduce((sum, one) => sum + one, 0);
  } catch {
    return 0;
  }
}
