import { HANGING } from './focus-back.ts';

/**
 * Whose turn it is to say where the keyboard goes. What is to get it may not be drawn yet, or a dialog may still be closing
 * over it; by then a person may have taken the keyboard somewhere else, and there it stays.
 */

interface Held {
  closest(selectors: string): unknown;
}

/** What of a document is looked at. */
export interface Page {
  readonly activeElement: Held | null;
  readonly body: unknown;
  addEventListener(type: string, listener: (event: Event) => void, capture: boolean): void;
}

/** The keyboard was asked for. */
export interface Turn {
  /** Nobody has asked for it since, and no person has taken it from one place to another. */
  holds(): boolean;
  /** Moves the keyboard as it was asked; that it moves by this ends no turn. */
  take(focus: () => void): void;
}

/** Follows a page, and gives how the keyboard is asked for there. */
export function turnsOf(page: Page): () => Turn {
  let now = 0;
  let taking = false;
  /** What had the keyboard when a person did something last; null for nobody, and for what hangs over the page for a moment. */
  let from: Held | null = null;
  const act = (): void => {
    const active = page.activeElement;
    from = active === null || active === page.body || active.closest(HANGING) !== null ? null : active;
  };
  page.addEventListener('keydown', act, true);
  page.addEventListener('pointerdown', act, true);
  page.addEventListener(
    'focusin',
    () => {
      if (taking || from === null || page.activeElement === from) return;
      from = null;
      now++;
    },
    true,
  );
  return () => {
    const mine = ++now;
    return {
      holds: () => mine === now,
      take: (focus) => {
        taking = true;
        focus();
        taking = false;
      },
    };
  };
}
