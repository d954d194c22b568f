/**
 * What a rule decides by: a table of its own, or a decision of a DMN model. Of a model the XML text is the truth; its
 * tables are read from it and written back into it.
 */
import { ENCODINGS } from '../../engine/dmn/exchange/bytes.ts';
import { modelDecision } from '../../engine/dmn/exchange/model-decision.ts';
import type { DecisionOutput, ModelDecision } from '../../engine/dmn/exchange/model-decision.ts';
import { changeTable, logicTable, openDmn } from '../../engine/dmn/exchange/model-file.ts';
import type { FileReading, ModelTable } from '../../engine/dmn/exchange/model-file.ts';
import { tableSchema } from '../../engine/dmn/table.ts';
import type { DecisionTable } from '../../engine/dmn/table.ts';
import { z } from '../../engine/flow/zod.ts';

/** A text by its lines, so that a change of a line is a small diff; joined by line feeds they are the text, exactly. */
const linesSchema = z.array(z.string()).min(1).max(1_000_000);

export const modelSchema = z.strictObject({
  /** The DMN document. */
  lines: linesSchema,
  /** Id of the decision in it. */
  decision: z.string().min(1).max(200),
  /** FEEL: what stands for the model's input data, by name. What is not named here is called the same in the flow. */
  inputs: z.record(z.string().min(1).max(200), z.string().max(4000)),
  /** The documents of the models that it imports. */
  imports: z
    .array(z.strictObject({ lines: linesSchema }))
    .min(1)
    .max(20)
    .optional(),
  /** How the file was written that it came from; UTF-8 when absent. */
  encoding: z.enum(ENCODINGS).optional(),
});
export type RuleModel = z.infer<typeof modelSchema>;

export const ruleSchema = z
  .strictObject({
    table: tableSchema.optional().meta({ label: 'Decision table', widget: 'table', either: 'logic' }),
    model: modelSchema.optional().meta({ label: 'DMN model', widget: 'dmn model', either: 'logic' }),
    branchBy: z.string().max(60).nullable().meta({
      label: 'Branch by',
      help: 'An output column with a list of values: each value becomes an exit, and “otherwise” takes what matches none.',
      example: 'action',
      widget: 'text',
    }),
  })
  .refine(({ table, model }) => (table === undefined) !== (model === undefined), {
    error: 'a rule has either a table of its own or a decision of a DMN model',
  });
export type RuleConfig = z.infer<typeof ruleSchema>;

/** The model's document and those that it imports, read. */
export const openModel = (model: RuleModel): FileReading =>
  openDmn(
    textOf(model),
    model.imports?.map(({ lines }) => lines.join('\n')),
  );

/** The text of a model's document. */
export const textOf = ({ lines }: RuleModel): string => lines.join('\n');

/** The decision that a rule takes from its model; null when the model cannot be read or has no such decision. */
export function decisionOf(model: RuleModel): ModelDecision | null {
  const opened = openModel(model);
  return opened.ok ? modelDecision(opened.file, model.decision) : null;
}

/** The table that a rule decides by; null where that is no table. */
export function tableOf({ table, model }: RuleConfig): DecisionTable | null {
  if (model === undefined) return table ?? null;
  const opened = openModel(model);
  return opened.ok ? (logicTable(opened.file, model.decision)?.table ?? null) : null;
}

/** Every table of a rule's model, in the order of the document; none where the rule has its own table. */
export function tablesOf({ model }: RuleConfig): readonly ModelTable[] {
  if (model === undefined) return [];
  const opened = openModel(model);
  return opened.ok ? opened.file.tables : [];
}

/**
 * The rule with a changed table: its own, or the one it decides by in its model, or another of its model by `key`. A
 * model's document changes where the table does and nowhere else. A table that is not there changes nothing.
 */
export function withTable(config: RuleConfig, table: DecisionTable, key?: string): RuleConfig {
  const { model } = config;
  if (model === undefined) return { ...config, table };
  const opened = openModel(model);
  if (!opened.ok) return config;
  const at = key ?? logicTable(opened.file, model.decision)?.key;
  const text = at === undefined ? null : changeTable(opened.file, at, table);
  if (text === null || text === opened.file.text) return config;
  return { ...config, model: { ...model, lines: text.split('\n') } };
}

/** What has a name in a rule's value, with the texts that it may be. */
export function outputsOf(config: RuleConfig): readonly DecisionOutput[] {
  if (config.model !== undefined) return decisionOf(config.model)?.outputs ?? [];
  return (config.table?.outputs ?? []).map(({ name, values }) => ({ name, values: values ?? null }));
}

export const OTHERWISE = 'otherwise';

/** The routes of a branching rule: the allowed values of the output it branches by; null for a rule with one exit. */
export function routesOf(config: RuleConfig): readonly string[] | null {
  if (config.branchBy === null) return null;
  return outputsOf(config).find((output) => output.name === config.branchBy)?.values ?? [];
}
