import type { StudioState } from '../state/records.ts';
import { isPlain, isWidgetKey, partsOf, passesText } from './chord.ts';
import { isAvailable, reachOf, type Command, type Reach } from './command.ts';

/** Which keys mean what: the commands' own, and those that a person chose instead. */

/** Chords by the id of a command, where a person chose others than its own; an empty list is none. */
export type Chosen = Readonly<Record<string, readonly string[]>>;

export const keysOf = (command: Command, chosen: Chosen): readonly string[] => chosen[command.id] ?? command.keys ?? [];

/** The keys by which it is told how a command is reached: those that are its room's own where there are no others. */
export function toldKeys(command: Command, chosen: Chosen): readonly string[] {
  const keys = keysOf(command, chosen);
  return keys.length > 0 ? keys : (command.ownKeys ?? []);
}

/** Where the keyboard is when keys are pressed. */
export interface Situation {
  /** A text is being written. */
  text: boolean;
  /** The canvas, or nobody, has the keyboard. */
  canvas: boolean;
  /** A menu, a list or a field with a list has it. */
  list: boolean;
}

const NARROWEST_FIRST: readonly Reach[] = ['canvas', 'desk', 'window', 'anywhere'];

function reaches(command: Command, chord: string, { text, canvas, list }: Situation): boolean {
  const reach = reachOf(command);
  if (text) return reach === 'anywhere' && passesText(chord);
  if (list && isPlain(chord)) return false;
  return canvas || (reach !== 'canvas' && !isWidgetKey(chord));
}

export interface Meaning {
  /** What is to be done; null for a chord that is the studio's and can do nothing now. */
  command: Command | null;
}

/**
 * What a chord means here and now: the command of the narrowest reach that can be done. Null leaves the keys to whoever
 * has the keyboard.
 */
export function meaningOf(
  chord: string,
  situation: Situation,
  commands: readonly Command[],
  state: StudioState,
): Meaning | null {
  const { shortcuts, view } = state.session;
  const reached = commands
    .filter((command) => keysOf(command, shortcuts).includes(chord) && reaches(command, chord, situation))
    .filter((command) => view === 'flows' || !['desk', 'canvas'].includes(reachOf(command)))
    .toSorted((a, b) => NARROWEST_FIRST.indexOf(reachOf(a)) - NARROWEST_FIRST.indexOf(reachOf(b)));
  const command = reached.find((one) => isAvailable(one, state));
  if (command !== undefined) return { command };
  // A browser would do something of its own with Ctrl S.
  return reached.length > 0 && partsOf(chord).includes('Ctrl') ? { command: null } : null;
}

/** Commands that have one chord between them, by the chord; none where each has its own. */
export function conflictsOf(commands: readonly Command[], chosen: Chosen): ReadonlyMap<string, readonly Command[]> {
  const by = new Map<string, Command[]>();
  for (const command of commands)
    for (const chord of new Set(keysOf(command, chosen))) by.set(chord, [...(by.get(chord) ?? []), command]);
  return new Map([...by].filter(([, sharing]) => sharing.length > 1));
}

export type Refusal = 'of text' | 'of widgets' | 'of the window';

/** Ctrl R, Ctrl Q and their like belong to the window's own surroundings. */
const OF_THE_WINDOW = new Set(['Ctrl+R', 'Ctrl+Q', 'Ctrl+N', 'Ctrl+T', 'F5', 'F11', 'F12', 'Ctrl+0', 'Alt+F4']);

/** Why a chord cannot be a command's, or null. */
export function refusalOf(command: Command, chord: string): Refusal | null {
  if (OF_THE_WINDOW.has(chord)) return 'of the window';
  const reach = reachOf(command);
  if (reach === 'anywhere' && !passesText(chord)) return 'of text';
  return reach !== 'canvas' && isWidgetKey(chord) ? 'of widgets' : null;
}

/** The chosen chords after a command got `chords`; those that it has by itself are not kept as a choice. */
export function chose(chosen: Chosen, command: Command, chords: readonly string[]): Chosen {
  const { [command.id]: _, ...others } = chosen;
  const own = command.keys ?? [];
  const same = own.length === chords.length && own.every((chord, i) => chord === chords[i]);
  return same ? others : { ...others, [command.id]: chords };
}
