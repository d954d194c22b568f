/** Who is asked where a model's answer does not count: another model, then a decision table, then a person. */
import { durationSchema } from '../../engine/connections/contract.ts';
import { givesList } from '../../engine/dmn/hit-policy.ts';
import { compileTable, renameInTable, tableSchema } from '../../engine/dmn/table.ts';
import type { DecisionTable } from '../../engine/dmn/table.ts';
import type { FeelScopeTypes } from '../../engine/feel/index.ts';
import { z } from '../../engine/flow/zod.ts';
import { durationWords } from '../duration.ts';
import type { ConfigProblem, Fallback, Surroundings } from '../kind.ts';
import { tableProblems } from '../rule/table-problems.ts';

const personSchema = z.strictObject({
  role: z
    .string()
    .max(60)
    .meta({ label: 'Who may choose', help: 'A role; who holds it is up to IT.', example: 'agent', widget: 'role' }),
  due: durationSchema.nullable().meta({
    label: 'Due in',
    help: 'When it is over, the case leaves as if nobody had been asked. Empty waits for ever.',
    example: 'PT4H',
    widget: 'duration',
  }),
});

export const fallbackSchema = z.strictObject({
  model: z.string().max(60).optional().meta({
    label: 'Another model',
    help: 'Asked the same first; its own bar holds.',
    widget: 'model',
  }),
  table: tableSchema.optional().meta({ label: 'Decision table', widget: 'table' }),
  person: personSchema.optional().meta({ label: 'A person', help: 'Is shown what the model was, and chooses.' }),
});
export type FallbackConfig = z.infer<typeof fallbackSchema>;

const ORDER: readonly Fallback[] = ['model', 'rule', 'person'];

/** Those who are asked, in order. */
export function fallbacksOf(fallback: FallbackConfig | undefined): readonly Fallback[] {
  const has = { model: fallback?.model, rule: fallback?.table, person: fallback?.person };
  return ORDER.filter((one) => has[one] !== undefined);
}

/** Whether somebody answers in the end, however long it takes. */
export const isSettled = (fallback: FallbackConfig | undefined): boolean => fallback?.person?.due === null;

/**
 * The table as it is checked and run: its output is one of the choices. That of an output which lists its values stays,
 * for they are in an order of their own.
 */
export function tableFor(table: DecisionTable, choices: readonly string[] | null): DecisionTable {
  const [output, ...more] = table.outputs;
  if (output === undefined || choices === null || output.values !== undefined) return table;
  return { ...table, outputs: [{ ...output, type: 'string', values: [...choices] }, ...more] };
}

export function analyseFallback(
  fallback: FallbackConfig,
  choices: readonly string[] | null,
  scope: FeelScopeTypes,
  { models }: Surroundings,
): { reads: readonly (readonly string[])[]; problems: readonly ConfigProblem[] } {
  const problems: ConfigProblem[] = [];
  const { model, table, person } = fallback;
  if (fallbacksOf(fallback).length === 0)
    problems.push(problem([], 'Nobody is asked instead.', 'Add a decision table, a person, or both.', 'warning'));
  if (model !== undefined) problems.push(...modelProblems(model, choices, models));
  if (person !== undefined && person.role.trim() === '')
    problems.push(problem(['person', 'role'], 'Nobody is named who may choose.', 'Name a role, such as “agent”.'));
  if (table === undefined) return { reads: [], problems };
  problems.push(...outputProblems(table, choices));
  const compiled = compileTable(tableFor(table, choices), scope);
  // A case that no row matches goes to whoever is asked next, which is as good as a default.
  const outputs = table.outputs.map((output) => ({ ...output, default: output.default ?? 'null' }));
  for (const found of tableProblems({ ...table, outputs }, compiled, scope, true))
    problems.push({ ...found, path: ['table', ...found.path] });
  return { reads: compiled.reads, problems };
}

function modelProblems(
  model: string,
  choices: readonly string[] | null,
  models: Surroundings['models'],
): ConfigProblem[] {
  const card = Object.hasOwn(models, model) ? models[model] : undefined;
  if (card === undefined)
    return [
      {
        ...problem(
          ['model'],
          model === '' ? 'No other model is chosen.' : `There is no model “${model}” in this workspace.`,
          `Choose one of: ${Object.keys(models).join(', ')}.`,
        ),
        code: 'MODEL_UNKNOWN',
      },
    ];
  const strange = card.choices.filter((choice) => choices?.includes(choice) === false);
  if (strange.length === 0) return [];
  return [
    problem(
      ['model'],
      `“${model}” can answer ${strange.map((one) => `“${one}”`).join(', ')}, which the first model cannot.`,
      'Choose a model that answers the same question.',
    ),
  ];
}

function outputProblems({ outputs, hitPolicy }: DecisionTable, choices: readonly string[] | null): ConfigProblem[] {
  if (givesList(hitPolicy))
    return [
      problem(
        ['table', 'hitPolicy'],
        'A table that collects all matching rows gives no one choice.',
        'Choose the hit policy FIRST or UNIQUE.',
      ),
    ];
  const strange = (outputs[0]?.values ?? []).filter((value) => choices?.includes(value) === false);
  if (strange.length === 0) return [];
  return [
    problem(
      ['table', 'outputs', 0, 'values'],
      `${strange.map((one) => `“${one}”`).join(', ')} is not among the choices of the model.`,
      `Its choices are: ${choices?.join(', ') ?? ''}.`,
    ),
  ];
}

export const renameInFallback = (
  fallback: FallbackConfig,
  scope: FeelScopeTypes,
  from: string,
  to: string,
): FallbackConfig =>
  fallback.table === undefined ? fallback : { ...fallback, table: renameInTable(fallback.table, scope, from, to) };

/** `, otherwise 3 rows, then agent in 4 h`; empty where nobody is asked instead. */
export function fallbackWords(fallback: FallbackConfig | undefined): string {
  const { model, table, person } = fallback ?? {};
  const parts = [
    ...(model === undefined ? [] : [model || 'another model']),
    ...(table === undefined ? [] : [`${table.rows.length} ${table.rows.length === 1 ? 'row' : 'rows'}`]),
    ...(person === undefined
      ? []
      : [`${person.role || 'nobody'}${person.due === null ? '' : ` in ${durationWords(person.due)}`}`]),
  ];
  return parts.length === 0 ? '' : `, otherwise ${parts.join(', then ')}`;
}

const problem = (
  path: readonly (string | number)[],
  message: string,
  hint: string,
  severity: 'error' | 'warning' = 'error',
): ConfigProblem => ({ code: 'CONFIG', severity, path, message, hint });
