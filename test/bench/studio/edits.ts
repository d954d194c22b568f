import type { Page } from '@playwright/test';
import { EMPTIED, TYPED } from './flows.ts';
import { framesOf, pause, type Frames } from './frames.ts';
import { goToStep } from './window.ts';

/** What is typed, and how soon it is seen. */

/* oxlint-disable no-await-in-loop -- a person presses one key after the other */

/** A quick typist. */
const KEY_EACH_MS = 60;
/** After what changed is seen: as long as it takes to look at the next key. */
const REST_MS = { text: 40, mark: 120 };

/** Frames while a text is typed and deleted that is on a card and in a form. */
export async function typing(page: Page, durationMs: number): Promise<Frames> {
  await goToStep(page, TYPED);
  await page.getByRole('textbox', { name: 'What is asked', exact: true }).focus();
  const session = await page.context().newCDPSession(page);
  const underWay: Promise<unknown>[] = [];
  const press = (key: string, text: string): void => {
    const windowsVirtualKeyCode = key === 'Backspace' ? 8 : 88;
    const common = { key, code: key === 'Backspace' ? key : 'KeyX', windowsVirtualKeyCode };
    underWay.push(
      session.send('Input.dispatchKeyEvent', { type: 'keyDown', ...common, ...(text === '' ? {} : { text }) }),
      session.send('Input.dispatchKeyEvent', { type: 'keyUp', ...common }),
    );
  };
  const frames = await framesOf(page, async () => {
    const began = performance.now();
    for (let keys = 0; performance.now() - began < durationMs; keys++) {
      if (keys % 2 === 0) press('x', 'x');
      else press('Backspace', '');
      await pause(KEY_EACH_MS);
    }
    await Promise.all(underWay);
  });
  await session.detach();
  return frames;
}

/** Milliseconds from a key until what it changed is drawn, of each key. */
export interface Seen {
  /** The text on the step's card. */
  card: readonly number[];
  /** The mark of the problem that the key makes, or that it takes away. */
  mark: readonly number[];
}

export async function timeToSee(page: Page, keys: number): Promise<Seen> {
  await goToStep(page, TYPED);
  await page.getByRole('textbox', { name: 'What is asked', exact: true }).focus();
  const card = await pressed(page, keys, ['x', 'Backspace'], TYPED, 'text');
  await goToStep(page, EMPTIED);
  const field = page.getByRole('textbox', { name: 'Result', exact: true });
  await field.focus();
  await page.keyboard.press('End');
  const mark = await pressed(page, keys, ['Backspace', 's'], EMPTIED, 'mark');
  return { card, mark };
}

async function pressed(
  page: Page,
  keys: number,
  turn: readonly [string, string],
  name: string,
  what: 'text' | 'mark',
): Promise<number[]> {
  const times: number[] = [];
  for (let i = 0; i < keys; i++) {
    const seen = page.evaluate(untilSeen, { name, what });
    // The page listens before the key comes.
    await page.evaluate(() => undefined);
    await page.keyboard.press(turn[i % 2] ?? turn[0]);
    times.push(await seen);
    await pause(REST_MS[what]);
  }
  return times;
}

/** In the window: from the next key until the step's card is another, and drawn. */
function untilSeen({ name, what }: { name: string; what: 'text' | 'mark' }): Promise<number> {
  const card = document.querySelector(`.card-name[title="${name}"]`)?.closest('.card');
  if (!card) throw new Error(`there is no card ${name}`);
  const stateOf = (): string =>
    what === 'mark' ? String(card.querySelector('.dot.bad') !== null) : (card.textContent ?? '');
  const before = stateOf();
  return new Promise((resolve) => {
    let began = 0;
    window.addEventListener('keydown', (event) => (began = event.timeStamp), { capture: true, once: true });
    const look = (): void => {
      if (stateOf() === before) requestAnimationFrame(look);
      // What is queued in a frame comes after its drawing.
      else setTimeout(() => resolve(performance.now() - began));
    };
    requestAnimationFrame(look);
  });
}
