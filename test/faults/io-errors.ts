import { setTimeout as sleep } from 'node:timers/promises';
import { errorShapeSchema } from '../../engine/flow/error-schema.ts';
import type { ErrorShape } from '../../engine/flow/error.ts';
import { z } from '../../engine/flow/zod.ts';
import { Clients } from './clients.ts';
import { nothingYet, type Fault, type Outcome } from './fault.ts';
import { live, runCommand } from './lives.ts';
import { endInPeace } from './random-kills.ts';
import { serveFolder } from './serving.ts';
import { underShim, WHAT, type Kind } from './shim.ts';
import { swallowControl } from './swallow-control.ts';
import type { World } from './world.ts';
import { finish } from './write-points.ts';

/*
 * Two ways. A command that works through a file meets a failing write, sync or renaming at each of its points, from the
 * first on: it finishes, or ends with an error that says what happened and what to do, and the same command finishes
 * afterwards. And an engine that serves clients meets one failure after another while it works: what it acknowledged is
 * there, what it refused may be sent again, and it goes on by itself.
 */

const KINDS: readonly Kind[] = ['I/O error', 'disk full', 'short write', 'short write, then disk full'];
const AT_ONCE = 4;
const refusedSchema = z.object({ error: errorShapeSchema });

export const ioErrors: Fault = {
  name: 'P5 a write or sync fails',
  run: async (world) => {
    const outcome = nothingYet();
    const points = await sweep(world, outcome);
    const failures = await whileServing(world, outcome);
    outcome.tried = `${points}; ${failures} failures while serving`;
    outcome.control = await swallowControl(world);
    return outcome;
  },
};

async function sweep(world: World, outcome: Outcome): Promise<string> {
  const all = await countPoints(world);
  let tried = 0;
  const step = world.quick ? all / 2 : world.every;
  for (let at = 1 + world.random() * (step - 1); at <= all; at += step) {
    const nth = Math.floor(at);
    await failAt(world, nth, KINDS[tried % KINDS.length] ?? 'I/O error', outcome);
    tried += 1;
  }
  return `${tried} of ${all} points, in ${KINDS.length} ways by turns`;
}

async function countPoints(world: World): Promise<number> {
  const at = world.fresh(1);
  const control = world.control();
  await live(runCommand(at), undefined, { ...world.env, ...underShim(world.shim, at.runner, control) });
  const { writes, syncs, names } = control.points;
  control.close();
  world.remove(at.runner, at.data);
  return writes + syncs + names;
}

async function failAt(world: World, nth: number, kind: Kind, outcome: Outcome): Promise<void> {
  const at = world.fresh(1);
  const control = world.control();
  control.order(kind, nth, WHAT.files);
  const life = await live(runCommand(at), undefined, { ...world.env, ...underShim(world.shim, at.runner, control) });
  const { hits } = control;
  control.close();
  const where = `${kind} at point ${nth}`;
  if (hits > 0) outcome.broken.push(...unclear(life.code, life.err).map((what) => `${where}: ${what}`));
  await finish(world, at, where, outcome);
  world.remove(at.runner, at.data);
}

/** What is wrong with how a command ended on a failing disk. */
function unclear(code: number | null, err: string): string[] {
  if (code === 0) return [];
  if (code !== 3) return [`it ended with ${code}, and not with 3: ${err.slice(-300)}`];
  const error = errorIn(err);
  if (error === undefined) return [`it does not say what happened: ${err.slice(-300)}`];
  return error.code === 'INTERNAL' || error.hint === '' ? [`it says ${error.code}: ${error.message}`] : [];
}

/** Warnings may stand around the one error. */
function errorIn(err: string): ErrorShape | undefined {
  try {
    const json: unknown = JSON.parse(err.slice(err.indexOf('{\n'), err.lastIndexOf('\n}') + 2));
    return refusedSchema.safeParse(json).data?.error;
  } catch {
    return undefined;
  }
}

async function whileServing(world: World, outcome: Outcome): Promise<number> {
  const at = world.fresh(0);
  const control = world.control();
  const engine = await serveFolder({ ...at, env: { ...world.env, ...underShim(world.shim, at.runner, control) } });
  const clients = new Clients(world, at);
  let failures = 0;
  for (let round = 0; round < world.many(4, 200); round++) {
    const kind = KINDS[round % KINDS.length] ?? 'I/O error';
    const whats = kind === 'I/O error' && round % 8 === 0 ? WHAT.sync : WHAT.write | WHAT.sync;
    const before = control.hits;
    control.order(kind, 1 + Math.floor(world.random() * 12), whats);
    const until = performance.now() + 5000;
    await clients.load(engine, AT_ONCE, () => control.hits > before || performance.now() > until);
    control.heal();
    failures += control.hits > before ? 1 : 0;
    await answersAgain(clients, engine, `${kind} while serving`, outcome);
  }
  outcome.lost.push(...clients.missing().map((what) => `while serving: ${what}`));
  const code = await engine.end('SIGTERM');
  if (code !== 0) outcome.broken.push(`after failures it ended with ${code}: ${engine.said().slice(-400)}`);
  control.close();
  checkRefusals(clients, outcome);
  await endInPeace(world, at, clients, outcome);
  return failures;
}

/** It goes on by itself: within a few seconds a case is acknowledged again. */
export async function answersAgain(
  clients: Clients,
  engine: Parameters<Clients['startNext']>[0],
  where: string,
  outcome: Outcome,
): Promise<void> {
  const until = performance.now() + 10_000;
  for (;;) {
    const before = clients.acknowledged;
    if (!(await clients.startNext(engine))) break;
    if (clients.acknowledged > before) return;
    if (performance.now() > until) break;
    await sleep(50);
  }
  outcome.broken.push(`${where}: it does not go on by itself: ${engine.said().slice(-300)}`);
}

/** Every refusal says that it is for now, when to come back, and what to do. */
export function checkRefusals(clients: Clients, outcome: Outcome): void {
  const statuses = new Map<number, number>();
  for (const { status, retryAfter, error } of clients.refusals) {
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
    if ((status !== 503 && status !== 507) || retryAfter === null || error.hint === '')
      outcome.broken.push(`refused with ${status}, Retry-After ${retryAfter}: ${error.code} ${error.message}`);
  }
  outcome.remarks.push(
    `refused: ${[...statuses].map(([status, times]) => `${times} with ${status}`).join(', ') || 'none'}`,
  );
}
