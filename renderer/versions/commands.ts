import type { Command } from '../commands/command.ts';
import type { StudioState } from '../state/records.ts';
import { transit, useStudio } from '../state/store.ts';
import { arranged } from '../state/transitions.ts';
import { backToDraft, endComparison, setMoves, startComparison, stepChange, usualBefore } from './acts.ts';
import { isLooking, tell, useVersions } from './store.ts';
import { words } from '../words/index.ts';

const isOpen = ({ document }: StudioState): boolean => document !== null;
const comparing = ({ document }: StudioState): boolean =>
  document !== null && useVersions.getState().comparison?.path === document.path;

/** What is done with versions and comparisons. */
export const VERSION_COMMANDS: readonly Command[] = [
  {
    id: 'versions.list',
    title: () => words().versions.commands.versions,
    also: () => words().versions.commands.also,
    group: 'flow',
    keys: ['Ctrl+H'],
    enabled: isOpen,
    run: () => tell({ dialog: 'versions' }),
  },
  {
    id: 'versions.save',
    title: () => words().versions.commands.saveVersion,
    group: 'flow',
    keys: ['Ctrl+Shift+S'],
    reach: 'anywhere',
    enabled: ({ document, session }) => session.view === 'flows' && document !== null && document.readOnly === null,
    run: () => tell({ dialog: 'versions' }),
  },
  {
    id: 'versions.compare',
    title: () => words().versions.commands.compare,
    also: () => words().versions.commands.also,
    group: 'flow',
    keys: ['Shift+D'],
    enabled: isOpen,
    run: async () => {
      if (comparing(useStudio.getState())) transit((state) => arranged(state, { foldOpen: true, foldTab: 'diff' }));
      else await startComparison(usualBefore(), { side: 'draft' });
    },
  },
  {
    id: 'versions.next-change',
    title: () => words().versions.commands.next,
    group: 'flow',
    keys: ['.', 'F7'],
    enabled: comparing,
    run: () => stepChange(1),
  },
  {
    id: 'versions.previous-change',
    title: () => words().versions.commands.previous,
    group: 'flow',
    keys: [',', 'Shift+F7'],
    enabled: comparing,
    run: () => stepChange(-1),
  },
  {
    id: 'versions.moves',
    title: () => words().versions.commands.moves,
    group: 'flow',
    enabled: comparing,
    run: () => setMoves(!(useVersions.getState().comparison?.moves ?? false)),
  },
  {
    id: 'versions.close',
    title: () => words().versions.commands.close,
    group: 'flow',
    enabled: comparing,
    run: endComparison,
  },
  {
    id: 'versions.back',
    title: () => words().versions.commands.back,
    group: 'flow',
    enabled: ({ document }) => document !== null && isLooking(document.path),
    run: backToDraft,
  },
];
