import { z } from '../flow/zod.ts';

/** What somebody who wants to try a case again has to know. */
export const againSchema = z.strictObject({
  /** The case that this one tries again, and the one that tries this one again. */
  retries: z.string().nullable(),
  retriedBy: z.string().nullable(),
  /** From the start, these would be done once more. */
  done: z.array(
    z.strictObject({
      key: z.string(),
      run: z.string(),
      node: z.string(),
      name: z.string(),
      connection: z.string(),
      action: z.string(),
    }),
  ),
  /** The release it ran on, and newer ones of its flow that are served here; empty where it cannot be tried again. */
  releases: z.array(z.number()),
});

export const AGAIN_METHODS = {
  /** Starts a new case that tries an ended one again. Refused with RETRY_REFUSED, or RETRY_EFFECTS. */
  tryAgain: {
    request: z.strictObject({
      run: z.string(),
      again: z.enum(['failed step', 'start']),
      /** The one it ran on where null. */
      release: z.number().int().min(1).nullable(),
      reason: z.string().trim().min(1).max(500),
      /** From the start: the keys of everything that the person was shown to have been done. */
      effects: z.array(z.string()),
    }),
    answer: z.strictObject({ run: z.string() }),
  },
} as const;
