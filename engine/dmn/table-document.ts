/** The decision table as a document: what the rule node keeps and the table editor edits. */
import { z } from '../flow/zod.ts';
import { AGGREGATIONS, HIT_POLICIES } from './hit-policy.ts';

export const COLUMN_TYPES = [
  'any',
  'string',
  'number',
  'boolean',
  'date',
  'time',
  'date and time',
  'days and time duration',
  'years and months duration',
] as const;

const idSchema = z.string().min(1).max(100);
const cellSchema = z.string().max(10_000);

const inputSchema = z.strictObject({
  id: idSchema,
  /** What the column's head says; the expression when absent. */
  label: z.string().max(200).optional(),
  /** FEEL: the value that the cells below test. */
  expression: cellSchema,
  type: z.enum(COLUMN_TYPES).optional(),
  /** FEEL unary tests that every value of this input satisfies, such as `"low", "high"` or `[0..100]`. */
  values: cellSchema.optional(),
});

const outputSchema = z.strictObject({
  id: idSchema,
  /** The name of the field in the result. */
  name: z.string().min(1).max(200),
  type: z.enum(COLUMN_TYPES).optional(),
  /**
   * The values that the cells may give, the most important first (PRIORITY and OUTPUT ORDER sort by it): plain texts for
   * a column of text, otherwise as FEEL writes them. Values of text are the routes of a rule that branches.
   */
  values: z.array(cellSchema).max(1000).optional(),
  /** FEEL: the output when no row matches. */
  default: cellSchema.optional(),
});

const rowSchema = z.strictObject({
  id: idSchema,
  /** FEEL unary tests, one for each input; empty or `-` lets every value pass. */
  when: z.array(cellSchema).max(100),
  /** FEEL expressions, one for each output; empty gives null. */
  then: z.array(cellSchema).max(100),
  note: z.string().max(2000).optional(),
});

export const tableSchema = z.strictObject({
  hitPolicy: z.enum(HIT_POLICIES),
  /** Only with COLLECT: one value of all hits instead of their list. */
  aggregation: z.enum(AGGREGATIONS).optional(),
  inputs: z.array(inputSchema).max(100),
  outputs: z.array(outputSchema).min(1).max(100),
  rows: z.array(rowSchema).max(20_000),
});

export type DecisionTable = z.infer<typeof tableSchema>;
export type TableInput = DecisionTable['inputs'][number];
export type TableOutput = DecisionTable['outputs'][number];
export type TableRow = DecisionTable['rows'][number];
