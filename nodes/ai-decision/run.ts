import { compileExpression } from '../../engine/feel/index.ts';
import type { FeelValue } from '../../engine/feel/value.ts';
import { fromJson } from '../../engine/feel/value.ts';
import { durationMs } from '../duration.ts';
import { evaluateIn, ExpressionSet } from '../expression.ts';
import type { KindRun, ModelAnswer } from '../kind.ts';
import type { AiDecisionConfig } from './config.ts';

/** What expressions see of an answer. `choice` is null when the model was not sure; `guess` is there in either case. */
function answerValue(answer: ModelAnswer): FeelValue {
  return new Map<string, FeelValue>([
    ['choice', answer.choice],
    ['guess', answer.guess],
    ['confidence', fromJson(answer.confidence)],
    ['why', answer.why],
    ['reasons', answer.reasons.map((r) => r.word)],
  ]);
}

export const aiDecisionRun: KindRun<AiDecisionConfig> = {
  kind: 'ai-decision',
  compile: (config, scope) => {
    const text = config.text.trim() === '' ? null : compileExpression(config.text, scope);
    const columns = new ExpressionSet(config.columns, scope);
    const timeoutMs = durationMs(config.timeout);
    const asked = (turn: Parameters<typeof evaluateIn>[1]) => ({
      text: text === null ? null : evaluateIn(text, turn).value,
      columns: columns.evaluate(turn).values,
    });
    return {
      start: (turn) => {
        const request = asked(turn);
        // A model never sees a guess at its input: what is not text is handed on as missing and refused there.
        return {
          step: 'ask',
          model: config.model,
          text: typeof request.text === 'string' ? request.text : null,
          columns: request.columns,
          bar: config.bar,
          timeoutMs,
        };
      },
      resume: (turn, signal) => {
        if (signal.signal === 'answered') {
          const request = asked(turn);
          const input = turn.digest(
            new Map<string, FeelValue>([
              ['text', request.text],
              ['columns', request.columns],
            ]),
          );
          return {
            step: 'complete',
            port: signal.answer.status,
            value: answerValue(signal.answer),
            record: { by: 'model', answer: signal.answer, input },
          };
        }
        if (signal.signal === 'not answered')
          return { step: 'complete', port: 'failed', value: null, record: { by: 'model', error: signal.error } };
        throw new Error(`an AI decision cannot be resumed by “${signal.signal}”`);
      },
    };
  },
};
