import type { Command } from '../commands/command.ts';
import { words } from '../words/index.ts';
import { beginTour, leaveTour, point } from './tour.ts';

/** What can be asked of the tour. */
export const START_COMMANDS: readonly Command[] = [
  {
    id: 'tour.start',
    title: () => words().tour.commands.start,
    also: () => words().tour.commands.also,
    group: 'window',
    reach: 'window',
    enabled: ({ session, service }) => session.tour?.open !== true && service.workspace !== null,
    run: beginTour,
  },
  {
    id: 'tour.point',
    title: () => words().tour.commands.point,
    group: 'window',
    keys: ['Alt+T'],
    reach: 'anywhere',
    enabled: ({ session }) => session.tour?.open === true,
    run: point,
  },
  {
    id: 'tour.leave',
    title: () => words().tour.commands.leave,
    group: 'window',
    reach: 'window',
    enabled: ({ session }) => session.tour?.open === true,
    run: leaveTour,
  },
];
