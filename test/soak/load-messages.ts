import { z } from '../../engine/flow/zod.ts';

/** What the process that serves is told. Each is answered with how it stands; `phase` begins counting anew. */
export const askSchema = z.enum(['sample', 'phase', 'idle', 'stop']);
export type Ask = z.infer<typeof askSchema>;

export const servingSchema = z.strictObject({ url: z.string(), token: z.string() });

/** How the process stands. Megabytes; delays of the thread that HTTP and the engine share, since the phase began. */
export const standingSchema = z.strictObject({
  heapMb: z.number(),
  rssMb: z.number(),
  /** Runs under way now, and the most that were seen in this phase. */
  load: z.number(),
  mostLoad: z.number(),
  delayP50Ms: z.number(),
  delayP99Ms: z.number(),
  delayMaxMs: z.number(),
});
export type Standing = z.infer<typeof standingSchema>;

/** What the runner answers to a start. */
export const startedReplySchema = z.strictObject({ run: z.string(), again: z.boolean() });
