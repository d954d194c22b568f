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

/** Who asks for it, and why: both go on record. */
const byAndWhy = { by: z.string().min(1).max(120), reason: z.string().min(1).max(500) };

/** A message for a case that waits for one; its id is the idempotency key. */
export const messageSchema = z.strictObject({
  name: z.string().min(1).max(60),
  about: z.string().max(300),
  from: z.string().min(1).max(120),
  brings: z.record(nameSchema, z.json()),
});

/** Ending a case before it got there. */
export const cancelSchema = z.strictObject({ ...byAndWhy, undo: z.boolean() });

/** Suspending a case, or letting it go on. */
export const holdSchema = z.strictObject(byAndWhy);

/** The stop switch: a flow by its path, or everything. */
export const stopSchema = z.strictObject({ ...byAndWhy, flow: z.string().max(300).nullable() });

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
