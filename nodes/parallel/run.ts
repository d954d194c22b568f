import { neverResumes } from '../expression.ts';
import type { KindRun } from '../kind.ts';
import type { ParallelConfig } from './config.ts';

export const parallelRun: KindRun<ParallelConfig> = {
  kind: 'parallel',
  compile: ({ branches }) => ({
    start: () => ({ step: 'open', branches: { keys: branches, item: null, items: null, atOnce: branches.length } }),
    resume: neverResumes('parallel'),
  }),
};
