/** What a rule that is a decision of a DMN model reads, writes and lacks. */
import { decisionIn } from '../../engine/dmn/exchange/model-file.ts';
import type { ModelFile, ModelTable } from '../../engine/dmn/exchange/model-file.ts';
import { tableIn } from '../../engine/dmn/exchange/model-decision.ts';
import type { ModelProblem } from '../../engine/dmn/read-model.ts';
import { renameInExpression } from '../../engine/feel/index.ts';
import type { FeelScopeTypes } from '../../engine/feel/problem.ts';
import { ANY, notNull, nullable } from '../../engine/feel/type.ts';
import type { FeelType } from '../../engine/feel/type.ts';
import { checkExpression } from '../expression.ts';
import type { Analysis, ConfigProblem } from '../kind.ts';
import { decisionOf, openModel } from './logic.ts';
import type { RuleModel } from './logic.ts';
import { catchesAll, tableProblems } from './table-problems.ts';

/** Without what depends on the exits. */
export function analyseModel(model: RuleModel, scope: FeelScopeTypes, branches: boolean): Omit<Analysis, 'writesAt'> {
  const nothing = (problem: Pick<ConfigProblem, 'path' | 'message' | 'hint'>): Analysis => ({
    reads: [],
    writes: ANY,
    problems: [{ code: 'CONFIG', severity: 'error', ...problem }],
  });
  const opened = openModel(model);
  if (!opened.ok) {
    const { message, hint } = opened.problem;
    return nothing({ path: ['model', 'lines'], message: `The DMN model cannot be read. ${message}`, hint });
  }
  const decision = decisionOf(model);
  if (decision === null)
    return nothing({
      path: ['model', 'decision'],
      message: `The DMN model has no decision “${model.decision}”.`,
      hint: 'Choose one of its decisions.',
    });
  const inputs = decision.inputs.map(({ name, type }) => checkInput(model, name, type, scope));
  const type = decision.type();
  const always = !branches && decision.isFirm && decision.table !== null && catchesAll(decision.table);
  return {
    reads: inputs.flatMap(({ reads }) => reads),
    writes: always ? notNull(type) : type,
    problems: [...inputs.flatMap(({ problems }) => problems), ...modelProblems(opened.file, model.decision, branches)],
  };
}

type Finding = ReturnType<typeof checkExpression>;

/** What stands for an input of the model: an expression of the rule, or the name of the scope that is the same. */
export const standsFor = ({ inputs }: RuleModel, name: string): string =>
  (Object.hasOwn(inputs, name) ? inputs[name] : undefined) ?? name;

function checkInput(model: RuleModel, name: string, type: FeelType, scope: FeelScopeTypes): Finding {
  const path = ['model', 'inputs', name];
  if (Object.hasOwn(model.inputs, name) || Object.hasOwn(scope, name))
    return checkExpression(standsFor(model, name), scope, path, `What stands for “${name}”`, nullable(type));
  const message = `The DMN model needs “${name}”, and nothing of that name goes into this step.`;
  const hint = 'Write what stands for it, such as input.amount.';
  return { type: ANY, reads: [], problems: [{ code: 'EXPRESSION', severity: 'error', path, message, hint }] };
}

/** What is wrong within the model. What the decision does not rest on is told and keeps nothing from running. */
function modelProblems(file: ModelFile, id: string, branches: boolean): readonly ConfigProblem[] {
  const used = file.compiled.behind(id);
  const tables = file.tables
    .filter(({ whole, owner }) => whole && used.has(owner.name))
    .map((one) => ({ one, problems: problemsIn(file, one, one.owner.id !== id || !branches) }));
  const told = new Set(
    tables
      .filter(({ problems }) => problems.some(({ severity }) => severity === 'error'))
      .map(({ one }) => one.owner.name),
  );
  const { model } = file;
  const elements = new Set(
    [...model.decisions, ...model.knowledge, ...model.services, ...model.inputs].map(({ name }) => name),
  );
  const isUnused = ({ element }: ModelProblem): boolean => elements.has(element) && !used.has(element);
  const others = file.compiled.problems
    // Of a table's cells it is told at the cell.
    .filter(({ code, element }) => code !== 'DMN_EXPRESSION' || !told.has(element))
    .map((problem): ConfigProblem => ({
      code: problem.code === 'DMN_EXPRESSION' ? 'EXPRESSION' : 'CONFIG',
      severity: isUnused(problem) ? 'warning' : problem.severity,
      path: ['model'],
      message: problem.element === '' ? problem.message : `“${problem.element}” of the DMN model: ${problem.message}`,
      hint: problem.hint,
    }));
  const { expression, name } = decisionIn(file, id) ?? { expression: null, name: id };
  if (expression === null)
    others.push({
      code: 'CONFIG',
      severity: 'error',
      path: ['model', 'decision'],
      message: `The decision “${name}” has no logic.`,
      hint: 'Choose a decision that has some.',
    });
  return [...others, ...tables.flatMap(({ problems }) => problems)];
}

function problemsIn(file: ModelFile, { key, owner, table }: ModelTable, defaultsSuffice: boolean): ConfigProblem[] {
  const scope = file.compiled.environmentOf(owner.id)?.scope;
  const compiled = tableIn(file, owner.id, table);
  if (scope === undefined || compiled === null) return [];
  // DMN lets an output be what its list does not name; it is told, and runs.
  const lenient = compiled.problems.map((problem) =>
    problem.code === 'DMN_OUTPUT_VALUE' ? { ...problem, severity: 'warning' as const } : problem,
  );
  return tableProblems(table, { ...compiled, problems: lenient }, scope, defaultsSuffice).map((problem) => ({
    ...problem,
    path: ['model', 'tables', key, ...problem.path],
    message: `Table of “${owner.name}”: ${problem.message}`,
  }));
}

/** A model with a name of the scope replaced: in what stands for its inputs, and nowhere in the model itself. */
export function renameInModel(model: RuleModel, scope: FeelScopeTypes, from: string, to: string): RuleModel {
  const names = new Set([...Object.keys(model.inputs), ...(decisionOf(model)?.inputs ?? []).map(({ name }) => name)]);
  const inputs = { ...model.inputs };
  for (const name of names) {
    const before = standsFor(model, name);
    const after = renameInExpression(before, scope, from, to);
    if (after !== before) inputs[name] = after;
  }
  return { ...model, inputs };
}
