import { z } from '../../engine/flow/zod.ts';

/** What a process is to do: start on this runner folder and decide these runs. */
export const lifeOrderSchema = z.strictObject({ folder: z.string(), runs: z.array(z.string()) });
export type LifeOrder = z.infer<typeof lifeOrderSchema>;

/** What it saw. Megabytes are of resident memory. */
export const lifeSchema = z.strictObject({
  startMs: z.number(),
  upMs: z.number(),
  startMb: z.number(),
  endMb: z.number(),
  peakMb: z.number(),
  decideMs: z.array(z.number()),
  heldUpMs: z.number(),
  statusMs: z.number(),
});
export type Life = z.infer<typeof lifeSchema>;
