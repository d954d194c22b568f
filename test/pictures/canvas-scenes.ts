import { expect, type Page } from '@playwright/test';
import { cardOf, connectByKeyboard, inspectorOf, rename, select } from '../e2e/support/canvas.ts';
import { frameSteps } from './camera.ts';
import type { Scene } from './studio.ts';

/** Pictures of the canvas, and of what stands around it. */

const fold = (page: Page, panel: 'Flows and steps' | 'Inspector'): Promise<void> =>
  page.getByRole('button', { name: panel, exact: true }).click();

async function alone(page: Page): Promise<void> {
  await fold(page, 'Flows and steps');
  await fold(page, 'Inspector');
}

/** The overview is for whoever looks for a place; a picture that is framed has found it. */
const withoutOverview = (page: Page): Promise<void> =>
  page.getByRole('button', { name: 'Overview', exact: true }).click();

async function taller(page: Page, times: number): Promise<void> {
  for (let i = 0; i < times; i++)
    // oxlint-disable-next-line no-await-in-loop
    await page.getByRole('separator', { name: 'Height of the lower panel' }).press('ArrowUp');
}

/** The way of a case from the AI answer to the credit, with its story below. */
async function told(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Run case' }).click();
  await page.getByRole('combobox', { name: 'Scenario' }).press('ArrowDown');
  await page.getByRole('option', { name: 'A credit of 120 € waits for a team lead' }).click();
  await page.locator('.step').filter({ hasText: 'credit approval' }).waitFor();
  await alone(page);
  await taller(page, 3);
  await withoutOverview(page);
  await frameSteps(page, ['topic', 'plan', 'credit approval', 'credit']);
  await page
    .locator('.step')
    .filter({ hasText: 'topic' })
    .evaluate((step) => step.scrollIntoView());
}

/** The whole flow, with a step that is selected. */
async function whole(page: Page): Promise<void> {
  await select(page, 'credit approval');
  await alone(page);
  await page.getByRole('button', { name: 'Zoom to fit' }).click();
}

/** The credit without its approval. */
async function unsafe(page: Page): Promise<void> {
  await alone(page);
  await select(page, 'credit approval');
  await page.keyboard.press('Delete');
  await select(page, 'plan');
  await connectByKeyboard(page, 'ask for credit', 'credit');
  await page.getByText('Unsafe path.').waitFor();
  await withoutOverview(page);
  await frameSteps(page, ['topic', 'plan', 'credit', 'answer'], 40);
}

/** The table of the triage, tried with a case: the row that counts is lit, and a row says why it does not match. */
async function tried(page: Page): Promise<void> {
  await select(page, 'triage');
  await page.getByRole('button', { name: 'Edit table' }).click();
  const sheet = page.getByRole('dialog', { name: 'Decision table of' });
  await sheet.getByRole('button', { name: 'Try it' }).click();
  await sheet.getByRole('combobox', { name: 'Take values from a scenario' }).press('ArrowDown');
  await page.getByRole('option', { name: 'A credit of 120 € waits for a team lead' }).click();
  await sheet.getByText(/^Rows? \d.* gives? it\.$/).waitFor();
}

async function palette(page: Page): Promise<void> {
  await page.keyboard.press('Control+k');
  await page.keyboard.type('co');
  await page.getByRole('option').first().waitFor();
}

/** What changed since a version: a step is called otherwise, one is gone, and a bar is higher. */
async function compared(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^Versions: / }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox', { name: 'Name', exact: true }).fill('As it went live');
  await dialog.getByRole('button', { name: 'Save as version', exact: true }).click();
  await dialog.getByText('Nothing has changed since version 1.').waitFor();
  await page.keyboard.press('Escape');
  await select(page, 'check');
  await page.keyboard.press('Delete');
  await select(page, 'topic');
  await inspectorOf(page).getByRole('textbox', { name: 'Sure enough at' }).fill('0.8');
  await select(page, 'triage');
  await rename(page, 'urgency');
  await page.keyboard.press('Shift+D');
  await page.getByRole('list', { name: 'Changes' }).getByRole('button', { name: 'topic' }).first().click();
  await alone(page);
  await withoutOverview(page);
  await frameSteps(page, ['account', 'unknown ticket', 'urgency', 'plan'], 40);
}

/** A formula that is being written, with what could come next. */
async function written(page: Page): Promise<void> {
  await fold(page, 'Flows and steps');
  await withoutOverview(page);
  await frameSteps(page, ['topic', 'triage', 'set priority', 'check'], 48);
  await select(page, 'set priority');
  const inspector = inspectorOf(page);
  await expect(async () => {
    await inspector.getByRole('textbox', { name: 'Name', exact: true }).focus();
    await inspector.getByRole('textbox', { name: 'priority', exact: true }).focus();
    await expect(inspector.locator('.monaco-editor')).toBeVisible({ timeout: 500 });
  }).toPass();
  await page.keyboard.press('Control+a');
  await page.keyboard.type('if account.');
  await page.getByRole('option').first().waitFor();
}

/** A group that is folded, and one that is not; steps somebody had something to say about. */
async function arranged(page: Page): Promise<void> {
  await group(page, ['triage', 'set priority'], 'Priority');
  await group(page, ['ticket', 'account'], 'Look the customer up');
  await page.keyboard.press('g');
  await select(page, 'plan');
  await page.keyboard.press('m');
  await page.keyboard.type('Do we want to credit on the third dispute in a year?');
  await page.keyboard.press('Control+Enter');
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Answer to Ada Moss').fill('Only after a person has looked at it.');
  await dialog.getByRole('button', { name: 'Answer' }).click();
  await dialog.getByText('Only after').waitFor();
}

async function group(page: Page, names: readonly [string, string], title: string): Promise<void> {
  const [first, second] = names;
  await select(page, first);
  await cardOf(page, second)
    .locator('.card-name')
    .click({ modifiers: ['Control'] });
  await page.keyboard.press('Control+g');
  await expect(page.getByLabel('Name of the group Group')).toBeFocused();
  await page.keyboard.type(title);
  await page.keyboard.press('Enter');
}

async function grouped(page: Page): Promise<void> {
  await arranged(page);
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await alone(page);
  await withoutOverview(page);
  await frameSteps(page, ['start', 'plan', 'check'], 48);
}

export const CANVAS_SCENES: readonly Scene[] = [
  { name: 'studio-light', act: told },
  { name: 'desk-light', act: whole },
  { name: 'desk-dark', look: 'dark', act: whole },
  { name: 'desk-contrast', look: 'contrast', act: whole },
  { name: 'unsafe', act: unsafe },
  { name: 'table', act: tried },
  { name: 'palette', act: palette },
  { name: 'diff', act: compared },
  { name: 'formula', act: written },
  { name: 'groups', act: grouped },
  { name: 'comments', act: arranged },
];
