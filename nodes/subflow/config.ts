import { fieldType } from '../../engine/flow/field-type.ts';
import type { Flow } from '../../engine/flow/document.ts';
import { z } from '../../engine/flow/zod.ts';
import { listOf, quote } from '../../engine/flow/words.ts';
import { endSchema } from '../end/config.ts';
import { triggerSchema } from '../trigger/config.ts';
import { checkExpression, renameAll } from '../expression.ts';
import { feelByName, text } from '../form.ts';
import type { Analysis, ConfigProblem, KindConfig, Port, Surroundings } from '../kind.ts';
import { back, entry } from './seams.ts';

export const subflowSchema = z.strictObject({
  flow: text(
    { label: 'Flow', help: 'A flow of this workspace, which takes the place of this step.', widget: 'flow' },
    300,
  ),
  results: z.array(z.string().min(1).max(60)).max(50).meta({
    label: 'Exits',
    help: 'One for each result of that flow.',
    widget: 'results',
  }),
  arguments: feelByName({
    label: 'With',
    help: 'What that flow is given: a formula for each field of its input.',
    example: 'input.customer',
    widget: 'arguments',
  }),
});
export type SubflowConfig = z.infer<typeof subflowSchema>;

/** The exit by which a step leaves when something in its sub-flow failed. */
export const FAILED = 'failed';

/** The flow that a config names; undefined when the workspace has none at that path. */
export function flowAt(path: string, { flows = {} }: Surroundings): Flow | undefined {
  return Object.hasOwn(flows, path) ? flows[path] : undefined;
}

/** The results of a flow's ends, each once, in alphabetical order. */
export function resultsOf(flow: Flow): string[] {
  const results = Object.values(flow.nodes).flatMap((node) => {
    const config = node.kind === 'end' ? endSchema.safeParse(node.config) : null;
    return config?.success === true ? [config.data.result] : [];
  });
  return [...new Set(results)].sort();
}

function portsOf({ results }: SubflowConfig): readonly Port[] {
  const ports: Port[] = [...new Set(results)].map((result) => ({ id: result, label: result }));
  return results.includes(FAILED) ? ports : [...ports, { id: FAILED, label: FAILED, tone: 'bad', optional: true }];
}

function unknownFlow(path: string, { flows = {}, self }: Surroundings): ConfigProblem {
  // A flow cannot contain itself.
  const known = Object.keys(flows)
    .filter((one) => one !== self)
    .sort();
  return {
    code: 'FLOW_UNKNOWN',
    severity: 'error',
    path: ['flow'],
    message: path === '' ? 'No flow is chosen.' : `There is no flow ${quote(path)} in this workspace that can be read.`,
    hint:
      known.length === 0
        ? 'Draw the flow that this step is to stand for first.'
        : `Choose one of: ${known.join(', ')}.`,
  };
}

/** Whether the exits are the results of the flow as it is now. */
function resultProblems({ results }: SubflowConfig, flow: Flow): ConfigProblem[] {
  const own = resultsOf(flow);
  const missing = own.filter((result) => !results.includes(result));
  const gone = results.filter((result) => !own.includes(result));
  if (missing.length + gone.length === 0) return [];
  const parts = [
    ...(missing.length === 0 ? [] : [`it can also end as ${listOf(missing)}`]),
    ...(gone.length === 0 ? [] : [`it no longer ends as ${listOf(gone)}`]),
  ];
  return [
    {
      code: 'FLOW_RESULTS',
      severity: 'error',
      path: ['results'],
      message: `The exits are not the results of ${quote(flow.about.title)}: ${parts.join(', and ')}.`,
      hint: `Take its results over as exits (${own.join(', ')}), and wire those that are new.`,
    },
  ];
}

/** What the flow does when it runs by itself and does not as a part of another. */
function leftOut(flow: Flow): ConfigProblem[] {
  return Object.values(flow.nodes).flatMap((node) => {
    const config = node.kind === 'trigger' ? triggerSchema.safeParse(node.config) : null;
    if (config?.success !== true) return [];
    const { deadline, orderBy } = config.data;
    const found = { code: 'CONFIG', severity: 'warning', path: ['flow'] } as const;
    const problems: ConfigProblem[] = [];
    if ((deadline ?? null) !== null)
      problems.push({
        ...found,
        message: `That a case of ${quote(flow.about.title)} has to be over in time holds where it runs by itself, not here.`,
        hint: 'Set how long a case may take at the start of this flow.',
      });
    if ((orderBy ?? '').trim() !== '')
      problems.push({
        ...found,
        message: `That cases of ${quote(flow.about.title)} run one at a time holds where it runs by itself, not here.`,
        hint: 'Set what cases run one at a time by at the start of this flow.',
      });
    return problems;
  });
}

function analyse(
  config: SubflowConfig,
  scope: Parameters<typeof checkExpression>[1],
  surroundings: Surroundings,
): Analysis {
  const flow = flowAt(config.flow, surroundings);
  const reads: (readonly string[])[] = [];
  const problems: ConfigProblem[] =
    flow === undefined ? [unknownFlow(config.flow, surroundings)] : [...resultProblems(config, flow), ...leftOut(flow)];
  for (const [name, source] of Object.entries(config.arguments)) {
    const field = flow !== undefined && Object.hasOwn(flow.input, name) ? flow.input[name] : undefined;
    const expects = field === undefined ? undefined : fieldType(field);
    const found = checkExpression(source, scope, ['arguments', name], `“${name}”`, expects);
    reads.push(...found.reads);
    problems.push(...found.problems);
    if (flow !== undefined && field === undefined)
      problems.push({
        code: 'ARGUMENT_UNKNOWN',
        severity: 'error',
        path: ['arguments', name],
        message: `${quote(flow.about.title)} takes no field “${name}”.`,
        hint: `The fields of its input are: ${Object.keys(flow.input).join(', ') || 'none'}.`,
      });
  }
  for (const [name, field] of Object.entries(flow?.input ?? {}))
    if (field.optional !== true && !Object.hasOwn(config.arguments, name))
      problems.push({
        code: 'ARGUMENT_MISSING',
        severity: 'error',
        path: ['arguments'],
        message: `${quote(flow?.about.title ?? config.flow)} needs “${name}”, and nothing is given for it.`,
        hint: `Give a formula for “${name}”.`,
      });
  // What it gives is told by those who have looked into the flow (engine/flow/whole.ts).
  return { reads, writes: { kind: 'any' }, problems };
}

/** Stands for another flow of the workspace, pinned with this one: its steps are steps of this flow's cases. */
export const subflow: KindConfig<SubflowConfig> = {
  kind: 'subflow',
  label: 'Sub-flow',
  summary: 'Another flow of this workspace as one step, with an exit for each of its results.',
  hue: 'slate',
  icon: 'workflow',
  schema: subflowSchema,
  initial: () => ({ flow: '', results: [], arguments: {} }),
  hasInput: true,
  inProgram: true,
  ports: portsOf,
  analyse,
  rename: (config, scope, from, to) => ({ ...config, arguments: renameAll(config.arguments, scope, from, to) }),
  sentence: ({ flow: path }, surroundings) =>
    path === '' ? 'no flow chosen yet' : (flowAt(path, surroundings)?.about.title ?? path),
  influence: 'none',
  passes: ({ results }) => (new Set(results).size === 1 ? (results[0] ?? null) : null),
  inlines: { use: (config) => config, given: (config, formulas) => ({ ...config, arguments: formulas }), entry, back },
  migrations: [],
};
