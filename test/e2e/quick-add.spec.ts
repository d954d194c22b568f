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
