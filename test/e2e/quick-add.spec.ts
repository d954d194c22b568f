import { cardOf } from './support/canvas.ts';
import { expect, test } from './support/test.ts';

/* oxlint-disable no-await-in-loop -- a person does one thing after the other */

test('whoever presses N and types on at once loses no letter', async ({ page, desk }) => {
  await desk.open(page);
  await expect(cardOf(page, 'start')).toBeVisible();
  for (const [kind, name] of [
    ['Wait', 'Wait'],
    ['Parallel', 'Parallel'],
    ['For each', 'For each'],
    ['Join', 'Join'],
  ] as const) {
    await cardOf(page, 'ticket').focus();
    await page.keyboard.press('n');
    await page.keyboard.type(kind);
    await page.keyboard.press('Enter');
    await expect(cardOf(page, name)).toBeFocused();
  }
});

test('a wait is set up in words: only what belongs to what is waited for is asked', async ({ page, desk }) => {
  await desk.open(page);
  await expect(cardOf(page, 'start')).toBeVisible();
  await cardOf(page, 'ticket').focus();
  await page.keyboard.press('n');
  await page.keyboard.type('wait');
  await page.keyboard.press('Enter');
  await expect(cardOf(page, 'Wait')).toBeFocused();
  const inspector = page.locator('.inspector');
  await expect(inspector.getByRole('textbox', { name: 'Message' })).toHaveCount(0);
  await page.getByRole('combobox', { name: 'Waits' }).click();
  await page.getByRole('option', { name: 'for a message' }).click();
  await page.getByRole('textbox', { name: 'Message' }).fill('payment received');
  await page.getByRole('button', { name: 'Add a field' }).click();
  await expect(cardOf(page, 'Wait').getByText('payment received')).toBeVisible();
  await expect(inspector.getByText('The exit “arrived” of “Wait” leads nowhere.')).toBeVisible();
});

test('a step is asked for where the mouse rests or a wire is dropped, and put there', async ({ page, desk }) => {
  await desk.open(page);
  const exit = cardOf(page, 'ticket').locator('.react-flow__handle[data-handleid="failed"]');
  await expect(exit).toBeVisible();
  const list = page.getByRole('dialog', { name: 'Add a step' });
  const at = { x: 620, y: 200 };
  await page.mouse.move(at.x - 9, at.y);
  await page.mouse.move(at.x, at.y);
  await page.keyboard.press('n');
  expect(await list.boundingBox()).toMatchObject(at);
  await page.keyboard.press('Escape');
  await expect(list).toHaveCount(0);

  await exit.hover();
  await page.mouse.down();
  await page.mouse.move(at.x - 9, at.y);
  await page.mouse.move(at.x, at.y);
  await page.mouse.up();
  expect(await list.boundingBox()).toMatchObject(at);
  await expect(list.getByText('Comes from “ticket”, exit failed')).toBeVisible();
  await page.keyboard.type('Wait');
  await page.keyboard.press('Enter');
  await expect(cardOf(page, 'Wait')).toBeFocused();
  const card = await cardOf(page, 'Wait').boundingBox();
  expect(Math.hypot((card?.x ?? 0) - at.x, (card?.y ?? 0) + 15 - at.y)).toBeLessThan(12);
  await expect(page.getByLabel('Wire from ticket, exit failed, to Wait')).toHaveCount(1);
});
