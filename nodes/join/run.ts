import { compileExpression } from '../../engine/feel/index.ts';
import { evaluateIn, neverResumes } from '../expression.ts';
import type { KindRun } from '../kind.ts';
import type { JoinConfig } from './config.ts';

/** What one branch brings; the list of all is made where they come together. */
export const joinRun: KindRun<JoinConfig> = {
  kind: 'join',
  compile: (config, scope) => {
    const collect = config.collect.trim() === '' ? null : compileExpression(config.collect, scope);
    return {
      start: (turn) => {
        const found = collect === null ? { value: null, warnings: [] } : evaluateIn(collect, turn);
        const record = found.warnings.length === 0 ? null : ({ by: 'formula', warnings: found.warnings } as const);
        return { step: 'complete', port: 'next', value: found.value, record };
      },
      resume: neverResumes('join'),
    };
  },
};
