import { givesList } from '../../engine/dmn/hit-policy.ts';
import { compileTable, renameInTable } from '../../engine/dmn/table.ts';
import type { DecisionTable } from '../../engine/dmn/table.ts';
import type { FeelScopeTypes } from '../../engine/feel/problem.ts';
import { notNull } from '../../engine/feel/type.ts';
import type { Analysis, ConfigProblem, KindConfig, Port } from '../kind.ts';
import { decisionOf, openModel, OTHERWISE, outputsOf, routesOf, ruleSchema, tableOf } from './logic.ts';
import type { RuleConfig } from './logic.ts';
import { analyseModel, renameInModel } from './model-analysis.ts';
import { catchesAll, tableProblems } from './table-problems.ts';

export { OTHERWISE, outputsOf, routesOf, ruleSchema, tableOf, tablesOf, withTable } from './logic.ts';
export { dmnOf, mainDecision, ruleFromDmn, tooLarge, withOwnTable } from './exchange.ts';
export type { DmnSource, RuleChange } from './exchange.ts';
export { decisionOf, openModel, textOf } from './logic.ts';
export type { RuleConfig, RuleModel } from './logic.ts';

function portsOf(config: RuleConfig): readonly Port[] {
  const routes = routesOf(config);
  if (routes === null) return [{ id: 'next', label: 'next' }];
  return [
    ...routes.map((route) => ({ id: route, label: route })),
    { id: OTHERWISE, label: OTHERWISE, tone: 'wait' as const },
  ];
}

type Logic = Omit<Analysis, 'writesAt'>;

function analyseOwn(table: DecisionTable, scope: FeelScopeTypes, branches: boolean): Logic {
  const compiled = compileTable(table, scope);
  const problems = tableProblems(table, compiled, scope, !branches);
  return {
    reads: compiled.reads,
    writes: !branches && catchesAll(table) ? notNull(compiled.type) : compiled.type,
    problems: problems.map((problem) => ({ ...problem, path: ['table', ...problem.path] })),
  };
}

/** What keeps a rule from branching. */
function branchProblems(config: RuleConfig, routes: readonly string[]): ConfigProblem[] {
  const { branchBy } = config;
  if (routes.length === 0) {
    const output = outputsOf(config).some(({ name }) => name === branchBy);
    return [
      {
        code: 'CONFIG',
        severity: 'error',
        path: ['branchBy'],
        message: output
          ? `The column “${branchBy ?? ''}” has no list of values to branch by.`
          : `There is no output column “${branchBy ?? ''}” to branch by.`,
        hint: 'Give the output column its allowed values, or branch by another column.',
      },
    ];
  }
  const table = tableOf(config);
  if (table === null || !givesList(table.hitPolicy)) return [];
  return [
    {
      code: 'TABLE',
      severity: 'error',
      path: config.model === undefined ? ['table', 'hitPolicy'] : ['model', 'decision'],
      message: 'A table that collects all matching rows cannot branch.',
      hint: 'Choose the hit policy FIRST or UNIQUE, or do not branch by a column.',
    },
  ];
}

export const rule: KindConfig<RuleConfig> = {
  kind: 'rule',
  label: 'Rule',
  summary: 'A decision table: same input, same answer. With a column to branch by it is a branch.',
  hue: 'gold',
  icon: 'table-2',
  schema: ruleSchema,
  initial: () => ({
    table: {
      hitPolicy: 'FIRST',
      inputs: [{ id: 'i1', expression: '' }],
      outputs: [{ id: 'o1', name: 'result' }],
      rows: [{ id: 'r1', when: ['-'], then: ['""'] }],
    },
    branchBy: null,
  }),
  hasInput: true,
  inProgram: true,
  ports: portsOf,
  analyse: (config, scope) => {
    const { table, model } = config;
    const routes = routesOf(config);
    const branches = routes !== null;
    const logic: Logic =
      model !== undefined
        ? analyseModel(model, scope, branches)
        : table !== undefined
          ? analyseOwn(table, scope, branches)
          : { reads: [], writes: null, problems: [] };
    const { writes } = logic;
    const problems = [...logic.problems, ...(routes === null ? [] : branchProblems(config, routes))];
    if (routes === null || routes.length === 0 || writes === null) return { ...logic, problems };
    // A route was taken, so a row matched; what leaves by “otherwise” may have matched none.
    const writesAt = Object.fromEntries(routes.map((route) => [route, notNull(writes)]));
    return { ...logic, problems, writesAt: { ...writesAt, [OTHERWISE]: writes } };
  },
  rename: (config, scope, from, to) => ({
    ...config,
    ...(config.table === undefined ? {} : { table: renameInTable(config.table, scope, from, to) }),
    ...(config.model === undefined ? {} : { model: renameInModel(config.model, scope, from, to) }),
  }),
  sentence: (config) => {
    const { table, model } = config;
    if (model !== undefined) {
      const opened = openModel(model);
      const name = decisionOf(model)?.decision.name ?? model.decision;
      return opened.ok && opened.file.model.name !== '' ? `${name}, of ${opened.file.model.name}` : name;
    }
    const outputs = (table?.outputs ?? []).map((o) => o.name).join(', ');
    const rows = table?.rows.length ?? 0;
    return `${outputs}: ${rows} ${rows === 1 ? 'row' : 'rows'}, ${(table?.hitPolicy ?? '').toLowerCase()}`;
  },
  influence: 'none',
  passes: (config) => (routesOf(config) === null ? 'next' : null),
  migrations: [],
};
