import type { FeelValue } from '../../engine/feel/value.ts';
import type { ErrorShape } from '../../engine/flow/error.ts';
import { durationMs } from '../duration.ts';
import { ExpressionSet } from '../expression.ts';
import { kindOfError, retryPolicyOf, TIMED_OUT } from '../retry.ts';
import type { KindRun, NodeRecord } from '../kind.ts';
import type { ConnectorConfig } from './config.ts';

const portOf = ({ timedOut }: ConnectorConfig, error: ErrorShape): string =>
  timedOut === true && kindOfError(error) === 'timed out' ? TIMED_OUT : 'failed';

export const connectorRun: KindRun<ConnectorConfig> = {
  kind: 'connector',
  compile: (config, scope) => {
    const given = new ExpressionSet(config.arguments, scope);
    const timeoutMs = durationMs(config.timeout);
    const retry = retryPolicyOf(config.retry);
    const basis = { by: 'system', connection: config.connection, action: config.action } as const;
    return {
      start: (turn) => ({
        step: 'perform',
        connection: config.connection,
        action: config.action,
        request: given.evaluate(turn).values,
        timeoutMs,
        retry,
      }),
      resume: (_turn, signal) => {
        const completed = (port: string, value: FeelValue, record: NodeRecord) =>
          ({ step: 'complete', port, value, record }) as const;
        switch (signal.signal) {
          case 'done':
            return completed('done', signal.response, {
              ...basis,
              key: signal.key,
              status: signal.status,
              attempts: signal.attempts,
            });
          case 'refused':
            return completed('refused', null, {
              ...basis,
              key: signal.key,
              status: signal.status,
              attempts: signal.attempts,
              error: signal.error,
            });
          case 'failed':
            return completed(portOf(config, signal.error), null, {
              ...basis,
              key: signal.key,
              status: null,
              attempts: signal.attempts,
              error: signal.error,
            });
          default:
            throw new Error(`a connector cannot be resumed by “${signal.signal}”`);
        }
      },
    };
  },
};
