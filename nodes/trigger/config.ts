import type { FeelScopeTypes } from '../../engine/feel/index.ts';
import { durationSchema } from '../../engine/connections/contract.ts';
import { z } from '../../engine/flow/zod.ts';
import { checkExpressions } from '../expression.ts';
import { feelByName } from '../form.ts';
import type { KindConfig } from '../kind.ts';

export const triggerSchema = z.strictObject({
  columns: feelByName({
    label: 'From a CSV row',
    help: 'How the fields of the input are filled from a row: row is the row by column name, number its place in the file. A field that is not named here is filled from the column of its name.',
    example: 'row.text',
    widget: 'columns',
  }),
  deadline: durationSchema.nullable().optional().meta({
    label: 'Must be over in',
    help: 'A case that is not over by then fails, and takes back what is to be taken back. Empty waits for ever.',
    example: 'P14D',
    widget: 'duration',
  }),
});
export type TriggerConfig = z.infer<typeof triggerSchema>;

/** What an expression for a CSV row sees: the row's columns, all text, and the number of the record, from 1. */
export const ROW_SCOPE: FeelScopeTypes = {
  row: { kind: 'context', fields: {}, open: true },
  number: { kind: 'number' },
};

export const trigger: KindConfig<TriggerConfig> = {
  kind: 'trigger',
  label: 'Start',
  summary: 'Where a case begins: by hand, from the rows of a CSV file, or from another system.',
  hue: 'slate',
  icon: 'play',
  schema: triggerSchema,
  initial: () => ({ columns: {} }),
  hasInput: false,
  inProgram: true,
  ports: () => [{ id: 'next', label: 'next' }],
  analyse: (config) => {
    const found = checkExpressions(config.columns, ROW_SCOPE, ['columns']);
    return { reads: [], writes: null, problems: found.problems };
  },
  // Its formulas see the row and nothing of the flow.
  rename: (config) => config,
  sentence: (config) => {
    const named = Object.keys(config.columns);
    return named.length === 0 ? 'by hand or by a system' : `by hand, by a system, or a CSV row (${named.join(', ')})`;
  },
  influence: 'none',
  deadline: (config) => config.deadline ?? null,
  migrations: [],
};
