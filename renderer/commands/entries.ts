import { goToStep } from '../canvas/walk.ts';
import { KINDS } from '../../nodes/index.ts';
import { showFlow } from '../state/files.ts';
import type { StudioState } from '../state/records.ts';
import { flowOf, transit, useStudio } from '../state/store.ts';
import { arranged } from '../state/transitions.ts';
import { isAvailable, type Command } from './command.ts';
import type { Entry } from './rank.ts';
import { toldKeys } from './shortcuts.ts';
import { words } from '../words/index.ts';

/** What the palette offers: commands that can be done now, the steps of the open flow, the flows of the workspace. */

export const commandEntries = (commands: readonly Command[], state: StudioState): Entry[] =>
  commands
    .filter((command) => command.keysOnly !== true && isAvailable(command, state))
    .map((command) => ({
      id: command.id,
      title: command.title(state),
      group: words().commands.groups[command.group],
      also: command.also?.() ?? '',
      chord: toldKeys(command, state.session.shortcuts)[0] ?? null,
      run: () => void command.run(useStudio.getState()),
      onDemand: false,
    }));

export function stepEntries(state: StudioState, onDemand: boolean): Entry[] {
  const flow = flowOf(state);
  return Object.entries(flow?.nodes ?? {}).map(([id, node]) => ({
    id: `step ${id}`,
    title: node.name,
    group: KINDS[node.kind]?.label ?? node.kind,
    also: words().commands.palette.steps.group,
    chord: null,
    run: () => {
      transit((now) => arranged(now, { view: 'flows' }));
      // From another place the canvas has to be drawn first.
      setTimeout(() => goToStep(id), 0);
    },
    onDemand,
  }));
}

export const flowEntries = (state: StudioState, onDemand: boolean): Entry[] =>
  (state.service.workspace?.flows ?? []).map(({ path, title }) => ({
    id: `flow ${path}`,
    title,
    group: words().commands.palette.flows.group,
    also: path,
    chord: null,
    run: () => {
      transit((now) => arranged(now, { view: 'flows' }));
      showFlow(path);
    },
    onDemand,
  }));
