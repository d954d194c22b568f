import { beforeEach, describe, expect, it } from 'vitest';
import { turnsOf, type Page, type Turn } from './keyboard-turns.ts';

/** A page of three controls, one of which is in a dialog. */
class Sheet extends EventTarget implements Page {
  readonly body = { closest: () => null };
  readonly card = { closest: () => null };
  readonly next = { closest: () => null };
  readonly inDialog = { closest: () => 'the dialog' };
  activeElement: Page['activeElement'] = this.body;

  /** The keyboard is somewhere else, whoever brought it there. */
  focus(element: Page['activeElement']): void {
    this.activeElement = element;
    if (element !== this.body) this.dispatchEvent(new Event('focusin'));
  }

  /** A person acts where the keyboard is, by which it goes elsewhere. */
  go(by: 'keydown' | 'pointerdown', to: Page['activeElement']): void {
    this.dispatchEvent(new Event(by));
    if (to !== this.activeElement) this.focus(to);
  }
}

let sheet: Sheet;
let ask: () => Turn;
beforeEach(() => {
  sheet = new Sheet();
  ask = turnsOf(sheet);
});

describe('the keyboard that was asked for', () => {
  it('stays where a person has taken it meanwhile, with a key or the mouse', () => {
    for (const by of ['keydown', 'pointerdown'] as const) {
      sheet.focus(sheet.inDialog);
      const turn = ask();
      // The dialog closes and gives the keyboard back, from where the person goes on.
      sheet.focus(sheet.card);
      expect(turn.holds()).toBe(true);
      sheet.go(by, sheet.next);
      expect(turn.holds()).toBe(false);
    }
  });

  it('comes all the same where a key moved nothing, and where what hung over the page gives it back', () => {
    sheet.focus(sheet.card);
    const turn = ask();
    sheet.go('keydown', sheet.card);
    expect(turn.holds()).toBe(true);
    sheet.focus(sheet.inDialog);
    const later = ask();
    sheet.go('keydown', sheet.card);
    expect(later.holds()).toBe(true);
    sheet.focus(sheet.body);
    sheet.go('keydown', sheet.card);
    expect(later.holds()).toBe(true);
  });

  it('is of who asked last, and of them also once they have it', () => {
    const [first, second] = [ask(), ask()];
    expect([first.holds(), second.holds()]).toEqual([false, true]);
    sheet.focus(sheet.card);
    sheet.go('keydown', sheet.card);
    second.take(() => sheet.focus(sheet.next));
    expect(second.holds()).toBe(true);
    sheet.go('keydown', sheet.card);
    expect(second.holds()).toBe(false);
  });
});
