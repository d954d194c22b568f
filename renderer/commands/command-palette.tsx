import { useMemo } from 'react';
import { transit, useStudio } from '../state/store.ts';
import { arranged, present } from '../state/transitions.ts';
import { Dialog } from '../ui/dialog.tsx';
import { PickList } from '../ui/pick-list.tsx';
import { commandEntries, flowEntries, stepEntries } from './entries.ts';
import { Keys } from './keys-shown.tsx';
import { rankEntries, usedNow, type Entry } from './rank.ts';
import { allCommands } from './registry.ts';
import { words } from '../words/index.ts';

/** After this the dialog has given the keyboard back, and what is done next may take it. */
const GIVEN_BACK_MS = 40;

/** Everything that can be done, by its name: opened with Ctrl K, gone with Escape or a choice. */
export function CommandPalette() {
  const dialog = useStudio((state) => state.presence.dialog);
  const opened = dialog?.dialog === 'palette';
  const only = dialog?.dialog === 'palette' ? dialog.only : null;
  const said = only === null ? words().commands.palette : words().commands.palette[only];
  const over = dialog?.dialog === 'palette' ? (dialog.over ?? null) : null;
  const close = () => transit((state) => present(state, { dialog: over }));
  return (
    <Dialog opened={opened} onClose={close} bare high size={560} title={said.label}>
      {opened ? <PaletteList only={only} overTable={over !== null} close={close} /> : null}
    </Dialog>
  );
}

interface PaletteListProps {
  only: 'steps' | 'flows' | null;
  overTable: boolean;
  close: () => void;
}

function PaletteList({ only, overTable, close }: PaletteListProps) {
  const recent = useStudio((state) => state.session.recent);
  const said = only === null ? words().commands.palette : words().commands.palette[only];
  // What can be done does not change while one chooses.
  const entries = useMemo(() => (overTable ? tableEntries() : entriesOf(only)), [only, overTable]);
  const pick = (entry: Entry) => {
    close();
    if (only === null) transit((state) => arranged(state, { recent: usedNow(state.session.recent, entry.id) }));
    setTimeout(entry.run, GIVEN_BACK_MS);
  };
  return (
    <PickList
      label={said.label}
      placeholder={said.placeholder}
      empty={said.empty}
      search={(query) => rankEntries(entries, query, only === null ? recent : [])}
      keyOf={({ id }) => id}
      onPick={pick}
      renderItem={({ id, title, group, chord }) => (
        <>
          <span className="grow clip">{title}</span>
          <span className="small quiet palette-group">
            {recent.includes(id) && only === null ? words().commands.palette.recent : group}
          </span>
          {chord === null ? null : <Keys chord={chord} />}
        </>
      )}
    />
  );
}

/** What lies below a table is not to be seen, and is left as it is. */
const tableEntries = (): Entry[] =>
  commandEntries(
    allCommands().filter(({ group }) => group === 'table'),
    useStudio.getState(),
  );

function entriesOf(only: 'steps' | 'flows' | null): Entry[] {
  const state = useStudio.getState();
  if (only === 'steps') return stepEntries(state, false);
  if (only === 'flows') return flowEntries(state, false);
  return [...commandEntries(allCommands(), state), ...stepEntries(state, true), ...flowEntries(state, true)];
}
