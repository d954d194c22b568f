import { compileTable } from '../../engine/dmn/table.ts';
import { compileExpression, type FeelScopeTypes } from '../../engine/feel/index.ts';
import { fromJson, isFeelContext, type FeelContext, type FeelValue, type JsonValue } from '../../engine/feel/value.ts';
import type { ErrorShape } from '../../engine/flow/error.ts';
import type { ModelCard } from '../../engine/models/card.ts';
import { durationMs } from '../duration.ts';
import { evaluateIn, ExpressionSet, momentOf } from '../expression.ts';
import type { Fallback, Guess, KindRun, ModelAnswer, NodeRecord, Prompt, Step, Surroundings, Turn } from '../kind.ts';
import { kindOfError, retryPolicyOf, TIMED_OUT } from '../retry.ts';
import type { AiDecisionConfig } from './config.ts';
import { fallbacksOf, tableFor, type FallbackConfig } from './fallback.ts';

type Giver = 'model' | 'rule' | 'person';

/**
 * What expressions see of an answer. `choice` is null when nobody was sure; what the model said of it is there beside,
 * whoever chose in the end, and null where it said nothing.
 */
function answerValue(answer: ModelAnswer | null, choice: string | null, by: Giver | null): FeelValue {
  return new Map<string, FeelValue>([
    ['choice', choice],
    ['by', by],
    ['guess', answer?.guess ?? null],
    ['confidence', answer === null ? null : fromJson(answer.confidence)],
    ['why', answer?.why ?? null],
    ['reasons', answer?.reasons.map((r) => r.word) ?? []],
  ]);
}

const failedStep = ({ timedOut }: AiDecisionConfig, error: ErrorShape | null, record: NodeRecord | null): Step => ({
  step: 'complete',
  port: timedOut === true && error !== null && kindOfError(error) === 'timed out' ? TIMED_OUT : 'failed',
  value: null,
  record,
});

export const aiDecisionRun: KindRun<AiDecisionConfig> = {
  kind: 'ai-decision',
  compile: (config, scope, surroundings) => {
    const asking = compileAsking(config, scope, surroundings);
    const { fallback } = config;
    const order = fallbacksOf(fallback);
    const choices = asking.choices;
    const table = fallback?.table === undefined ? null : compileFallbackTable(fallback.table, choices, scope);

    /** Puts on record what does not count and asks the next, or leaves where there is none. */
    const setAside = (turn: Turn, record: NodeRecord): Step => {
      const asked = turn.aside.at(-1)?.next;
      const next = order[asked === undefined ? 0 : order.indexOf(asked) + 1];
      if (next !== undefined) return { step: 'set aside', record, next };
      const answer = lastAnswer(turn, record);
      if (answer === null) return failedStep(config, lastError(turn, record), record);
      return { step: 'complete', port: 'uncertain', value: answerValue(answer, null, null), record };
    };

    const byTable = (turn: Turn): Step => {
      if (table === null) throw new Error('there is no table to fall back to');
      const { choice, rows, warnings } = table(turn);
      const record: NodeRecord = { by: 'rule', rows, warnings };
      if (choice === null) return setAside(turn, record);
      return { step: 'complete', port: 'answered', value: answerValue(lastAnswer(turn), choice, 'rule'), record };
    };

    return {
      start: (turn) => {
        const next: Fallback | undefined = turn.aside.at(-1)?.next;
        if (next === 'rule') return byTable(turn);
        if (next === 'person') return taskFor(config, choices, asking.facts(turn), lastAnswer(turn), turn.now);
        return asking.step(turn);
      },
      resume: (turn, signal) => {
        switch (signal.signal) {
          case 'answered': {
            const { answer } = signal;
            const basis = asking.basis(turn);
            const strange = asking.isStrange(answer);
            if (strange !== null) return setAside(turn, { by: 'model', error: strange, ...basis });
            const record: NodeRecord = { by: 'model', answer, ...basis };
            if (answer.status === 'uncertain') return setAside(turn, record);
            return { step: 'complete', port: 'answered', value: answerValue(answer, answer.choice, 'model'), record };
          }
          case 'not answered':
            return setAside(turn, { by: 'model', error: signal.error, ...asking.basis(turn) });
          case 'decided': {
            const choice = signal.decisions.at(-1)?.answer?.['choice'];
            if (typeof choice !== 'string') throw new Error('nobody has chosen');
            const record: NodeRecord = { by: 'person', decisions: signal.decisions };
            return {
              step: 'complete',
              port: 'answered',
              value: answerValue(lastAnswer(turn), choice, 'person'),
              record,
            };
          }
          case 'timed out': {
            const record: NodeRecord = { by: 'timer', due: signal.due };
            return setAside(turn, record);
          }
          default:
            throw new Error(`an AI decision cannot be resumed by “${signal.signal}”`);
        }
      },
    };
  },
};

/** What of a turn was said by models, the last first. */
const saidByModels = (turn: Turn, now: NodeRecord | null): (NodeRecord & { by: 'model' })[] =>
  [now, ...turn.aside.map(({ record }) => record).toReversed()].flatMap((record) =>
    record?.by === 'model' ? [record] : [],
  );

function lastAnswer(turn: Turn, now: NodeRecord | null = null): ModelAnswer | null {
  const said = saidByModels(turn, now).find((record) => 'answer' in record);
  return said !== undefined && 'answer' in said ? said.answer : null;
}

function lastError(turn: Turn, now: NodeRecord): ErrorShape | null {
  const said = saidByModels(turn, now).find((record) => 'error' in record);
  return said !== undefined && 'error' in said ? said.error : null;
}

