import { z } from '../flow/zod.ts';

/** What many cases did: how many took which wire, and how they came out. */

const count = z.number();

/** Counts by step and wire as they are drawn (engine/runtime/traffic.ts). */
export const trafficSchema = z.strictObject({
  cases: count,
  nodes: z.record(
    z.string(),
    z.strictObject({
      came: count,
      went: count,
      waiting: count,
      left: count,
      turns: count,
      failed: count,
      /** Milliseconds; null where no turn is over. */
      medianMs: z.number().nullable(),
    }),
  ),
  edges: z.record(z.string(), count),
});
export type TrafficView = z.infer<typeof trafficSchema>;

/** By how they came out: a result for those that ended, a status for the others. */
const outcomesSchema = z.array(z.strictObject({ status: z.string(), result: z.string().nullable(), cases: count }));
export type Outcomes = z.infer<typeof outcomesSchema>;

/** Cases that started then or later, in milliseconds since 1970; null for all. */
const since = z.number().nullable();

export const TRAFFIC_METHODS = {
  /**
   * Counts the real cases of a release, the newest first, as far as time allows; `cut` where older ones were left out.
   * Throws NOT_FOUND where the release is not served here.
   */
  traffic: {
    request: z.strictObject({ flow: z.string(), release: z.number(), since }),
    answer: z.strictObject({ traffic: trafficSchema, outcomes: outcomesSchema, cut: z.boolean() }),
  },
  /** How the cases of each release came out, all of them; releases without cases are left out. */
  outcomes: {
    request: z.strictObject({ since }),
    answer: z.strictObject({
      releases: z.array(z.strictObject({ flow: z.string(), release: z.number(), outcomes: outcomesSchema })),
    }),
  },
} as const;
