import type { ShownEffect } from '../core/event.ts';
import { taskFrame } from '../core/frames.ts';
import type { Position } from '../core/state.ts';
import { decodeValue, encodeValue, toJson } from '../feel/value.ts';
import { CountersignError } from '../flow/error.ts';
import { asJson, type JsonValue } from '../flow/json.ts';
import type { RunRow, TaskRow } from '../journal/journal.ts';
import type { Program } from '../program/program.ts';
import type { Runner } from '../runner/runner.ts';
import { caseView, type CaseView } from '../runner/views.ts';
import { releaseOf } from '../runner/pinned.ts';
import { actorWords, type StoryFact as ToldFact, type StoryStep } from '../runtime/story.ts';
import { TrafficCount } from '../runtime/traffic.ts';
import type { ScenarioResult } from '../sandbox/run-scenario.ts';
import type { SuiteResult } from '../sandbox/suite.ts';
import { KINDS } from '../../nodes/index.ts';
import type { Asked, Surroundings } from '../../nodes/kind.ts';
import type { StoryFact, StudioAnswer, TraceStep, ScenarioResult as ShownResult } from './contract.ts';
import type { TrafficView } from './contract-traffic.ts';
import { ranBy } from './ran-by.ts';

/** What the engine knows, in the words of the contract. */

export const stepView = ({ value, record, read, moments, ...step }: StoryStep): TraceStep => {
  const { node, path, visit, state, settledAt, port, edge, fromMs, atMs, tookMs, sentence } = step;
  const course = { node, path, visit, state, settledAt, port, edge, fromMs, atMs, tookMs, sentence };
  return {
    ...course,
    value: asJson(value),
    record: asJson(record),
    read: read.map(factView),
    moments: moments.map((one) => ({ ...one, facts: one.facts.map(factView) })),
  };
};

const factView = (fact: ToldFact): StoryFact => ({ ...fact, value: asJson(fact.value) });

export const scenarioView = (result: ScenarioResult): ShownResult => ({
  ...result,
  input: asJson(result.input),
  trace: result.trace.map(stepView),
  effects: result.effects.map((effect) => ({ ...effect, request: asJson(effect.request) })),
});

export const suiteView = (
  { results, coverage }: SuiteResult,
  program: Program,
): Omit<StudioAnswer<'runSuite'>, 'stopped'> => ({
  results: results.map(scenarioView),
  coverage,
  traffic: rehearsedTraffic(results, program),
});

/** Cases of the sandbox, counted as real ones are. */
function rehearsedTraffic(results: readonly ScenarioResult[], program: Program): TrafficView {
  const count = new TrafficCount(program, KINDS);
  for (const { trace, status } of results)
    if (trace.length > 0) count.add(trace, status !== 'waiting' && status !== 'in doubt');
  return count.get();
}

type TaskView = StudioAnswer<'tasks'>['tasks'][number];

/** The list tells so many facts of a task, and of so many tasks: looking each up reads its case. */
const FACTS = 3;
const TOLD = 200;

/** Tasks in the words of the contract, one after the other. */
export function taskView(runner: Runner): (row: TaskRow, index?: number) => TaskView {
  const by = ranBy(runner);
  const journal = runner.engine.reader();
  return ({ id, run, node, type, title, role, created, due }, index = 0) => {
    const { program, release } = journal.run(run) ?? { program: '', release: null };
    const facts = index < TOLD ? tellingFacts(runner, { id, run }) : [];
    return { ...by({ program, release }), id, run, node, type, title, role, created, due, facts };
  };
}

