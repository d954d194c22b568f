import { copyFileSync } from 'node:fs';
import { cardOf, inspectorOf, select } from './support/canvas.ts';
import { cell } from './support/forms.ts';
import { looksRight } from './support/looks.ts';
import { exportRelease, goTo, startCase, unfold } from './support/places.ts';
import { spilled } from './support/spilled.ts';
import { expect, test } from './support/test.ts';

/* oxlint-disable no-await-in-loop -- a person does one thing after the other */

/** Views that another test comes to anyway are looked at there: everything that calls `looksRight`. */
test.describe('in light, dark and high contrast axe finds nothing', () => {
  // Much is looked at, three times.
  test.describe.configure({ timeout: 120_000 });

  test('where flows are drawn and tested', async ({ page, desk }) => {
    await desk.open(page);
    await select(page, 'plan');
    await unfold(page, 'Problems');
    await looksRight(page, 'a rule and no problems');
    await select(page, 'credit approval');
    await page.keyboard.press('Delete');
    await page.getByRole('tabpanel').getByText('PORT_UNWIRED').first().click();
    await looksRight(page, 'problems');
    // Seen from afar, how many problems a step has is written as large as its name.
    await page.getByRole('button', { name: 'Zoom to fit' }).click();
    const marked = cardOf(page, 'plan').and(page.locator('.canvas.far .react-flow__node'));
    const sizes = await marked.evaluate((card) =>
      ['.dot', '.card-name'].map((one) => parseFloat(getComputedStyle(card.querySelector(one) ?? card).fontSize)),
    );
    expect(sizes[0]).toBe(sizes[1]);
    await page.keyboard.press('n');
    await looksRight(page, 'adding a step');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Undo: remove a step' }).click();
    await select(page, 'plan');
    await page.keyboard.press('c');
    await expect(page.getByRole('dialog').getByRole('combobox')).toBeFocused();
    await looksRight(page, 'wiring a step', '[role=dialog]');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Run case' }).click();
    await expect(page.getByText('as expected', { exact: true })).toBeVisible();
    await page.getByRole('slider', { name: 'Moment of the case' }).press('ArrowLeft');
    await expect(page.locator('.card.here')).not.toHaveCount(0);
    await looksRight(page, 'a case at one of its moments');
    await unfold(page, 'Coverage');
    await page.getByRole('button', { name: 'Run all scenarios' }).click();
    await expect(page.getByText('19 of 19 as expected')).toBeVisible({ timeout: 30_000 });
    await looksRight(page, 'coverage');
    await goTo(page, 'Sandbox');
    await looksRight(page, 'the sandbox');
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
    await looksRight(page, 'the sheet with a finding and a trial');
    await page.keyboard.press('F2');
    await looksRight(page, 'a cell that is written');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+z');
    await cell(page, -1, 0).dblclick();
    await expect(page.getByRole('button', { name: 'Done' })).toBeVisible();
    await looksRight(page, 'a column of the sheet');
  });

  test('where cases run and people decide', async ({ page, desk }) => {
    await desk.open(page);
    for (const place of ['Tasks', 'Cases', 'Record', 'Releases', 'Models', 'Connections']) {
      await goTo(page, place);
      await looksRight(page, `${place} at first`);
    }
    await goTo(page, 'Flows');
    await page.getByRole('button', { name: 'Export', exact: true }).click();
    await looksRight(page, 'exporting');
    await page.keyboard.press('Escape');
    await exportRelease(page);
    await goTo(page, 'Cases');
    await page.getByRole('button', { name: 'Start a case' }).click();
    await expect(page.getByRole('dialog').getByLabel('Message')).toBeVisible();
    await looksRight(page, 'starting a case', '[role=dialog]');
    await page.keyboard.press('Escape');
    await startCase(page, { message: 'I was charged twice at the grocer, please give one back', ticket: '2' });
    await page.getByRole('row').nth(1).getByRole('button').click();
    await expect(page.getByRole('region', { name: 'Story of' }).getByText('credit approval')).toBeVisible();
    await looksRight(page, 'a case and its story');
    await goTo(page, 'Tasks');
    await expect(page.getByRole('heading', { name: 'If you approve' })).toBeVisible();
    await page.getByText('As a table').click();
    await expect(
      page.getByRole('img', { name: /^Open tasks over the last 24 hours\. Most at .*: 1\. Now: 1\.$/ }),
    ).toBeVisible();
    await looksRight(page, 'a task');
    await goTo(page, 'Releases');
    await looksRight(page, 'a release');
    await goTo(page, 'Record');
    await page.getByRole('button', { name: 'Verify now' }).click();
    await expect(page.getByText(/^Whole: \d+ events/)).toBeVisible();
    await page.getByRole('button', { name: /^Open the story of/ }).click();
    await expect(page.getByRole('region', { name: 'Story of' }).getByText('credit approval')).toBeVisible();
    await looksRight(page, 'the record, verified');
    await page.getByRole('button', { name: /^Export the evidence of/ }).click();
    await looksRight(page, 'exporting evidence');
    await page.keyboard.press('Escape');
    await expect(page.getByRole('dialog')).toHaveCount(0);
    await goTo(page, 'Flows');
    await unfold(page, 'Real cases');
    await page.getByRole('tabpanel').getByRole('row').nth(1).getByRole('button').click();
    await expect(page.getByRole('region', { name: 'Story of' }).getByText('credit approval')).toBeVisible();
    await looksRight(page, 'a real case on the canvas');
    await page.getByRole('button', { name: 'Show traffic' }).click();
    await expect(page.getByRole('region', { name: 'Traffic' })).toBeVisible();
    // As a window of 1440 by 900 is at 200 %.
    await page.setViewportSize({ width: 720, height: 450 });
    await looksRight(page, 'traffic in a small window');
    expect.soft(await spilled(page), 'the desk in a small window').toEqual([]);
    const [canvas, chevron, inspector] = await Promise.all(
      [page.locator('.canvas'), page.getByRole('button', { name: 'Fold', exact: true }), inspectorOf(page)].map((one) =>
        one.boundingBox(),
      ),
    );
    expect(canvas?.height).toBeGreaterThan(110);
    expect((chevron?.x ?? 999) + (chevron?.width ?? 0)).toBeLessThanOrEqual(inspector?.x ?? 0);
    await expect(page.getByRole('toolbar', { name: 'Canvas tools' })).toBeHidden();
    await goTo(page, 'Cases');
    await expect(page.getByRole('row')).not.toHaveCount(0);
    expect.soft(await spilled(page), 'cases in a small window').toEqual([]);
    await goTo(page, 'Tasks');
    await page.getByText('As a table').click();
    await expect(page.getByRole('columnheader', { name: 'Settled' })).toBeVisible();
    expect.soft(await spilled(page), 'tasks in a small window').toEqual([]);
  });

  test('where the window is one’s own', async ({ page, desk }) => {
    copyFileSync(desk.flowFile, desk.flowFile.replace('support-desk.flow', 'second.flow'));
    await desk.open(page);
    await expect(cardOf(page, 'plan')).toBeVisible();
    await page.keyboard.press('Control+k');
    await page.keyboard.type('plan');
    await expect(page.getByRole('option', { name: 'plan' }).first()).toBeVisible();
    await looksRight(page, 'the palette');
    await page.keyboard.press('Enter');
    await expect(cardOf(page, 'plan')).toBeFocused();
    await page
      .getByRole('region', { name: 'Flows and steps' })
      .getByRole('button', { name: 'Support desk' })
      .last()
      .click();
    await expect(page.getByRole('navigation', { name: 'Open flows' }).getByRole('listitem')).toHaveCount(2);
    await looksRight(page, 'two flows');
    await page.keyboard.press('?');
    await expect(page.getByRole('dialog', { name: 'Keys' })).toBeVisible();
    await looksRight(page, 'the keys');
    await page.keyboard.press('Escape');
    await expect(page.getByRole('dialog')).toHaveCount(0);
    await goTo(page, 'Policy');
    await page.getByRole('button', { name: 'Change what “Credit money to an account”' }).click();
    await page.getByRole('textbox', { name: 'At most' }).fill('500');
    await expect(page.getByText('Changed, and not saved yet.')).toBeVisible();
    await expect(page.getByText('safe', { exact: true })).toHaveCount(2);
    await looksRight(page, 'the policy');
    await goTo(page, 'Settings');
    await page.getByRole('radio', { name: 'Run them' }).check();
    const places = page.getByRole('navigation', { name: 'Places' });
    await expect(places.getByRole('button').first()).toHaveText('Tasks');
    await page.getByRole('button', { name: 'Change the keys of “Add a step”' }).click();
    await page.keyboard.press('F2');
    await expect(page.getByText('These are the keys of “Rename the step”.')).toBeVisible();
    await looksRight(page, 'the settings');
  });

  test('where one begins, and what is said of steps', async ({ page, bareDesk }) => {
    await bareDesk.open(page);
    await page.getByRole('button', { name: 'Take the tour' }).click();
    const use = page.getByRole('button', { name: 'Use “Refund approval”' });
    await expect(use).toBeVisible();
    await looksRight(page, 'templates, and the tour');
    await use.click();
    const make = page.getByRole('button', { name: 'Make this flow' });
    await expect(make).toBeVisible();
    await looksRight(page, 'a flow from a template');
    await make.click();
    await select(page, 'reason');
    await page.keyboard.press('m');
    await page.keyboard.type('Do we ask this?');
    const dialog = page.getByRole('dialog');
    // What is typed ahead comes into the field; it is sent once it stands there.
    await expect(dialog.getByRole('textbox').last()).toHaveValue('Do we ask this?');
    await page.keyboard.press('Control+Enter');
    await expect(dialog.getByRole('paragraph').filter({ hasText: 'Do we ask this?' })).toBeVisible();
    await looksRight(page, 'comments');
    await page.keyboard.press('Escape');
    await expect(dialog).toHaveCount(0);
    await page.keyboard.press('Control+k');
    await page.keyboard.type('make a sub-flow');
    await page.keyboard.press('Enter');
    await expect(dialog.getByText(/sub-flow/).first()).toBeVisible();
    await looksRight(page, 'making a sub-flow');
  });
});
