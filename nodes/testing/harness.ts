import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fold } from '../../engine/core/core.ts';
import { doubtOf } from '../../engine/core/frames.ts';
import type { RunState } from '../../engine/core/state.ts';
import { programOf, SURROUNDINGS } from '../../engine/core/testing/flows.ts';
import { encodeValue, toJson, type JsonValue } from '../../engine/feel/value.ts';
import { CountersignError } from '../../engine/flow/error.ts';
import type { Flow } from '../../engine/flow/document.ts';
import { inputOf } from '../../engine/flow/input.ts';
import { canonicalJson, parseStrict } from '../../engine/flow/json.ts';
import { readFlow } from '../../engine/flow/read.ts';
import { z } from '../../engine/flow/zod.ts';
import { openJournal } from '../../engine/journal/sqlite-journal.ts';
import type { Journal } from '../../engine/journal/journal.ts';
import { SETTLING_ROLE } from '../../engine/manifest/decision.ts';
import { signSettlement } from '../../engine/manifest/sign-approval.ts';
import type { Program } from '../../engine/program/program.ts';
import { Engine } from '../../engine/runtime/engine.ts';
import type { Environment, PerformRequest } from '../../engine/runtime/environment.ts';
import { eventsOf } from '../../engine/runtime/events-of.ts';
import { storyOf } from '../../engine/runtime/story.ts';
import { storyFlaws } from '../../engine/runtime/testing/story-laws.ts';
import { throughAppend } from '../../engine/runtime/testing/rig.ts';
import { Cast } from '../../engine/sandbox/cast.ts';
import { Post } from '../../engine/sandbox/post.ts';
import { LONGEST_MS, settle } from '../../engine/sandbox/run-scenario.ts';
import { scenarioSchema, type PersonAct, type Scenario } from '../../engine/sandbox/scenario.ts';
import { shopSystem } from '../../engine/sandbox/shop.fixture.ts';
import { createWorld, seededBytes, type World } from '../../engine/sandbox/world.ts';
import { KINDS } from '../index.ts';

/**
 * The cases of `<name>.flow.json` lie beside it in `<name>.cases.json`: scenarios, each with what must come of it.
 * `gives` is the value that the case ends with; `error` the code it fails with. In a `race` of branches a crash may let
 * another be first, so that only effects and result are the same.
 */
const caseSchema = scenarioSchema
  .omit({ format: true, version: true })
  .extend({ gives: z.json().optional(), error: z.string().optional(), race: z.boolean().optional() });
const casesSchema = z.strictObject({ story: z.string(), cases: z.array(caseSchema).min(1) });
export type KindCase = z.infer<typeof caseSchema>;

export interface KindFlow {
  flow: Flow;
  program: Program;
  cases: readonly KindCase[];
}

/** Reads a flow document with its cases, and compiles it against the shop of the fixtures. */
export function openKindFlow(path: string): KindFlow {
  const { flow, problems } = readFlow(readFileSync(path, 'utf8'), KINDS);
  if (flow === null) throw new Error(`${path}: ${problems.map((p) => p.message).join(' ')}`);
  const beside = path.replace(/\.flow\.json$/, '.cases.json');
  const { cases } = casesSchema.parse(parseStrict(readFileSync(beside, 'utf8')));
  return { flow, program: programOf(flow, { ...SURROUNDINGS, flows: flowsBeside(path) }), cases };
}

/** The flows that those of a kind may stand for: `flows/*.flow.json` in its folder, by that path. */
export function flowsBeside(path: string): Record<string, Flow> {
  const folder = join(dirname(path), 'flows');
  if (!existsSync(folder)) return {};
  return Object.fromEntries(
    readdirSync(folder).flatMap((name) => {
      const { flow } = readFlow(readFileSync(join(folder, name), 'utf8'), KINDS);
      return flow === null ? [] : [[`flows/${name}`, flow]];
    }),
  );
}

/** What came of a case, in a form that two runs of it can be compared by. */
export interface Came {
  status: string;
  result: string | null;
  value: JsonValue;
  error: string | null;
  /** What expressions see at the end; canonical. */
  scope: string;
  passed: string[];
  /** By effect key: how often it happened in the simulated systems. */
  effects: { key: string; action: string; effects: number }[];
  /** Doubts that the harness settled, by looking into the simulated system. */
  settled: number;
  /** What of its record its story does not tell. */
  untold: string[];
  /** Points at which a crash was possible. */
  points: number;
  state: RunState;
}

export interface Trial {
  /** Dies at this point, from 0: after a commit, before a call leaves, or after it was answered. */
  crashAt?: number;
  /** Breaks the world on purpose, so that the harness is seen to notice. */
  forge?: (request: PerformRequest) => PerformRequest;
}

