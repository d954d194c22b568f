import type { Command } from 'commander';
import type { Actor } from '../core/event.ts';

/** Who does something to a case or a flow, and why: both go on record. */
export interface ByAndWhy {
  as: string;
  reason: string;
}

export const byAndWhy = (command: Command): Command =>
  command.requiredOption('--as <person>', 'who does this').requiredOption('--reason <text>', 'why; it goes on record');

/** An operator at the command line of the runner's machine. */
export const operatorOf = (subject: string): Actor => ({ issuer: 'cli', subject, role: 'operator', method: 'none' });
