import { z } from '../../engine/flow/zod.ts';
import { checkExpressions, renameAll } from '../expression.ts';
import { feelByName } from '../form.ts';
import type { KindConfig } from '../kind.ts';

export const transformSchema = z.strictObject({
  fields: feelByName({
    label: 'Fields',
    help: 'What this step works out, each under a name.',
    example: 'ticket.amount * 0.2',
  }),
});
export type TransformConfig = z.infer<typeof transformSchema>;

export const transform: KindConfig<TransformConfig> = {
  kind: 'transform',
  label: 'Work out',
  summary: 'Works out values from what is known so far, with FEEL formulas.',
  hue: 'slate',
  icon: 'sigma',
  schema: transformSchema,
  initial: () => ({ fields: {} }),
  hasInput: true,
  inProgram: true,
  ports: () => [{ id: 'next', label: 'next' }],
  analyse: (config, scope) => {
    const found = checkExpressions(config.fields, scope, ['fields']);
    return {
      reads: found.reads,
      writes: { kind: 'context', fields: found.fields, open: false },
      problems:
        Object.keys(config.fields).length > 0
          ? found.problems
          : [
              {
                code: 'CONFIG',
                severity: 'error',
                path: ['fields'],
                message: 'This step works nothing out.',
                hint: 'Add a field with its formula, or remove the step.',
              },
            ],
    };
  },
  rename: (config, scope, from, to) => ({ fields: renameAll(config.fields, scope, from, to) }),
  sentence: (config) => Object.keys(config.fields).join(', ') || 'nothing yet',
  influence: 'none',
  passes: () => 'next',
  migrations: [],
};
