import type { Command } from 'commander';
import type { ScenarioResult } from '../../sandbox/run-scenario.ts';
import { readyFlow, testFlow } from '../../studio/export.ts';
import { scenariosOf } from '../../studio/workspace.ts';
import { body, type Answer, type Talk, type Wiring } from '../command.ts';
import { flowAt } from '../place.ts';

export function addTest(program: Command, wiring: Wiring): void {
  program
    .command('test')
    .description('Run a flow’s scenarios in the sandbox, where nothing real can be reached, and show what they cover.')
    .argument('[path]', 'a flow, or a workspace for its main flow', '.')
    .action(body(wiring, (talk, path: string) => test(talk, path)));
}

export async function test(talk: Talk, path: string): Promise<Answer> {
  const { workspace, flow } = flowAt(path);
  const ready = readyFlow(workspace, flow);
  let done = 0;
  const all = scenariosOf(workspace.root, flow).length;
  const { results, coverage } = await testFlow(workspace, ready, () => talk.progress('scenarios', ++done, all));
  talk.endProgress();
  const failed = results.filter((one) => !one.holds).length;
  const name = (id: string) => ready.program.nodes.get(id)?.name ?? id;
  const wire = (id: string) => {
    const edge = ready.program.flow.edges[id];
    return edge === undefined ? id : `${name(edge.from.node)} · ${edge.from.port}`;
  };
  const fallback = (way: string) => way.replace(/^\S+/, (id) => `${name(id)} ·`);
  return {
    holds: failed === 0 && results.length > 0,
    json: { holds: failed === 0 && results.length > 0, flow, results, coverage },
    lines: [
      ...results.flatMap(scenarioLines),
      '',
      `${results.length - failed} of ${results.length} scenarios hold`,
      share('steps', coverage.nodes, name),
      share('wires', coverage.edges, wire),
      ...(coverage.fallbacks.covered.length + coverage.fallbacks.missed.length === 0
        ? []
        : [share('fallbacks', coverage.fallbacks, fallback)]),
    ],
  };
}

function scenarioLines(result: ScenarioResult): string[] {
  const head = `${result.holds ? '✓' : '✗'} ${result.scenario}: ${result.result ?? result.status}`;
  if (result.holds) return [head];
  return [
    head,
    ...result.expectations
      .filter((one) => !one.holds)
      .map((one) => `    ${one.what}: expected ${one.expected}, was ${one.actual}`),
    ...result.trace.map((step) => `    ${step.node}: ${step.sentence}`),
  ];
}

function share(
  what: string,
  { covered, missed }: { covered: string[]; missed: string[] },
  name: (id: string) => string,
): string {
  const all = covered.length + missed.length;
  return `${covered.length} of ${all} ${what} covered${missed.length === 0 ? '' : `; not: ${missed.map(name).join(', ')}`}`;
}
