import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { fold } from '../core/core.ts';
import type { RunState } from '../core/state.ts';
import type { JsonValue } from '../feel/value.ts';
import { CountersignError, type ErrorShape } from '../flow/error.ts';
import { inputOf } from '../flow/input.ts';
import { openJournal } from '../journal/sqlite-journal.ts';
import type { Journal, TaskRow } from '../journal/journal.ts';
import { SETTLING_ROLE } from '../manifest/decision.ts';
import { signDecision, signSettlement } from '../manifest/sign-approval.ts';
import type { Program } from '../program/program.ts';
import { Engine } from '../runtime/engine.ts';
import { eventsOf } from '../runtime/events-of.ts';
import { storyOf, type StoryStep } from '../runtime/story.ts';
import { durationMs } from '../../nodes/duration.ts';
import { judge, type ExpectationResult } from './judge.ts';
import type { PersonAct, Scenario } from './scenario.ts';
import { createWorld, seededBytes, type World, type WorldParts } from './world.ts';

export interface ScenarioResult {
  scenario: string;
  holds: boolean;
  status: 'completed' | 'failed' | 'waiting' | 'in doubt';
  result: string | null;
  expectations: ExpectationResult[];
  trace: StoryStep[];
  effects: { node: string; connection: string; action: string; status: string; request: JsonValue }[];
  error: ErrorShape | null;
  clock: number;
}

/** A case that goes on longer than this in virtual time is taken to wait. */
const LONGEST_MS = 400 * 24 * 3600 * 1000;

/**
 * Runs one scenario through the real engine, with a real journal in a folder of its own that is gone afterwards. Only
 * the environment differs from production.
 */
export async function runScenario(parts: WorldParts & { program: Program }, scenario: Scenario): Promise<ScenarioResult> {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-sandbox-'));
  const world = createWorld(parts, scenario);
  const seed = scenario.seed ?? 1;
  const engine = new Engine({
    openJournal: () =>
      openJournal({ path: join(folder, 'journal.sqlite'), now: () => world.clock.now(), random: seededBytes(seed, 'journal') }),
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
    const cast = new Cast(engine, world, run, scenario.people ?? []);
    await play(engine, world, cast);
    if (cast.refused !== null) throw new CountersignError(cast.refused);
    return report(engine.reader(), parts, scenario, world, run);
  } finally {
    engine.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Lets what is due happen, in the order of virtual time, until nothing more is due. */
async function play(engine: Engine, world: World, cast: Cast): Promise<void> {
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
async function settle(engine: Engine): Promise<void> {
  for (let quiet = 0; quiet < 4; quiet += engine.busy ? 0 : 1) await nextTurn();
}

/** The simulated people: each act of the scenario meets the next open task of its node. */
class Cast {
  refused: ErrorShape | null = null;
  private readonly engine: Engine;
  private readonly world: World;
  private readonly run: string;
  private readonly acts: PersonAct[];
  private readonly met = new Set<string>();

  constructor(engine: Engine, world: World, run: string, acts: readonly PersonAct[]) {
    this.engine = engine;
    this.world = world;
    this.run = run;
    this.acts = [...acts];
  }

  look(): void {
    const open = this.engine.reader().tasks({ status: 'open' });
    for (const task of open) if (task.run === this.run) this.meet(task);
  }

  private meet(task: TaskRow): void {
    const state = this.stateNow();
    const position = state.position;
    if (position === null) return;
    const votes = position.phase === 'tasked' ? position.votes.length : 0;
    const turn = `${task.id} ${votes}`;
    if (this.met.has(turn)) return;
    const name = this.engine.look(this.run).program.nodes.get(position.node)?.name;
    const index = this.acts.findIndex((act) => act.at === name);
    const act = this.acts[index];
    if (act === undefined) return;
    this.met.add(turn);
    this.acts.splice(index, 1);
    const { clock } = this.world;
    clock.wakeAt(clock.now() + (act.after === undefined ? 0 : durationMs(act.after)), () => this.perform(task, act));
  }

  private perform(task: TaskRow, act: PersonAct): void {
    const { position } = this.stateNow();
    const at = this.world.clock.now();
    const comment = act.comment ?? '';
    const id = { id: task.id, run: task.run };
    const failed = (error: unknown) => {
      this.refused = error instanceof CountersignError ? error.toShape() : null;
    };
    if (position?.phase === 'doubted') {
      const person = this.world.personOf(SETTLING_ROLE, act.person);
      const word = { happened: act.decide === 'happened', person: person.id, role: SETTLING_ROLE, comment, at };
      const signed = signSettlement(person.key, { ...id, key: position.intent.key }, word);
      this.engine.settle(task.run, task.id, signed).catch(failed);
    } else if (position?.phase === 'tasked' && act.decide !== 'happened' && act.decide !== 'did not happen') {
      const person = this.world.personOf(position.task.role, act.person);
      const said = { decision: act.decide, person: person.id, role: position.task.role, comment, shown: position.task.digest, at };
      this.engine.decide(task.run, task.id, signDecision(person.key, id, said)).catch(failed);
    }
  }

  private stateNow(): RunState {
    return this.engine.look(this.run).state;
  }
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
  const effects = events.flatMap(({ event }) => (event.type === 'call.intended' ? [{ node: event.node, body: event.body }] : []));
  const statuses = new Map(journal.effects({ run }).map((row) => [row.key, row.status]));
  const trace = storyOf(parts.flow, events);
  const phase = state.position?.phase;
  const status: ScenarioResult['status'] = state.ended?.status ?? (phase === 'doubted' ? 'in doubt' : 'waiting');
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
  return judge(parts.flow, scenario, outcome, state.scope);
}
