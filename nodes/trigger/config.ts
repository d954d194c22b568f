import { renameInExpression, type FeelScopeTypes } from '../../engine/feel/index.ts';
import { durationSchema } from '../../engine/connections/contract.ts';
import { z } from '../../engine/flow/zod.ts';
import { checkExpression, checkExpressions } from '../expression.ts';
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
  orderBy: z.string().max(4000).optional().meta({
    label: 'One at a time by',
    help: 'Cases for which this formula over the input gives the same run one after the other, as they came in; the others do not wait for each other. Empty, or null for a case: it waits for none.',
    example: 'input.customer',
    widget: 'feel',
  }),
});
export type TriggerConfig = z.infer<typeof triggerSchema>;

/** What an expression for a CSV row sees: the row's columns, all text, and the number of the record, from 1. */
export const ROW_SCOPE: FeelScopeTypes = {
  row: { kind: 'context', fields: {}, open: true },
  number: { kind: 'number' },
};

const orderOf = ({ orderBy }: TriggerConfig): string | null =>
  orderBy === undefined || orderBy.trim() === '' ? null : orderBy;

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
  analyse: (config, scope) => {
    const found = checkExpressions(config.columns, ROW_SCOPE, ['columns']);
    const order = orderOf(config);
    const ordered = order === null ? [] : checkExpression(order, scope, ['orderBy'], 'The order').problems;
    // What a case waits for is no part of what the flow works out.
    return { reads: [], writes: null, problems: [...found.problems, ...ordered] };
  },
  // Its formulas see the row or the input, and no other node of the flow; its columns are called as fields of the input.
  rename: (config, scope, from, to) => {
    const field = from.startsWith('input.') ? from.slice('input.'.length) : null;
    if (field === null) return config;
    const { columns, orderBy } = config;
    return {
      ...config,
      columns: Object.fromEntries(
        Object.entries(columns).map(([name, source]) => [name === field ? to : name, source]),
      ),
      ...(orderBy === undefined ? {} : { orderBy: renameInExpression(orderBy, scope, from, to) }),
    };
  },
  sentence: (config) => {
    const named = Object.keys(config.columns);
    return named.length === 0 ? 'by hand or by a system' : `by hand, by a system, or a CSV row (${named.join(', ')})`;
  },
  influence: 'none',
  deadline: (config) => config.deadline ?? null,
  orders: orderOf,
  migrations: [],
};
