import { z } from '../../engine/flow/zod.ts';

/** The basis of a step as the record tells it, as far as the studio draws it: bars of an AI answer, a mock. All else stands in the story’s words. */
const answerSchema = z.object({
  status: z.string(),
  why: z.string().nullable(),
  choice: z.string().nullable(),
  guess: z.string(),
  confidence: z.number(),
  alternatives: z.array(z.object({ choice: z.string(), confidence: z.number() })),
  reasons: z.array(z.object({ word: z.string(), contribution: z.number() })),
  model: z.object({ name: z.string(), version: z.string(), bar: z.number() }),
});
export type RecordedAnswer = z.infer<typeof answerSchema>;

const recordSchema = z.discriminatedUnion('by', [
  z.object({ by: z.literal('model'), answer: answerSchema }),
  z.object({ by: z.literal('mock'), name: z.string() }),
]);
export type StepRecord = z.infer<typeof recordSchema>;

/** A step's record where it is one that can be drawn; null otherwise. */
export const readRecord = (record: unknown): StepRecord | null => recordSchema.safeParse(record).data ?? null;
