import type { Command } from '../commands/command.ts';
import type { StudioState } from '../state/records.ts';
import { transit, useStudio } from '../state/store.ts';
import { arranged } from '../state/transitions.ts';
import { backToDraft, endComparison, setMoves, startComparison, stepChange, usualBefore } from './acts.ts';
import { isLooking, tell, useVersions } from './store.ts';
import { words } from './words.ts';

const isOpen = ({ document }: StudioState): boolean => document !== null;
const comparing = ({ document }: StudioState): boolean =>
  document !== null && useVersions.getState().comparison?.path === document.path;

/** What is done with versions and comparisons. */
export const VERSION_COMMANDS: readonly Command[] = [
  {
    id: 'versions.list',
    title: words.commands.versions,
    also: words.commands.also,
    group: 'flow',
    keys: ['Ctrl+H'],
    enabled: isOpen,
    run: () => tell({ dialog: 'versions' }),
  },
  {
    id: 'versions.save',
    title: words.commands.saveVersion,
    group: 'flow',
    keys: ['Ctrl+Shift+S'],
    reach: 'anywhere',
    enabled: ({ document, session }) => session.view === 'flows' && document !== null && document.readOnly === null,
    run: () => tell({ dialog: 'versions' }),
  },
  {
    id: 'versions.compare',
    title: words.commands.compare,
    also: words.commands.also,
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
    title: words.commands.next,
    group: 'flow',
    keys: ['.', 'F7'],
    enabled: comparing,
    run: () => stepChange(1),
  },
  {
    id: 'versions.previous-change',
    title: words.commands.previous,
    group: 'flow',
    keys: [',', 'Shift+F7'],
    enabled: comparing,
    run: () => stepChange(-1),
  },
  {
    id: 'versions.moves',
    title: words.commands.moves,
    group: 'flow',
    enabled: comparing,
    run: () => setMoves(!(useVersions.getState().comparison?.moves ?? false)),
  },
  { id: 'versions.close', title: words.commands.close, group: 'flow', enabled: comparing, run: endComparison },
  {
    id: 'versions.back',
    title: words.commands.back,
    group: 'flow',
    enabled: ({ document }) => document !== null && isLooking(document.path),
    run: backToDraft,
  },
];
