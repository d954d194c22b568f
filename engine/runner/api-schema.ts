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

/** Who asks for it, and why: both go on record, and neither may be blank. */
const byAndWhy = { by: z.string().trim().min(1).max(120), reason: z.string().trim().min(1).max(500) };

/** A message for a case that waits for one; its id is the idempotency key. */
export const messageSchema = z.strictObject({
  name: z.string().min(1).max(60),
  about: z.string().max(300),
  from: z.string().min(1).max(120),
  brings: z.record(nameSchema, z.json()),
});

/** Ending a case before it got there. */
export const cancelSchema = z.strictObject({ ...byAndWhy, undo: z.boolean() });

/** Trying an ended case again. */
export const tryAgainSchema = z.strictObject({
  ...byAndWhy,
  again: z.enum(['failed step', 'start']),
  /** The number of a newer release of the flow; the one it ran on where it is left out. */
  release: z.int().positive().optional(),
  /** From the start: the keys of all effects that were done already, as `GET /cases/{id}` lists them. */
  effects: z.array(z.string().max(80)).max(10_000).default([]),
});

/** Suspending a case, or letting it go on. */
export const holdSchema = z.strictObject(byAndWhy);

/** The stop switch: a flow by its path, or everything. */
export const stopSchema = z.strictObject({ ...byAndWhy, flow: z.string().max(300).nullable() });

const signature = z.strictObject({
  by: z.literal('ed25519'),
  keyId: z.string().max(64),
  signature: z.string().max(200),
});

const decided = {
  person: z.string().max(120),
  role: z.string().max(60),
  comment: z.string().max(2000),
  shown: z.string().max(100),
  at: z.number().int(),
  signature,
};

/** A person's signed decision on an approval, or their signed answer: the choice, or the fields of the form. */
export const decisionSchema = z.union([
  z.strictObject({ decision: z.enum(['approved', 'rejected', 'sent back']), ...decided }),
  z.strictObject({ decision: z.literal('answered'), answer: z.record(nameSchema, z.json()), ...decided }),
]);

/** A person's signed word on an effect in doubt. */
export const settlementSchema = z.strictObject({
  /** Null asks to look again: the other side is asked, or sent the same again under the same key. */
  happened: z.boolean().nullable(),
  person: z.string().max(120),
  role: z.string().max(60),
  comment: z.string().max(2000),
  at: z.number().int(),
  signature,
});
