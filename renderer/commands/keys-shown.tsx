import { useStudio } from '../state/store.ts';
import { shownKeys } from './chord.ts';
import { commandOf } from './registry.ts';
import { keysOf } from './shortcuts.ts';

/** On a Mac keys have other names. */
export const isMac = (): boolean => /Mac|iPhone|iPad/.test(navigator.platform);

/** Keys as they stand on the keyboard, each in a frame of its own. */
export function Keys({ chord }: { chord: string }) {
  const keys = shownKeys(chord, isMac());
  return (
    <span className="chord">
      {keys.map((key) => (
        <kbd key={key}>{key}</kbd>
      ))}
    </span>
  );
}

/** The keys of a command in words, such as “Ctrl S”, for a hint beside its button; empty where it has none. */
export function useKeysOf(id: string): string {
  const chosen = useStudio((state) => state.session.shortcuts);
  const command = commandOf(id);
  const [chord] = command === undefined ? [] : keysOf(command, chosen);
  return chord === undefined ? '' : shownKeys(chord, isMac()).join(' ');
}

/** “Save · Ctrl S”: what a button says when it is pointed at. */
export function useHint(id: string, label: string): string {
  const keys = useKeysOf(id);
  return keys === '' ? label : `${label} · ${keys}`;
}
