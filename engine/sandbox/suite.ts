import type { Flow } from '../flow/document.ts';
import { toErrorShape } from '../flow/error.ts';
import type { Program } from '../program/program.ts';
import { KINDS } from '../../nodes/index.ts';
import { coverageOf, type Coverage } from './coverage.ts';
import { runScenario, type ScenarioResult } from './run-scenario.ts';
import type { Scenario } from './scenario.ts';
import type { WorldParts } from './world.ts';

/** Whether a case counts as evidence for a release: it came out as expected, and nothing in it was made up. */
export const countsForRelease = (result: ScenarioResult): boolean => result.holds && result.mocks.length === 0;

export interface SuiteResult {
  results: ScenarioResult[];
  coverage: Coverage;
}

/**
 * Runs scenarios one after the other, each in a world of its own. A scenario that does not fit its flow does not hold.
 * `tell` hears of each, and stops what is left by giving `false`, now or later.
 */
export async function runSuite(
  parts: WorldParts & { program: Program; flow: Flow },
  scenarios: readonly Scenario[],
  tell: (result: ScenarioResult) => unknown = () => undefined,
): Promise<SuiteResult> {
  const results: ScenarioResult[] = [];
  for (const scenario of scenarios) {
    const result = await runScenario(parts, scenario).catch((error: unknown) => broken(scenario, error));
    results.push(result);
    if ((await tell(result)) === false) break;
  }
  return {
    results,
    coverage: coverageOf(
      parts.flow,
      KINDS,
      // What a mock stood for was not tried.
      results.filter((result) => result.mocks.length === 0).map((result) => result.trace),
    ),
  };
}

function broken(scenario: Scenario, error: unknown): ScenarioResult {
  const shape = toErrorShape(error);
  return {
    scenario: scenario.name,
    holds: false,
    status: 'failed',
    result: null,
    expectations: [{ what: 'the scenario runs', holds: false, expected: 'a run', actual: shape.message }],
    trace: [],
    effects: [],
    error: shape,
    started: 0,
    clock: 0,
    input: null,
    mocks: [],
    until: null,
  };
}
