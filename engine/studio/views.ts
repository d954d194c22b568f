import type { ShownEffect } from '../core/event.ts';
import type { OpenTask } from '../core/state.ts';
import { decodeValue, toJson } from '../feel/value.ts';
import { CountersignError } from '../flow/error.ts';
import { asJson, type JsonValue } from '../flow/json.ts';
import type { RunRow, TaskRow } from '../journal/journal.ts';
import type { Runner } from '../runner/runner.ts';
import { type StoryStep, storyOf } from '../runtime/story.ts';
import { eventsOf, type ScenarioResult } from '../sandbox/run-scenario.ts';
import type { SuiteResult } from '../sandbox/suite.ts';
import type { Surroundings } from '../../nodes/kind.ts';
import type { StudioAnswer, TraceStep, ScenarioResult as ShownResult } from './contract.ts';

/** What the engine knows, in the words of the contract. */

export const stepView = (step: StoryStep): TraceStep => ({
  ...step,
  value: asJson(step.value),
  record: asJson(step.record),
});

export const scenarioView = (result: ScenarioResult): ShownResult => ({
  ...result,
  trace: result.trace.map(stepView),
  effects: result.effects.map((effect) => ({ ...effect, request: asJson(effect.request) })),
});

export const suiteView = ({ results, coverage }: SuiteResult): StudioAnswer<'runSuite'> => ({
  results: results.map(scenarioView),
  coverage,
});

type TaskView = StudioAnswer<'tasks'>['tasks'][number];

export const taskView = ({ id, run, node, type, title, role, created, due }: TaskRow): TaskView => ({
  id,
  run,
  node,
  type,
  title,
  role,
  created,
  due,
});

type RunView = StudioAnswer<'runs'>['runs'][number];

export const runView = ({ id, status, result, started, ended, node }: RunRow): RunView => ({
  id,
  status,
  result,
  started,
  ended,
  node,
});

/** A case with its story. Throws RUN_UNKNOWN. */
export function runDetail(runner: Runner, id: string): StudioAnswer<'run'> {
  const { state } = runner.engine.look(id);
  const row = runner.engine.reader().run(id);
  if (row === null) throw unknownTask(id);
  return { ...runView(row), story: storyView(runner, id), error: state.ended?.error ?? null };
}

function storyView(runner: Runner, run: string): TraceStep[] {
  const { program } = runner.engine.look(run);
  return storyOf(program.flow, eventsOf(runner.engine.reader(), run)).map(stepView);
}

/** An open task with the row of the journal that lists it. */
export interface FoundTask {
  row: TaskRow;
  /** Null for a task that settles what is in doubt. */
  open: OpenTask | null;
}

/** Looks an open task up. Throws TASK_UNKNOWN, TASK_CLOSED. */
export function findTask(runner: Runner, id: string): FoundTask {
  const row = runner.engine.reader().task(id);
  if (row === null) throw unknownTask(id);
  const position = row.status === 'open' ? runner.engine.look(row.run).state.position : null;
  if (position?.phase === 'tasked' && position.task.id === id) return { row, open: position.task };
  if (position?.phase === 'doubted' && position.task === id) return { row, open: null };
  throw new CountersignError({
    code: 'TASK_CLOSED',
    message: `“${row.title}” is no longer open: ${row.decision ?? row.status}.`,
    hint: 'Look at the case to see what was decided, and by whom.',
  });
}

/** Everything that a person decides on: exactly what was put on record as shown, with its digest. */
export function taskDetail(runner: Runner, id: string): StudioAnswer<'task'> {
  const { row, open } = findTask(runner, id);
  const { program, state } = runner.engine.look(row.run);
  const story = storyView(runner, row.run);
  const base = { ...taskView(row), digest: row.shown, story };
  if (open !== null) {
    const facts = open.shown.facts.map(({ label, value }) => ({ label, value: asJson(toJson(decodeValue(value))) }));
    const effects = open.shown.effects.map((effect) => ({
      node: effect.node,
      name: effect.name,
      connection: effect.connection,
      action: effect.action,
      class: effect.class,
      sentence: effectSentence(effect, program.nodes.get(effect.node)?.action ?? null),
      request: requestView(effect),
    }));
    return { ...base, digest: open.digest, sendBack: open.sendBack, facts, effects };
  }
  const why = state.position?.phase === 'doubted' ? state.position.error.message : '';
  return { ...base, sendBack: false, facts: [{ label: 'In doubt', value: why }], effects: [] };
}

const requestView = (effect: ShownEffect): JsonValue =>
  effect.request === null ? null : asJson(toJson(decodeValue(effect.request)));

type Action = Surroundings['connections'][string]['actions'][string];

/** The contract's sentence with the request filled in, as plain text; what is not known yet is said to be so. */
export function effectSentence(
  effect: Pick<ShownEffect, 'action' | 'request'>,
  action: Pick<Action, 'title' | 'sentence'> | null,
): string {
  const title = action?.title ?? effect.action;
  if (effect.request === null) return `${title}: with what is not known yet`;
  const request = toJson(decodeValue(effect.request));
  const fields = typeof request === 'object' && request !== null && !Array.isArray(request) ? request : {};
  return (action?.sentence ?? title).replaceAll(/\{([^{}]+)\}/g, (_whole, name: string) =>
    plainText(Object.hasOwn(fields, name) ? Reflect.get(fields, name) : null),
  );
}

const plainText = (value: unknown): string =>
  value === null || value === undefined ? '…' : typeof value === 'string' ? value : JSON.stringify(value);

const unknownTask = (id: string): CountersignError =>
  new CountersignError({
    code: 'TASK_UNKNOWN',
    message: `There is no task “${id.toWellFormed().slice(0, 80)}”.`,
    hint: 'Open the list of tasks again.',
  });
