import type { Command } from '../commands/command.ts';
import { words } from '../words/index.ts';
import type { Direction } from '../document/travel.ts';
import {
  clearSelection,
  duplicateSelected,
  redoEdit,
  removeSelected,
  selectAll,
  tidyUp,
  undoEdit,
} from '../state/edit.ts';
import type { StudioState } from '../state/records.ts';
import { transit } from '../state/store.ts';
import { arranged, present } from '../state/transitions.ts';
import { typeAhead } from '../ui/type-ahead.ts';
import { selectedGroup } from './acts.ts';
import { askedAt } from './quick-add-place.ts';
import { sizeOf } from './sizes.ts';
import { fitFlow, zoomIn, zoomOut } from './viewport.ts';
import { focusInspector, nudge, toggleFocused, travel, travelAlone } from './walk.ts';

/** What is done on the canvas. */

const isOpen = ({ document }: StudioState): boolean => document !== null;
const isEditable = ({ document }: StudioState): boolean => document !== null && document.readOnly === null;
const stepOf = ({ presence }: StudioState): string | undefined => presence.selection.nodes[0];
/** The one wire that is selected, and nothing else. */
const wireOf = ({ presence: { selection } }: StudioState): string | null =>
  selection.nodes.length === 0 && selection.edges.length === 1 ? (selection.edges[0] ?? null) : null;
const hasEditableStep = (state: StudioState): boolean => isEditable(state) && stepOf(state) !== undefined;
const hasSelection = ({ presence: { selection } }: StudioState): boolean =>
  selection.nodes.length + selection.edges.length > 0;

export const EDIT_COMMANDS: readonly Command[] = [
  {
    id: 'edit.undo',
    title: ({ document }) => words().commands.undo(document?.history.past.at(-1)?.label ?? null),
    group: 'edit',
    keys: ['Ctrl+Z'],
    enabled: (state) => isEditable(state) && (state.document?.history.past.length ?? 0) > 0,
    run: undoEdit,
  },
  {
    id: 'edit.redo',
    title: ({ document }) => words().commands.redo(document?.history.future[0]?.label ?? null),
    group: 'edit',
    keys: ['Ctrl+Shift+Z', 'Ctrl+Y'],
    enabled: (state) => isEditable(state) && (state.document?.history.future.length ?? 0) > 0,
    run: redoEdit,
  },
  {
    id: 'edit.select-all',
    title: () => words().commands.selectAll,
    group: 'edit',
    keys: ['Ctrl+A'],
    reach: 'canvas',
    enabled: isOpen,
    run: selectAll,
  },
  {
    id: 'edit.select-too',
    title: () => words().commands.selectToo,
    also: () => words().commands.selectTooAlso,
    group: 'edit',
    keys: ['Ctrl+Space'],
    reach: 'canvas',
    enabled: isOpen,
    run: toggleFocused,
  },
  {
    id: 'edit.select-nothing',
    title: () => words().commands.selectNothing,
    group: 'edit',
    keys: ['Escape'],
    reach: 'canvas',
    enabled: isOpen,
    run: clearSelection,
  },
  {
    id: 'edit.duplicate',
    title: () => words().commands.duplicate,
    group: 'edit',
    keys: ['Ctrl+D'],
    reach: 'canvas',
    enabled: hasEditableStep,
    run: duplicateSelected,
  },
  {
    id: 'edit.remove',
    title: () => words().commands.remove,
    group: 'edit',
    keys: ['Delete', 'Backspace'],
    reach: 'canvas',
    enabled: (state) => isEditable(state) && hasSelection(state),
    run: removeSelected,
  },
];

export const STEP_COMMANDS: readonly Command[] = [
  {
    id: 'step.add',
    title: () => words().commands.addStep,
    group: 'step',
    keys: ['N'],
    enabled: isEditable,
    run: () => {
      typeAhead();
      transit((state) => present(state, { quickAdd: askedAt(state, wireOf(state)) }));
    },
  },
  {
    id: 'step.connect',
    title: () => words().connect.act,
    group: 'step',
    keys: ['C'],
    enabled: hasEditableStep,
    run: (state) => {
      typeAhead();
      transit((now) => present(now, { connectFrom: stepOf(state) ?? null }));
    },
  },
  {
    id: 'step.rename',
    title: () => words().commands.rename,
    group: 'step',
    keys: ['F2'],
    enabled: hasEditableStep,
    run: (state) => transit((now) => present(now, { renaming: selectedGroup(state) ?? stepOf(state) ?? null })),
  },
  {
    id: 'step.settings',
    title: () => words().commands.toSettings,
    group: 'step',
    keys: ['Enter'],
    reach: 'canvas',
    enabled: isOpen,
    run: () => {
      transit((state) => arranged(state, { rightOpen: true }));
      setTimeout(focusInspector, 0);
    },
  },
  ...walking('walk', '', (direction) => words().commands.walk(direction), travel, isOpen),
  ...walking('look', 'Ctrl+', (direction) => words().commands.look(direction), travelAlone, isOpen),
  ...walking('nudge', 'Shift+', (direction) => words().commands.nudge(direction), nudge, hasEditableStep),
];

function walking(
  what: string,
  modifier: '' | 'Ctrl+' | 'Shift+',
  title: (direction: Direction) => string,
  run: (direction: Direction) => void,
  enabled: (state: StudioState) => boolean,
): Command[] {
  return (['left', 'up', 'right', 'down'] as const).map((direction) => ({
    id: `step.${what}-${direction}`,
    title: () => title(direction),
    group: 'step',
    keys: [`${modifier}Arrow${direction.charAt(0).toUpperCase()}${direction.slice(1)}`],
    reach: 'canvas',
    keysOnly: true,
    enabled,
    run: () => run(direction),
  }));
}

export const CANVAS_COMMANDS: readonly Command[] = [
  {
    id: 'canvas.tidy',
    title: () => words().commands.tidy,
    group: 'canvas',
    keys: ['Shift+T'],
    enabled: isEditable,
    run: () => {
      tidyUp(sizeOf);
      requestAnimationFrame(fitFlow);
    },
  },
  { id: 'canvas.fit', title: () => words().commands.fit, group: 'canvas', keys: ['1'], enabled: isOpen, run: fitFlow },
  {
    id: 'canvas.zoom-in',
    title: () => words().commands.zoomIn,
    group: 'canvas',
    keys: ['+', '='],
    enabled: isOpen,
    run: zoomIn,
  },
  {
    id: 'canvas.zoom-out',
    title: () => words().commands.zoomOut,
    group: 'canvas',
    keys: ['-'],
    enabled: isOpen,
    run: zoomOut,
  },
];
