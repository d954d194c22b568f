import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { copyFileSync } from 'node:fs';
import { cardOf, select } from './support/canvas.ts';
import { cell } from './support/forms.ts';
import { exportRelease, goTo, startCase, unfold } from './support/places.ts';
import { expect, test } from './support/test.ts';

/* oxlint-disable no-await-in-loop -- a person does one thing after the other */

/** The studio's looks, as the system asks for them. */
const LOOKS = [
  { look: 'light', asks: { colorScheme: 'light', contrast: 'no-preference' }, rules: null },
  { look: 'dark', asks: { colorScheme: 'dark', contrast: 'no-preference' }, rules: ['color-contrast'] },
  {
    look: 'high contrast',
    asks: { colorScheme: 'light', contrast: 'more' },
    rules: ['color-contrast', 'color-contrast-enhanced'],
  },
] as const;

/** What axe finds wrong with the window as it is now: everything in one look, and the colours in all. */
async function findings(page: Page): Promise<string[]> {
  const found: string[] = [];
  for (const { look, asks, rules } of LOOKS) {
    await page.emulateMedia(asks);
    const high = asks.contrast === 'more';
    await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', high ? 'dark' : asks.colorScheme);
    await expect(page.locator('html[data-high-contrast]')).toHaveCount(high ? 1 : 0);
    // There are no frames, for which it would open a page of its own each time.
    const axe = new AxeBuilder({ page }).setLegacyMode();
    const { violations } = await (rules === null ? axe : axe.withRules([...rules])).analyze();
    found.push(
      ...violations.flatMap(({ id, nodes }) =>
        nodes.map((node) => `${look}: ${id}: ${node.target.join(' ')} ${node.failureSummary ?? ''}`),
      ),
    );
  }
  await page.emulateMedia(LOOKS[0].asks);
  return found;
}