/** What tells a task from others of the same title; nothing where its case cannot be looked at. */
function tellingFacts(runner: Runner, { id, run }: Pick<TaskRow, 'id' | 'run'>): TaskView['facts'] {
  const { program, state } = lookedAt(runner, run) ?? {};
  if (program === undefined || state === undefined) return [];
  const position = taskFrame(state, id)?.position;
  const shown = position?.phase === 'tasked' ? (position.task.shown?.facts ?? []) : [];
  const known = shown.map(({ label, value }) => ({ label, value: asJson(toJson(decodeValue(value))) }));
  const input = asJson(toJson(state.root.scope.get('input') ?? null));
  const began =
    typeof input !== 'object' || input === null || Array.isArray(input)
      ? []
      : Object.entries(input).map(([name, value]) => ({
          label: program.flow.input[name]?.label ?? name,
          value: value ?? null,
        }));
  return (known.length > 0 ? known : began).filter(({ value }) => value !== null).slice(0, FACTS);
}

function lookedAt(runner: Runner, run: string) {
  try {
    return runner.engine.look(run);
  } catch {
    // A case of a release that is held is told of where it is opened.
    return null;
  }
}

type RunView = StudioAnswer<'runs'>['runs'][number];

/** Cases in the words of the contract. */
export function runView(runner: Runner): (row: RunRow) => RunView {
  const by = ranBy(runner);
  return (row) => {
    const { id, status, result, started, ended, node } = row;
    return { ...by(row), id, status, result, started, ended, node };
  };
}

/** A case with its story. Throws RUN_UNKNOWN. */
export function runDetail(runner: Runner, id: string): StudioAnswer<'run'> {
  const view = caseView(runner, id);
  const { suspended, gone, failure } = view;
  return {
    ...runView(runner)(view),
    suspended: suspended === null ? null : { ...suspended, by: actorWords(suspended.by) },
    gone,
    story: view.story.map(stepView),
    error: failure,
    again: againView(runner, view),
  };
}

/** Where it failed or was cancelled, the versions that it can be tried again with. */
function againView(runner: Runner, view: CaseView): StudioAnswer<'run'>['again'] {
  const { retries, retriedBy, done } = view.again;
  const ended = (view.status === 'failed' || view.status === 'cancelled') && view.gone === null;
  const own = releaseOf(runner.releases, view);
  const releases =
    own === undefined || !ended || retriedBy !== null
      ? []
      : runner.releases
          .filter((one) => one.flowPath === own.flowPath && one.release >= own.release)
          .map((one) => one.release);
  const nodes = runner.programOf(view.program)?.nodes;
  return {
    retries,
    retriedBy,
    done: done.map((effect) => ({ ...effect, name: nodes?.get(effect.node)?.name ?? effect.node })),
    releases: releases.toSorted((a, b) => a - b),
  };
}

type Waiting = Extract<Position, { phase: 'tasked' | 'doubted' }>;

/** An open task, and where its case stands. */
export interface FoundTask {
  row: TaskRow;
  position: Waiting;
  program: Program;
}

/** Looks an open task up. Throws TASK_UNKNOWN, TASK_CLOSED. */
export function findTask(runner: Runner, id: string): FoundTask {
  const row = runner.engine.reader().task(id);
  if (row === null) throw unknownTask(id);
  if (row.status === 'open') {
    const { program, state } = runner.engine.look(row.run);
    const found = taskFrame(state, id);
    if (found !== null) return { row, position: found.position, program };
  }
  throw new CountersignError({
    code: 'TASK_CLOSED',
    message: `“${row.title}” is no longer open: ${row.decision ?? row.status}.`,
    hint: 'Look at the case to see what was decided, and by whom.',
  });
}

/** The digest that a decision on a task has to name: of what is on record as shown, or of the effect in doubt. */
export const digestOfTask = ({ row, position }: FoundTask): string =>
  position.phase === 'tasked' ? position.task.digest : row.shown;

/** Everything that a person decides on: exactly what was put on record as shown, with its digest. */
export function taskDetail(runner: Runner, id: string): StudioAnswer<'task'> {
  const found = findTask(runner, id);
  const { row, position } = found;
  const base = {
    ...taskView(runner)(row),
    digest: digestOfTask(found),
    story: caseView(runner, row.run).story.map(stepView),
  };
  if (position.phase === 'doubted') return { ...base, sendBack: false, asks: null, ...doubtView(found, position) };
  const { shown, sendBack } = position.task;
  if (shown === null) throw erased(row.title);
  const why = shown.reason === undefined ? [] : [{ label: 'Why it is held', value: shown.reason }];
  const known = shown.facts.map(({ label, value }) => ({ label, value: asJson(toJson(decodeValue(value))) }));
  const facts = [...why, ...known];
  return {
    ...base,
    sendBack,
    lookAgain: false,
    facts,
    asks: shown.asks === undefined ? null : askedView(shown.asks),
    effects: (shown?.effects ?? []).map((effect) => effectView(found.program, effect)),
  };
}

