import { z } from '../../engine/flow/zod.ts';

const figure = z.number().nonnegative();

/**
 * One line of a benchmark: what was measured of the subject, beside the reference. `value` and `referenceValue` are
 * medians over the rounds, `min` and `max` the subject's own. `ratio` is above 1 when the subject is better than the
 * reference, whether more is better of the unit or less; null where there is nothing to compare with.
 */
export const rowSchema = z.strictObject({
  case: z.string().min(1),
  subject: z.string().min(1),
  value: figure,
  unit: z.string().min(1),
  reference: z.string().min(1).nullable(),
  referenceValue: figure.nullable(),
  ratio: figure.nullable(),
  min: figure,
  max: figure,
  rounds: z.int().positive(),
});
export type Row = z.infer<typeof rowSchema>;

/** What `--json` prints. `cores` are those that Node may use; `load` is the machine's one-minute load before the start. */
export const reportSchema = z.strictObject({
  benchmark: z.string().min(1),
  machine: z.strictObject({
    processor: z.string(),
    cores: z.int().positive(),
    node: z.string(),
    sqlite: z.string(),
    system: z.string(),
    load: figure,
  }),
  notes: z.array(z.string()),
  rows: z.array(rowSchema).min(1),
});
export type Report = z.infer<typeof reportSchema>;

/** A benchmark: measures in interleaved rounds and says in `notes` what its cases are. */
export interface Benchmark {
  /** One sentence for the list of names. */
  about: string;
  notes: readonly string[];
  /** @param progress is told what is being measured */
  run(progress: (line: string) => void, options: BenchOptions): Promise<Row[]>;
}

export interface BenchOptions {
  /** Folder whose `node_modules` holds Restate; null where it is not to be measured. */
  restate: string | null;
  /** Folder whose `node_modules` holds Node-RED; null likewise. */
  nodeRed: string | null;
  /** How long what is watched over time is watched. */
  minutes: number;
}

/** Fewer rounds than this are not reported. */
export const MIN_ROUNDS = 5;

/** Whether more of a unit is better, or less. */
export type Better = 'more' | 'less';

export interface Compared {
  case: string;
  unit: string;
  better: Better;
  subject: { name: string; values: readonly number[] };
  /** Without values it is named and was not measured. */
  reference?: { name: string; values: readonly number[] | null };
}

/** Builds a row from what each round measured. Throws RangeError for fewer than {@link MIN_ROUNDS} rounds. */
export function compare({ case: name, unit, better, subject, reference }: Compared): Row {
  const rounds = subject.values.length;
  const referenceValues = reference?.values ?? null;
  if (rounds < MIN_ROUNDS || (referenceValues !== null && referenceValues.length !== rounds))
    throw new RangeError(`${name}: a row needs ${MIN_ROUNDS} rounds or more, of the reference as many`);
  const value = median(subject.values);
  const referenceValue = referenceValues === null ? null : median(referenceValues);
  return rowSchema.parse({
    case: name,
    subject: subject.name,
    value,
    unit,
    reference:
      reference === undefined ? null : referenceValues === null ? `${reference.name}: not measured` : reference.name,
    referenceValue,
    ratio: referenceValue === null ? null : better === 'more' ? value / referenceValue : referenceValue / value,
    min: Math.min(...subject.values),
    max: Math.max(...subject.values),
    rounds,
  });
}

/** The middle of the values in order; of an even number the mean of the two. Throws RangeError for none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const high = sorted[sorted.length >> 1];
  const low = sorted[(sorted.length - 1) >> 1];
  if (high === undefined || low === undefined) throw new RangeError('there is no median of nothing');
  return (low + high) / 2;
}
