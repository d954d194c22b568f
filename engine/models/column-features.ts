import { CountersignError } from '../flow/error.ts';
import { z } from '../flow/zod.ts';
import type { ModelColumns } from './card.ts';
import { columnNames, type ReadColumns } from './input.ts';

/** More different values than this and a category column is an identifier, from which nothing general is learned. */
const VALUES_LIMIT = 500;

/** Standardised numbers are cut off here, so that one absurd value cannot outvote everything else. */
const CUT_OFF = 4;

const numberColumn = z.strictObject({
  name: z.string(),
  type: z.literal('number'),
  mean: z.number(),
  deviation: z.number().positive(),
  low: z.number(),
  high: z.number(),
  /** Inner borders of up to five bins of equal share; a number is also "in bin k", so that effects need not be straight. */
  edges: z.array(z.number()),
  missingSeen: z.boolean(),
});

const categoryColumn = z.strictObject({
  name: z.string(),
  type: z.literal('category'),
  values: z.array(z.string()),
  missingSeen: z.boolean(),
});

/** What was learned about a column's values from the training part. */
export const columnEncoderSchema = z.discriminatedUnion('type', [numberColumn, categoryColumn]);
export type ColumnEncoder = z.infer<typeof columnEncoderSchema>;

/** How many features a column has: missing, then its value and bins, or its categories. */
export function columnWidth(encoder: ColumnEncoder): number {
  return 1 + (encoder.type === 'number' ? 1 + encoder.edges.length + 1 : encoder.values.length);
}

/**
 * Learns how to encode each column from rows of the training part.
 * @throws CountersignError `MODEL_INPUT_INVALID` where a category column has too many different values.
 */
export function fitColumns(columns: ModelColumns, rows: readonly ReadColumns[]): ColumnEncoder[] {
  return columnNames(columns).map((name, index) => {
    const present = rows.map((row) => row[index]).filter((value) => value !== undefined);
    const missingSeen = present.length < rows.length;
    return columns[name]?.type === 'category'
      ? fitCategory(name, present.map(String), missingSeen)
      : fitNumber(name, present.map(Number), missingSeen);
  });
}

function fitCategory(name: string, present: readonly string[], missingSeen: boolean): ColumnEncoder {
  const values = [...new Set(present)].sort();
  if (values.length > VALUES_LIMIT) {
    throw new CountersignError({
      code: 'MODEL_INPUT_INVALID',
      message: `Column "${name}" has ${values.length} different values; a category may have ${VALUES_LIMIT}.`,
      where: { path: ['columns', name] },
      hint: 'It looks like an identifier: leave it out, or group its values first.',
    });
  }
  return { name, type: 'category', values, missingSeen };
}

function fitNumber(name: string, present: readonly number[], missingSeen: boolean): ColumnEncoder {
  const sorted = [...present].sort((left, right) => left - right);
  const count = Math.max(1, sorted.length);
  const mean = sorted.reduce((sum, value) => sum + value, 0) / count;
  const variance = sorted.reduce((sum, value) => sum + (value - mean) ** 2, 0) / count;
  const at = (share: number): number => sorted[Math.floor(share * sorted.length)] ?? 0;
  const edges = [...new Set([0.2, 0.4, 0.6, 0.8].map(at))].filter((edge) => edge > at(0));
  return {
    name,
    type: 'number',
    mean,
    // A column that never varies says nothing: any positive divisor gives zero.
    deviation: Math.sqrt(variance) || 1,
    low: sorted[0] ?? 0,
    high: sorted.at(-1) ?? 0,
    edges: sorted.length === 0 ? [] : edges,
    missingSeen,
  };
}

/** Visits the features of one column's value: offset within the column, and value. */
export function eachColumnFeature(
  encoder: ColumnEncoder,
  value: number | string | undefined,
  visit: (offset: number, value: number) => void,
): void {
  if (value === undefined) {
    visit(0, 1);
  } else if (encoder.type === 'category') {
    const known = encoder.values.indexOf(String(value));
    if (known >= 0) visit(1 + known, 1);
  } else {
    const scaled = (Number(value) - encoder.mean) / encoder.deviation;
    visit(1, Math.max(-CUT_OFF, Math.min(CUT_OFF, scaled)));
    visit(2 + encoder.edges.filter((edge) => Number(value) >= edge).length, 1);
  }
}

/**
 * Whether a value is unlike all that training saw in its column: a category that never occurred, a gap where there
 * was none, or a number further outside the seen range than half that range.
 */
export function isStrange(encoder: ColumnEncoder, value: number | string | undefined): boolean {
  if (value === undefined) return !encoder.missingSeen;
  if (encoder.type === 'category') return !encoder.values.includes(String(value));
  const slack = (encoder.high - encoder.low) / 2;
  return Number(value) < encoder.low - slack || Number(value) > encoder.high + slack;
}
