import { compileExpression } from '../feel/index.ts';
import { feelEquals, formatValue, fromJson, toJson, type FeelContext, type FeelValue } from '../feel/value.ts';
import type { Flow } from '../flow/document.ts';
import type { ErrorShape } from '../flow/error.ts';
import { shownName } from '../flow/inlined-ids.ts';
import type { StoryStep } from '../runtime/story.ts';
import type { ScenarioResult } from './run-scenario.ts';
import { wordsOfEffect, type Scenario } from './scenario.ts';

/** One thing that was expected, and what was. */
export interface ExpectationResult {
  what: string;
  holds: boolean;
  expected: string;
  actual: string;
}

export interface Outcome {
  status: ScenarioResult['status'];
  result: string | null;
  trace: StoryStep[];
  effects: { node: string; connection: string; action: string; status: string; request: FeelContext }[];
  error: ErrorShape | null;
  clock: number;
}

/** Holds what came of a case against what its scenario expects. */
export function judge(
  flow: Flow,
  scenario: Scenario,
  outcome: Outcome,
  scope: ReadonlyMap<string, FeelValue>,
): Omit<ScenarioResult, 'input' | 'mocks' | 'until' | 'started'> {
  const { expect } = scenario;
  const names = new Map(Object.entries(flow.nodes).map(([id, node]) => [id, shownName(id, node.name)]));
  const passed = new Set(outcome.trace.map((step) => names.get(step.node) ?? step.node));
  const expectations: ExpectationResult[] = [];
  const say = (what: string, holds: boolean, expected: string, actual: string) =>
    expectations.push({ what, holds, expected, actual });
  if (expect.status !== undefined) say('status', outcome.status === expect.status, expect.status, outcome.status);
  if (expect.result !== undefined)
    say('result', outcome.result === expect.result, expect.result, outcome.result ?? 'none');
  for (const name of expect.passes ?? [])
    say(`passes “${name}”`, passed.has(name), 'passed', passed.has(name) ? 'passed' : 'not passed');
  for (const name of expect.avoids ?? [])
    say(`avoids “${name}”`, !passed.has(name), 'not passed', passed.has(name) ? 'passed' : 'not passed');
  for (const wanted of expect.effects ?? []) {
    const same = outcome.effects.filter((effect) => `${effect.connection}.${effect.action}` === wanted.action);
    const met = same.filter((effect) => effect.status === 'done' && fits(effect.request, wanted.with ?? {}));
    say(
      wordsOfEffect(wanted),
      met.length === wanted.times,
      timesOf(wanted.times),
      `${timesOf(met.length)}${same.length === met.length ? '' : `; ${same.length} in all: ${same.map((e) => `${e.status} ${JSON.stringify(toJson(e.request))}`).join(', ')}`}`,
    );
  }
  for (const source of expect.holds ?? []) {
    const { value, warnings } = compileExpression(source, openScope(scope)).evaluate(scope);
    say(
      source,
      value === true,
      'true',
      `${formatValue(value)}${warnings.length === 0 ? '' : ` (${warnings.map((w) => w.message).join('; ')})`}`,
    );
  }
  return {
    scenario: scenario.name,
    holds: expectations.every((one) => one.holds),
    expectations,
    ...outcome,
    effects: outcome.effects.map((effect) => ({ ...effect, request: toJson(effect.request) })),
  };
}

const openScope = (scope: ReadonlyMap<string, FeelValue>) =>
  Object.fromEntries([...scope.keys()].map((name) => [name, { kind: 'any' as const }]));

const timesOf = (count: number): string => (count === 0 ? 'never' : count === 1 ? 'once' : `${count} times`);

function fits(request: FeelContext, wanted: Readonly<Record<string, string | number | boolean | null>>): boolean {
  return Object.entries(wanted).every(([name, value]) => feelEquals(request.get(name) ?? null, fromJson(value)));
}