/** What is asked of a model, and what goes on record of it. */
function compileAsking(config: AiDecisionConfig, scope: FeelScopeTypes, { models }: Surroundings) {
  const text = config.text.trim() === '' ? null : compileExpression(config.text, scope);
  const columns = new ExpressionSet(config.columns, scope);
  const timeoutMs = durationMs(config.timeout);
  const retry = retryPolicyOf(config.retry);
  const cardOf = (name: string): ModelCard | null => (Object.hasOwn(models, name) ? (models[name] ?? null) : null);
  const choices = cardOf(config.model)?.choices ?? null;
  const modelAt = (turn: Turn): string =>
    turn.aside.at(-1)?.next === 'model' ? (config.fallback?.model ?? config.model) : config.model;
  const barOf = (name: string): number | null => (name === config.model ? config.bar : null);
  const request = (turn: Turn): { text: FeelValue; columns: FeelContext } => ({
    text: text === null ? null : evaluateIn(text, turn).value,
    columns: columns.evaluate(turn).values,
  });
  const prompts = new Map<string, Prompt>();
  const promptOf = (turn: Turn, name: string): Prompt => {
    const known = prompts.get(name);
    if (known !== undefined) return known;
    const card = cardOf(name);
    const question = new Map<string, FeelValue>([
      ['question', config.question],
      ['choices', card?.choices ?? null],
    ]);
    const parameters: Record<string, JsonValue> = { model: name, bar: barOf(name) ?? card?.bar ?? null, timeoutMs };
    if (card !== null) parameters['temperature'] = card.calibration.temperature;
    const prompt = { prompt: turn.digest(question), parameters };
    prompts.set(name, prompt);
    return prompt;
  };
  return {
    choices,
    step: (turn: Turn): Step => {
      const model = modelAt(turn);
      const given = request(turn);
      // A model never sees a guess at its input: what is not text is handed on as missing and refused there.
      return {
        step: 'ask',
        model,
        text: typeof given.text === 'string' ? given.text : null,
        columns: given.columns,
        bar: barOf(model),
        timeoutMs,
        retry,
      };
    },
    basis: (turn: Turn): { input: string } & Prompt => {
      const given = request(turn);
      const input = turn.digest(
        // In canonical order, in which it is written at once.
        new Map<string, FeelValue>([
          ['columns', given.columns],
          ['text', given.text],
        ]),
      );
      return { input, ...promptOf(turn, modelAt(turn)) };
    },
    /** What the model was given, for the person who is asked in its place. */
    facts: (turn: Turn): { label: string; value: FeelValue }[] => {
      const given = request(turn);
      return [
        ...(text === null ? [] : [{ label: 'Text', value: given.text }]),
        ...[...given.columns].map(([label, value]) => ({ label, value })),
      ];
    },
    /** Why an answer is none: it is not among the choices, or its confidence is no share. */
    isStrange: ({ choice, guess, confidence, status, model }: ModelAnswer): ErrorShape | null => {
      const known = choices === null || (choices.includes(guess) && (choice === null || choices.includes(choice)));
      const isShare = confidence >= 0 && confidence <= 1;
      return known && isShare && (status === 'uncertain' || choice !== null) ? null : strangeAnswer(model.name);
    },
  };
}

const strangeAnswer = (model: string): ErrorShape => ({
  code: 'MODEL_ANSWER_INVALID',
  message: `“${model}” gave an answer that is none of its choices, or does not say how sure it is.`,
  meaning: 'The answer was not used.',
  hint: 'Look at the case; ask the owner of the model if it happens again.',
  retryable: false,
  fault: 'other system',
});

interface Verdict {
  /** Null where no row matched, or what it gives is none of the choices. */
  choice: string | null;
  rows: readonly string[];
  warnings: readonly string[];
}

function compileFallbackTable(
  table: NonNullable<FallbackConfig['table']>,
  choices: readonly string[] | null,
  scope: FeelScopeTypes,
): (turn: Turn) => Verdict {
  const compiled = compileTable(tableFor(table, choices), scope);
  const output = table.outputs[0]?.name ?? '';
  return (turn) => {
    const { value, matched, warnings } = compiled.evaluate(turn.scope, { now: momentOf(turn.now) });
    const given = value !== null && isFeelContext(value) ? (value.get(output) ?? null) : null;
    const choice = typeof given === 'string' && choices?.includes(given) !== false ? given : null;
    return { choice, rows: matched, warnings: warnings.map((w) => `${w.code}: ${w.message}`) };
  };
}

/** As much of a question as a title takes; never half a character. */
const beginningOf = (question: string): string => question.slice(0, 120).replace(/\p{Surrogate}$/u, '');

/** The person sees what the model was given, and its guess as a guess. */
function taskFor(
  { question, fallback }: AiDecisionConfig,
  choices: readonly string[] | null,
  facts: readonly { label: string; value: FeelValue }[],
  answer: ModelAnswer | null,
  now: number,
): Step {
  const person = fallback?.person;
  if (person === undefined) throw new Error('there is nobody to fall back to');
  const guess: Guess | null =
    answer === null
      ? null
      : {
          choice: answer.guess,
          confidence: answer.confidence,
          reasons: answer.reasons.map(({ word }) => word),
          model: `${answer.model.name} ${answer.model.version}`,
        };
  return {
    step: 'task',
    task: {
      asks: {
        type: 'choose',
        question,
        choices: (choices ?? []).map((value) => ({ value, label: value })),
        ...(guess === null ? {} : { guess }),
      },
      title: beginningOf(question) || 'A choice',
      role: person.role,
      count: 1,
      fourEyes: false,
      sendBack: false,
      due: person.due === null ? null : now + durationMs(person.due),
      facts,
    },
  };
}
