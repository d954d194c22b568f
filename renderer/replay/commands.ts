import type { Command } from '../commands/command.ts';
import { words } from '../words/index.ts';
import { canReplay, showNext } from './moments.ts';

/** Brings the keyboard to the slider: from there the arrows lead from event to event. */
const toSlider = (): void => document.querySelector<HTMLElement>('.replay [role="slider"]')?.focus();

/** What is done with the moments of a case that is drawn. */
export const REPLAY_COMMANDS: readonly Command[] = [
  {
    id: 'cases.replay',
    title: () => words().replay.command,
    also: () => words().replay.also,
    group: 'test',
    enabled: canReplay,
    run: ({ presence }) => {
      if (presence.replay === null) showNext();
      toSlider();
    },
  },
];
