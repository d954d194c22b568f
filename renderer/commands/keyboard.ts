import { useEffect } from 'react';
import { useStudio } from '../state/store.ts';
import { chordOf } from './chord.ts';
import { allCommands } from './registry.ts';
import { meaningOf, type Situation } from './shortcuts.ts';

/** Does the key belong to a text that is being written? Its own undo and letters are never taken from it. */
export function isTextField(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  // Editors of code take keys in elements that are no fields.
  if (target.isContentEditable || target instanceof HTMLTextAreaElement || target.closest('.nokey') !== null)
    return true;
  return target instanceof HTMLInputElement && !['checkbox', 'radio', 'range', 'button'].includes(target.type);
}

const LISTS = '[role="menu"], [role="listbox"], [role="combobox"]';

/** Where the keyboard is: the canvas has it, or nobody; a list; a text. */
export function situationOf(target: EventTarget | null): Situation {
  // Wires are drawn, and have the keyboard all the same.
  const at = target instanceof Element ? target : null;
  return {
    text: isTextField(target),
    canvas: at === document.body || (at !== null && at.closest('.canvas') !== null && at.closest('button') === null),
    list: at !== null && at.closest(LISTS) !== null,
  };
}

/**
 * Some fields are kept when they are left. Who saves, or goes elsewhere, by keys from within one has not left it: it is
 * left and come back to, so that what is done is done to what is on the screen.
 */
function keepTyped(target: EventTarget | null): void {
  if (!(target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement)) return;
  // Lists keep what is chosen at once, and editors of code what is typed.
  if (target.ariaHasPopup !== null || target.closest('.monaco-editor') !== null) return;
  const around = target.parentElement?.closest('[tabindex]') ?? null;
  const before = textFields();
  const place = before.indexOf(target);
  target.blur();
  if (target.isConnected) target.focus({ preventScroll: true });
  else if (around instanceof HTMLElement) around.focus({ preventScroll: true });
  // What was kept may be drawn anew, under another name: then the field in its place goes on.
  requestAnimationFrame(() => {
    if (target.isConnected || (document.activeElement ?? document.body) !== document.body) return;
    const now = textFields();
    const next = now.length === before.length ? now[place] : around;
    if (next instanceof HTMLElement) next.focus({ preventScroll: true });
  });
}

const textFields = (): Element[] => [...document.querySelectorAll('input, textarea')];

/** The studio's keys. One listener and one table, so that it can be said in one place who gets a key. */
export function useKeys(): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.isComposing) return;
      if (document.querySelector('[role="dialog"]') !== null) return;
      const chord = chordOf(event);
      if (chord === null) return;
      const state = useStudio.getState();
      const situation = situationOf(event.target);
      const meaning = meaningOf(chord, situation, allCommands(), state);
      if (meaning === null || (meaning.command?.bySystem === true && meaning.command.keys?.includes(chord) === true))
        return;
      event.preventDefault();
      if (meaning.command === null) return;
      if (situation.text) keepTyped(event.target);
      void meaning.command.run(useStudio.getState());
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, []);
}
