import { askToClose, reopenFlow, saveFlow, showFlow } from '../state/files.ts';
import { tabBeside } from '../state/tabs.ts';
import { THEMES, VIEWS, type FoldTab, type StudioState, type View } from '../state/records.ts';
import { chosenMocks, chosenScenario, clearMocks, runScenario, runSuite, stopTesting } from '../state/sandbox.ts';
import { clearSelection } from '../state/edit.ts';
import { newCase, runCase } from '../state/making.ts';
import { KINDS } from '../../nodes/index.ts';
import { flowOf, transit } from '../state/store.ts';
import { arranged, present, tested } from '../state/transitions.ts';
import { toggleLeft, toggleRight } from '../shell/panels.ts';
import { typeAhead } from '../ui/type-ahead.ts';
import type { Command } from './command.ts';
import { offered } from './offered.ts';
import { words } from '../words/index.ts';

/** What is done with the window, with flows as a whole, and in the sandbox. */

const isOpen = ({ document }: StudioState): boolean => document !== null;
const openDialog = (dialog: NonNullable<StudioState['presence']['dialog']>) => (): void =>
  transit((state) => present(state, { dialog }));

const PLACE_KEYS: Partial<Record<View, string>> = {
  flows: 'Ctrl+1',
  sandbox: 'Ctrl+2',
  tasks: 'Ctrl+3',
  runs: 'Ctrl+4',
  record: 'Ctrl+5',
  settings: 'Ctrl+,',
};

export const GO_COMMANDS: readonly Command[] = VIEWS.map((view) => ({
  id: `go.${view}`,
  title: () => words().commands.places[view],
  group: 'go',
  reach: 'anywhere',
  ...(PLACE_KEYS[view] === undefined ? {} : { keys: [PLACE_KEYS[view]] }),
  run: () => transit((state) => arranged(state, { view })),
}));

const onDesk = ({ document, session }: StudioState): boolean => session.view === 'flows' && document !== null;
const hasTabs = ({ tabs, session }: StudioState): boolean => session.view === 'flows' && tabs.length > 1;

function beside(state: StudioState, by: number): void {
  const path = tabBeside(state, by);
  if (path !== null) showFlow(path);
}

/** Opens the palette; what is typed before its field is there is kept for it. */
export function openPalette(only: 'steps' | 'flows' | null): void {
  typeAhead();
  openDialog({ dialog: 'palette', only })();
}

export const FLOW_COMMANDS: readonly Command[] = [
  {
    id: 'flow.open',
    title: () => words().commands.openFlow,
    group: 'flow',
    keys: ['Ctrl+P'],
    reach: 'anywhere',
    enabled: ({ service }) => (service.workspace?.flows.length ?? 0) > 0,
    run: () => openPalette('flows'),
  },
  {
    id: 'flow.new',
    title: () => words().commands.newFlow,
    group: 'flow',
    reach: 'window',
    enabled: ({ service }) => service.workspace !== null,
    run: openDialog({ dialog: 'create flow' }),
  },
  {
    id: 'flow.save',
    title: () => words().commands.save,
    group: 'flow',
    keys: ['Ctrl+S'],
    reach: 'anywhere',
    enabled: ({ document, session }) => session.view === 'flows' && document !== null && document.readOnly === null,
    run: async () => void (await saveFlow()),
  },
  {
    id: 'flow.close',
    title: () => words().commands.closeTab,
    group: 'flow',
    keys: ['Ctrl+W', 'Alt+W'],
    reach: 'anywhere',
    enabled: onDesk,
    run: ({ document }) => {
      if (document !== null) void askToClose(document.path);
    },
  },
  {
    id: 'flow.reopen',
    title: () => words().commands.reopenTab,
    group: 'flow',
    keys: ['Ctrl+Shift+T', 'Alt+Shift+W'],
    reach: 'anywhere',
    enabled: ({ closedTabs, session }) => session.view === 'flows' && closedTabs.length > 0,
    run: reopenFlow,
  },
  {
    id: 'flow.next',
    title: () => words().commands.nextTab,
    group: 'flow',
    keys: ['Ctrl+Tab', 'Alt+PageDown'],
    reach: 'anywhere',
    enabled: hasTabs,
    run: (state) => beside(state, 1),
  },
  {
    id: 'flow.previous',
    title: () => words().commands.previousTab,
    group: 'flow',
    keys: ['Ctrl+Shift+Tab', 'Alt+PageUp'],
    reach: 'anywhere',
    enabled: hasTabs,
    run: (state) => beside(state, -1),
  },
  {
    id: 'flow.about',
    title: () => words().commands.flowSettings,
    group: 'flow',
    enabled: isOpen,
    run: () => {
      clearSelection();
      transit((state) => arranged(state, { rightOpen: true }));
    },
  },
  {
    id: 'flow.go-to-step',
    title: () => words().commands.goToStep,
    group: 'step',
    keys: ['Ctrl+J'],
    enabled: ({ document }) => document !== null && Object.keys(document.history.present.nodes).length > 0,
    run: () => openPalette('steps'),
  },
];

/** The one step that is selected, if cases come to it. */
function stepToRunTo(state: StudioState): string | null {
  const [id, ...others] = state.presence.selection.nodes;
  const node = id === undefined ? undefined : flowOf(state)?.nodes[id];
  if (id === undefined || node === undefined || others.length > 0) return null;
  return KINDS[node.kind]?.inProgram === false ? null : id;
}

