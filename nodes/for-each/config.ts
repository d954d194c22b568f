import { renameInExpression } from '../../engine/feel/index.ts';
import { ANY, type FeelType } from '../../engine/feel/type.ts';
import { z } from '../../engine/flow/zod.ts';
import { checkExpression } from '../expression.ts';
import { feel, text } from '../form.ts';
import type { KindConfig } from '../kind.ts';

/** Items that one “for each” may go through: beyond, the list is refused rather than cut. */
export const MAX_ITEMS = 1000;

export const forEachSchema = z.strictObject({
  list: feel({ label: 'List', help: 'The branch runs once for each item of it.', example: 'order.lines' }),
  item: text({ label: 'Each is called', help: 'The name of the item within the branch.', example: 'line' }, 60),
  atOnce: z
    .number()
    .int()
    .min(1)
    .max(100)
    .meta({ label: 'At once', help: 'How many run at the same time, at most.', example: '5' }),
});
export type ForEachConfig = z.infer<typeof forEachSchema>;

/** Fans out into one branch for each item of a list. They come together at a join, which collects what they bring. */
export const forEach: KindConfig<ForEachConfig> = {
  kind: 'for-each',
  label: 'For each',
  summary: 'Does the same for each item of a list, some at a time, up to the join that collects the results.',
  hue: 'slate',
  icon: 'list-tree',
  schema: forEachSchema,
  initial: () => ({ list: '', item: 'one', atOnce: 5 }),
  hasInput: true,
  inProgram: true,
  ports: () => [{ id: 'each', label: 'each' }],
  analyse: (config, scope) => {
    const found = checkExpression(config.list, scope, ['list'], 'The list');
    const element = elementOf(found.type);
    const problems = [...found.problems];
    if (element === null)
      problems.push({
        code: 'EXPRESSION_TYPE',
        severity: 'error',
        path: ['list'],
        message: 'What the branch is to run for is not a list.',
        hint: 'Give a list, such as order.lines or [1, 2, 3].',
      });
    return { reads: found.reads, writes: null, itemType: element ?? ANY, problems };
  },
  rename: (config, scope, from, to) => ({ ...config, list: renameInExpression(config.list, scope, from, to) }),
  sentence: (config) =>
    config.list === '' ? 'no list yet' : `${config.item} in ${config.list}, ${config.atOnce} at once`,
  influence: 'none',
  opens: (config) => ({ item: config.item }),
  migrations: [],
};

/** The type of a list's items; null for what is no list. */
function elementOf(type: FeelType): FeelType | null {
  if (type.kind === 'list') return type.of;
  return type.kind === 'any' || type.kind === 'null' ? ANY : null;
}
