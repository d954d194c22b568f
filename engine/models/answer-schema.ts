import { z } from '../flow/zod.ts';

/**
 * One reason of an answer. `contribution` is what it adds to the logit of the guess (negative: speaks against it),
 * relative to the average choice; the contributions of an explanation add up to that logit.
 */
export const reasonSchema = z.discriminatedUnion('kind', [
  /** A word as the message spells it; `start` and `end` are its offsets in the message, in UTF-16 units. */
  z.strictObject({
    kind: z.literal('word'),
    word: z.string(),
    start: z.int().nonnegative(),
    end: z.int().nonnegative(),
    contribution: z.number(),
  }),
  /** A column with its value; `null` where it is missing. */
  z.strictObject({
    kind: z.literal('column'),
    column: z.string(),
    value: z.union([z.number(), z.string(), z.null()]),
    contribution: z.number(),
  }),
  /** How frequent the choice is, before anything is read. */
  z.strictObject({ kind: z.literal('bias'), contribution: z.number() }),
]);
export type Reason = z.infer<typeof reasonSchema>;

/** What the built-in model answers. Numbers are rounded to six decimals, so that a record of them is stable. */
export const modelAnswerSchema = z.strictObject({
  status: z.enum(['answered', 'uncertain']),
  /** Why it is uncertain; `unlike` wins where both hold. */
  why: z.enum(['below-bar', 'unlike']).optional(),
  /** The choice, or `null` where uncertain. */
  choice: z.string().nullable(),
  /** The likeliest choice, whether it is sure enough or not. */
  guess: z.string(),
  /** Calibrated: of many answers with confidence 0.8, eight in ten are right. */
  confidence: z.number().min(0).max(1),
  /** Lead of the guess over the next choice. */
  margin: z.number().min(0).max(1),
  /** The bar that was asked for. */
  bar: z.number().min(0).max(1),
  /** The three likeliest choices, the guess first. */
  alternatives: z.array(z.strictObject({ choice: z.string(), confidence: z.number() })),
  /** The reasons that weigh most, for or against the guess. */
  reasons: z.array(reasonSchema),
  /** How much of the message was seen before, and which columns hold what never was. */
  novelty: z.strictObject({ familiarity: z.number(), strangeColumns: z.array(z.string()) }),
});
export type ModelAnswer = z.infer<typeof modelAnswerSchema>;

/** All reasons for one choice; their contributions add up to `logit` within 1e-9. */
export interface Explanation {
  readonly choice: string;
  readonly logit: number;
  readonly reasons: readonly Reason[];
}
