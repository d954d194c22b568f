import { z } from '../../engine/flow/zod.ts';
import { checkExpressions, renameAll } from '../expression.ts';
import { feelByName, text } from '../form.ts';
import type { KindConfig } from '../kind.ts';

export const endSchema = z.strictObject({
  result: text(
    { label: 'Result', help: 'The name under which cases that end here are counted.', example: 'credited' },
    60,
  ),
  value: feelByName({
    label: 'Gives back',
    help: 'What the one who started the case gets as its answer.',
    example: 'plan.priority',
  }),
});
export type EndConfig = z.infer<typeof endSchema>;

export const end: KindConfig<EndConfig> = {
  kind: 'end',
  label: 'End',
  summary: 'Where a case ends, with its result.',
  hue: 'slate',
  icon: 'flag',
  schema: endSchema,
  initial: () => ({ result: 'done', value: {} }),
  hasInput: true,
  inProgram: true,
  ports: () => [],
  analyse: (config, scope) => {
    const found = checkExpressions(config.value, scope, ['value']);
    const problems = found.problems;
    if (config.result.trim() === '')
      problems.push({
        code: 'CONFIG',
        severity: 'error',
        path: ['result'],
        message: 'The end has no result.',
        hint: 'Give the result a name, such as “credited”; cases are counted by it.',
      });
    return { reads: found.reads, writes: null, problems };
  },
  rename: (config, scope, from, to) => ({ ...config, value: renameAll(config.value, scope, from, to) }),
  sentence: (config) => config.result || 'no result yet',
  influence: 'none',
  ends: ({ result, value }) => ({ result, value }),
  migrations: [],
};
