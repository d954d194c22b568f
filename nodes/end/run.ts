import { ExpressionSet, neverResumes } from '../expression.ts';
import type { KindRun } from '../kind.ts';
import type { EndConfig } from './config.ts';

export const endRun: KindRun<EndConfig> = {
  kind: 'end',
  compile: (config, scope) => {
    const value = new ExpressionSet(config.value, scope);
    return {
      start: (turn) => ({ step: 'end', result: config.result, value: value.evaluate(turn).values }),
      resume: neverResumes('end'),
    };
  },
};
