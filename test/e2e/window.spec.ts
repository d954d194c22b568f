import { copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { cardOf, inspectorOf } from './support/canvas.ts';
import { field } from './support/forms.ts';
import { goTo } from './support/places.ts';
import { expect, test } from './support/test.ts';

/** The palette, by what it finds. */
async function command(page: Page, name: string): Promise<void> {
  await page.keyboard.press('Control+k');
  await page.keyboard.type(name);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog')).toHaveCount(0);
}

const tabs = (page: Page) => page.getByRole('navigation', { name: 'Open flows' }).getByRole('listitem');

test('everything is done by its name or by keys of one’s own, and a text keeps its keys', async ({ page, desk }) => {
  await desk.open(page);
  await expect(cardOf(page, 'start')).toBeVisible();
  const title = field(page, 'Title');
  await title.fill('Desk');
  await page.keyboard.press('Control+k');
  await expect(page.getByRole('combobox', { name: 'What is to be done' })).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(title).toBeFocused();
  // The text's own undo: the flow keeps the title until the text itself is taken back.
  await page.keyboard.type(' n');
  await expect(title).toHaveValue('Desk n');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await page.keyboard.press('Control+z');
  await expect(title).not.toHaveValue('Desk n');
  // One whose row is another by then: the field in its place.
  await field(page, 'Name of the field message').fill('letter');
  await page.keyboard.press('Control+s');
  await expect(() => expect(readFileSync(desk.flowFile, 'utf8')).toContain('"letter"')).toPass();
  await expect(field(page, 'Name of the field letter')).toBeFocused();

  await command(page, 'credit approval');
  await expect(cardOf(page, 'credit approval')).toBeFocused();
  // A dialog gives the keyboard back to what opened it: one from the palette to what had it before that.
  await page.keyboard.press('Control+k');
  await page.keyboard.type('new flow');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog', { name: 'New flow' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(cardOf(page, 'credit approval')).toBeFocused();
  const newFlow = page.getByRole('button', { name: 'New flow' });
  await newFlow.focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog', { name: 'New flow' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(newFlow).toBeFocused();
  // What is typed in a field that is kept when it is left is saved from within it, and the field keeps the keyboard.
  await command(page, 'credit approval');
  const name = field(page, 'Name');
  await name.fill('credit by a lead');
  await page.keyboard.press('Control+s');
  await expect(() => expect(readFileSync(desk.flowFile, 'utf8')).toContain('credit by a lead')).toPass();
  await expect(name).toBeFocused();
  await command(page, 'go to settings');
  await page.getByRole('button', { name: 'Change the keys of “Go to tasks”' }).click();
  await page.keyboard.press('Control+9');
  await expect(page.getByRole('button', { name: 'Give “Go to tasks” its own keys back' })).toBeEnabled();
  await page.getByRole('combobox', { name: 'Written as in' }).click();
  await page.getByRole('option').filter({ hasText: 'German' }).click();
  await expect(page.getByRole('navigation', { name: 'Places' })).toHaveCount(1);
  await page.keyboard.press('Control+9');
  await expect(page.getByRole('heading', { name: 'Nothing waits for you' })).toBeVisible();

  await page.reload();
  await expect(page.getByRole('heading', { name: 'Nothing waits for you' })).toBeVisible();
  await page.keyboard.press('Control+1');
  await expect(inspectorOf(page)).toBeVisible();
  await page.keyboard.press('Control+9');
  await expect(page.getByRole('heading', { name: 'Nothing waits for you' })).toBeVisible();
  await page.keyboard.press('?');
  await page.getByRole('textbox', { name: 'Search keys' }).fill('go to tasks');
  await expect(page.getByRole('dialog').getByRole('definition')).toHaveText(/Ctrl9/);
});

test('flows are open side by side, each with its own undo, and none is closed with changes unasked', async ({
  page,
  desk,
}) => {
  copyFileSync(desk.flowFile, join(desk.root, 'flows/second.flow.json'));
  await desk.open(page);
  await expect(cardOf(page, 'plan')).toBeVisible();
  await expect(tabs(page)).toHaveCount(0);
  const title = field(page, 'Title');
  await title.fill('First');
  await page.getByRole('button', { name: 'Support desk', exact: true }).click();
  await expect(tabs(page)).toHaveCount(2);
  await expect(title).toHaveValue('Support desk');
  await title.fill('Second');

  await page.keyboard.press('Control+Tab');
  await expect(title).toHaveValue('First');
  await page.getByRole('button', { name: /^Undo: / }).click();
  await expect(title).toHaveValue('Support desk');
  await page.keyboard.press('Control+Tab');
  await expect(title).toHaveValue('Second');

  await tabs(page).first().click({ button: 'middle' });
  await expect(tabs(page)).toHaveCount(0);
  await page.keyboard.press('Control+w');
  const asked = page.getByRole('dialog', { name: 'There are changes that are not saved' });
  await asked.getByRole('button', { name: 'Keep it open' }).click();
  await expect(title).toHaveValue('Second');
  await page.keyboard.press('Control+w');
  await asked.getByRole('button', { name: 'Close without saving' }).click();
  await expect(page.getByRole('heading', { name: 'Start', exact: true })).toBeVisible();

  await page.keyboard.press('Control+Shift+t');
  await expect(cardOf(page, 'plan')).toBeVisible();
  await page.getByRole('button', { name: 'Support desk second', exact: true }).first().click();
  await expect(tabs(page)).toHaveCount(2);
  await page.reload();
  await expect(tabs(page)).toHaveCount(2);
  await goTo(page, 'Tasks');
  await goTo(page, 'Flows');
  await expect(tabs(page)).toHaveCount(2);
});
