import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { cardOf, inspectorOf, select } from './support/canvas.ts';
import { looksRight } from './support/looks.ts';
import { expect, test } from './support/test.ts';

test('formulas, the document as JSON, and cases with mocks', async ({ desk, page }) => {
  await desk.open(page);
  await test.step('a formula offers names, marks errors, and has its own way back', () => writeFormula(page));
  await test.step('JSON and drawing follow each other; what the loader refuses is not drawn', () => writeJson(page));
  await test.step('a mock stands for a step, and nobody can take it for a real run', () => mockStep(page));
  expect(existsSync(join(desk.root, 'tests/support-desk/mocks.json'))).toBe(true);
});

async function writeFormula(page: Page): Promise<void> {
  const inspector = inspectorOf(page);
  await select(page, 'set priority');
  // Until the editor is loaded the field is a plain one.
  await expect(async () => {
    await inspector.getByRole('textbox', { name: 'Name', exact: true }).focus();
    await inspector.getByRole('textbox', { name: 'priority', exact: true }).focus();
    await expect(inspector.locator('.monaco-editor')).toBeVisible({ timeout: 500 });
  }).toPass();
  await page.keyboard.press('End');
  await page.keyboard.type(' + trim(input.mes');
  await page.getByRole('option', { name: /input\.message/ }).waitFor();
  await page.keyboard.press('Enter');
  await expect(inspector.locator('.view-line')).toContainText('trim(input.message)');
  await page.keyboard.press('Control+a');
  await page.keyboard.type('triage.gone');
  await expect(inspector.locator('.squiggly-error')).toHaveCount(1);
  await expect(inspector.locator('.feel-monaco textarea')).toHaveAttribute('aria-invalid', 'true');
  await expect(async () => {
    await page.keyboard.press('Control+z');
    await expect(inspector.locator('.view-line')).toHaveText('triage.priority', { timeout: 100 });
  }).toPass();
  // As in any form the next field is a key away, and is the editor then.
  await page.keyboard.press('Tab');
  await expect(inspector.getByRole('textbox', { name: 'ticket', exact: true })).toBeFocused();
  await expect(inspector.locator('.view-line')).toHaveText('input.ticket');
}

async function writeJson(page: Page): Promise<void> {
  await page.getByRole('tab', { name: 'JSON' }).click();
  await page.locator('.json-text .view-line').first().click();
  await page.keyboard.press('Control+f');
  await page.keyboard.type('name": "triage');
  await expect(page.locator('.json-text .currentFindMatch')).toHaveCount(1);
  await page.keyboard.press('Escape');
  await page.keyboard.press('ArrowRight');
  for (const _ of 'triage') await page.keyboard.press('Backspace');
  await page.keyboard.type('urgency');
  await expect(cardOf(page, 'urgency')).toHaveCount(1);
  const bad = ', "__proto__": 1';
  await page.keyboard.press('End');
  await page.keyboard.type(bad);
  await expect(page.getByText(/Not drawn, the canvas is as it was\..*__proto__/)).toBeVisible();
  await expect(cardOf(page, 'urgency')).toHaveCount(1);
  await looksRight(page, 'the flow as JSON', '[role=tabpanel]');
  for (const _ of bad) await page.keyboard.press('Backspace');
  await expect(page.getByText(/Not drawn/)).toHaveCount(0);
  await page.getByRole('button', { name: 'Undo: edit the JSON' }).click();
  await expect(cardOf(page, 'triage')).toHaveCount(1);
  await expect(page.getByRole('button', { name: 'Undo: edit the JSON' })).toHaveCount(0);
}

async function mockStep(page: Page): Promise<void> {
  await page.getByRole('tab', { name: 'JSON' }).click();
  await select(page, 'triage');
  await page.getByRole('button', { name: 'Run to here' }).click();
  await page.getByRole('button', { name: 'Make a mock of this output' }).click();
  await page.getByRole('textbox', { name: 'Name of the mock' }).fill('always urgent');
  await page.getByRole('combobox', { name: 'priority' }).click();
  await page.getByRole('option', { name: 'normal' }).click();
  await page.getByRole('switch', { name: 'Write it as JSON' }).press('Space');
  const value = page.getByRole('textbox', { name: 'Value, as JSON' });
  await expect(value).toHaveValue(/"priority": "normal"/);
  await value.fill('{"priority": "soon"}');
  await expect(page.getByRole('button', { name: 'Keep the mock' })).toBeDisabled();
  await looksRight(page, 'In → out, and a mock', '.inspector');
  await value.fill('{"priority": "urgent"}');
  await page.getByRole('button', { name: 'Keep the mock' }).click();
  // From afar it is a hatched band.
  await expect(
    cardOf(page, 'triage').getByTitle('A mock stands in the place of this step: always urgent'),
  ).toBeVisible();
  await page.getByRole('button', { name: 'Run case' }).click();
  const panel = page.getByRole('tabpanel');
  const good = panel.locator('.chip.good').filter({ hasText: 'expected' });
  await expect(panel.getByText('with 1 mock')).toBeVisible();
  await expect(panel.locator('.step').filter({ hasText: 'mocked: always urgent' })).toHaveCount(1);
  await expect(good).toHaveCount(0);
  await looksRight(page, 'a case with a mock');
  await page.getByRole('button', { name: 'Run without mocks' }).click();
  await expect(good).toHaveCount(1);
  await expect(cardOf(page, 'triage').getByText(/mocked/)).toHaveCount(0);
}
