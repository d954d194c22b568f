import { expect, type Locator, type Page } from '@playwright/test';

/** What a person does on the canvas, with mouse and keyboard alone. */

/* oxlint-disable no-await-in-loop -- a person does one thing after the other */

export const canvasOf = (page: Page): Locator => page.getByRole('region', { name: 'Canvas', exact: true });
export const inspectorOf = (page: Page): Locator => page.getByRole('region', { name: 'Inspector' });

/** A step's card, by its name. */
export const cardOf = (page: Page, name: string): Locator =>
  page.locator('.react-flow__node').filter({ has: page.locator(`.card-name[title="${name}"]`) });

const selectedCard = (page: Page): Locator => page.locator('.react-flow__node.selected');

/** Selects a step with the mouse, wherever it is. */
export async function select(page: Page, name: string): Promise<void> {
  const card = cardOf(page, name);
  if (await card.evaluate((element) => element === document.activeElement && element.classList.contains('selected')))
    return;
  if (!(await isInSight(page, card))) await page.getByRole('button', { name: 'Zoom to fit' }).click();
  await card.locator('.card-name').click();
  await expect(card).toHaveClass(/selected/);
}

async function isInSight(page: Page, card: Locator): Promise<boolean> {
  const [inner, outer] = [await card.boundingBox(), await canvasOf(page).boundingBox()];
  if (inner === null || outer === null) return false;
  return (
    inner.x >= outer.x &&
    inner.y >= outer.y &&
    inner.x + inner.width <= outer.x + outer.width &&
    inner.y + inner.height <= outer.y + outer.height
  );
}

/** Drags a kind from the palette onto the canvas; `at` is a place in the canvas. */
export async function dragFromPalette(page: Page, kind: string, at: { x: number; y: number }): Promise<void> {
  const item = page.getByRole('list', { name: 'Steps' }).getByRole('button', { name: kind });
  await item.dragTo(canvasOf(page), { targetPosition: at });
  await expect(selectedCard(page)).toHaveCount(1);
}

/** Adds a step with N. It follows the first free exit of the step that is selected, if one is. */
export async function quickAdd(page: Page, kind: string): Promise<void> {
  const before = await page.locator('.react-flow__node').count();
  await page.keyboard.press('n');
  await pick(page, kind);
  await expect(page.locator('.react-flow__node')).toHaveCount(before + 1);
  await expect(selectedCard(page)).toHaveCount(1);
  // A note is written at once.
  if (kind === 'Note') {
    await expect(page.locator('.note-field')).toBeFocused();
    await page.keyboard.press('Escape');
  }
  await expect(selectedCard(page)).toBeFocused();
}

/** Renames the selected step on its card, with F2. */
export async function rename(page: Page, name: string): Promise<void> {
  await page.keyboard.press('F2');
  await expect(page.locator('.name-field input')).toBeFocused();
  await page.keyboard.insertText(name);
  await page.keyboard.press('Enter');
  await expect(selectedCard(page)).toBeFocused();
  await expect(cardOf(page, name)).toHaveCount(1);
}

/** Wires an exit of the selected step with C; a step with one exit is not asked which. */
export async function connectByKeyboard(page: Page, exit: string | null, to: string): Promise<void> {
  await page.keyboard.press('c');
  if (exit !== null) await pick(page, exit, 'stays');
  await pick(page, to);
  await expect(selectedCard(page)).toBeFocused();
}

/** Draws a wire from an exit to a step with the mouse; both are in sight. Seen from afar, a card has its ends once it is pointed at. */
export async function connectByMouse(page: Page, from: string, exit: string, to: string): Promise<void> {
  await cardOf(page, from).hover();
  await cardOf(page, from).locator(`.react-flow__handle[data-handleid="${exit}"]`).hover();
  await page.mouse.down();
  await cardOf(page, to).hover();
  await cardOf(page, to).locator('.port-in').hover();
  await page.mouse.up();
}

/** Searches a list that is open and takes what is called exactly so, with the keyboard. */
async function pick(page: Page, name: string, then: 'closes' | 'stays' = 'closes'): Promise<void> {
  const search = page.getByRole('combobox').and(page.locator('.pick-search'));
  await expect(search).toBeFocused();
  await expect(search).toHaveValue('');
  await page.keyboard.insertText(name);
  const names = page.locator('.pick-item .strong');
  await expect(page.locator('.pick-list').getByText(name, { exact: true })).toHaveCount(1);
  const index = (await names.allTextContents()).indexOf(name);
  for (let i = 0; i < index; i++) await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  if (then === 'closes') await expect(page.getByRole('dialog')).toHaveCount(0);
}

/** Goes on with Tab until the keyboard is where it is wanted. */
export async function tabTo(page: Page, wanted: Locator, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> {
  const isThere = (): Promise<boolean> => wanted.evaluate((element) => element === document.activeElement);
  for (let presses = 0; !(await isThere()); presses++) {
    if (presses > 80) throw new Error('the keyboard does not get there');
    await page.keyboard.press(key);
    // Nobody presses it twice within a frame.
    await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => drawn(null))));
  }
}

/** The names of wires that lead behind a card, looked at every few pixels along what is drawn of them. */
export const wiresBehindCards = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const cards = [...document.querySelectorAll('.react-flow__node-step, .react-flow__node-fold')].map((card) =>
      card.getBoundingClientRect(),
    );
    return [...document.querySelectorAll('.react-flow__edge')].flatMap((edge) => {
      const path = edge.querySelector('.react-flow__edge-path');
      if (!(path instanceof SVGPathElement)) return [];
      const onScreen = path.getScreenCTM() ?? undefined;
      for (let at = 0; at <= path.getTotalLength(); at += 4) {
        const { x, y } = path.getPointAtLength(at).matrixTransform(onScreen);
        if (cards.some((card) => x > card.left + 1 && x < card.right - 1 && y > card.top + 1 && y < card.bottom - 1))
          return [edge.getAttribute('aria-label') ?? ''];
      }
      return [];
    });
  });
