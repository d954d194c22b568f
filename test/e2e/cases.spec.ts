import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { countersign } from '../support/command-line.ts';
import { cardOf, connectByKeyboard, dragFromPalette, quickAdd, rename, select } from './support/canvas.ts';
import { field, fillInput } from './support/forms.ts';
import { looksRight } from './support/looks.ts';
import { exportRelease, unfold } from './support/places.ts';
import { expect, test } from './support/test.ts';

const fold = (page: Page) => page.getByRole('tabpanel');

/** Somebody signs, or refuses, or nobody does in time. */
async function draw(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'New flow' }).last().click();
  await page.getByLabel('What is decided').fill('Small orders');
  await page.keyboard.press('Enter');
  await expect(page.getByText('Draw the first step')).toBeVisible();
  await fillInput(page, { order: { type: 'string' } });
  await dragFromPalette(page, 'Start', { x: 60, y: 120 });
  await quickAdd(page, 'Approval');
  await rename(page, 'sign');
  await quickAdd(page, 'End');
  await rename(page, 'yes');
  await field(page, 'Result').fill('signed');
  await select(page, 'sign');
  await quickAdd(page, 'End');
  await rename(page, 'no');
  await field(page, 'Result').fill('refused');
  await select(page, 'sign');
  await connectByKeyboard(page, 'timed out', 'no');
}

test('a flow of one’s own is tried, its case is kept, and it is signed', async ({ page, bareDesk }) => {
  await bareDesk.open(page);
  await draw(page);
  const panel = fold(page);

  await test.step('what is missing to sign it is said', async () => {
    await unfold(page, 'Problems');
    await expect(panel.getByText('To be signed it needs a scenario that holds')).toBeVisible();
    await panel.getByRole('button', { name: 'New case' }).click();
  });

  await test.step('a case is made and run', async () => {
    await panel.getByRole('button', { name: 'Run this case' }).click();
    await expect(panel.getByText('This is to be given.')).toBeVisible();
    await panel.getByRole('textbox', { name: 'order' }).fill('A-1');
    await panel.getByRole('combobox', { name: 'At “sign”' }).click();
    await page.getByRole('option', { name: 'refuses' }).click();
    await panel.getByRole('button', { name: 'Run this case' }).click();
    await expect(panel.getByRole('checkbox', { name: 'with the result “refused”' })).toBeChecked();
    await expect(panel.getByRole('checkbox', { name: 'comes to “sign”' })).toBeChecked();
    await panel
      .getByText(/more to choose from/)
      .first()
      .click();
    await looksRight(page, 'a case that is made', '[role=tabpanel]');
  });

  await test.step('it is kept with what came out', async () => {
    await panel.getByRole('textbox', { name: 'Name of the scenario' }).fill('The lead says “no” <b>');
    await panel.getByRole('button', { name: 'Keep as a scenario' }).click();
    await expect(panel.getByText('as expected', { exact: true }).first()).toBeVisible();
    const folder = join(bareDesk.root, 'tests/small-orders');
    expect(readdirSync(folder)).toEqual(['the-lead-says-no-b.scenario.json']);
    expect(JSON.parse(readFileSync(join(folder, 'the-lead-says-no-b.scenario.json'), 'utf8'))).toMatchObject({
      name: 'The lead says “no” <b>',
      input: { order: 'A-1' },
      people: [{ at: 'sign', decide: 'rejected' }],
      expect: { status: 'completed', result: 'refused', passes: ['sign'] },
    });
  });

  const menu = async (name: string, act: string): Promise<void> => {
    await panel.getByRole('button', { name: `More about “${name}”` }).click();
    await page.getByRole('menuitem', { name: act }).click();
  };

  await test.step('a copy says what happens when nobody has time', async () => {
    await menu('The lead says “no” <b>', 'Duplicate');
    await panel.getByRole('combobox', { name: 'At “sign”' }).click();
    await page.getByRole('option', { name: 'nobody, in time' }).click();
    await page.keyboard.press('Control+Enter');
    await panel.getByRole('textbox', { name: 'Name of the scenario' }).fill('Nobody has time');
    await panel.getByRole('button', { name: 'Keep as a scenario' }).click();
    await expect(panel.getByText('as expected', { exact: true }).first()).toBeVisible();
  });

  await test.step('it is deleted, and brought back', async () => {
    await menu('Nobody has time', 'Delete');
    await expect(panel.getByText('“Nobody has time” was deleted.')).toBeVisible();
    expect(readdirSync(join(bareDesk.root, 'tests/small-orders'))).toHaveLength(1);
    await panel.getByRole('button', { name: 'Undo' }).click();
    await expect(panel.getByText('“Nobody has time” was deleted.')).toHaveCount(0);
    expect(readdirSync(join(bareDesk.root, 'tests/small-orders'))).toHaveLength(2);
  });

  await test.step('it is signed', async () => {
    await page.keyboard.press('Control+s');
    await expect(cardOf(page, 'sign')).toBeVisible();
    await exportRelease(page, { unsaid: true });
    expect(await countersign('test', join(bareDesk.root, 'flows/small-orders.flow.json'))).toMatchObject({ code: 0 });
  });
});
