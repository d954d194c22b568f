import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { select } from './support/canvas.ts';
import { cell } from './support/forms.ts';
import { exportRelease, goTo, startCase, unfold } from './support/places.ts';
import { expect, test } from './support/test.ts';

/* oxlint-disable no-await-in-loop -- a person does one thing after the other */

/** What axe finds wrong with the window as it is now. */
async function findings(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${id}: ${node.target.join(' ')} ${node.failureSummary ?? ''}`),
  );
}

for (const colorScheme of ['light', 'dark'] as const)
  test.describe(`in ${colorScheme} colours axe finds nothing`, () => {
    test.use({ colorScheme });

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
      for (const place of ['Tasks', 'Cases', 'Releases', 'Models', 'Connections']) {
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
    });
  });
