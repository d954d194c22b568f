import { z } from '../flow/zod.ts';

/** A way from an AI decision to an effect that nobody and no rule row limits; nodes and edges in the order of the way. */
const unsafePathSchema = z.strictObject({
  effect: z.strictObject({ node: z.string(), connection: z.string(), action: z.string() }),
  ai: z.string(),
  nodes: z.array(z.string()).min(2),
  edges: z.array(z.string()).min(1),
  reason: z.string(),
});
export type UnsafePath = z.infer<typeof unsafePathSchema>;

const effectProofSchema = z.strictObject({
  node: z.string(),
  connection: z.string(),
  action: z.string(),
  class: z.enum(['reversible', 'irreversible']),
  verdict: z.enum(['safe', 'unsafe']),
  /** Why, in whole sentences. */
  because: z.array(z.string()).min(1),
});
export type EffectProof = z.infer<typeof effectProofSchema>;

/**
 * The safety proof of a flow as it is read and pinned in a manifest: every effect with its verdict, by node id, and a
 * shortest unsafe path for each effect that is not safe. Same flow, surroundings and policy, same canonical bytes.
 */
export const safetyProofSchema = z.strictObject({
  safe: z.boolean(),
  effects: z.array(effectProofSchema),
  unsafe: z.array(unsafePathSchema),
});
export type SafetyProof = z.infer<typeof safetyProofSchema>;
