import { fieldsSchema, nameSchema } from '../../engine/flow/document.ts';
import { fieldsType, fieldType } from '../../engine/flow/field-type.ts';
import { z } from '../../engine/flow/zod.ts';
import { checkExpression, checkExpressions, renameAll } from '../expression.ts';
import type { EntryConfig, KindConfig, ReturnConfig } from '../kind.ts';

const formulas = z.record(nameSchema, z.string().max(4000));

/** Where a sub-flow begins: its value is the input that the steps of the sub-flow see. */
export const entry: KindConfig<EntryConfig> = {
  kind: 'subflow-entry',
  label: 'Sub-flow begins',
  summary: 'Hands a sub-flow its input.',
  hue: 'slate',
  icon: 'workflow',
  schema: z.strictObject({ arguments: formulas, input: fieldsSchema }),
  initial: () => ({ arguments: {}, input: {} }),
  hasInput: true,
  inProgram: true,
  ports: () => [
    { id: 'next', label: 'next' },
    { id: 'failed', label: 'failed', tone: 'bad', optional: true },
  ],
  analyse: ({ arguments: given, input }, scope) => {
    const found = Object.entries(given).map(([name, source]) => {
      const field = Object.hasOwn(input, name) ? input[name] : undefined;
      const expects = field === undefined ? undefined : fieldType(field);
      return [name, checkExpression(source, scope, ['arguments', name], `“${name}”`, expects)] as const;
    });
    return {
      reads: found.flatMap(([, { reads }]) => reads),
      fieldReads: Object.fromEntries(found.map(([name, { reads }]) => [name, reads])),
      writes: fieldsType(input),
      problems: found.flatMap(([, { problems }]) => problems),
    };
  },
  rename: (config, scope, from, to) => ({ ...config, arguments: renameAll(config.arguments, scope, from, to) }),
  sentence: ({ input }) => Object.keys(input).join(', ') || 'nothing',
  influence: 'none',
  seam: 'entry',
  declares: ({ input }) => input,
  migrations: [],
};

/** Where a sub-flow comes back to the flow that it stands in: the value of the step there, and the exit that it takes. */
export const back: KindConfig<ReturnConfig> = {
  kind: 'subflow-return',
  label: 'Sub-flow comes back',
  summary: 'Takes back what a sub-flow gives.',
  hue: 'slate',
  icon: 'workflow',
  schema: z.strictObject({ result: z.string().min(1).max(60), value: formulas.nullable() }),
  initial: () => ({ result: 'done', value: {} }),
  hasInput: true,
  inProgram: true,
  ports: ({ result }) => [{ id: result, label: result }],
  analyse: ({ value }, scope) => {
    if (value === null) return { reads: [], writes: { kind: 'null' }, problems: [] };
    const found = checkExpressions(value, scope, ['value']);
    return {
      reads: found.reads,
      writes: { kind: 'context', fields: found.fields, open: false },
      problems: found.problems,
    };
  },
  rename: (config, scope, from, to) => ({
    ...config,
    value: config.value === null ? null : renameAll(config.value, scope, from, to),
  }),
  sentence: ({ result }) => result,
  influence: 'none',
  seam: 'return',
  migrations: [],
};
