import { z } from '../../../engine/flow/zod.ts';

/** What the target is told: to answer so many milliseconds later, or to say what it has got. */
export const orderSchema = z.union([
  z.strictObject({ say: z.literal('delay'), delayMs: z.number().nonnegative() }),
  z.strictObject({ say: z.literal('got') }),
]);
export type Order = z.infer<typeof orderSchema>;

/** What arrived since the start: requests, different `Idempotency-Key`s among them, and bytes of all bodies. */
export const gotSchema = z.strictObject({
  posts: z.int().nonnegative(),
  keys: z.int().nonnegative(),
  bytes: z.int().nonnegative(),
});
export type Got = z.infer<typeof gotSchema>;

export const listeningSchema = z.strictObject({ port: z.int().positive() });
