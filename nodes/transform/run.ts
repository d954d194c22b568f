import { ExpressionSet, neverResumes } from '../expression.ts';
import type { KindRun } from '../kind.ts';
import type { TransformConfig } from './config.ts';

export const transformRun: KindRun<TransformConfig> = {
  kind: 'transform',
  compile: (config, scope) => {
    const fields = new ExpressionSet(config.fields, scope);
    return {
      start: (turn) => {
        const { values, warnings } = fields.evaluate(turn);
        return {
          step: 'complete',
          port: 'next',
          value: values,
          record: warnings.length === 0 ? null : { by: 'formula', warnings },
        };
      },
      resume: neverResumes('transform'),
    };
  },
};
