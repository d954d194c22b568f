import { words } from '../words/index.ts';

/**
 * A chord: keys pressed at once, as one text such as `Ctrl+Shift+Z`, `N`, `?` or `F2`. Ctrl stands for ⌘ as well. Letters
 * are large, and Shift is named beside them; a sign that needs Shift to be typed is named by itself, because which keys
 * it takes differs by keyboard.
 */
export interface Pressed {
  key: string;
  code: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
  shiftKey: boolean;
  /** AltGr writes signs; it is no Ctrl and no Alt. */
  getModifierState?: (name: string) => boolean;
}

const MODIFIERS = new Set([
  'Control',
  'Shift',
  'Alt',
  'Meta',
  'AltGraph',
  'CapsLock',
  'Dead',
  'Process',
  'Unidentified',
]);
const LETTER = /^[a-z]$/i;

/** The chord of a press, or null while only Ctrl, Alt or Shift are down. */
export function chordOf(pressed: Pressed): string | null {
  const writes = pressed.getModifierState?.('AltGraph') ?? false;
  const ctrl = (pressed.ctrlKey || pressed.metaKey) && !writes;
  const alt = pressed.altKey && !writes;
  const key = keyOf(pressed, ctrl || alt);
  if (key === null) return null;
  const shift = pressed.shiftKey && (key.length > 1 || LETTER.test(key));
  return `${ctrl ? 'Ctrl+' : ''}${alt ? 'Alt+' : ''}${shift ? 'Shift+' : ''}${key}`;
}

function keyOf({ key, code }: Pressed, modified: boolean): string | null {
  // Where the keyboard writes other letters, or Alt makes signs of them, Ctrl and Alt mean the key's place.
  const placed = /^(?:Key|Digit)([A-Z0-9])$/.exec(code)?.[1];
  if (modified && placed !== undefined && (key.length !== 1 || key.charCodeAt(0) > 126)) return placed;
  if (MODIFIERS.has(key) || key === '') return null;
  if (key === ' ') return 'Space';
  return key.length === 1 ? key.toUpperCase() : key;
}

/** The keys of a chord, in the order in which they are written. */
export function partsOf(chord: string): string[] {
  const parts: string[] = [];
  let rest = chord;
  for (const modifier of ['Ctrl', 'Alt', 'Shift'])
    if (rest.startsWith(`${modifier}+`) && rest.length > modifier.length + 1) {
      parts.push(modifier);
      rest = rest.slice(modifier.length + 1);
    }
  return [...parts, rest];
}

const SIGNS: Readonly<Record<string, string>> = {
  ArrowLeft: '←',
  ArrowRight: '→',
  ArrowUp: '↑',
  ArrowDown: '↓',
  '-': '−',
};
const MAC: Readonly<Record<string, string>> = { Ctrl: '⌘', Alt: '⌥', Shift: '⇧' };

/** The keys of a chord as they stand on the keyboard. */
export function shownKeys(chord: string, mac: boolean): string[] {
  const names: Readonly<Record<string, string>> = words().commands.keyNames;
  return partsOf(chord).map(
    (part) =>
      (mac ? MAC[part] : undefined) ?? SIGNS[part] ?? (Object.hasOwn(names, part) ? names[part] : undefined) ?? part,
  );
}

const isModified = (parts: readonly string[]): boolean => parts.includes('Ctrl') || parts.includes('Alt');

/** Keys with which a text is written and walked, whatever else is pressed. */
const OF_TEXT = new Set([
  'Backspace',
  'Delete',
  'Enter',
  'Home',
  'End',
  'Tab',
  'ArrowLeft',
  'ArrowRight',
  'ArrowUp',
  'ArrowDown',
]);
/** Ctrl with these is a text's own undo, clipboard and selection. */
const OF_TEXT_WITH_CTRL = new Set(['A', 'C', 'V', 'X', 'Y', 'Z', 'Space']);

/** May a chord be taken from a text that is being written? Never one with which a text is written. */
export function passesText(chord: string): boolean {
  const parts = partsOf(chord);
  const key = parts.at(-1) ?? '';
  if (/^F\d{1,2}$/.test(key)) return true;
  if (!isModified(parts)) return false;
  // Ctrl Tab goes to another document everywhere, and Ctrl Enter finishes.
  if (key === 'Tab' || key === 'Enter') return parts.includes('Ctrl');
  return !OF_TEXT.has(key) && !(parts.includes('Ctrl') && OF_TEXT_WITH_CTRL.has(key));
}

/** Keys that buttons, lists and panes have a use for themselves, when nothing but Shift is pressed with them. */
const OF_WIDGETS = new Set([...OF_TEXT, 'Space', 'Escape', 'PageUp', 'PageDown']);

/** Does a chord belong to whatever has the keyboard, so that only the canvas may take it? */
export function isWidgetKey(chord: string): boolean {
  const parts = partsOf(chord);
  return !isModified(parts) && OF_WIDGETS.has(parts.at(-1) ?? '');
}

/** A plain key: what is typed into lists and menus to search them. */
export const isPlain = (chord: string): boolean => !isModified(partsOf(chord)) && !/(?:^|\+)F\d{1,2}$/.test(chord);