const askedView = (asks: Asked): StudioAnswer<'task'>['asks'] =>
  asks.type === 'fill in'
    ? asks
    : {
        type: asks.type,
        question: asks.question,
        choices: asks.choices.map((one) => ({ ...one })),
        guess: asks.guess === undefined ? null : { ...asks.guess, reasons: [...asks.guess.reasons] },
      };

/** What may or may not have happened, and why nobody knows. */
function doubtView({ program }: FoundTask, position: Extract<Waiting, { phase: 'doubted' }>) {
  const { node, intent, error } = position;
  const { target, action } = program.nodes.get(node) ?? { target: null, action: null };
  const name = program.nodes.get(node)?.name ?? node;
  const facts = [{ label: 'In doubt', value: error.message }];
  const lookAgain = action !== null && action.idempotency.by !== 'none';
  if (target === null || action === null) return { facts, lookAgain, effects: [] };
  const effect = { node, name, ...target, class: action.class, request: encodeValue(intent.request) };
  return { facts, lookAgain, effects: [effectView(program, effect)] };
}

type Effect = Pick<ShownEffect, 'node' | 'name' | 'connection' | 'action' | 'class' | 'request'>;

const effectView = (program: Program, effect: Effect) => ({
  node: effect.node,
  name: effect.name,
  connection: effect.connection,
  action: effect.action,
  class: effect.class,
  ...effectWords(effect, program.nodes.get(effect.node)?.action ?? null),
  request: requestView(effect),
});

const requestView = (effect: Effect): JsonValue =>
  effect.request === null ? null : asJson(toJson(decodeValue(effect.request)));

type Action = Surroundings['connections'][string]['actions'][string];

type Said = StudioAnswer<'task'>['effects'][number]['said'];

/** The contract's sentence with the request filled in, whole and in pieces; what is not known yet is said to be so. */
export function effectWords(
  effect: Pick<ShownEffect, 'action' | 'request'>,
  action: Pick<Action, 'title' | 'sentence'> | null,
): { sentence: string; said: Said } {
  const title = action?.title ?? effect.action;
  const unknown = `${title}: with what is not known yet`;
  if (effect.request === null) return { sentence: unknown, said: [unknown] };
  const request = asJson(toJson(decodeValue(effect.request)));
  const fields = typeof request === 'object' && request !== null && !Array.isArray(request) ? request : {};
  // What stands between braces is every second piece.
  const said = (action?.sentence ?? title).split(/\{([^{}]+)\}/).map((piece, i) => {
    if (i % 2 === 0) return piece;
    return { value: (Object.hasOwn(fields, piece) ? fields[piece] : undefined) ?? null };
  });
  const sentence = said.map((piece) => (typeof piece === 'string' ? piece : plainText(piece.value))).join('');
  return { sentence, said };
}

const plainText = (value: unknown): string =>
  value === null || value === undefined ? '…' : typeof value === 'string' ? value : JSON.stringify(value);

const erased = (title: string): CountersignError =>
  new CountersignError({
    code: 'TASK_NOT_PERMITTED',
    message: `What “${title}” showed has been erased with the person it was about.`,
    meaning: 'Nobody can decide on what nobody can see.',
    hint: 'Let the case time out, or end it with the operator.',
    fault: 'operator',
  });

const unknownTask = (id: string): CountersignError =>
  new CountersignError({
    code: 'TASK_UNKNOWN',
    message: `There is no task “${id.toWellFormed().slice(0, 80)}”.`,
    hint: 'Open the list of tasks again.',
  });
