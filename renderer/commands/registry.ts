import type { Command } from './command.ts';

const known = new Map<string, Command>();

/** Takes commands in, in the order in which they are listed. An id that is there already is a defect. */
export function registerCommands(commands: readonly Command[]): void {
  for (const command of commands) {
    if (known.has(command.id)) throw new Error(`there are two commands “${command.id}”`);
    known.set(command.id, command);
  }
}

/** Every command of the studio. */
export const allCommands = (): readonly Command[] => [...known.values()];

export const commandOf = (id: string): Command | undefined => known.get(id);