/** Runs a case through the real engine over a real journal in the sandbox's world. */
export async function runCase(of: KindFlow, one: KindCase, trial: Trial = {}): Promise<Came> {
  const { name, input, seed, start, initiator, answers, records, faults, people, messages, expect } = one;
  const scenario: Scenario = scenarioSchema.parse({
    format: 'countersign.scenario',
    version: 1,
    name,
    input,
    seed,
    start,
    initiator,
    answers,
    records,
    faults,
    people,
    messages,
    expect,
  });
  const stage = new Stage(of, scenario, trial);
  try {
    return await stage.play();
  } finally {
    stage.close();
  }
}

class Stage {
  private readonly of: KindFlow;
  private readonly scenario: Scenario;
  private readonly trial: Trial;
  private readonly world: World;
  private readonly folder = mkdtempSync(join(tmpdir(), 'countersign-kind-'));
  private engine: Engine;
  private points = 0;
  private opened = 0;
  private dead = false;
  private settled = 0;
  private readonly settling = new Set<string>();

  constructor(of: KindFlow, scenario: Scenario, trial: Trial) {
    this.of = of;
    this.scenario = scenario;
    this.trial = trial;
    const { flow } = of.program;
    const connections = SURROUNDINGS.connections;
    this.world = createWorld({ flow, connections, systems: { shop: shopSystem }, models: new Map() }, scenario);
    this.engine = this.open();
  }

  async play(): Promise<Came> {
    const run = await this.begin();
    const cast = new Cast(() => this.engine, this.world, run, this.acts());
    const post = new Post(() => this.engine, this.world, this.scenario.messages ?? []);
    const { clock } = this.world;
    const end = clock.now() + LONGEST_MS;
    for (;;) {
      await settle(this.engine);
      if (this.dead) {
        this.revive();
        continue;
      }
      cast.look();
      post.look();
      if (await this.settleTruthfully(run)) continue;
      const next = clock.next();
      if (next === null || next > end) break;
      clock.step();
    }
    if (cast.refused !== null && this.trial.crashAt === undefined) throw new CountersignError(cast.refused);
    return this.came(run);
  }

