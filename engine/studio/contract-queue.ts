import { z } from '../flow/zod.ts';

/** How many tasks waited for a person over time. */

const count = z.number().int().min(0);
/** Milliseconds since 1970. */
const moment = z.number();

export const queueSchema = z.strictObject({
  from: moment,
  /** Now: where the last slot ends, be it whole or not. */
  to: moment,
  slots: z.array(
    z.strictObject({
      at: moment,
      /** The most that were open at once in that time. */
      most: count,
      /** Tasks that came up, and those that were decided, ran out of time or were withdrawn. */
      asked: count,
      settled: count,
    }),
  ),
  /** When the most were open, for the first time; null where none was at any. */
  most: z.strictObject({ at: moment, open: count }).nullable(),
  /** Open now, and of these past when they were due. */
  open: count,
  overdue: count,
});
export type Queue = z.infer<typeof queueSchema>;

export const QUEUE_METHODS = {
  /**
   * How many tasks of real cases were open, from then to now, in slots of so many milliseconds; a longer time than a
   * thousand slots begins later. `cut` where settled tasks were left out: counting them all would have taken too long.
   */
  queue: {
    request: z.strictObject({ from: moment, slotMs: z.number().int().min(60_000) }),
    answer: queueSchema.extend({ cut: z.boolean() }),
  },
} as const;
