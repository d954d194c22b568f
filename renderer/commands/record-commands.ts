import { verifyRecord } from '../state/audit.ts';
import { transit } from '../state/store.ts';
import { arranged } from '../state/transitions.ts';
import { words } from '../words/index.ts';
import type { Command } from './command.ts';
import { offered } from './offered.ts';

/** What is done with real cases and with the record of them. */
export const RECORD_COMMANDS: readonly Command[] = [
  {
    id: 'record.verify',
    title: () => words().commands.verify,
    group: 'record',
    reach: 'window',
    enabled: ({ service }) => service.workspace !== null && service.audit.progress === null,
    run: async () => {
      transit((state) => arranged(state, { view: 'record' }));
      await verifyRecord([]);
    },
  },
  offered({ id: 'record.evidence', title: () => words().commands.evidence, group: 'record', reach: 'window' }),
  offered({
    id: 'runs.refresh',
    title: () => words().commands.refresh,
    group: 'record',
    keys: ['Alt+R'],
    reach: 'window',
  }),
];
