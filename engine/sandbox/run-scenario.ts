import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { fold } from '../core/core.ts';
import { doubtOf } from '../core/frames.ts';
import type { JsonValue } from '../feel/value.ts';
import { CountersignError, type ErrorShape } from '../flow/error.ts';
import { inputOf } from '../flow/input.ts';
import { openJournal } from '../journal/sqlite-journal.ts';
import type { Journal } from '../journal/journal.ts';
import type { Program } from '../program/program.ts';
import { Engine } from '../runtime/engine.ts';
import { eventsOf } from '../runtime/events-of.ts';
import { storyOf, type StoryStep } from '../runtime/story.ts';
import { Cast } from './cast.ts';
import { Post } from './post.ts';
import { judge, type ExpectationResult } from './judge.ts';
import type { Scenario } from './scenario.ts';
import { createWorld, seededBytes, type World, type WorldParts } from './world.ts';

export interface ScenarioResult {
  scenario: string;
  holds: boolean;
  status: 'completed' | 'failed' | 'cancelled' | 'waiting' | 'in doubt';
  result: string | null;
  expectations: ExpectationResult[];
  trace: StoryStep[];
  effects: { node: string; connection: string; action: string; status: string; request: JsonValue }[];
  error: ErrorShape | null;
  clock: number;
}

/** A case that goes on longer than this in virtual time is taken to wait. */
export const LONGEST_MS = 400 * 24 * 3600 * 1000;

/**
 * Runs one scenario through the real engine, with a real journal in a folder of its own that is gone afterwards. Only
 * the environment differs from production.
 */
export async function runScenario(
  parts: WorldParts & { program: Program },
  scenario: Scenario,
): Promise<ScenarioResult> {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-sandbox-'));
  const world = createWorld(parts, scenario);
  const seed = scenario.seed ?? 1;
  const engine = new Engine({
    openJournal: () =>
      openJournal({
        path: join(folder, 'journal.sqlite'),
        now: () => world.clock.now(),
        random: seededBytes(seed, 'journal'),
      }),
    environment: world.environment,
    programOf: (digest) => (digest === parts.program.digest ? parts.program : null),
  });
  try {
    const { run } = await engine.start({
      program: parts.program,
      release: null,
      key: null,
      initiator: { issuer: 'sandbox', subject: scenario.initiator ?? 'tester', role: 'tester', method: 'none' },
      input: inputOf(parts.flow.input, scenario.input),
    });
    const cast = new Cast(() => engine, world, run, scenario.people ?? []);
    const post = new Post(() => engine, world, scenario.messages ?? []);
    await play(engine, world, { look: () => (cast.look(), post.look()) });
    if (post.refused !== null) throw new CountersignError(post.refused);
    if (cast.refused !== null) throw new CountersignError(cast.refused);
    return report(engine.reader(), parts, scenario, world, run);
  } finally {
    engine.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Lets what is due happen, in the order of virtual time, until nothing more is due. */
async function play(engine: Engine, world: World, cast: { look(): void }): Promise<void> {
  const end = world.clock.now() + LONGEST_MS;
  for (;;) {
    await settle(engine);
    cast.look();
    const next = world.clock.next();
    if (next === null || next > end) return;
    world.clock.step();
  }
}

/** Until nothing moves without the clock: simulated systems answer within a few turns or wait for the clock. */
export async function settle(engine: Engine): Promise<void> {
  for (let quiet = 0; quiet < 4; quiet += engine.busy ? 0 : 1) await nextTurn();
}

function report(
  journal: Journal,
  parts: WorldParts & { program: Program },
  scenario: Scenario,
  world: World,
  run: string,
): ScenarioResult {
  const events = eventsOf(journal, run);
  const state = fold(parts.program, run, events);
  const effects = events.flatMap(({ event }) =>
    event.type === 'call.intended' ? [{ node: event.node, body: event.body }] : [],
  );
  const statuses = new Map(journal.effects({ run }).map((row) => [row.key, row.status]));
  const trace = storyOf(parts.flow, events);
  const status: ScenarioResult['status'] = state.ended?.status ?? (doubtOf(state) === null ? 'waiting' : 'in doubt');
  const outcome = {
    status,
    result: state.ended?.result ?? null,
    trace,
    effects: effects.map(({ node, body }) => ({
      node,
      connection: body.connection,
      action: body.action,
      status: statuses.get(body.key) ?? 'intended',
      request: body.request,
    })),
    error: state.ended?.error ?? null,
    clock: world.clock.now(),
  };
  return judge(parts.flow, scenario, outcome, state.root.scope);
}
