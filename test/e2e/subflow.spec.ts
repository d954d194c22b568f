import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { writeFlow } from '../../engine/flow/read.ts';
import type { Flow } from '../../engine/flow/document.ts';
import { flowOf } from '../../engine/flow/testing/build.ts';
import { canvasOf, cardOf, inspectorOf, select } from './support/canvas.ts';
import { unfold } from './support/places.ts';
import { expect, test } from './support/test.ts';

const place = (flow: Flow, steps: readonly string[]): Flow => ({
  ...flow,
  layout: Object.fromEntries(steps.map((id, i) => [id, { x: (i % 3) * 320, y: Math.floor(i / 3) * 220 }])),
});

const inner = place(
  flowOf('Amount check')
    .input({ amount: { type: 'number' }, why: { type: 'string', optional: true } })
    .node('Start', 'trigger', { columns: {} })
    .node('Twice', 'transform', { fields: { n: 'input.amount * 2' } })
    .node('Checked', 'end', { result: 'checked', value: { n: 'Twice.n' } })
    .chain('Start', 'Twice', 'Checked')
    .build(),
  ['n_start', 'n_twice', 'n_checked'],
);
const outer = place(
  flowOf('A case in parts')
    .input({ amount: { type: 'number' } })
    .node('Start', 'trigger', { columns: {} })
    .node('Check', 'subflow', { flow: '', results: [], arguments: {} })
    .node('Done', 'end', { result: 'done', value: { n: 'Check.n' } })
    .chain('Start', 'Check')
    .edge('Check', 'checked', 'Done')
    .build(),
  ['n_start', 'n_check', 'n_done'],
);
const scenario = {
  format: 'countersign.scenario',
  version: 1,
  name: 'twice twenty',
  input: { amount: 20 },
  expect: { status: 'completed', result: 'done', passes: ['Check › Twice', 'Check'] },
};

test('a flow is chosen for a step, gets its arguments, is told step by step, and opens', async ({ page, desk }) => {
  const put = (path: string, text: string) => {
    mkdirSync(dirname(join(desk.root, path)), { recursive: true });
    writeFileSync(join(desk.root, path), text);
  };
  put('flows/a-parts.flow.json', writeFlow(outer));
  put('flows/amount-check.flow.json', writeFlow(inner));
  put('tests/a-parts/twice.scenario.json', JSON.stringify(scenario));
  await desk.open(page);
  await select(page, 'Check');
  const form = inspectorOf(page);
  await form.getByRole('combobox', { name: 'Flow' }).click();
  await page.getByRole('option', { name: 'Amount check' }).click();
  await expect(form.getByText('checked', { exact: true }).first()).toBeVisible();
  await form.getByRole('textbox', { name: 'amount', exact: true }).fill('input.amount');
  await expect(page.getByRole('button', { name: 'No problems' })).toBeVisible();
  await expect(cardOf(page, 'Check').getByText('Amount check')).toBeVisible();
  await page.keyboard.press('Control+s');
  await expect
    .poll(() => readFileSync(join(desk.root, 'flows/a-parts.flow.json'), 'utf8'))
    .toContain('"flow": "flows/amount-check.flow.json"');

  await page.getByRole('button', { name: 'Run case' }).click();
  const panel = page.getByRole('tabpanel');
  await expect(panel.getByText('as expected', { exact: true })).toBeVisible();
  await expect(panel.locator('.step').filter({ hasText: 'Check › Twice' })).toHaveCount(1);
  await expect(cardOf(page, 'Check').locator('.card')).toHaveClass(/traced/);
  await expect(page.getByLabel('Wire from Check, exit checked, to Done').locator('.wire')).toHaveClass(/traced/);
  await panel.getByRole('button', { name: 'Check › Twice', exact: true }).click();
  await expect(cardOf(page, 'Check')).toHaveClass(/selected/);
  await unfold(page, 'Coverage');
  await panel.getByRole('button', { name: 'Run all scenarios' }).click();
  await expect(panel.getByText('1 of 1 as expected')).toBeVisible({ timeout: 30_000 });

  await form.getByRole('button', { name: 'Open this flow' }).click();
  await expect(cardOf(page, 'Twice')).toHaveCount(1);
  await expect(canvasOf(page)).toBeVisible();
});
