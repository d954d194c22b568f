import { Button, TextInput } from '@mantine/core';
import { useState } from 'react';
import { transit, useStudio } from '../state/store.ts';
import { arranged, initialState, present } from '../state/transitions.ts';
import { Dialog } from '../ui/dialog.tsx';
import { shownKeys } from './chord.ts';
import type { Command } from './command.ts';
import { Keys } from './keys-shown.tsx';
import { allCommands } from './registry.ts';
import { toldKeys, type Chosen } from './shortcuts.ts';
import { words } from '../words/index.ts';

/** The studio as it is before anything was done: commands are called there as they are in general. */
const BEFORE = initialState();

export const generalTitle = (command: Command): string => command.title(BEFORE);

/** Commands whose title or keys a search finds, by group; groups of which none is found are left out. */
export function searchCommands(
  commands: readonly Command[],
  chosen: Chosen,
  query: string,
): { group: Command['group']; commands: Command[] }[] {
  const wanted = query.trim().toLowerCase();
  const found = commands.filter((command) => {
    const keys = toldKeys(command, chosen).map((chord) => `${chord} ${shownKeys(chord, false).join(' ')}`);
    return [generalTitle(command), command.also?.() ?? '', ...keys].some((text) => text.toLowerCase().includes(wanted));
  });
  return groupNames()
    .map((group) => ({ group, commands: found.filter((command) => command.group === group) }))
    .filter((part) => part.commands.length > 0);
}

const groupNames = (): Command['group'][] => [
  'window',
  'go',
  'flow',
  'edit',
  'step',
  'canvas',
  'test',
  'table',
  'record',
];

/** All keys, to be looked up. */
export function ShortcutsSheet() {
  const opened = useStudio((state) => state.presence.dialog?.dialog === 'shortcuts');
  const close = () => transit((state) => present(state, { dialog: null }));
  return (
    <Dialog opened={opened} onClose={close} title={words().commands.keys} size={760} high>
      {opened ? <Sheet close={close} /> : null}
    </Dialog>
  );
}

function Sheet({ close }: { close: () => void }) {
  const [query, setQuery] = useState('');
  const chosen = useStudio((state) => state.session.shortcuts);
  const withKeys = allCommands().filter((command) => toldKeys(command, chosen).length > 0);
  const groups = searchCommands(withKeys, chosen, query);
  return (
    <div className="stack loose">
      <div className="row">
        <TextInput
          data-autofocus
          className="grow"
          aria-label={words().commands.sheet.search}
          placeholder={words().commands.sheet.placeholder}
          value={query}
          onChange={(event) => setQuery(event.target.value)}
        />
        <Button
          variant="default"
          onClick={() => {
            close();
            transit((state) => arranged(state, { view: 'settings' }));
          }}
        >
          {words().commands.sheet.change}
        </Button>
      </div>
      {groups.length === 0 ? <p className="quiet">{words().commands.sheet.nothing}</p> : null}
      <div className="key-groups">
        {groups.map(({ group, commands }) => (
          <section key={group} className="key-group">
            <h3>{words().commands.groups[group]}</h3>
            <dl className="keys">
              {commands.map((command) => (
                <div key={command.id}>
                  <dt>{generalTitle(command)}</dt>
                  <dd>
                    <Chords chords={toldKeys(command, chosen)} />
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </div>
  );
}

/** Chords, any of which does it. */
export function Chords({ chords }: { chords: readonly string[] }) {
  if (chords.length === 0) return <span className="small quiet">{words().commands.sheet.none}</span>;
  return chords.map((chord, i) => (
    <span key={chord} className="chord-one">
      {i === 0 ? null : <span className="small quiet"> {words().commands.sheet.or} </span>}
      <Keys chord={chord} />
    </span>
  ));
}
