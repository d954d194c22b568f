import type { Command } from 'commander';
import { checkFlow } from '../../flow/check.ts';
import { hasErrors, type Problem } from '../../flow/problem.ts';
import { proveSafety } from '../../program/proof.ts';
import { readFlowFile, type Workspace } from '../../studio/workspace.ts';
import { KINDS } from '../../../nodes/index.ts';
import { body, errorLines, type Answer, type Wiring } from '../command.ts';
import { flowAt } from '../place.ts';

interface Checked {
  flow: string;
  problems: Problem[];
  unsafe: ReturnType<typeof proveSafety>['unsafe'];
}

export function addValidate(program: Command, wiring: Wiring): void {
  program
    .command('validate')
    .description('Check flows and prove that no AI answer reaches an irreversible action unguarded.')
    .argument('[path]', 'a workspace (all its flows) or a flow', '.')
    .action(body(wiring, (_talk, path: string) => validate(path)));
}

export function validate(path: string): Answer {
  const { workspace, flow } = flowAt(path);
  const flows = path.endsWith('.flow.json') ? [flow] : workspace.flows;
  const checked = flows.map((one) => checkOne(workspace, one));
  const holds =
    workspace.errors.length === 0 && checked.every((one) => !hasErrors(one.problems) && one.unsafe.length === 0);
  return {
    holds,
    json: { holds, errors: workspace.errors, flows: checked },
    lines: [...workspace.errors.flatMap(errorLines), ...checked.flatMap(linesOf)],
  };
}

function checkOne(workspace: Workspace, path: string): Checked {
  const read = readFlowFile(workspace.root, path);
  if (read.flow === null) return { flow: path, problems: read.problems, unsafe: [] };
  const problems = checkFlow(read.flow, KINDS, workspace.surroundings);
  const unsafe = hasErrors(problems)
    ? []
    : proveSafety(read.flow, KINDS, workspace.surroundings, workspace.policy).unsafe;
  return { flow: path, problems, unsafe };
}

function linesOf({ flow, problems, unsafe }: Checked): string[] {
  const errors = problems.filter((p) => p.severity === 'error').length;
  const warnings = problems.length - errors;
  const verdict =
    errors === 0 && unsafe.length === 0
      ? `holds: no errors, ${warnings} ${warnings === 1 ? 'warning' : 'warnings'}, safe`
      : `does not hold: ${errors} ${errors === 1 ? 'error' : 'errors'}, ${unsafe.length} unsafe ${unsafe.length === 1 ? 'path' : 'paths'}`;
  return [
    `${flow} ${verdict}`,
    ...problems.flatMap((p) => [
      `  ${p.severity}  ${p.message}`,
      `         ${p.hint}  (${p.code}, ${p.path.join('.')})`,
    ]),
    ...unsafe.flatMap((path) => [`  unsafe  ${path.reason}`, `          path: ${path.nodes.join(' → ')}`]),
  ];
}
