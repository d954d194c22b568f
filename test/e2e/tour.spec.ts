import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import type { Locator, Page } from '@playwright/test';
import { openWorkspace } from '../../engine/studio/workspace.ts';
import { countersign } from '../support/command-line.ts';
import { cardOf, inspectorOf, tabTo } from './support/canvas.ts';
import { goTo } from './support/places.ts';
import { expect, test, type Desk } from './support/test.ts';

/** The tour, from a workspace with nothing in it to a manifest that verifies. */

const MESSAGE = 'The lamp is not what I hoped for.';
const tour = (page: Page): Locator => page.getByRole('complementary', { name: 'Tour' });
/** The tour is at a step; testing and signing take a while. */
const at = (page: Page, title: string) =>
  expect(tour(page).getByRole('heading', { name: title })).toBeVisible({ timeout: 30_000 });
const dialog = (page: Page): Locator => page.getByRole('dialog');

const clean = async (page: Page): Promise<void> =>
  expect((await new AxeBuilder({ page }).analyze()).violations.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual(
    [],
  );

/** The one manifest on disk, and what the command line says of it under the trust of the local runner. */
async function verified(desk: Desk): Promise<void> {
  const releases = join(desk.root, 'releases');
  const [manifest, ...others] = readdirSync(releases).filter((name) => name.endsWith('.manifest.json'));
  expect(others).toEqual([]);
  const trust = join(desk.root, '.countersign/runner/trust.json');
  const told = await countersign('verify', join(releases, manifest ?? ''), '--trust', trust);
  expect(told).toMatchObject({ code: 0, err: '' });
  const flow = openWorkspace(desk.root).surroundings.flows?.['flows/refund-approval.flow.json'];
  expect(flow?.nodes['n_reason']?.config['bar']).toBe(0.8);
}

test('the tour by mouse, from an empty workspace to a manifest that verifies', async ({ page, bareDesk }) => {
  await bareDesk.open(page);
  await expect(page.getByRole('heading', { level: 1, name: 'Draw how a decision is made' })).toBeVisible();
  await expect(page.getByRole('button', { name: /^Use “/ })).toHaveCount(6);
  await page.getByRole('button', { name: 'Take the tour' }).click();

  await at(page, 'Begin with a flow that works');
  await clean(page);
  await page.getByRole('button', { name: 'Use “Refund approval”' }).click();
  await expect(dialog(page).getByLabel('What is it for?')).toHaveValue(/nobody pays on a guess/);
  await dialog(page).getByRole('button', { name: 'Make this flow' }).click();

  await at(page, 'Look at the AI decision');
  await cardOf(page, 'reason').locator('.card-name').click();

  await at(page, 'Ask it to be surer');
  // What was done is remembered, and a tour that is left is gone on with.
  await tour(page).getByRole('button', { name: 'Leave the tour' }).click();
  await expect(tour(page)).toHaveCount(0);
  await page.reload();
  await goTo(page, 'Start');
  await page.getByRole('button', { name: 'Go on with the tour' }).click();
  await at(page, 'Ask it to be surer');
  await goTo(page, 'Flows');
  await cardOf(page, 'reason').locator('.card-name').click();
  await inspectorOf(page).getByRole('textbox', { name: 'Sure enough at' }).fill('0.8');

  await at(page, 'Run a case in the sandbox');
  await clean(page);
  await page.getByRole('button', { name: 'Run case' }).click();

  await at(page, 'Run all the tests');
  await page.getByRole('tab', { name: 'Coverage' }).click();
  await page.getByRole('button', { name: 'Run all scenarios' }).click();

  await at(page, 'Sign and export');
  await page.getByRole('button', { name: 'Export', exact: true }).click();
  await dialog(page).getByRole('button', { name: 'Save, sign and export' }).click();

  await at(page, 'Start a case from what you signed');
  await dialog(page).getByRole('button', { name: 'Close' }).last().click();
  await goTo(page, 'Cases');
  await page.getByRole('button', { name: 'Start a case' }).click();
  await dialog(page).getByLabel('Order number').fill('A-1001');
  await dialog(page).getByLabel('Message').fill(MESSAGE);
  await dialog(page).getByRole('button', { name: 'Start case' }).click();

  await at(page, 'Answer the task');
  await goTo(page, 'Tasks');
  await page.getByRole('button', { name: /^Approve: refund .?39/ }).click();

  await at(page, 'This is your manifest');
  await goTo(page, 'Releases');
  await expect(page.getByText('refund-approval').first()).toBeVisible();
  await tour(page).getByRole('button', { name: 'Finish' }).click();
  await expect(tour(page)).toHaveCount(0);
  await verified(bareDesk);
});

test('the tour by keyboard alone', async ({ page, bareDesk }) => {
  const { keyboard } = page;
  const enter = async (where: Locator): Promise<void> => {
    await expect(where).toBeFocused();
    await keyboard.press('Enter');
  };
  await bareDesk.open(page);
  await tabTo(page, page.getByRole('button', { name: 'Take the tour' }));
  await keyboard.press('Enter');

  await at(page, 'Begin with a flow that works');
  await keyboard.press('Alt+t');
  await enter(page.getByRole('button', { name: 'Use “Refund approval”' }));
  await enter(dialog(page).getByLabel('What is decided'));

  await at(page, 'Look at the AI decision');
  await expect(cardOf(page, 'reason')).toBeVisible();
  await keyboard.press('Alt+t');
  await expect(cardOf(page, 'reason')).toBeFocused();

  await at(page, 'Ask it to be surer');
  await expect(inspectorOf(page).getByRole('textbox', { name: 'Sure enough at' })).toBeVisible();
  await keyboard.press('Alt+t');
  await expect(inspectorOf(page).getByRole('textbox', { name: 'Sure enough at' })).toBeFocused();
  await keyboard.press('Control+a');
  await keyboard.insertText('0.8');

  await at(page, 'Run a case in the sandbox');
  await keyboard.press('Alt+t');
  await enter(page.getByRole('button', { name: 'Run case' }));

  await at(page, 'Run all the tests');
  await keyboard.press('Control+Shift+Enter');

  await at(page, 'Sign and export');
  await keyboard.press('Alt+t');
  await enter(page.getByRole('button', { name: 'Export', exact: true }));
  await tabTo(page, dialog(page).getByRole('button', { name: 'Save, sign and export' }));
  await keyboard.press('Enter');

  await at(page, 'Start a case from what you signed');
  await expect(dialog(page).getByText('Release 1 is signed.')).toBeVisible();
  await keyboard.press('Escape');
  await expect(dialog(page)).toHaveCount(0);
  await keyboard.press('Alt+t');
  await enter(page.getByRole('button', { name: 'Start a case' }));
  await tabTo(page, dialog(page).getByLabel('Order number'));
  await keyboard.insertText('A-1001');
  await tabTo(page, dialog(page).getByLabel('Message'), 'Shift+Tab');
  await keyboard.insertText(MESSAGE);
  await tabTo(page, dialog(page).getByRole('button', { name: 'Start case' }));
  await keyboard.press('Enter');

  await at(page, 'Answer the task');
  await expect(dialog(page)).toHaveCount(0);
  await keyboard.press('Control+3');
  const approve = page.getByRole('button', { name: /^Approve: refund .?39/ });
  await expect(approve).toBeVisible();
  await keyboard.press('Alt+t');
  await enter(approve);

  await at(page, 'This is your manifest');
  // What had the keyboard is gone with the task: the page has it, or the tour, whichever comes first.
  await expect(page.locator('.page:focus, .tour:focus')).toHaveCount(1);
  await tabTo(page, tour(page).getByRole('button', { name: 'Finish' }));
  await keyboard.press('Enter');
  await expect(tour(page)).toHaveCount(0);
  expect(existsSync(join(bareDesk.root, 'releases'))).toBe(true);
  await verified(bareDesk);
});