  close(): void {
    this.engine.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** After a crash it is not known what a scripted word on a doubt would be about; the operator looks instead. */
  private acts(): PersonAct[] {
    const acts = this.scenario.people ?? [];
    return this.trial.crashAt === undefined ? acts : acts.filter((act) => !/happen/.test(act.decide));
  }

  /** The same start again, under the same key, when the first one was cut off. */
  private async begin(): Promise<string> {
    const { program, flow } = this.of;
    const subject = this.scenario.initiator ?? 'tester';
    const initiator = { issuer: 'sandbox', subject, role: 'tester', method: 'none' };
    const request = { program, release: null, key: 'case', initiator, input: inputOf(flow.input, this.scenario.input) };
    const { run } = await this.engine.start(request).catch(async () => {
      this.revive();
      return this.engine.start(request);
    });
    return run;
  }

  private open(): Engine {
    return new Engine({
      openJournal: () => {
        if (this.dead) throw new Error('the process is gone');
        this.opened += 1;
        const random = seededBytes(this.opened, 'journal');
        const path = join(this.folder, 'journal.sqlite');
        const journal = openJournal({ path, now: () => this.world.clock.now(), random });
        return this.dyingAfterAppend(journal);
      },
      environment: { ...this.world.environment, systemsOf: () => this.systems() },
      programOf: (digest) => (digest === this.of.program.digest ? this.of.program : null),
    });
  }

  private revive(): void {
    this.engine.stop();
    this.dead = false;
    this.engine = this.open();
  }

  /** Whether the process dies here. */
  private point(): boolean {
    if (this.points++ !== this.trial.crashAt) return false;
    this.dead = true;
    return true;
  }

  private dyingAfterAppend(journal: Journal): Journal {
    return throughAppend((append) => {
      const seq = append();
      if (!this.point()) return seq;
      journal.close();
      throw new Error('the process died after its commit');
    })(journal);
  }

  private systems(): ReturnType<Environment['systemsOf']> {
    const { systems } = this.world;
    const never = async (): Promise<never> => new Promise(() => undefined);
    const forge = this.trial.forge ?? ((request: PerformRequest) => request);
    return {
      perform: async (request) => {
        if (this.point()) return never();
        const outcome = await systems.perform(forge(request));
        return this.point() ? never() : outcome;
      },
      askDone: async (request) => {
        if (this.point()) return never();
        return systems.askDone(request);
      },
    };
  }

  /** An operator who looks into the other system and says what is so. */
  private async settleTruthfully(run: string): Promise<boolean> {
    if (this.trial.crashAt === undefined || this.scenario.expect.status === 'in doubt') return false;
    const position = doubtOf(this.engine.look(run).state);
    if (position === null || this.settling.has(position.task)) return false;
    this.settling.add(position.task);
    this.settled += 1;
    const happened = this.world.systems
      .counts()
      .some((count) => count.key === position.intent.key && count.effects > 0);
    const person = this.world.personOf(SETTLING_ROLE, undefined);
    const word = { happened, person: person.id, role: SETTLING_ROLE, comment: '', at: this.world.clock.now() };
    const signed = signSettlement(person.key, { id: position.task, run, key: position.intent.key }, word);
    await this.engine.settle(run, position.task, signed).catch(() => undefined);
    return true;
  }

  private came(run: string): Came {
    const journal = this.engine.reader();
    const events = eventsOf(journal, run);
    const state = fold(this.of.program, run, events);
    const { ended } = state;
    const names = new Set(events.flatMap(({ event }) => ('node' in event && event.node !== null ? [event.node] : [])));
    return {
      status: ended?.status ?? (doubtOf(state) === null ? 'waiting' : 'in doubt'),
      result: ended?.result ?? null,
      value: ended === null ? null : toJson(ended.value),
      error: ended?.error?.code ?? null,
      scope: canonicalJson(encodeValue(state.root.scope)),
      passed: [...names].map((id) => this.of.program.nodes.get(id)?.name ?? id),
      // Branches may send in another order after a crash.
      effects: this.world.systems
        .counts()
        .map(({ key, action, effects }) => ({ key, action, effects }))
        .sort((a, b) => (a.key < b.key ? -1 : 1)),
      settled: this.settled,
      untold: storyFlaws(events, storyOf(this.of.program, events)),
      points: this.points,
      state,
    };
  }
}

/** What does not hold of a case: nothing, if all is as it expects. */
export function misses(of: KindFlow, one: KindCase, came: Came): string[] {
  const { expect } = one;
  const wrong: string[] = [];
  const same = (what: string, wanted: unknown, got: unknown): void => {
    if (wanted !== undefined && JSON.stringify(wanted) !== JSON.stringify(got))
      wrong.push(`${what}: expected ${JSON.stringify(wanted)}, was ${JSON.stringify(got)}`);
  };
  same('status', expect.status, came.status);
  same('result', expect.result, came.result);
  same('gives', one.gives, came.value);
  same('error', one.error, came.error ?? undefined);
  for (const name of expect.passes ?? []) if (!came.passed.includes(name)) wrong.push(`does not pass “${name}”`);
  for (const name of expect.avoids ?? []) if (came.passed.includes(name)) wrong.push(`passes “${name}”`);
  for (const { action, times } of expect.effects ?? []) {
    const done = came.effects.filter((effect) => `shop.${effect.action}` === action);
    same(
      action,
      times,
      done.reduce((sum, effect) => sum + effect.effects, 0),
    );
  }
  for (const { key, action, effects } of came.effects)
    if (effects > 1) wrong.push(`${action} happened ${effects} times under the key ${key}`);
  wrong.push(...came.untold.map((what) => `its story: ${what}`));
  return wrong.map((what) => `${of.flow.about.title}, ${one.name}: ${what}`);
}

function differences(of: KindFlow, one: KindCase, whole: Came, came: Came): string[] {
  const { status, effects: _, ...rest } = one.expect;
  // Where nobody looks a doubt stays one, and the engine may have died before anything was sent.
  if (status === 'in doubt') return misses(of, { ...one, expect: { ...rest, status } }, came);
  const { gives, ...others } = one;
  const wrong = misses(of, came.settled === 0 || gives === undefined ? one : others, came);
  const comparable = (of_: Came) => JSON.stringify([of_.status, of_.result, of_.error, of_.effects]);
  if (comparable(came) !== comparable(whole)) wrong.push(`${comparable(came)} instead of ${comparable(whole)}`);
  // What a person says has happened has no answer; everything else is the same to the last value.
  if (came.settled === 0 && one.race !== true && came.scope !== whole.scope)
    wrong.push(`the values are ${came.scope} instead of ${whole.scope}`);
  return wrong;
}

/** Runs a case whole, then once for each point with a crash there, and says what does not hold, and how many points there were. */
export async function runWithCrashes(
  of: KindFlow,
  one: KindCase,
  trial: Trial = {},
): Promise<{ wrong: string[]; points: number }> {
  const whole = await runCase(of, one, trial);
  const wrong = misses(of, one, whole);
  for (let crashAt = 0; crashAt < whole.points && wrong.length === 0; crashAt++) {
    const came = await runCase(of, one, { ...trial, crashAt });
    const at = `with a crash at point ${crashAt} of ${whole.points}`;
    wrong.push(...differences(of, one, whole, came).map((what) => `${at}: ${what}`));
  }
  return { wrong, points: whole.points };
}
