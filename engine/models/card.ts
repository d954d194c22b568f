import { z } from '../flow/zod.ts';

const share = z.number().min(0).max(1);
const count = z.int().nonnegative();
const digest = z.string().regex(/^sha256-[0-9a-f]{64}$/, 'must be "sha256-" and 64 hexadecimal digits');

const columnSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('number') }),
  z.strictObject({
    type: z.literal('category'),
    /** The values that training saw. */
    values: z.array(z.string()).optional(),
  }),
]);

/** The columns a model reads besides the message, by name. */
export const modelColumnsSchema = z.record(z.string().min(1), columnSchema);
export type ModelColumns = z.infer<typeof modelColumnsSchema>;

/** What a model reads: the message, columns, or both. */
export const modelInputsSchema = z.strictObject({
  text: z.boolean(),
  columns: modelColumnsSchema,
});
export type ModelInputs = z.infer<typeof modelInputsSchema>;

/** Figures at one confidence bar: how much is answered at all, and how much of that is right. */
const atBarSchema = z.strictObject({
  bar: share,
  /** Share of the test rows that got an answer. */
  coverage: share,
  /** Share of right answers among those; `null` where nothing was answered. */
  accuracy: share.nullable(),
});

const choiceFiguresSchema = z.strictObject({
  /** Test rows whose label this choice is. */
  rows: count,
  /** Of the rows guessed to be this choice, the share that was; `null` where none was guessed. */
  precision: share.nullable(),
  /** Of the rows that are this choice, the share that was found; `null` where there are none. */
  recall: share.nullable(),
});

/** Figures on the test part: rows on which nothing was trained and nothing calibrated. */
export const modelMetricsSchema = z.strictObject({
  rows: count,
  /** Share of test rows whose best guess was right, whatever the confidence. */
  accuracy: share,
  /** Wilson's 95 % interval of the accuracy: how far the figure can be trusted on so many rows. */
  accuracyInterval: z.tuple([share, share]),
  /** What guessing the most frequent choice every time would get. */
  baseline: share,
  /** Mean of −ln(confidence given to the right choice). */
  logLoss: z.number().nonnegative(),
  /** Mean squared distance between confidences and truth, summed over the choices: 0 best, 2 worst. */
  brier: z.number().min(0).max(2),
  /** Expected calibration error of the best guess, over `calibrationBins`. */
  ece: share,
  /** Bins of equal width over confidence, empty ones left out. */
  calibrationBins: z.array(z.strictObject({ from: share, to: share, rows: count, confidence: share, accuracy: share })),
  perChoice: z.record(z.string(), choiceFiguresSchema),
  /** What is most often taken for what. */
  confusions: z.array(z.strictObject({ choice: z.string(), guess: z.string(), rows: count })),
  /** At the card's own bar, and why the rest was left uncertain. */
  atBar: atBarSchema.extend({ belowBar: count, unlike: count }),
  /** At other bars, to choose by. */
  bars: z.array(atBarSchema),
});
export type ModelMetrics = z.infer<typeof modelMetricsSchema>;

/** What is known of where a model comes from. */
export const modelLineageSchema = z.strictObject({
  data: z.array(z.strictObject({ name: z.string(), digest, rows: count })).min(1),
  seed: z.int().nonnegative(),
  trainedWith: z.string(),
  /** Given by whoever trains; no clock is read. */
  trainedOn: z.iso.date().optional(),
  split: z.strictObject({ training: count, calibration: count, test: count }),
});
export type ModelLineage = z.infer<typeof modelLineageSchema>;

/** What a person states about a model; the rest of the card is measured. */
export const modelStatementSchema = z.strictObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/, 'must be lower-case letters, digits and hyphens'),
  modelVersion: z.string().regex(/^\d+\.\d+\.\d+$/, 'must look like 1.0.0'),
  purpose: z.string().min(1),
  owner: z.string().min(1),
  question: z.string().min(1),
  /** What the model is not for, and what it gets wrong. */
  limits: z.string(),
  /** Confidence below this is `uncertain`, unless a flow asks for another bar. */
  bar: share,
});
export type ModelStatement = z.infer<typeof modelStatementSchema>;

/** `models/<name>.model.json`: the model card, which names its artefact by digest. */
export const modelCardSchema = modelStatementSchema.extend({
  format: z.literal('countersign.model'),
  version: z.literal(1),
  type: z.literal('built-in'),
  inputs: modelInputsSchema,
  choices: z.array(z.string().min(1)).min(2),
  artefact: z.strictObject({ digest, bytes: count }),
  lineage: modelLineageSchema,
  calibration: z.strictObject({
    method: z.literal('temperature'),
    temperature: z.number().positive(),
    /** Held-out rows it was fitted on. */
    rows: count,
  }),
  novelty: z.strictObject({
    /** A message less familiar than this, from 0 to 1, is unlike anything seen. */
    familiarityFloor: share,
    /** An input with more strange column values than this is unlike anything seen. */
    strangeColumnsCeiling: count,
    /** Share of held-out rows that the thresholds were allowed to call unlike. */
    falseAlarmShare: share,
  }),
  metrics: modelMetricsSchema,
});
export type ModelCard = z.infer<typeof modelCardSchema>;

/** A card as text for its file: keys sorted, two spaces, one line feed at the end. */
export function writeModelCard(card: ModelCard): string {
  return `${JSON.stringify(sortKeys(card), null, 2)}\n`;
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  entries.sort(([left], [right]) => (left < right ? -1 : 1));
  return Object.fromEntries(entries.map(([key, item]) => [key, sortKeys(item)]));
}