test.describe('in light, dark and high contrast axe finds nothing', () => {
  // Much is looked at, three times.
  test.describe.configure({ timeout: 120_000 });

  test('where flows are drawn and tested', async ({ page, desk }) => {
    await desk.open(page);
    await select(page, 'plan');
    await unfold(page, 'Problems');
    expect.soft(await findings(page), 'a rule and no problems').toEqual([]);
    await select(page, 'credit approval');
    await page.keyboard.press('Delete');
    await page.getByRole('tabpanel').getByText('PORT_UNWIRED').first().click();
    expect.soft(await findings(page), 'problems').toEqual([]);
    await page.keyboard.press('n');
    expect.soft(await findings(page), 'adding a step').toEqual([]);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Undo: remove a step' }).click();
    await page.getByRole('button', { name: 'Run case' }).click();
    await expect(page.getByText('as expected', { exact: true })).toBeVisible();
    expect.soft(await findings(page), 'a case').toEqual([]);
    await unfold(page, 'Coverage');
    await page.getByRole('button', { name: 'Run all scenarios' }).click();
    await expect(page.getByText('19 of 19 as expected')).toBeVisible({ timeout: 30_000 });
    expect.soft(await findings(page), 'coverage').toEqual([]);
    await goTo(page, 'Sandbox');
    expect.soft(await findings(page), 'the sandbox').toEqual([]);
  });

  test('where a decision table is edited', async ({ page, desk }) => {
    await desk.open(page);
    await select(page, 'plan');
    await page.getByRole('button', { name: 'Edit table' }).click();
    await page.getByRole('button', { name: 'Try it' }).click();
    await page.getByRole('textbox', { name: 'account.disputes' }).fill('3');
    await expect(page.getByText('Row 12 gives it.')).toBeVisible();
    await cell(page, 3, 1).click();
    await page.keyboard.press('Delete');
    await expect(page.getByRole('button', { name: '1 finding' })).toBeVisible();
    expect.soft(await findings(page), 'the sheet with a finding and a trial').toEqual([]);
    await page.keyboard.press('F2');
    expect.soft(await findings(page), 'a cell that is written').toEqual([]);
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+z');
    await cell(page, -1, 0).dblclick();
    await expect(page.getByRole('button', { name: 'Done' })).toBeVisible();
    expect.soft(await findings(page), 'a column of the sheet').toEqual([]);
  });

  test('where cases run and people decide', async ({ page, desk }) => {
    await desk.open(page);
    for (const place of ['Tasks', 'Cases', 'Record', 'Releases', 'Models', 'Connections']) {
      await goTo(page, place);
      expect.soft(await findings(page), `${place} at first`).toEqual([]);
    }
    await goTo(page, 'Flows');
    await page.getByRole('button', { name: 'Export', exact: true }).click();
    expect.soft(await findings(page), 'exporting').toEqual([]);
    await page.keyboard.press('Escape');
    await exportRelease(page);
    await startCase(page, { message: 'I was charged twice at the grocer, please give one back', ticket: '2' });
    await page.getByRole('row').nth(1).getByRole('button').click();
    await expect(page.getByRole('region', { name: 'Story of' }).getByText('credit approval')).toBeVisible();
    expect.soft(await findings(page), 'a case and its story').toEqual([]);
    await goTo(page, 'Tasks');
    await expect(page.getByRole('heading', { name: 'If you approve' })).toBeVisible();
    expect.soft(await findings(page), 'a task').toEqual([]);
    await goTo(page, 'Releases');
    expect.soft(await findings(page), 'a release').toEqual([]);
    await goTo(page, 'Record');
    await page.getByRole('button', { name: 'Verify now' }).click();
    await expect(page.getByText(/^Whole: \d+ events/)).toBeVisible();
    await page.getByRole('button', { name: /^Open the story of/ }).click();
    await expect(page.getByRole('region', { name: 'Story of' }).getByText('credit approval')).toBeVisible();
    expect.soft(await findings(page), 'the record, verified').toEqual([]);
    await page.getByRole('button', { name: /^Export the evidence of/ }).click();
    expect.soft(await findings(page), 'exporting evidence').toEqual([]);
  });

  test('where the window is one’s own', async ({ page, desk }) => {
    copyFileSync(desk.flowFile, desk.flowFile.replace('support-desk.flow', 'second.flow'));
    await desk.open(page);
    await expect(cardOf(page, 'plan')).toBeVisible();
    await page.keyboard.press('Control+k');
    await page.keyboard.type('plan');
    await expect(page.getByRole('option', { name: 'plan' }).first()).toBeVisible();
    expect.soft(await findings(page), 'the palette').toEqual([]);
    await page.keyboard.press('Enter');
    await expect(cardOf(page, 'plan')).toBeFocused();
    await page
      .getByRole('region', { name: 'Flows and steps' })
      .getByRole('button', { name: 'Support desk' })
      .last()
      .click();
    await expect(page.getByRole('navigation', { name: 'Open flows' }).getByRole('listitem')).toHaveCount(2);
    expect.soft(await findings(page), 'two flows').toEqual([]);
    await page.keyboard.press('?');
    await expect(page.getByRole('dialog', { name: 'Keys' })).toBeVisible();
    expect.soft(await findings(page), 'the keys').toEqual([]);
    await page.keyboard.press('Escape');
    await expect(page.getByRole('dialog')).toHaveCount(0);
    await goTo(page, 'Policy');
    await page.getByRole('button', { name: 'Change what “Credit money to an account”' }).click();
    await page.getByRole('textbox', { name: 'At most' }).fill('500');
    await expect(page.getByText('Changed, and not saved yet.')).toBeVisible();
    await expect(page.getByText('safe', { exact: true })).toHaveCount(2);
    expect.soft(await findings(page), 'the policy').toEqual([]);
    await goTo(page, 'Settings');
    await page.getByRole('button', { name: 'Change the keys of “Add a step”' }).click();
    await page.keyboard.press('F2');
    await expect(page.getByText('These are the keys of “Rename the step”.')).toBeVisible();
    expect.soft(await findings(page), 'the settings').toEqual([]);
  });

  test('where one begins, and what is said of steps', async ({ page, bareDesk }) => {
    await bareDesk.open(page);
    await page.getByRole('button', { name: 'Take the tour' }).click();
    const use = page.getByRole('button', { name: 'Use “Refund approval”' });
    await expect(use).toBeVisible();
    expect.soft(await findings(page), 'templates, and the tour').toEqual([]);
    await use.click();
    const make = page.getByRole('button', { name: 'Make this flow' });
    await expect(make).toBeVisible();
    expect.soft(await findings(page), 'a flow from a template').toEqual([]);
    await make.click();
    await select(page, 'reason');
    await page.keyboard.press('m');
    await page.keyboard.type('Do we ask this?');
    await page.keyboard.press('Control+Enter');
    const dialog = page.getByRole('dialog');
    await expect(dialog.getByRole('paragraph').filter({ hasText: 'Do we ask this?' })).toBeVisible();
    expect.soft(await findings(page), 'comments').toEqual([]);
    await page.keyboard.press('Escape');
    await expect(dialog).toHaveCount(0);
    await page.keyboard.press('Control+k');
    await page.keyboard.type('make a sub-flow');
    await page.keyboard.press('Enter');
    await expect(dialog.getByText(/sub-flow/).first()).toBeVisible();
    expect.soft(await findings(page), 'making a sub-flow').toEqual([]);
  });
});
