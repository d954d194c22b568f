import type { Command } from '../commands/command.ts';
import type { StudioState } from '../state/records.ts';
import { transit } from '../state/store.ts';
import { present } from '../state/transitions.ts';
import { typeAhead } from '../ui/type-ahead.ts';
import {
  alignSelected,
  distributeSelected,
  groupSelected,
  isDisabled,
  isGrouped,
  selectedCards,
  toggleDisabled,
  toggleFold,
  ungroupSelected,
} from './acts.ts';
import { copySelected, cutSelected, paste } from './clipboard.ts';
import { isFinding, openFind, SELECT_FOUND, selectFound } from './find-bar.tsx';
import { toggleOverview } from './overview.tsx';
import { fitNodes } from './viewport.ts';
import { words } from '../words/index.ts';

/** What is done with several steps, with what is said about them, and with what is seen. */

const isOpen = ({ document }: StudioState): boolean => document !== null;
const isEditable = ({ document }: StudioState): boolean => document !== null && document.readOnly === null;
const hasSteps = ({ presence }: StudioState): boolean => presence.selection.nodes.length > 0;
const hasEditableSteps = (state: StudioState): boolean => isEditable(state) && hasSteps(state);
const hasSeveral =
  (count: number) =>
  (state: StudioState): boolean =>
    isEditable(state) && selectedCards(state) >= count;

/** With its own keys the system does this, and asks nobody's leave to read the clipboard (clipboard.ts). */
const BY_SYSTEM = { group: 'edit', reach: 'canvas', bySystem: true } as const;

export const CLIP_COMMANDS: readonly Command[] = [
  {
    id: 'edit.copy',
    title: () => words().canvas.clip.copy,
    keys: ['Ctrl+C'],
    ...BY_SYSTEM,
    enabled: hasSteps,
    run: async () => void (await copySelected()),
  },
  {
    id: 'edit.cut',
    title: () => words().canvas.clip.cut,
    keys: ['Ctrl+X'],
    ...BY_SYSTEM,
    enabled: hasEditableSteps,
    run: cutSelected,
  },
  {
    id: 'edit.paste',
    title: () => words().canvas.clip.paste,
    keys: ['Ctrl+V'],
    ...BY_SYSTEM,
    enabled: isEditable,
    run: paste,
  },
];

export const GROUP_COMMANDS: readonly Command[] = [
  {
    id: 'group.group',
    title: () => words().canvas.group.group,
    group: 'step',
    keys: ['Ctrl+G'],
    enabled: hasEditableSteps,
    run: groupSelected,
  },
  {
    id: 'group.ungroup',
    title: () => words().canvas.group.ungroup,
    group: 'step',
    keys: ['Ctrl+Shift+G'],
    enabled: (state) => isEditable(state) && isGrouped(state),
    run: ungroupSelected,
  },
  {
    id: 'group.fold',
    title: (state) => (isFolded(state) ? words().canvas.group.unfold : words().canvas.group.fold),
    group: 'step',
    keys: ['G'],
    enabled: (state) => isEditable(state) && isGrouped(state),
    run: toggleFold,
  },
];

const isFolded = (state: StudioState): boolean => isGrouped(state) && selectedCards(state) === 1;

export const MORE_STEP_COMMANDS: readonly Command[] = [
  {
    id: 'step.disable',
    title: (state) => (isDisabled(state) ? words().canvas.disable.enable : words().canvas.disable.disable),
    group: 'step',
    keys: ['D'],
    enabled: hasEditableSteps,
    run: toggleDisabled,
  },
  {
    id: 'step.comment',
    title: () => words().canvas.comments.act,
    group: 'step',
    keys: ['M'],
    enabled: hasSteps,
    run: ({ document, presence }) => {
      const [node] = presence.selection.nodes;
      if (node === undefined) return;
      if (document?.readOnly === null) typeAhead();
      transit((now) => present(now, { dialog: { dialog: 'comments', node } }));
    },
  },
  {
    id: 'step.extract',
    title: () => words().canvas.extract.act,
    also: () => words().canvas.extract.also,
    group: 'step',
    keys: ['Ctrl+Shift+X'],
    enabled: hasEditableSteps,
    run: () => transit((state) => present(state, { dialog: { dialog: 'extract' } })),
  },
];

export const ARRANGE_COMMANDS: readonly Command[] = [
  ...(
    [
      ['left', 'Alt+Shift+ArrowLeft'],
      ['centre', 'Alt+Shift+C'],
      ['right', 'Alt+Shift+ArrowRight'],
      ['top', 'Alt+Shift+ArrowUp'],
      ['middle', 'Alt+Shift+M'],
      ['bottom', 'Alt+Shift+ArrowDown'],
    ] as const
  ).map(([how, chord]): Command => ({
    id: `arrange.${how}`,
    title: () => words().canvas.arrange[how],
    also: () => words().canvas.arrange.also,
    group: 'canvas',
    keys: [chord],
    reach: 'canvas',
    enabled: hasSeveral(2),
    run: () => alignSelected(how),
  })),
  ...(
    [
      ['across', 'Alt+Shift+H'],
      ['down', 'Alt+Shift+V'],
    ] as const
  ).map(([axis, chord]): Command => ({
    id: `arrange.${axis}`,
    title: () => words().canvas.arrange[axis],
    also: () => words().canvas.arrange.also,
    group: 'canvas',
    keys: [chord],
    reach: 'canvas',
    enabled: hasSeveral(3),
    run: () => distributeSelected(axis),
  })),
];

export const SEE_COMMANDS: readonly Command[] = [
  {
    id: 'canvas.fit-selection',
    title: () => words().canvas.view.fitSelection,
    group: 'canvas',
    keys: ['2'],
    enabled: hasSteps,
    run: ({ presence }) => fitNodes(presence.selection.nodes),
  },
  {
    id: 'canvas.overview',
    title: () => words().canvas.view.minimap,
    also: () => words().canvas.view.minimapAlso,
    group: 'canvas',
    keys: ['Shift+M'],
    enabled: isOpen,
    run: toggleOverview,
  },
  {
    id: 'canvas.find',
    title: () => words().canvas.find.act,
    group: 'canvas',
    keys: ['Ctrl+F', '/'],
    enabled: isOpen,
    run: openFind,
  },
  {
    ...SELECT_FOUND,
    title: () => words().canvas.find.all,
    group: 'canvas',
    reach: 'canvas',
    enabled: isFinding,
    run: selectFound,
  },
];
