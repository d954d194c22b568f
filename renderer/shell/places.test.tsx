import { describe, expect, it } from 'vitest';
import { GO_COMMANDS } from '../commands/window-commands.ts';
import { isAvailable } from '../commands/command.ts';
import { ROLES, VIEWS } from '../state/records.ts';
import { firstSession, readSession, writeSession } from '../state/session.ts';
import { arranged, initialState, served } from '../state/transitions.ts';
import { drawn, textsOf } from '../test-kit/views.tsx';
import { words } from '../words/index.ts';
import { placesFor } from './places.ts';
import { Rail } from './rail.tsx';

const railOf = (role: (typeof ROLES)[number]): string =>
  drawn(served(arranged(initialState(), { role }), { openTasks: 3 }), <Rail />);

describe('the rail', () => {
  it.each(ROLES)('who mostly does this has five places first, and every other under More: %s', (role) => {
    const { first, more } = placesFor(role);
    expect(first).toHaveLength(5);
    expect([...first, ...more].toSorted()).toEqual([...VIEWS].toSorted());
    expect(first).toContain('tasks');
    const shown = [...railOf(role).matchAll(/data-view="(\w+)"/g)].map(([, view]) => view);
    expect(shown).toEqual(first);
    expect(textsOf(railOf(role))).toEqual(expect.arrayContaining(['3', words().shell.more]));
  });

  it('no two roles have the same first place, and designing is what a first visit begins with', () => {
    expect(new Set(ROLES.map((role) => placesFor(role).first[0])).size).toBe(ROLES.length);
    expect(firstSession(1440).role).toBe('design');
  });

  it('the choice is kept on this machine, and one that is unknown is as on a first visit', () => {
    const kept = writeSession({ ...firstSession(1440), role: 'run' });
    expect(readSession(kept, 1440).role).toBe('run');
    expect(readSession(kept.replace('"run"', '"fly"'), 1440).role).toBe('design');
  });

  it('every place is a command with the same keys, whatever somebody mostly does', () => {
    for (const role of ROLES) {
      const state = arranged(initialState(), { role });
      expect(GO_COMMANDS.filter((command) => isAvailable(command, state))).toHaveLength(VIEWS.length);
    }
  });
});
