import type { Command } from 'commander';
import { analyseAndCheck } from '../../flow/check.ts';
import type { Flow } from '../../flow/document.ts';
import { shownName } from '../../flow/inlined-ids.ts';
import { hasErrors, type Problem } from '../../flow/problem.ts';
import { valueAt } from '../../flow/shape.ts';
import { quote } from '../../flow/words.ts';
import { proveAnalysis, type UnsafePath } from '../../program/proof.ts';
import { misfitsOf } from '../../sandbox/fit-scenario.ts';
import { openWorkspace, readFlowFile, readScenario, scenarioPaths, type Workspace } from '../../studio/workspace.ts';
import { KINDS } from '../../../nodes/index.ts';
import { ruleSchema, tablesOf } from '../../../nodes/rule/config.ts';
import { body, errorLines, type Answer, type Wiring } from '../command.ts';
import { flowAt, workspaceOf } from '../place.ts';

interface Checked {
  flow: string;
  problems: Problem[];
  /** Null when there are errors: what cannot run cannot be proved. `names` are those of the path's steps. */
  unsafe: (UnsafePath & { names: string[] })[] | null;
  /** Where scenarios of the flow do not fit it: doubts, which keep nothing from running. */
  misfits: { path: string; scenario: string; message: string; hint: string }[];
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
  const all = flows.map((each) => checkOne(workspace, each));
  const checked = all.map((each) => each.checked);
  const holds =
    workspace.errors.length === 0 &&
    checked.every(({ problems, unsafe }) => !hasErrors(problems) && unsafe?.length === 0);
  return {
    holds,
    json: { holds, errors: workspace.errors, flows: checked },
    lines: [...workspace.errors.flatMap(errorLines), ...all.flatMap((each) => linesOf(each.checked, each.document))],
  };
}

/** What was found, and the document, for the names in it. */
function checkOne(workspace: Workspace, path: string): { checked: Checked; document: Flow | null } {
  const read = readFlowFile(workspace.root, path);
  // A document of a newer version can be looked at; what this one does not know of it cannot be vouched for.
  if (read.flow === null || read.newer) {
    return { checked: { flow: path, problems: read.problems, unsafe: null, misfits: [] }, document: read.flow };
  }
  const document = read.flow;
  const misfits = misfitsIn(workspace, path, document);
  const { problems, whole } = analyseAndCheck(read.flow, KINDS, workspace.surroundings);
  if (whole === null || hasErrors(problems)) {
    return { checked: { flow: path, problems, unsafe: null, misfits }, document };
  }
  const { unsafe } = proveAnalysis(whole, workspace.policy);
  const nameOf = (id: string): string => shownName(id, whole.opened.nodes.get(id)?.node.name ?? id);
  const named = unsafe.map((one) => ({ ...one, names: one.nodes.map(nameOf) }));
  return { checked: { flow: path, problems, unsafe: named, misfits }, document };
}

/** A scenario that cannot be read is told of where scenarios are run. */
function misfitsIn({ root, surroundings }: Workspace, path: string, flow: Flow): Checked['misfits'] {
  return scenarioPaths(root, path).flatMap((file) => {
    try {
      const scenario = readScenario(root, file);
      return misfitsOf(scenario, flow, surroundings.flows ?? {}).map(({ message, hint }) => ({
        path: file,
        scenario: scenario.name,
        message,
        hint,
      }));
    } catch {
      return [];
    }
  });
}

function linesOf({ flow, problems, unsafe, misfits }: Checked, document: Flow | null): string[] {
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
    ...problems.flatMap((p) => [
      `  ${p.severity}  ${p.message}`,
      `         ${p.hint}  (${p.code}, ${placeOf(p, document)})`,
    ]),
    ...(unsafe ?? []).flatMap(({ reason, names }) => [`  unsafe  ${reason}`, `          path: ${names.join(' → ')}`]),
    ...misfits.flatMap((one) => [
      `  scenario  ${quote(one.scenario)}: ${one.message}`,
      `            ${one.hint}  (${one.path})`,
    ]),
  ];
}

/**
 * The path of a problem and, where only some characters of a text are meant, which: counted from 1. In a decision table
 * the step, row and column as people call them.
 */
function placeOf({ path, at }: Problem, flow: Flow | null): string {
  const place = path.length === 0 ? 'the whole document' : (tablePlace(path, flow) ?? path.join('.'));
  return at === undefined ? place : `${place}, character ${at.from + 1}`;
}

/** `step “Route”, row 2, “amount”`; null for what is in no table, of the rule's own or of its model. */
function tablePlace(path: Problem['path'], flow: Flow | null): string | null {
  const [, id, , ...within] = path;
  const ofModel = within[0] === 'model' && within[1] === 'tables';
  if (flow === null || typeof id !== 'string' || !(ofModel || within[0] === 'table')) return null;
  const [list, at, part, column] = within.slice(ofModel ? 3 : 1);
  const config = flow.nodes[id]?.config;
  const table = ofModel ? tableOfModel(config, within[2]) : config?.['table'];
  const words = [`step ${quote(flow.nodes[id]?.name ?? id)}`];
  if (typeof at !== 'number')
    return [...words, ...(list === undefined || list === 'rows' ? ['table'] : [list])].join(', ');
  const isCell = list === 'rows' && typeof column === 'number';
  const head = isCell ? [part === 'when' ? 'inputs' : 'outputs', column] : [list ?? '', at];
  if (list === 'rows') words.push(`row ${at + 1}`);
  if (isCell || list !== 'rows') words.push(quote(headOf(valueAt(table, head))));
  return words.join(', ');
}

function tableOfModel(config: unknown, key: unknown): unknown {
  const rule = ruleSchema.safeParse(config);
  return rule.success ? tablesOf(rule.data).find((one) => one.key === key)?.table : undefined;
}

/** What the head of a column says. */
function headOf(column: unknown): string {
  const texts = ['label', 'expression', 'name'].map((key) => valueAt(column, [key]));
  return texts.find((text) => typeof text === 'string') ?? '';
}
