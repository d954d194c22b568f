import { neverResumes } from '../expression.ts';
import type { KindRun } from '../kind.ts';
import type { TriggerConfig } from './config.ts';

/** The input is already in scope when a run starts; the trigger only passes on. */
export const triggerRun: KindRun<TriggerConfig> = {
  kind: 'trigger',
  compile: () => ({
    start: () => ({ step: 'complete', port: 'next', value: null, record: null }),
    resume: neverResumes('trigger'),
  }),
};
