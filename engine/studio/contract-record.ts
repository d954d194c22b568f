import { z } from '../flow/zod.ts';

/** The record of the local engine: how much there is, whether it is whole, and what of it is handed to others. */

const count = z.number().int().nonnegative();

export const recordStateSchema = z.strictObject({
  /** Names the log in its checkpoints. */
  origin: z.string(),
  /** Events on record. */
  events: count,
  /** Cases on record. */
  cases: count,
  /** RFC 9162 root over all events, in hexadecimal. */
  root: z.string(),
  /** Events that the newest signed checkpoint covers, and those that came after it. */
  covered: count,
  behind: count,
  /** Milliseconds since 1970 of that checkpoint, as far as it is known. */
  writtenAt: z.number().nullable(),
  /** Places outside of this machine that take checkpoints. */
  sinks: count,
  /** What somebody should look into, in plain words. */
  troubles: z.array(z.string()),
});
export type RecordState = z.infer<typeof recordStateSchema>;

export const verificationSchema = z.strictObject({
  ok: z.boolean(),
  events: count,
  root: z.string(),
  /** The size of the largest checkpoint that it was held against; null where there was none. */
  against: count.nullable(),
  signatures: z.enum(['checked', 'not checked']),
  findings: z.array(z.strictObject({ code: z.string(), seq: z.number().optional(), message: z.string() })),
  /** How long it took, in milliseconds. */
  tookMs: z.number(),
  /** Whether the checkpoints were kept elsewhere, or are the engine's own. */
  checkpointsFrom: z.enum(['elsewhere', 'here']),
});
export type Verification = z.infer<typeof verificationSchema>;

export const foundCaseSchema = z.strictObject({
  id: z.string(),
  status: z.string(),
  result: z.string().nullable(),
  started: z.number(),
  ended: z.number().nullable(),
  /** How it was found: by its number, the key that it was started under, or whom it is about. */
  by: z.enum(['newest', 'number', 'key', 'person']),
});

const none = z.strictObject({});

export const RECORD_METHODS = {
  /** Null where nothing was ever on record here. */
  record: { request: none, answer: z.strictObject({ record: recordStateSchema.nullable() }) },
  /**
   * Verifies the whole record beside the engine and tells how far it is by the event `verifying`. Asking again while it is
   * under way is answered by the same verification. `checkpoints` are notes kept elsewhere; without any those of the
   * engine are taken. Refused with CHECKPOINT_INVALID for a text that is none.
   */
  verifyRecord: {
    request: z.strictObject({ checkpoints: z.array(z.string().max(20_000)).max(20) }),
    /** Null when it was stopped. */
    answer: z.strictObject({ verification: verificationSchema.nullable() }),
  },
  stopVerifying: { request: none, answer: none },
  /** Cases by their number, the key that they were started under, or a value that says whom they are about. */
  findCases: {
    request: z.strictObject({ query: z.string().max(200), limit: z.number().int().min(1).max(200) }),
    answer: z.strictObject({ cases: z.array(foundCaseSchema) }),
  },
  /** The evidence of a case as the text of a file that verifies without any of our software. A checkpoint is written first. */
  exportEvidence: {
    request: z.strictObject({
      case: z.string(),
      /** Shows that no event of the case was left out. */
      between: z.boolean(),
      /** Hands out the keys of what is personal in it. */
      open: z.boolean(),
    }),
    answer: z.strictObject({
      name: z.string(),
      text: z.string(),
      events: count,
      releases: count,
    }),
  },
} as const;

export const verifyingEventSchema = z.strictObject({
  event: z.literal('verifying'),
  /** Events read of all events; at the end what is derived from them is compared. */
  done: count,
  all: count,
  phase: z.enum(['events', 'derived']),
});
