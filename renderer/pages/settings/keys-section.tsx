import { Button, TextInput } from '@mantine/core';
import { Pencil, RotateCcw } from 'lucide-react';
import { useEffect, useRef, useState, type KeyboardEvent } from 'react';
import { chordOf } from '../../commands/chord.ts';
import type { Command } from '../../commands/command.ts';
import { Keys } from '../../commands/keys-shown.tsx';
import { allCommands } from '../../commands/registry.ts';
import { chose, conflictsOf, keysOf, refusalOf, type Chosen } from '../../commands/shortcuts.ts';
import { Chords, generalTitle, searchCommands } from '../../commands/shortcuts-sheet.tsx';
import { words } from '../../words/index.ts';
import { transit, useStudio } from '../../state/store.ts';
import { arranged } from '../../state/transitions.ts';

const keep = (shortcuts: Chosen): void => transit((state) => arranged(state, { shortcuts }));

/** Every command with its keys, each of which can be changed. */
export function KeysSection() {
  const [query, setQuery] = useState('');
  const [recording, setRecording] = useState<string | null>(null);
  const chosen = useStudio((state) => state.session.shortcuts);
  const conflicts = conflictsOf(allCommands(), chosen);
  const groups = searchCommands(allCommands(), chosen, query);
  return (
    <section className="plain-card" aria-labelledby="settings-keys">
      <div className="row">
        <h2 id="settings-keys" className="grow">
          {words().settings.keys}
        </h2>
        <Button variant="default" disabled={Object.keys(chosen).length === 0} onClick={() => keep({})}>
          {words().settings.resetAll}
        </Button>
      </div>
      <p className="quiet">{words().settings.keysHelp}</p>
      <TextInput
        className="setting-field"
        aria-label={words().settings.search}
        placeholder={words().settings.searchExample}
        value={query}
        onChange={(event) => setQuery(event.target.value)}
      />
      {groups.length === 0 ? <p className="quiet">{words().settings.nothing}</p> : null}
      {groups.map(({ group, commands }) => (
        <div key={group} className="key-table">
          <h3>{words().commands.groups[group]}</h3>
          <ul className="results">
            {commands.map((command) => (
              <KeyRow
                key={command.id}
                command={command}
                chosen={chosen}
                others={conflictsWith(conflicts, command, chosen)}
                recording={recording === command.id}
                onRecord={(on) => setRecording(on ? command.id : null)}
              />
            ))}
          </ul>
        </div>
      ))}
    </section>
  );
}

/** The other commands that share a chord with this one. */
const conflictsWith = (
  conflicts: ReadonlyMap<string, readonly Command[]>,
  command: Command,
  chosen: Chosen,
): readonly Command[] =>
  keysOf(command, chosen).flatMap((chord) => (conflicts.get(chord) ?? []).filter(({ id }) => id !== command.id));

interface RowProps {
  command: Command;
  chosen: Chosen;
  others: readonly Command[];
  recording: boolean;
  onRecord: (on: boolean) => void;
}

function KeyRow({ command, chosen, others, recording, onRecord }: RowProps) {
  const title = generalTitle(command);
  const button = useRef<HTMLButtonElement>(null);
  const changed = chosen[command.id] !== undefined;
  const done = () => {
    onRecord(false);
    setTimeout(() => button.current?.focus());
  };
  return (
    <li className="key-row">
      <div className="row">
        <span className="grow">{title}</span>
        {changed ? <span className="chip accent">{words().settings.changed}</span> : null}
        <Chords chords={keysOf(command, chosen)} />
        <button
          type="button"
          ref={button}
          className="plain icon"
          aria-label={words().settings.change(title)}
          title={words().settings.changeShort}
          aria-expanded={recording}
          onClick={() => onRecord(!recording)}
        >
          <Pencil size={14} aria-hidden />
        </button>
        <button
          type="button"
          className="plain icon"
          aria-label={words().settings.reset(title)}
          title={words().settings.resetShort}
          disabled={!changed}
          onClick={() => keep(chose(chosen, command, command.keys ?? []))}
        >
          <RotateCcw size={14} aria-hidden />
        </button>
      </div>
      {others.length === 0 ? null : (
        <p className="small tone-wait">
          {words().settings.conflict(others.map((one) => `“${generalTitle(one)}”`).join(', '))}
        </p>
      )}
      {recording ? <Recorder command={command} chosen={chosen} onDone={done} /> : null}
    </li>
  );
}

/** Takes the next keys that are pressed; those of another command only once the person says so. */
function Recorder({ command, chosen, onDone }: { command: Command; chosen: Chosen; onDone: () => void }) {
  const [chord, setChord] = useState<string | null>(null);
  const field = useRef<HTMLDivElement>(null);
  useEffect(() => field.current?.focus(), []);
  const refused = chord === null ? null : refusalOf(command, chord);
  const holders =
    chord === null ? [] : allCommands().filter((one) => one.id !== command.id && keysOf(one, chosen).includes(chord));

  const give = (keys: readonly string[]): void => {
    // Who had the keys gives them up.
    const freed = allCommands()
      .filter((one) => one.id !== command.id && keysOf(one, chosen).some((key) => keys.includes(key)))
      .reduce(
        (now, one) =>
          chose(
            now,
            one,
            keysOf(one, now).filter((key) => !keys.includes(key)),
          ),
        chosen,
      );
    keep(chose(freed, command, keys));
    onDone();
  };

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.target !== field.current) return;
    const pressed = chordOf(event.nativeEvent);
    // Tab and Shift Tab lead on to the buttons.
    if (pressed === 'Tab' || pressed === 'Shift+Tab') return;
    event.preventDefault();
    event.stopPropagation();
    if (pressed === 'Escape') return onDone();
    if (pressed === null) return;
    setChord(pressed);
    const isFree = allCommands().every((one) => one.id === command.id || !keysOf(one, chosen).includes(pressed));
    if (refusalOf(command, pressed) === null && isFree) give([pressed]);
  };

  return (
    <div className="recorder row wrap">
      <div
        ref={field}
        className="recorder-field"
        role="textbox"
        aria-readonly="true"
        aria-label={words().settings.recording(generalTitle(command))}
        tabIndex={0}
        onKeyDown={onKeyDown}
      >
        {chord === null ? <span className="quiet">{words().settings.press}</span> : <Keys chord={chord} />}
      </div>
      <span className="small grow" role="status">
        {refused !== null ? (
          <span className="tone-bad">{words().commands.refused[refused]}</span>
        ) : holders.length > 0 ? (
          <span className="tone-wait">{holders.map((one) => words().settings.taken(generalTitle(one))).join(' ')}</span>
        ) : (
          <span className="quiet">{words().settings.pressHelp}</span>
        )}
      </span>
      {chord !== null && refused === null && holders.length > 0 ? (
        <Button onClick={() => give([chord])}>{words().settings.take}</Button>
      ) : null}
      <Button variant="default" onClick={() => give([])}>
        {words().settings.clear}
      </Button>
      <Button variant="subtle" onClick={onDone}>
        {words().settings.cancel}
      </Button>
    </div>
  );
}
