import { useLayoutEffect, type RefObject } from 'react';

/**
 * The keyboard goes back to what opened a dialog, whichever way the dialog closes:
 * - B1 to what had the keyboard when it opened; from a menu that closed with that, to what opened the menu.
 * - B2 where that is gone, to what is left of its surroundings: the nearest part of the page that still has a control.
 * - B3 not at all where the keyboard has been taken somewhere else meanwhile.
 */

/** What can have the keyboard: wires are drawn. */
type Holder = HTMLElement | SVGElement;
const isHolder = (target: unknown): target is Holder => target instanceof HTMLElement || target instanceof SVGElement;

/** What had the keyboard, the last one last. A few are enough: a menu, a list in it, and what opened them. */
const visited: Holder[] = [];
const MOST = 12;

function note({ target }: FocusEvent): void {
  if (!isHolder(target)) return;
  const before = visited.indexOf(target);
  if (before >= 0) visited.splice(before, 1);
  visited.push(target);
  if (visited.length > MOST) visited.shift();
}

if (typeof document !== 'undefined') document.addEventListener('focusin', note, true);

interface Place {
  element: Holder;
  /** What it stands in, from the inside out, as it was then. */
  around: HTMLElement[];
  /** It stands in a list that hangs over the page for a moment. */
  hangs: boolean;
}

/** What hangs over the page for a moment. */
export const HANGING = '[role="menu"], [role="listbox"], [role="dialog"]';
const CONTROLS =
  'a[href], button, input, select, textarea, summary, [tabindex]:not([tabindex="-1"]), [contenteditable="true"]';

function placeOf(element: Holder): Place {
  const around: HTMLElement[] = [];
  for (let one = element.parentElement; one !== null && one !== document.body; one = one.parentElement)
    around.push(one);
  return { element, around, hangs: element.closest(HANGING) !== null };
}

/** Where the keyboard is and was before, the newest first. */
function placesNow(): Place[] {
  const active = document.activeElement;
  const newest = visited.toReversed();
  const all = isHolder(active) && active !== document.body ? [active, ...newest] : newest;
  return [...new Set(all)].map(placeOf);
}

const isUsable = (element: Holder): boolean =>
  element.isConnected && element.checkVisibility({ visibilityProperty: true }) && !element.matches(':disabled');

/** The control that stands for a part of the page: the one that is current in it, or the first. */
function controlIn(part: HTMLElement, closed: Element | null): HTMLElement | null {
  const controls = [...part.querySelectorAll<HTMLElement>(CONTROLS)].filter(
    (one) => isUsable(one) && closed?.contains(one) !== true,
  );
  return controls.find((one) => one.matches('[aria-current]:not([aria-current="false"])')) ?? controls[0] ?? null;
}

function targetOf(places: readonly Place[], closed: Element | null): Holder | null {
  for (const { element, around, hangs } of places) {
    if (closed?.contains(element) === true) continue;
    if (isUsable(element)) return element;
    if (hangs) continue;
    for (const part of around.filter(isUsable)) {
      const control = part.matches(CONTROLS) ? part : controlIn(part, closed);
      if (control !== null) return control;
    }
  }
  const main = document.querySelector('main');
  return main === null ? null : controlIn(main, closed);
}

/** Takes the keyboard to the control that is current in a part of the page, or the first in it. */
export const focusWithin = (part: HTMLElement): void => controlIn(part, null)?.focus({ preventScroll: true });

/** Gives the keyboard back when what is opened closes, or goes away; `within` is a part of it. */
export function useFocusBack(opened: boolean, within: RefObject<HTMLElement | null>): void {
  useLayoutEffect(() => {
    if (!opened) return undefined;
    const places = placesNow();
    return () => {
      // It is drawn after this effect, and looked for when it closes.
      // oxlint-disable-next-line react/exhaustive-deps
      const part = within.current;
      const closed = part?.closest('[role="dialog"]') ?? part;
      // What goes with the dialog is gone by then.
      queueMicrotask(() => {
        const active = document.activeElement;
        if (active !== null && active !== document.body && closed?.contains(active) !== true) return;
        targetOf(places, closed)?.focus({ preventScroll: true });
      });
    };
  }, [opened, within]);
}
