import { renameInExpression } from '../../engine/feel/index.ts';
import type { FeelType } from '../../engine/feel/type.ts';
import { nameSchema } from '../../engine/flow/document.ts';
import { z } from '../../engine/flow/zod.ts';
import { checkExpression, renameAll } from '../expression.ts';
import { duration, feel, text } from '../form.ts';
import type { ConfigProblem, KindConfig } from '../kind.ts';

export const aiDecisionSchema = z.strictObject({
  model: z.string().max(60).meta({ label: 'Model', help: 'A model of this workspace.', widget: 'model' }),
  question: text({
    label: 'Question',
    help: 'What the model is to decide, in your words.',
    example: 'What is the message about?',
  }),
  text: feel({
    label: 'Text',
    help: 'The text the model reads; empty when it reads columns only.',
    example: 'input.message',
  }),
  columns: z.record(nameSchema, z.string().max(4000)).meta({
    label: 'Columns',
    help: 'Values for the columns that the model was trained with.',
    widget: 'feel by name',
  }),
  bar: z.number().min(0).max(1).nullable().meta({
    label: 'Sure enough at',
    help: 'Below this confidence the case leaves by “uncertain”. Empty takes the bar of the model’s card.',
    example: '0.80',
    widget: 'share',
  }),
  timeout: duration({ label: 'Give up after', example: 'PT30S' }),
});
export type AiDecisionConfig = z.infer<typeof aiDecisionSchema>;

/** `unsure`: there is no choice, only a guess. */
function answerType(choices: readonly string[] | null, unsure: boolean): FeelType {
  const choice: FeelType = choices === null ? { kind: 'string' } : { kind: 'choice', values: choices };
  return {
    kind: 'context',
    open: false,
    fields: {
      choice: unsure ? { ...choice, nullable: true } : choice,
      guess: choice,
      confidence: { kind: 'number' },
      why: { kind: 'string', nullable: true },
      reasons: { kind: 'list', of: { kind: 'string' } },
    },
  };
}

export const aiDecision: KindConfig<AiDecisionConfig> = {
  kind: 'ai-decision',
  label: 'AI decision',
  summary: 'A model gives a choice with its confidence and reasons. It decides nothing else and touches nothing.',
  hue: 'violet',
  icon: 'sparkles',
  schema: aiDecisionSchema,
  initial: () => ({ model: '', question: '', text: '', columns: {}, bar: null, timeout: 'PT30S' }),
  hasInput: true,
  inProgram: true,
  ports: () => [
    { id: 'answered', label: 'answered', tone: 'good' },
    { id: 'uncertain', label: 'uncertain', tone: 'wait' },
    { id: 'failed', label: 'failed', tone: 'bad', optional: true },
  ],
  analyse: (config, scope, surroundings) => {
    const problems: ConfigProblem[] = [];
    const reads: (readonly string[])[] = [];
    const card = Object.hasOwn(surroundings.models, config.model) ? surroundings.models[config.model] : undefined;
    if (card === undefined) {
      const known = Object.keys(surroundings.models);
      problems.push({
        code: 'MODEL_UNKNOWN',
        severity: 'error',
        path: ['model'],
        message: config.model === '' ? 'No model is chosen.' : `There is no model “${config.model}” in this workspace.`,
        hint: known.length === 0 ? 'Train one with “countersign models train”.' : `Choose one of: ${known.join(', ')}.`,
      });
    }
    if (config.text.trim() !== '') {
      const found = checkExpression(config.text, scope, ['text'], 'The text', { kind: 'string' });
      reads.push(...found.reads);
      problems.push(...found.problems);
    } else if (card?.inputs.text === true) {
      problems.push({
        code: 'MODEL_INPUT',
        severity: 'error',
        path: ['text'],
        message: `The model “${config.model}” reads a text, and none is given.`,
        hint: 'Give the field that holds the text, such as input.message.',
      });
    }
    for (const [name, source] of Object.entries(config.columns)) {
      const found = checkExpression(source, scope, ['columns', name], `Column “${name}”`);
      reads.push(...found.reads);
      problems.push(...found.problems);
      if (card !== undefined && !Object.hasOwn(card.inputs.columns, name)) {
        problems.push({
          code: 'MODEL_INPUT',
          severity: 'error',
          path: ['columns', name],
          message: `The model “${config.model}” has no column “${name}”.`,
          hint: `It was trained with: ${Object.keys(card.inputs.columns).join(', ') || 'no columns'}.`,
        });
      }
    }
    const answer = answerType(card?.choices ?? null, true);
    return {
      reads,
      writes: { ...answer, nullable: true },
      writesAt: { answered: answerType(card?.choices ?? null, false), uncertain: answer, failed: { kind: 'null' } },
      problems,
    };
  },
  rename: (config, scope, from, to) => ({
    ...config,
    text: config.text.trim() === '' ? config.text : renameInExpression(config.text, scope, from, to),
    columns: renameAll(config.columns, scope, from, to),
  }),
  sentence: (config, surroundings) => {
    if (config.model === '') return 'no model chosen yet';
    const card = Object.hasOwn(surroundings.models, config.model) ? surroundings.models[config.model] : undefined;
    const bar = config.bar ?? card?.bar;
    const version = card === undefined ? '' : ` ${card.modelVersion}`;
    return `${config.question || 'a choice'} · ${config.model}${version}${bar === undefined ? '' : `, sure at ${bar.toFixed(2)}`}`;
  },
  influence: 'ai',
  migrations: [],
};
