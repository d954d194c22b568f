import { analyseTable } from '../../engine/dmn/analyse.ts';
import { compileTable, renameInTable, tableSchema } from '../../engine/dmn/table.ts';
import type { FeelScopeTypes } from '../../engine/feel/problem.ts';
import { notNull } from '../../engine/feel/type.ts';
import { z } from '../../engine/flow/zod.ts';
import type { ConfigProblem, KindConfig, Port } from '../kind.ts';

export const ruleSchema = z.strictObject({
  table: tableSchema.meta({ label: 'Decision table', widget: 'table' }),
  branchBy: z.string().max(60).nullable().meta({
    label: 'Branch by',
    help: 'An output column with a list of values: each value becomes an exit, and “otherwise” takes what matches none.',
    widget: 'text',
  }),
});
export type RuleConfig = z.infer<typeof ruleSchema>;

export const OTHERWISE = 'otherwise';

/** The routes of a branching rule: the allowed values of the column it branches by; null for a rule with one exit. */
export function routesOf(config: RuleConfig): readonly string[] | null {
  if (config.branchBy === null) return null;
  return config.table.outputs.find((output) => output.name === config.branchBy)?.values ?? [];
}

/** Whether some row lets everything pass, so that there is always a result. */
const catchesAll = (config: RuleConfig): boolean =>
  config.table.rows.some((row) => row.when.every((cell) => cell.trim() === '' || cell.trim() === '-'));

function portsOf(config: RuleConfig): readonly Port[] {
  const routes = routesOf(config);
  if (routes === null) return [{ id: 'next', label: 'next' }];
  return [
    ...routes.map((route) => ({ id: route, label: route })),
    { id: OTHERWISE, label: OTHERWISE, tone: 'wait' as const },
  ];
}

/** What no single cell shows. A case that no row matches is no problem where defaults say what then. */
function findingsOf({ table, branchBy }: RuleConfig, scope: FeelScopeTypes): readonly ConfigProblem[] {
  const defaults = branchBy === null && table.outputs.every((output) => (output.default ?? '').trim() !== '');
  return analyseTable(table, scope)
    .findings.filter((finding) => finding.kind !== 'gap' || !defaults)
    .map(({ severity, path, message, hint }) => ({ code: 'TABLE', severity, path: ['table', ...path], message, hint }));
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
    const table = compileTable(config.table, scope);
    const problems: ConfigProblem[] = table.problems.map((p) => ({
      code:
        p.code === 'FEEL_TYPE'
          ? ('EXPRESSION_TYPE' as const)
          : p.code === 'FEEL_NULLABLE'
            ? ('EXPRESSION_NULLABLE' as const)
            : ('TABLE' as const),
      severity: p.severity,
      path: ['table', ...p.path],
      message: p.message,
      hint: p.hint,
      at: { from: p.from, to: p.to },
    }));
    problems.push(...findingsOf(config, scope));
    const routes = routesOf(config);
    if (routes !== null && routes.length === 0) {
      const output = config.table.outputs.some((o) => o.name === config.branchBy);
      return {
        reads: table.reads,
        writes: table.type,
        problems: [
          ...problems,
          {
            code: 'CONFIG',
            severity: 'error',
            path: ['branchBy'],
            message: output
              ? `The column “${config.branchBy ?? ''}” has no list of values to branch by.`
              : `There is no output column “${config.branchBy ?? ''}” to branch by.`,
            hint: 'Give the output column its allowed values, or branch by another column.',
          },
        ],
      };
    }
    if (routes !== null && config.table.hitPolicy === 'COLLECT')
      problems.push({
        code: 'TABLE',
        severity: 'error',
        path: ['table', 'hitPolicy'],
        message: 'A table that collects all matching rows cannot branch.',
        hint: 'Choose the hit policy FIRST or UNIQUE, or do not branch by a column.',
      });
    if (routes === null)
      return { reads: table.reads, writes: catchesAll(config) ? notNull(table.type) : table.type, problems };
    // A route was taken, so a row matched; what leaves by “otherwise” may have matched none.
    const writesAt = Object.fromEntries(routes.map((route) => [route, notNull(table.type)]));
    return { reads: table.reads, writes: table.type, writesAt: { ...writesAt, [OTHERWISE]: table.type }, problems };
  },
  rename: (config, scope, from, to) => ({ ...config, table: renameInTable(config.table, scope, from, to) }),
  sentence: (config) => {
    const outputs = config.table.outputs.map((o) => o.name).join(', ');
    const rows = config.table.rows.length;
    return `${outputs}: ${rows} ${rows === 1 ? 'row' : 'rows'}, ${config.table.hitPolicy.toLowerCase()}`;
  },
  influence: 'none',
  migrations: [],
};
