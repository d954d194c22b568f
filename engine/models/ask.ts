import { toJson, type FeelContext } from '../feel/value.ts';
import { CountersignError, toErrorShape } from '../flow/error.ts';
import type { AskOutcome, AskRequest, Models } from '../runtime/environment.ts';
import type { ModelAnswer } from '../../nodes/kind.ts';
import type { BuiltInModel } from './answer.ts';
import type { Reason } from './answer-schema.ts';
import type { ModelCard } from './card.ts';
import type { ColumnValue, ModelInput } from './input.ts';

/** A model of a release or workspace, ready to be asked. */
export interface LoadedModel {
  card: ModelCard;
  model: BuiltInModel;
}

/**
 * The built-in models as the engine asks them. They are pure and in this process, so each answer comes at once.
 * `nowMs` measures latency; it decides nothing.
 */
export function builtInModels(models: ReadonlyMap<string, LoadedModel>, nowMs: () => number): Models {
  const answer = (request: AskRequest): AskOutcome => {
    const loaded = models.get(request.model);
    if (loaded === undefined) return { outcome: 'failed', error: unknown(request.model) };
    const began = nowMs();
    try {
      const bar = request.bar ?? loaded.card.bar;
      const given = loaded.model.answer(inputOf(request), bar);
      const latencyMs = Math.max(0, Math.round((nowMs() - began) * 1000) / 1000);
      return {
        outcome: 'answered',
        answer: {
          status: given.status,
          why: given.why === undefined ? null : given.why === 'unlike' ? 'unlike anything seen' : 'below the bar',
          choice: given.choice,
          guess: given.guess,
          confidence: given.confidence,
          alternatives: given.alternatives,
          reasons: given.reasons.map((reason) => ({ word: wordOf(reason), contribution: reason.contribution })),
          model: identityOf(loaded.card, bar),
          latencyMs,
        },
      };
    } catch (error) {
      if (error instanceof CountersignError) return { outcome: 'failed', error: error.toShape() };
      return { outcome: 'failed', error: toErrorShape(error) };
    }
  };
  return { answerNow: answer, ask: (request) => Promise.resolve(answer(request)) };
}

/** Which model gave an answer, as its record says. */
export function identityOf(card: ModelCard, bar: number): ModelAnswer['model'] {
  return { name: card.name, version: card.modelVersion, digest: card.artefact.digest, owner: card.owner, bar };
}

function inputOf(request: AskRequest): ModelInput {
  const columns = columnsOf(request.columns);
  return { ...(request.text === null ? {} : { text: request.text }), ...(columns === null ? {} : { columns }) };
}

function columnsOf(columns: FeelContext): Record<string, ColumnValue> | null {
  if (columns.size === 0) return null;
  return Object.fromEntries(
    [...columns].map(([name, value]): [string, ColumnValue] => {
      const json = toJson(value);
      return [name, json === null || typeof json === 'object' ? null : json];
    }),
  );
}

function wordOf(reason: Reason): string {
  switch (reason.kind) {
    case 'word':
      return reason.word;
    case 'column':
      return `${reason.column} = ${reason.value === null ? 'missing' : String(reason.value)}`;
    case 'bias':
      return '(how frequent it is)';
  }
}

function unknown(name: string) {
  return new CountersignError({
    code: 'MODEL_UNKNOWN',
    message: `There is no model “${name}” here.`,
    hint: 'Train it, or put it into the workspace’s models folder, and export the flow again.',
    fault: 'operator',
  }).toShape();
}
