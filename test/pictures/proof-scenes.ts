import { expect, type Locator, type Page } from '@playwright/test';
import { cardOf, inspectorOf, select } from '../e2e/support/canvas.ts';
import { goTo, unfold } from '../e2e/support/places.ts';
import { frameSteps } from './camera.ts';
import { alone, fold, taller, unsafely, withoutOverview } from './stage.ts';
import type { Scene } from './studio.ts';

/** Pictures of what finds faults, and of trying things out. */

/** Problems, the first of them with what would put it right. */
async function problems(page: Page): Promise<void> {
  await alone(page);
  await unsafely(page);
  await withoutOverview(page);
  await unfold(page, 'Problems');
  await page.getByRole('button', { name: 'Put an approval before “credit”' }).first().waitFor();
  await frameSteps(page, ['plan', 'credit'], 20);
}

/** Scrolls to where the panel with this begins. */
const fromTheTop = (inside: Locator): Promise<void> =>
  inside.evaluate((element) => {
    for (let at = element.parentElement; at !== null; at = at.parentElement) at.scrollTop = 0;
  });

/** A case that is made by hand and was run, with what can be expected of it from now on. */
async function made(page: Page): Promise<void> {
  await alone(page);
  await withoutOverview(page);
  await unfold(page, 'Scenario');
  const panel = page.getByRole('tabpanel');
  await panel.getByRole('button', { name: 'New case' }).click();
  await panel.getByRole('textbox', { name: 'message' }).fill('I was charged twice at the grocer, please give one back');
  await panel.getByRole('textbox', { name: 'ticket' }).fill('2');
  await panel.getByRole('combobox', { name: 'At “credit approval”' }).click();
  await page.getByRole('option', { name: 'approves' }).click();
  await panel.getByRole('button', { name: 'Run this case' }).click();
  await panel.getByRole('checkbox', { name: 'with the result “credited”' }).waitFor();
  await panel.getByRole('textbox', { name: 'Name of the scenario' }).fill('A double charge is credited');
  await taller(page, 9);
  await frameSteps(page, ['account', 'plan', 'credit approval', 'credit'], 24);
  await fromTheTop(panel.getByText('The case brings'));
}

async function allRun(page: Page): Promise<void> {
  await unfold(page, 'Coverage');
  await page.getByRole('button', { name: 'Run all scenarios' }).click();
  await page.getByText('19 of 19 as expected').waitFor({ timeout: 60_000 });
}

async function covered(page: Page): Promise<void> {
  await alone(page);
  await withoutOverview(page);
  await allRun(page);
  await frameSteps(page, ['account', 'plan', 'check'], 32);
}

async function sandbox(page: Page): Promise<void> {
  await allRun(page);
  await goTo(page, 'Sandbox');
  await page.getByText('scenarios as expected').waitFor();
}

/** A mock stands for a step, and says so on the card. */
async function mocked(page: Page): Promise<void> {
  await fold(page, 'Flows and steps');
  await withoutOverview(page);
  await frameSteps(page, ['topic', 'triage', 'set priority', 'check'], 40);
  await select(page, 'triage');
  await page.getByRole('button', { name: 'Run to here' }).click();
  await page.getByRole('button', { name: 'Make a mock of this output' }).click();
  await page.getByRole('textbox', { name: 'Name of the mock' }).fill('always urgent');
  await page.getByRole('combobox', { name: 'priority' }).click();
  await page.getByRole('option', { name: 'urgent' }).click();
  await page.getByRole('button', { name: 'Keep the mock' }).click();
  await expect(
    cardOf(page, 'triage').getByTitle('A mock stands in the place of this step: always urgent'),
  ).toBeVisible();
  await page.getByRole('button', { name: 'Run to here' }).click();
  await inspectorOf(page).getByText('urgent', { exact: true }).first().waitFor();
  await inspectorOf(page)
    .getByText('In → out')
    .evaluate((head) => head.scrollIntoView());
}

async function asJson(page: Page): Promise<void> {
  await fold(page, 'Flows and steps');
  await fold(page, 'Inspector');
  await withoutOverview(page);
  await page.getByRole('tab', { name: 'JSON' }).click();
  await page.locator('.json-text .view-line').first().click();
  await page.keyboard.press('Control+f');
  await page.keyboard.type('name": "triage');
  await expect(page.locator('.json-text .currentFindMatch')).toHaveCount(1);
  await page.keyboard.press('Escape');
  await taller(page, 2);
  await frameSteps(page, ['account', 'set priority', 'check'], 24);
}

export const PROOF_SCENES: readonly Scene[] = [
  { name: 'problems', act: problems },
  { name: 'making', act: made },
  { name: 'coverage', act: covered },
  { name: 'sandbox', act: sandbox },
  { name: 'mock', act: mocked },
  { name: 'json', act: asJson },
];
