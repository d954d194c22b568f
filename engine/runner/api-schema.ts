import { nameSchema } from '../flow/document.ts';
import { z } from '../flow/zod.ts';

export const ACTOR_SCHEMA = z.strictObject({
  issuer: z.string(),
  subject: z.string(),
  role: z.string(),
  method: z.string(),
});

/** Starting a case: the input of a flow that this runner has accepted. */
export const startSchema = z.strictObject({
  /** Path of the flow; may be left out where the runner has one. */
  flow: z.string().max(300).optional(),
  input: z.record(nameSchema, z.json()),
  initiator: z.string().min(1).max(120).optional(),
});

const signature = z.strictObject({
  by: z.literal('ed25519'),
  keyId: z.string().max(64),
  signature: z.string().max(200),
});

/** A person's signed decision on an approval. */
export const decisionSchema = z.strictObject({
  decision: z.enum(['approved', 'rejected', 'sent back']),
  person: z.string().max(120),
  role: z.string().max(60),
  comment: z.string().max(2000),
  shown: z.string().max(100),
  at: z.number().int(),
  signature,
});

/** A person's signed word on an effect in doubt. */
export const settlementSchema = z.strictObject({
  happened: z.boolean(),
  person: z.string().max(120),
  role: z.string().max(60),
  comment: z.string().max(2000),
  at: z.number().int(),
  signature,
});
