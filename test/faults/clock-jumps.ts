import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { z } from '../../engine/flow/zod.ts';
import { openJournalReader } from '../../engine/journal/reader.ts';
import { answerOf } from '../support/command-line.ts';
import { Clients } from './clients.ts';
import { makeClockRunner } from './clock-workspace.ts';
import { nothingYet, type Fault, type Outcome } from './fault.ts';
import { serveFolder, type Serving } from './serving.ts';
import { underShim, type Control } from './shim.ts';
import type { Fresh, World } from './world.ts';

/*
 * Cases wait two hours and then refund. The machine's clock is set back and forward by days while the engine works, and
 * while it is down. No wait ends before the clock says so, each ends once, each refund is made once, and every jump of
 * more than a minute is on record. The engine looks every five seconds.
 */

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const LOOKS_WITHIN_MS = 8000;
const CASES = 10;

const auditSchema = z.object({ ok: z.boolean() });
const jumpSchema = z.object({ by: z.number() });

type Template = Pick<Fresh, 'runner' | 'manifest'>;

interface Clocked {
  world: World;
  at: Fresh;
  clients: Clients;
  control: Control;
  aheadMs: number;
  jumps: number[];
  outcome: Outcome;
}

export const clockJumps: Fault = {
  name: 'P8 the clock is set',
  run: async (world) => {
    const template = await makeClockRunner(world);
    const outcome = nothingYet();
    const rounds = world.many(1, 6);
    const blind = world.quick ? blindControl(world, template) : null;
    let jumps = 0;
    for (let round = 0; round < rounds; round++) jumps += await jumpAround(world, template, outcome);
    outcome.tried = `${jumps} jumps`;
    outcome.control = await (blind ?? blindControl(world, template));
    return outcome;
  },
};

async function jumpAround(world: World, template: Template, outcome: Outcome): Promise<number> {
  const at = world.fresh(0, template);
  const clocked: Clocked = {
    world,
    at,
    clients: new Clients(world, at),
    control: world.control(),
    aheadMs: 0,
    jumps: [],
    outcome,
  };
  const env = { ...world.env, ...underShim(world.shim, at.runner, clocked.control) };
  let engine = await serveFolder({ ...at, env });
  await startCases(clocked, engine);
  await jump(clocked, -2 * DAY);
  // These are due two days before the others, by a clock that is behind.
  await startCases(clocked, engine);
  await expectEnded(clocked, 0, 'after the clock was set back');
  // A clock that is set while nobody looks.
  await engine.end('SIGKILL');
  clocked.aheadMs += DAY;
  clocked.control.setClockAhead(clocked.aheadMs);
  engine = await serveFolder({ ...at, env });
  await expectEnded(clocked, CASES, 'set forward to where half are due, while it was down');
  await jump(clocked, 3 * DAY);
  await expectEnded(clocked, 2 * CASES, 'set forward to where all are due');
  if (!world.quick) await jump(clocked, -5 * DAY);
  await clocked.clients.settle();
  if ((await engine.end('SIGTERM')) !== 0) outcome.broken.push(`it did not end well: ${engine.said().slice(-400)}`);
  await checkEnd(clocked);
  clocked.control.close();
  world.remove(at.runner, at.data);
  return clocked.jumps.length + 1;
}

async function startCases({ clients, outcome }: Clocked, engine: Serving): Promise<void> {
  const before = clients.acknowledged;
  for (let i = 0; i < CASES; i++) await clients.startNext(engine);
  if (clients.acknowledged !== before + CASES) outcome.broken.push('a case was not acknowledged');
}

/** Sets the clock and waits until that is on record. */
async function jump(clocked: Clocked, byMs: number): Promise<void> {
  clocked.aheadMs += byMs;
  clocked.control.setClockAhead(clocked.aheadMs);
  clocked.jumps.push(byMs);
  const noticed = (): boolean => jumpsOnRecord(clocked.at).length >= clocked.jumps.length;
  if (!(await within(LOOKS_WITHIN_MS, noticed)))
    clocked.outcome.broken.push(`a jump of ${byMs / HOUR} hours is not on record`);
}

async function expectEnded({ at, outcome }: Clocked, count: number, when: string): Promise<void> {
  await within(LOOKS_WITHIN_MS, () => endedCases(at) >= count);
  const ended = endedCases(at);
  if (ended < count) outcome.lost.push(`${when}: ${count - ended} waits did not end`);
  if (ended > count) outcome.broken.push(`${when}: ${ended - count} waits ended too early`);
}

async function checkEnd({ world, at, clients, jumps, outcome }: Clocked): Promise<void> {
  outcome.acknowledged += clients.acknowledged;
  outcome.lost.push(...clients.missing());
  const seen = jumpsOnRecord(at);
  if (seen.length !== jumps.length || seen.some((by, i) => Math.abs(by - (jumps[i] ?? 0)) > 60_000))
    outcome.broken.push(`on record are jumps of ${seen.join(', ')} ms, and the clock was set by ${jumps.join(', ')}`);
  const journal = openJournalReader(join(at.runner, 'journal.sqlite'));
  const keys = journal.effects({}).map(({ key }) => key);
  journal.close();
  const counts = new Map((await world.shop.counts()).map((one) => [one.key, one.effects]));
  for (const key of keys) if (counts.get(key) !== 1) outcome.twice.push(`refund ${key}: ${counts.get(key) ?? 0} times`);
  if (keys.length !== at.rows.count) outcome.broken.push(`${keys.length} refunds of ${at.rows.count} cases`);
  if (!(await answerOf(auditSchema, 'audit', 'verify', '--runner', at.runner)).ok)
    outcome.broken.push('the record does not verify');
}

function endedCases(at: Fresh): number {
  const journal = openJournalReader(join(at.runner, 'journal.sqlite'));
  try {
    return journal.runs({ status: 'completed' }).length;
  } finally {
    journal.close();
  }
}

function jumpsOnRecord(at: Fresh): number[] {
  const journal = openJournalReader(join(at.runner, 'journal.sqlite'));
  try {
    const jumps = journal.events('runner').filter(({ type }) => type === 'clock.jumped');
    return jumps.map(({ open }) => jumpSchema.parse(open).by);
  } finally {
    journal.close();
  }
}

async function within(ms: number, holds: () => boolean): Promise<boolean> {
  const until = performance.now() + ms;
  while (performance.now() < until) {
    if (holds()) return true;
    await sleep(50);
  }
  return holds();
}

/** A build that does not look at its clocks. */
async function blindControl(world: World, template: Template): Promise<string | null> {
  const at = world.fresh(0, template);
  const outcome = nothingYet();
  const control = world.control();
  const clocked: Clocked = { world, at, clients: new Clients(world, at), control, aheadMs: 0, jumps: [], outcome };
  const blind = pathToFileURL(join(import.meta.dirname, 'no-clock-watch.ts')).href;
  const env = { ...world.env, NODE_OPTIONS: `--import=${blind}`, ...underShim(world.shim, at.runner, control) };
  const engine = await serveFolder({ ...at, env });
  await startCases(clocked, engine);
  await jump(clocked, DAY);
  const { broken } = outcome;
  await engine.end('SIGKILL');
  control.close();
  world.remove(at.runner, at.data);
  return broken.length === 0 ? null : `nobody looks at the clock: ${broken[0]}`;
}
