import { expect, type Page } from '@playwright/test';
import { cardOf, inspectorOf, rename, select } from '../e2e/support/canvas.ts';
import { changeFlow } from '../support/support-desk.ts';
import { frameSteps } from './camera.ts';
import { alone, fold, taller, unsafely, withoutOverview } from './stage.ts';
import type { Scene } from './studio.ts';

/** Pictures of the canvas, and of what stands around it. */

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
}

/** All of a flow, from so far that only colours and names are drawn. */
async function afar(page: Page): Promise<void> {
  await alone(page);
  await withoutOverview(page);
  await page.getByRole('button', { name: 'Zoom to fit' }).click();
}

/** Some steps, so near that everything on them can be read, with the settings of one of them. */
const near =
  (chosen: string, names: readonly string[], margin: number, flows: 'with flows' | 'without flows') =>
  async (page: Page): Promise<void> => {
    if (flows === 'without flows') await fold(page, 'Flows and steps');
    await withoutOverview(page);
    await frameSteps(page, names, margin);
    await select(page, chosen);
  };

/** The credit without its approval, and the way to it. */
async function unsafe(page: Page): Promise<void> {
  await alone(page);
  await unsafely(page);
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
  await page.keyboard.type('show');
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

const hoursAgo = (hours: number): string => new Date(Date.now() - hours * 3_600_000).toISOString();

/** Two people had something to say about a step. */
const discussed = (root: string): void =>
  changeFlow(root, (flow) => {
    flow.comments = {
      c_dispute: {
        node: 'n_plan',
        remarks: [
          { by: 'Ben Okafor', at: hoursAgo(26), text: 'Do we want to credit on the third dispute in a year?' },
          { by: 'Ada Moss', at: hoursAgo(3), text: 'Only after a person has looked at it. Row 3 hands it over.' },
        ],
      },
    };
  });

/** What was said, beside the step that it is about. */
async function said(page: Page): Promise<void> {
  await near('plan', ['plan', 'credit approval'], 48, 'without flows')(page);
  await page.keyboard.press('m');
  await page.getByRole('dialog').getByText('Only after').waitFor();
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

/** A group that is folded, and one that is not; a step that somebody had something to say about. */
async function grouped(page: Page): Promise<void> {
  await alone(page);
  await group(page, ['triage', 'set priority'], 'Priority');
  await group(page, ['ticket', 'account'], 'Look the customer up');
  await page.keyboard.press('g');
  await withoutOverview(page);
  await frameSteps(page, ['Look the customer up', 'plan', 'check'], 32);
  await page.keyboard.press('Escape');
}

export const CANVAS_SCENES: readonly Scene[] = [
  { name: 'studio-light', act: told },
  { name: 'desk-light', act: near('topic', ['topic', 'triage', 'check'], 90, 'with flows') },
  { name: 'desk-dark', look: 'dark', act: near('check', ['account', 'triage', 'check'], 48, 'without flows') },
  {
    name: 'desk-contrast',
    look: 'contrast',
    act: near('credit approval', ['plan', 'credit approval', 'credit'], 20, 'without flows'),
  },
  { name: 'afar', height: 720, act: afar },
  { name: 'unsafe', act: unsafe },
  { name: 'table', height: 680, act: tried },
  { name: 'palette', act: palette },
  { name: 'diff', act: compared },
  { name: 'formula', act: written },
  { name: 'groups', height: 760, before: discussed, act: grouped },
  { name: 'comments', before: discussed, act: said },
];
