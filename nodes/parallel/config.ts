import { nameSchema } from '../../engine/flow/document.ts';
import { z } from '../../engine/flow/zod.ts';
import type { KindConfig } from '../kind.ts';

export const parallelSchema = z.strictObject({
  branches: z.array(nameSchema).min(2).max(20).meta({
    label: 'Branches',
    help: 'Each has an exit of its name, and all of them run at the same time.',
    example: 'credit check, fraud check',
    widget: 'names',
  }),
});
export type ParallelConfig = z.infer<typeof parallelSchema>;

/** Fans out into branches that are drawn apart. They come together at a join. */
export const parallel: KindConfig<ParallelConfig> = {
  kind: 'parallel',
  label: 'Parallel',
  summary: 'Goes several ways at the same time, up to the join where they come together.',
  hue: 'slate',
  icon: 'git-fork',
  schema: parallelSchema,
  initial: () => ({ branches: ['first', 'second'] }),
  hasInput: true,
  inProgram: true,
  ports: (config) => config.branches.map((name) => ({ id: name, label: name })),
  analyse: (config) => {
    const twice = config.branches.filter((name, i) => config.branches.indexOf(name) !== i);
    return {
      reads: [],
      writes: null,
      problems: twice.map((name) => ({
        code: 'CONFIG',
        severity: 'error',
        path: ['branches'],
        message: `Two branches are called “${name}”.`,
        hint: 'Give one of them another name.',
      })),
    };
  },
  rename: (config) => config,
  sentence: (config) => config.branches.join(', '),
  influence: 'none',
  opens: () => ({ item: null }),
  migrations: [],
};
