import type { Command } from '../commands/command.ts';
import { useChosenCase } from '../runs/chosen.ts';
import type { StudioState } from '../state/records.ts';
import { transit } from '../state/store.ts';
import { arranged } from '../state/transitions.ts';
import { words } from '../words/index.ts';
import { hideReal, showCase, showLastCase, toggleTraffic } from './acts.ts';

const isOpen = ({ document }: StudioState): boolean => document !== null;

/** What is done with real cases on the canvas. */
export const REAL_COMMANDS: readonly Command[] = [
  {
    id: 'cases.list',
    title: () => words().real.commands.runs,
    also: () => words().real.commands.also,
    group: 'test',
    enabled: isOpen,
    run: () => transit((state) => arranged(state, { foldOpen: true, foldTab: 'runs' })),
  },
  {
    id: 'cases.draw-last',
    title: () => words().real.commands.last,
    also: () => words().real.commands.also,
    group: 'test',
    enabled: isOpen,
    run: showLastCase,
  },
  {
    id: 'cases.draw',
    title: () => words().real.commands.show,
    also: () => words().real.commands.also,
    group: 'test',
    reach: 'window',
    enabled: ({ session }) => session.view === 'runs' && useChosenCase.getState().run !== null,
    run: async () => {
      const { run } = useChosenCase.getState();
      if (run !== null) await showCase(run);
    },
  },
  {
    id: 'cases.hide',
    title: () => words().real.commands.hide,
    group: 'test',
    enabled: ({ presence }) => presence.real !== null,
    run: hideReal,
  },
  {
    id: 'canvas.traffic',
    title: ({ presence }) =>
      presence.traffic === null ? words().real.commands.traffic : words().real.commands.noTraffic,
    also: () => words().real.commands.trafficAlso,
    group: 'canvas',
    keys: ['T'],
    enabled: isOpen,
    run: toggleTraffic,
  },
];
