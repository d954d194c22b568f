import { renameInExpression } from '../../engine/feel/index.ts';
import type { FeelType } from '../../engine/feel/type.ts';
import { nameSchema } from '../../engine/flow/document.ts';
import { z } from '../../engine/flow/zod.ts';
import { checkExpression, renameAll } from '../expression.ts';
import { duration, feel, text } from '../form.ts';
import type { ConfigProblem, KindConfig, Port } from '../kind.ts';
import { retrySchema, TIMED_OUT, TIMED_OUT_PORT, timedOutSwitch } from '../retry.ts';
import { analyseFallback, fallbackSchema, fallbackWords, isSettled, renameInFallback } from './fallback.ts';

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
    example: 'input.amount',
    widget: 'feel by name',
  }),
  bar: z.number().min(0).max(1).nullable().meta({
    label: 'Sure enough at',
    help: 'Below this confidence the case leaves by “uncertain”. Empty takes the bar of the model’s card.',
    example: '0.80',
    widget: 'share',
  }),
  timeout: duration({ label: 'Give up after', help: 'How long one attempt may take.', example: 'PT30S' }),
  timedOut: timedOutSwitch,
  retry: retrySchema.optional().meta({
    label: 'Trying again',
    help: 'When the model cannot be reached or does not answer. Without it the model is asked once.',
  }),
  fallback: fallbackSchema.optional().meta({
    label: 'Otherwise',
    help: 'Who is asked where the model is not sure enough, gives no proper answer, or none at all. The case then leaves by “answered” as well.',
    widget: 'fallback',
  }),
});
export type AiDecisionConfig = z.infer<typeof aiDecisionSchema>;

/** Who gave the choice. */
export const GIVERS = ['model', 'rule', 'person'] as const;

/** `unsure`: there is no choice, only a guess. `replaced`: another may have chosen where the model gave no answer at all. */
function answerType(choices: readonly string[] | null, { unsure = false, replaced = false }): FeelType {
  const choice: FeelType = choices === null ? { kind: 'string' } : { kind: 'choice', values: choices };
  const by: FeelType = { kind: 'choice', values: [...GIVERS] };
  const number: FeelType = { kind: 'number' };
  return {
    kind: 'context',
    open: false,
    fields: {
      choice: unsure ? { ...choice, nullable: true } : choice,
      by: unsure ? { ...by, nullable: true } : by,
      guess: replaced ? { ...choice, nullable: true } : choice,
      confidence: replaced ? { ...number, nullable: true } : number,
      why: { kind: 'string', nullable: true },
      reasons: { kind: 'list', of: { kind: 'string' } },
    },
  };
}

function portsOf({ timedOut, fallback }: AiDecisionConfig): readonly Port[] {
  const answered: Port = { id: 'answered', label: 'answered', tone: 'good' };
  if (isSettled(fallback)) return [answered];
  return [
    answered,
    { id: 'uncertain', label: 'uncertain', tone: 'wait' },
    ...(timedOut === true ? [TIMED_OUT_PORT] : []),
    { id: 'failed', label: 'failed', tone: 'bad', optional: true },
  ];
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
  ports: portsOf,
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
        hint:
          known.length === 0
            ? 'The workspace has no model yet: ask whoever looks after it for one, or look under Models how one is made.'
            : `Choose one of: ${known.join(', ')}.`,
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
    const choices = card?.choices ?? null;
    const { fallback } = config;
    if (fallback !== undefined) {
      const found = analyseFallback(fallback, choices, scope, surroundings);
      reads.push(...found.reads);
      problems.push(...found.problems.map((one) => ({ ...one, path: ['fallback', ...one.path] })));
    }
    const nothing: FeelType = { kind: 'null' };
    const replaced = fallback !== undefined;
    const answered = answerType(choices, { replaced });
    return {
      reads,
      writes: isSettled(fallback) ? answered : { ...answerType(choices, { unsure: true, replaced }), nullable: true },
      writesAt: {
        answered,
        uncertain: answerType(choices, { unsure: true }),
        failed: nothing,
        [TIMED_OUT]: nothing,
      },
      problems,
    };
  },
  rename: (config, scope, from, to) => ({
    ...config,
    text: config.text.trim() === '' ? config.text : renameInExpression(config.text, scope, from, to),
    columns: renameAll(config.columns, scope, from, to),
    ...(config.fallback === undefined ? {} : { fallback: renameInFallback(config.fallback, scope, from, to) }),
  }),
  sentence: (config, surroundings) => {
    if (config.model === '') return 'no model chosen yet';
    const card = Object.hasOwn(surroundings.models, config.model) ? surroundings.models[config.model] : undefined;
    const bar = config.bar ?? card?.bar;
    const version = card === undefined ? '' : ` ${card.modelVersion}`;
    return `${config.question || 'a choice'} · ${config.model}${version}${bar === undefined ? '' : `, sure at ${bar.toFixed(2)}`}${fallbackWords(config.fallback)}`;
  },
  influence: 'ai',
  models: ({ model, fallback }) => [model, ...(fallback?.model === undefined ? [] : [fallback.model])],
  roles: ({ fallback }) => (fallback?.person === undefined ? [] : [fallback.person.role]),
  migrations: [],
};
