import { z } from '../../engine/flow/zod.ts';

/** Where a process stops: once so many effects of each action stand there. */
const holdSchema = z.strictObject({
  at: z.enum(['between intent and send', 'between answer and commit']),
  /** By action. */
  effects: z.record(z.string(), z.int().min(1)),
});
export type Hold = z.infer<typeof holdSchema>;

/** What the test's runner process is told. */
export const processOptionsSchema = z.strictObject({
  manifest: z.string(),
  runner: z.string(),
  data: z.string(),
  hold: holdSchema.nullable(),
  /** A key for each attempt: the build that must not pass. */
  salted: z.boolean(),
});
export type ProcessOptions = z.infer<typeof processOptionsSchema>;
