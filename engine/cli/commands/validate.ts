import type { Command } from 'commander';
import { checkFlow } from '../../flow/check.ts';
import { hasErrors, type Problem } from '../../flow/problem.ts';
import { proveSafety } from '../../program/proof.ts';
import { openWorkspace, readFlowFile, type Workspace } from '../../studio/workspace.ts';
import { KINDS } from '../../../nodes/index.ts';
import { body, errorLines, type Answer, type Wiring } from '../command.ts';
import { flowAt, workspaceOf } from '../place.ts';

interface Checked {
  flow: string;
  problems: Problem[];
  /** Null when there are errors: what cannot run cannot be proved. `names` are those of the path's steps. */
  unsafe: (ReturnType<typeof proveSafety>['unsafe'][number] & { names: string[] })[] | null;
}

export function addValidate(program: Command, wiring: Wiring): void {
  program
    .command('validate')
    .description('Check flows and prove that no AI answer reaches an irreversible action unguarded.')
    .argument('[path]', 'a workspace (all its flows) or a flow', '.')
    .action(body(wiring, (_talk, path: string) => validate(path)));
}

export function validate(path: string): Answer {
  const one = path.endsWith('.flow.json') ? flowAt(path) : null;
  const workspace = one?.workspace ?? openWorkspace(workspaceOf(path));
  const flows = one === null ? workspace.flows : [one.flow];
  const checked = flows.map((each) => checkOne(workspace, each));
  const holds =
    workspace.errors.length === 0 &&
    checked.every(({ problems, unsafe }) => !hasErrors(problems) && unsafe?.length === 0);
  return {
    holds,
    json: { holds, errors: workspace.errors, flows: checked },
    lines: [...workspace.errors.flatMap(errorLines), ...checked.flatMap(linesOf)],
  };
}

function checkOne(workspace: Workspace, path: string): Checked {
  const read = readFlowFile(workspace.root, path);
  // A document of a newer version can be looked at; what this one does not know of it cannot be vouched for.
  if (read.flow === null || read.newer) return { flow: path, problems: read.problems, unsafe: null };
  const { nodes } = read.flow;
  const problems = checkFlow(read.flow, KINDS, workspace.surroundings);
  if (hasErrors(problems)) return { flow: path, problems, unsafe: null };
  const { unsafe } = proveSafety(read.flow, KINDS, workspace.surroundings, workspace.policy);
  const named = unsafe.map((one) => ({ ...one, names: one.nodes.map((id) => nodes[id]?.name ?? id) }));
  return { flow: path, problems, unsafe: named };
}

function linesOf({ flow, problems, unsafe }: Checked): string[] {
  const errors = problems.filter((p) => p.severity === 'error').length;
  const warnings = problems.length - errors;
  const count = (n: number, one: string): string => `${n === 0 ? 'no' : n} ${n === 1 ? one : `${one}s`}`;
  const proved =
    unsafe === null
      ? 'whether it is safe is proved once they are gone'
      : unsafe.length === 0
        ? 'safe'
        : count(unsafe.length, 'unsafe path');
  const holds = errors === 0 && unsafe?.length === 0;
  const verdict = `${holds ? 'holds' : 'does not hold'}: ${count(errors, 'error')}, ${count(warnings, 'warning')}, ${proved}`;
  return [
    `${flow} ${verdict}`,
    ...problems.flatMap((p) => [`  ${p.severity}  ${p.message}`, `         ${p.hint}  (${p.code}, ${placeOf(p)})`]),
    ...(unsafe ?? []).flatMap(({ reason, names }) => [`  unsafe  ${reason}`, `          path: ${names.join(' → ')}`]),
  ];
}

/** The path of a problem and, where only some characters of a text are meant, which: counted from 1. */
function placeOf({ path, at }: Problem): string {
  const place = path.length === 0 ? 'the whole document' : path.join('.');
  return at === undefined ? place : `${place}, character ${at.from + 1}`;
}
