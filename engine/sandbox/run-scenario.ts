import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { fold } from '../core/core.ts';
import { doubtOf } from '../core/frames.ts';
import { toJson, type JsonValue } from '../feel/value.ts';
import { CountersignError, type ErrorShape } from '../flow/error.ts';
import { outerEdge, outerNode } from '../flow/inlined-ids.ts';
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
import { mocksOf, type AppliedMock } from './mocks.ts';
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
  /** The virtual clock when the run began, and when it came to rest. */
  started: number;
  clock: number;
  /** What the case began with. */
  input: JsonValue;
  /** Mocks in the place of steps: with any, the result is no evidence of anything. */
  mocks: readonly AppliedMock[];
  /** The step that the case was to run to, and whether it came there; nothing is expected of a case that is cut short. */
  until: { node: string; reached: boolean } | null;
}

/** A case that goes on longer than this in virtual time is taken to wait. */
export const LONGEST_MS = 400 * 24 * 3600 * 1000;

/**
 * Runs one scenario through the real engine, with a real journal in a folder of its own that is gone afterwards. Only
 * the environment differs from production. `until` is a step of the drawn flow: the case goes no further than it must
 * for that step to be settled once, and what came after is not told. Throws STOPPED soon after `isStopped` says so.
 */
export async function runScenario(
  parts: WorldParts & { program: Program },
  scenario: Scenario,
  { until = null, isStopped = () => false }: { until?: string | null; isStopped?: () => boolean } = {},
): Promise<ScenarioResult> {
  // Refuses what does not fit before there is a folder that would be left behind.
  const world = createWorld(parts, scenario);
  const folder = mkdtempSync(join(tmpdir(), 'countersign-sandbox-'));
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
    const look = () => (cast.look(), post.look());
    const arrived = () =>
      until !== null && cutAt(storyOf(parts.program, eventsOf(engine.reader(), run)), until) !== null;
    await play(engine, world, { look, arrived, isStopped });
    if (post.refused !== null) throw new CountersignError(post.refused);
    if (cast.refused !== null) throw new CountersignError(cast.refused);
    return report(engine.reader(), parts, { scenario, world, run, until });
  } finally {
    engine.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Lets what is due happen, in the order of virtual time, until nothing more is due. */
async function play(
  engine: Engine,
  world: World,
  around: { look(): void; arrived(): boolean; isStopped(): boolean },
): Promise<void> {
  const end = world.clock.now() + LONGEST_MS;
  for (;;) {
    await settle(engine);
    if (around.isStopped()) throw stopped();
    if (around.arrived()) return;
    around.look();
    const next = world.clock.next();
    if (next === null || next > end) return;
    world.clock.step();
  }
}

const stopped = (): CountersignError =>
  new CountersignError({
    code: 'STOPPED',
    message: 'The case was stopped.',
    meaning: 'It ran in the sandbox, and nothing of it is left.',
    hint: 'Run it again when you like.',
    fault: 'user',
  });

/** Until nothing moves without the clock: simulated systems answer within a few turns or wait for the clock. */
export async function settle(engine: Engine): Promise<void> {
  for (let quiet = 0; quiet < 4; quiet += engine.busy ? 0 : 1) await nextTurn();
}

function report(
  journal: Journal,
  parts: WorldParts & { program: Program },
  { scenario, world, run, until }: { scenario: Scenario; world: World; run: string; until: string | null },
): ScenarioResult {
  const events = eventsOf(journal, run);
  const state = fold(parts.program, run, events);
  const effects = events.flatMap(({ event }) =>
    event.type === 'call.intended' ? [{ node: event.node, body: event.body }] : [],
  );
  const statuses = new Map(journal.effects({ run }).map((row) => [row.key, row.status]));
  const story = withWays(storyOf(parts.program, events), parts.program);
  const cut = until === null ? null : cutAt(story, until);
  const trace = cut === null ? story : story.slice(0, cut + 1);
  const told = new Set(trace.map((step) => step.node));
  const status: ScenarioResult['status'] = state.ended?.status ?? (doubtOf(state) === null ? 'waiting' : 'in doubt');
  const outcome = {
    status,
    result: state.ended?.result ?? null,
    trace,
    effects: effects
      .filter(({ node }) => cut === null || told.has(node))
      .map(({ node, body }) => ({
        node,
        connection: body.connection,
        action: body.action,
        status: statuses.get(body.key) ?? 'intended',
        request: body.request,
      })),
    error: state.ended?.error ?? null,
    clock: world.clock.now(),
  };
  const about = {
    started: events[0]?.at ?? world.clock.now(),
    input: toJson(inputOf(parts.flow.input, scenario.input)),
    mocks: mocksOf(parts.program),
    until: until === null ? null : { node: until, reached: cut !== null },
  };
  const judged = cut === null ? scenario : { ...scenario, expect: {} };
  return { ...judge(parts.flow, judged, outcome, state.root.scope), ...about };
}

/** Where a step of the drawn flow is settled for the first time: for one that stands for another flow, where it leaves it. */
function cutAt(story: readonly StoryStep[], until: string): number | null {
  const at = story.findIndex(
    (step) =>
      outerNode(step.node) === until &&
      step.port !== null &&
      (step.node === until || (step.edge !== null && outerEdge(step.edge) !== null)),
  );
  return at < 0 ? null : at;
}

/** A mock leaves a step that stands for another flow by wires that are drawn at the end of that flow. */
const withWays = (story: readonly StoryStep[], program: Program): StoryStep[] =>
  mocksOf(program).length === 0
    ? [...story]
    : story.map((step) => ({
        ...step,
        edge: step.edge ?? program.nodes.get(step.node)?.ways.get(step.port ?? '')?.edge ?? null,
      }));
