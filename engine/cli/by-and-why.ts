import type { Command } from 'commander';
import type { Actor } from '../core/event.ts';
import { usage } from './usage.ts';

/** Who does something to a case or a flow, and why: both go on record. */
export interface ByAndWhy {
  as: string;
  reason: string;
}

export const byAndWhy = (command: Command): Command =>
  command
    .requiredOption('--as <person>', 'who does this', said('--as'))
    .requiredOption('--reason <text>', 'why; it goes on record', said('--reason'));

/** What is given to an option, without the blanks around it. Refused with USAGE where nothing is left. */
const said =
  (option: string) =>
  (text: string): string => {
    const trimmed = text.trim();
    if (trimmed === '') throw usage(`${option} is blank.`, 'Say it in words: it goes on record.');
    return trimmed;
  };

/** An operator at the command line of the runner's machine. */
export const operatorOf = (subject: string): Actor => ({ issuer: 'cli', subject, role: 'operator', method: 'none' });
