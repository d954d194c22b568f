import { renameInExpression } from '../../engine/feel/index.ts';
import { z } from '../../engine/flow/zod.ts';
import { checkExpression } from '../expression.ts';
import { feel } from '../form.ts';
import type { KindConfig } from '../kind.ts';

export const joinSchema = z.strictObject({
  wait: z.enum(['all', 'any']).meta({
    label: 'Goes on',
    help: 'When all branches have arrived, or with the first. Then the others are left: nothing new begins there, and what is under way is brought to an end.',
    options: { all: 'when all have arrived', any: 'with the first that arrives' },
  }),
  collect: feel({
    label: 'Collects',
    help: 'Behind a “for each”: what each item brings. The list of it, in the order of the items, is the value of this step.',
    example: 'offer.price',
  }),
});
export type JoinConfig = z.infer<typeof joinSchema>;

/** Where branches come together. Behind a “for each” its value is the list of what the items brought. */
export const join: KindConfig<JoinConfig> = {
  kind: 'join',
  label: 'Join',
  summary: 'Where branches come together: all of them, or the first that arrives.',
  hue: 'slate',
  icon: 'merge',
  schema: joinSchema,
  initial: () => ({ wait: 'all', collect: '' }),
  hasInput: true,
  inProgram: true,
  ports: () => [{ id: 'next', label: 'next' }],
  analyse: (config, scope) => {
    if (config.collect.trim() === '') return { reads: [], writes: null, problems: [] };
    const found = checkExpression(config.collect, scope, ['collect'], 'What is collected');
    return { reads: found.reads, writes: { kind: 'list', of: found.type }, problems: found.problems };
  },
  rename: (config, scope, from, to) =>
    config.collect.trim() === '' ? config : { ...config, collect: renameInExpression(config.collect, scope, from, to) },
  sentence: (config) =>
    `${config.wait === 'all' ? 'all branches' : 'the first branch'}${config.collect === '' ? '' : `, collects ${config.collect}`}`,
  influence: 'none',
  closes: (config) => ({ any: config.wait === 'any' }),
  migrations: [],
};
