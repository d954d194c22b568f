import type { Flow } from '../flow/document.ts';
import { toErrorShape } from '../flow/error.ts';
import type { Program } from '../program/program.ts';
import { KINDS } from '../../nodes/index.ts';
import { coverageOf, type Coverage } from './coverage.ts';
import { runScenario, type ScenarioResult } from './run-scenario.ts';
import type { Scenario } from './scenario.ts';
import type { WorldParts } from './world.ts';

export interface SuiteResult {
  results: ScenarioResult[];
  coverage: Coverage;
}

/** Runs scenarios one after the other, each in a world of its own. A scenario that does not fit its flow does not hold. */
export async function runSuite(
  parts: WorldParts & { program: Program; flow: Flow },
  scenarios: readonly Scenario[],
  tell: (result: ScenarioResult) => void = () => undefined,
): Promise<SuiteResult> {
  const results: ScenarioResult[] = [];
  for (const scenario of scenarios) {
    const result = await runScenario(parts, scenario).catch((error: unknown) => broken(scenario, error));
    results.push(result);
    tell(result);
  }
  return {
    results,
    coverage: coverageOf(
      parts.flow,
      KINDS,
      results.map((result) => result.trace),
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
    clock: 0,
  };
}