const showTab = (foldTab: FoldTab) => (): void => transit((state) => arranged(state, { foldOpen: true, foldTab }));

export const TEST_COMMANDS: readonly Command[] = [
  {
    id: 'test.run-case',
    title: () => words().commands.runCase,
    group: 'test',
    keys: ['Ctrl+Enter'],
    enabled: ({ document, sandbox }) => document !== null && sandbox.running === null,
    run: async (state) => {
      const scenario = chosenScenario(state);
      if (state.sandbox.making !== null) await runCase();
      else if (scenario === null) newCase();
      else await runScenario(scenario);
    },
  },
  {
    id: 'test.run-all',
    title: () => words().commands.runAll,
    group: 'test',
    keys: ['Ctrl+Shift+Enter'],
    enabled: ({ document, sandbox }) => document !== null && sandbox.running === null,
    run: async () => {
      showTab('coverage')();
      await runSuite();
    },
  },
  {
    id: 'test.run-to-here',
    title: () => words().commands.runToHere,
    group: 'test',
    keys: ['Alt+Enter'],
    enabled: (state) => stepToRunTo(state) !== null && chosenScenario(state) !== null && state.sandbox.running === null,
    run: async (state) => {
      const [scenario, step] = [chosenScenario(state), stepToRunTo(state)];
      if (scenario === null || step === null) return;
      transit((now) => arranged(now, { rightOpen: true }));
      await runScenario(scenario, step);
    },
  },
  offered({ id: 'test.mock', title: () => words().commands.mockStep, group: 'test' }),
  {
    id: 'test.without-mocks',
    title: () => words().stepCase.withoutMocks,
    group: 'test',
    enabled: (state) => Object.keys(chosenMocks(state)).length > 0 && state.sandbox.running === null,
    run: async (state) => {
      clearMocks();
      const scenario = chosenScenario(state);
      if (scenario !== null) await runScenario(scenario);
    },
  },
  {
    id: 'test.draw-coverage',
    title: ({ sandbox }) => (sandbox.showCoverage ? words().commands.hideCoverage : words().commands.drawCoverage),
    group: 'test',
    enabled: ({ sandbox }) => sandbox.suite !== null,
    run: () => transit((state) => tested(state, { showCoverage: !state.sandbox.showCoverage })),
  },
  {
    id: 'test.stop',
    title: () => words().commands.stopTesting,
    group: 'test',
    keys: ['Ctrl+.'],
    enabled: ({ sandbox }) => sandbox.running !== null,
    run: stopTesting,
  },
  {
    id: 'test.problems',
    title: () => words().commands.problems,
    group: 'test',
    keys: ['P'],
    enabled: isOpen,
    run: showTab('problems'),
  },
  {
    id: 'test.new-case',
    title: () => words().making.newCase,
    also: () => words().commands.newCaseAlso,
    group: 'test',
    enabled: isOpen,
    run: newCase,
  },
  { id: 'test.case', title: () => words().commands.caseTab, group: 'test', enabled: isOpen, run: showTab('case') },
  {
    id: 'test.coverage',
    title: () => words().commands.coverage,
    group: 'test',
    enabled: isOpen,
    run: showTab('coverage'),
  },
  { id: 'flow.json', title: () => words().commands.json, group: 'flow', enabled: isOpen, run: showTab('json') },
  {
    id: 'test.export',
    title: () => words().commands.export,
    group: 'test',
    keys: ['Ctrl+Shift+E'],
    enabled: ({ document }) => document !== null && document.readOnly === null,
    run: openDialog({ dialog: 'export' }),
  },
  {
    id: 'test.start-case',
    title: () => words().commands.startCase,
    group: 'test',
    reach: 'window',
    enabled: isOpen,
    run: openDialog({ dialog: 'start case' }),
  },
];

export const WINDOW_COMMANDS: readonly Command[] = [
  {
    id: 'window.palette',
    title: () => words().commands.palette.open,
    also: () => words().commands.palette.also,
    group: 'window',
    keys: ['Ctrl+K'],
    reach: 'anywhere',
    run: () => openPalette(null),
  },
  {
    id: 'window.keys',
    title: () => words().commands.keys,
    also: () => words().commands.keysAlso,
    group: 'window',
    keys: ['?'],
    reach: 'window',
    run: openDialog({ dialog: 'shortcuts' }),
  },
  {
    id: 'window.left-panel',
    title: () => words().commands.leftPanel,
    group: 'window',
    keys: ['Ctrl+B'],
    run: toggleLeft,
  },
  {
    id: 'window.right-panel',
    title: () => words().commands.rightPanel,
    group: 'window',
    keys: ['Ctrl+I'],
    run: toggleRight,
  },
  {
    id: 'window.fold',
    title: () => words().commands.fold,
    group: 'window',
    keys: ['Ctrl+Shift+B'],
    run: () => transit((state) => arranged(state, { foldOpen: !state.session.foldOpen })),
  },
  ...THEMES.map((theme): Command => ({
    id: `window.colours-${theme}`,
    title: () => words().commands.colours[theme],
    also: () => words().commands.coloursAlso,
    group: 'window',
    reach: 'window',
    enabled: ({ session }) => session.theme !== theme,
    run: () => transit((state) => arranged(state, { theme })),
  })),
];
