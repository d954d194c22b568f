import type { Locator, Page } from '@playwright/test';
import { readFileSync } from 'node:fs';
import type { DecisionTable } from '../../engine/dmn/table.ts';
import { readFlow } from '../../engine/flow/read.ts';
import { KINDS } from '../../nodes/index.ts';
import { ruleSchema, tableOf } from '../../nodes/rule/config.ts';
import { changeFlow } from '../support/support-desk.ts';
import { cardOf, tabTo } from './support/canvas.ts';
import { cell, writeCell } from './support/forms.ts';
import { expect, test } from './support/test.ts';

/* oxlint-disable no-await-in-loop -- a person does one thing after the other */

const RULE = 'n_triage';
const ANYTHING = 6;

const sheetOf = (page: Page): Locator => page.getByRole('dialog', { name: 'Decision table of' });
const rowOf = (page: Page, row: number): Locator =>
  sheetOf(page)
    .getByRole('row')
    .filter({ has: page.locator(`[data-row="${row}"]`) });
const message = (page: Page): Locator => sheetOf(page).locator('.grid-message');

function tableIn(file: string): DecisionTable {
  const { flow } = readFlow(readFileSync(file, 'utf8'), KINDS);
  const table = tableOf(ruleSchema.parse(flow?.nodes[RULE]?.config));
  if (table === null) throw new Error('the sample’s rule has a table');
  return table;
}

/** Goes to the rule on the canvas, to its table in the inspector, and from there to the sheet, all by keyboard. */
async function openSheet(page: Page): Promise<void> {
  await expect(cardOf(page, 'start')).toBeVisible();
  for (const name of ['start', 'ticket', 'account', 'topic', 'triage']) {
    await page.keyboard.press('ArrowRight');
    await expect(cardOf(page, name)).toBeFocused();
  }
  await page.keyboard.press('Enter');
  await tabTo(page, page.getByRole('button', { name: 'Edit table' }));
  await page.keyboard.press('Enter');
  await expect(cell(page, 0, 0)).toBeFocused();
}

async function press(page: Page, keys: string): Promise<void> {
  for (const key of keys.split(' ')) await page.keyboard.press(key);
}

async function saved(page: Page): Promise<void> {
  await page.keyboard.press('Control+s');
  await page.keyboard.press('Escape');
  await expect(sheetOf(page)).toHaveCount(0);
  await expect(page.getByRole('button', { name: /^Versions: .*not saved/ })).toHaveCount(0);
}

test('a table is edited by keyboard alone: cells, rows, what the analysis says at the row, undo', async ({
  page,
  desk,
}) => {
  const before = tableIn(desk.flowFile);
  await desk.open(page);
  await openSheet(page);
  await expect(sheetOf(page).getByText('No findings')).toBeVisible();

  await test.step('a column is set up from its head', async () => {
    await press(page, 'ArrowUp Enter');
    await expect(page.getByRole('textbox', { name: 'What is tested' })).toBeFocused();
    await press(page, 'Escape');
    await expect(cell(page, -1, 0)).toBeFocused();
    await press(page, 'ArrowDown');
  });

  await test.step('what can be done with it is in the palette, which opens over it and leaves it as it was', async () => {
    await press(page, 'Control+k');
    await page.keyboard.type('duplicate the rows');
    await expect(page.getByRole('option', { name: /^Duplicate the rows/ })).toBeVisible();
    await press(page, 'Enter');
    await expect(cell(page, 1, 0)).toBeFocused();
    await press(page, 'Control+z Control+k');
    await expect(page.getByRole('combobox', { name: 'What is to be done' })).toBeFocused();
    await press(page, 'Escape');
    await expect(cell(page, 1, 0)).toBeFocused();
    await expect(sheetOf(page)).toBeVisible();
  });

  await test.step('a row below the one that takes everything never counts, and is told of at the row', async () => {
    await press(page, 'Control+End Control+Enter');
    await expect(cell(page, ANYTHING + 1, 0)).toBeFocused();
    await press(page, 'Tab');
    await page.keyboard.type('"plus');
    await expect(page.getByRole('option', { name: '"plus"' })).toBeVisible();
    await page.keyboard.type('"');
    await expect(page.getByRole('option')).toHaveCount(0);
    await press(page, 'Tab Tab');
    await page.keyboard.type('low');
    await expect(page.getByRole('option', { name: '"low"' })).toBeVisible();
    await press(page, 'Tab Enter');
    await expect(cell(page, ANYTHING + 1, 3)).toHaveText('"low"');
    await press(page, 'ArrowUp');
    await expect(rowOf(page, ANYTHING + 1).getByRole('img', { name: 'Doubt' })).toBeVisible();
    await expect(message(page)).toContainText('Row 8 never counts: row 7 above takes all that it matches.');
    await expect(sheetOf(page).getByRole('button', { name: '1 finding' })).toBeVisible();
  });

  await test.step('one that nothing can match is told of at its cell', async () => {
    await press(page, 'Home Control+ArrowRight');
    await expect(cell(page, ANYTHING + 1, 1)).toBeFocused();
    await writeCell(page, '(5..1)');
    await press(page, 'Enter ArrowUp');
    await expect(cell(page, ANYTHING + 1, 1)).toHaveAttribute('aria-invalid', 'true');
    await press(page, 'Control+z');
    await expect(cell(page, ANYTHING + 1, 1)).toHaveText('"plus"');
  });

  await test.step('moved above it, the row counts', async () => {
    await press(page, 'Alt+ArrowUp');
    await expect(cell(page, ANYTHING, 1)).toBeFocused();
    await expect(sheetOf(page).getByText('No findings')).toBeVisible();
  });

  await test.step('a finding leads to its row', async () => {
    await press(page, 'Alt+ArrowDown Control+Home');
    await press(page, 'F6');
    const finding = sheetOf(page).getByRole('button', { name: 'Row 8 never counts' });
    await tabTo(page, finding);
    await press(page, 'Enter');
    await expect(cell(page, ANYTHING + 1, 0)).toBeFocused();
    await press(page, 'Alt+ArrowUp');
    await expect(sheetOf(page).getByText('No findings')).toBeVisible();
  });

  await saved(page);
  const after = tableIn(desk.flowFile);
  expect(after.rows.map(({ when, then }) => [...when, ...then])).toEqual(
    before.rows.map(({ when, then }) => [...when, ...then]).toSpliced(ANYTHING, 0, ['-', '"plus"', '-', '"low"']),
  );
  expect(after.inputs).toEqual(before.inputs);
  await expect(page.getByRole('button', { name: 'No problems' })).toBeVisible();
});

test('ranges are copied, pasted, filled, cleared and taken back; what does not fit is said', async ({ page, desk }) => {
  const before = tableIn(desk.flowFile);
  await desk.open(page);
  await openSheet(page);
  const texts = (row: number) => sheetOf(page).locator(`[data-at^="${row}:"]`).allTextContents();
  const [first, second, third] = [await texts(0), await texts(1), await texts(2)];

  await press(page, 'Shift+ArrowDown Shift+ArrowRight');
  await expect(message(page)).toContainText('2 rows, 2 columns selected.');
  await press(page, 'Control+c Control+End Home ArrowDown');
  await expect(cell(page, 7, 0)).toBeFocused();
  await press(page, 'Control+v');
  await expect(cell(page, 8, 1)).toHaveText(second[1] ?? '');
  expect((await texts(7)).slice(0, 2)).toEqual(first.slice(0, 2));
  await press(page, 'Control+z');
  await expect(rowOf(page, 8)).toHaveCount(0);

  await press(page, 'Control+Home Shift+Space Control+x');
  await expect(cell(page, 0, 0)).toHaveText('-');
  await press(page, 'ArrowDown ArrowRight ArrowRight Control+v');
  await expect(message(page)).toContainText('2 columns did not fit to the right of the table and were not pasted.');
  await press(page, 'Control+z Control+z');
  expect([await texts(0), await texts(1)]).toEqual([first, second]);

  await press(page, 'Control+Home ArrowDown Shift+ArrowDown Control+d');
  expect((await texts(2))[0]).toBe(second[0]);
  await press(page, 'Delete');
  await expect(cell(page, 1, 0)).toHaveText('-');
  await press(page, 'Control+z Control+z');
  expect(await texts(2)).toEqual(third);

  await press(page, 'Control+Home Control+Space Control+Shift+D');
  await expect(sheetOf(page).getByRole('columnheader', { name: 'Input 2: Topic' })).toBeVisible();
  await press(page, 'Control+-');
  await expect(sheetOf(page).getByRole('columnheader', { name: 'Input 2: Topic' })).toHaveCount(0);
  await page.keyboard.press('Escape');
  await saved(page);
  expect(tableIn(desk.flowFile)).toEqual(before);
});

test('a table is tried with values and with a scenario: rows that match are lit, others say why not', async ({
  page,
  desk,
}) => {
  await desk.open(page);
  await openSheet(page);
  await press(page, 'Shift+F6');
  await tabTo(page, sheetOf(page).getByRole('button', { name: 'Try it' }));
  await press(page, 'Enter');
  const trial = sheetOf(page).getByRole('region', { name: 'Try it' });

  await expect(trial.getByRole('combobox', { name: 'Take values from a scenario' })).toBeFocused();
  await tabTo(page, trial.getByRole('combobox', { name: 'account.tier' }));
  await page.keyboard.type('busi');
  await page.keyboard.press('Enter');
  await expect(rowOf(page, 2).getByRole('img', { name: 'Matches and counts' })).toBeVisible();
  await expect(rowOf(page, ANYTHING).getByRole('img', { name: 'Matches', exact: true })).toBeVisible();
  await expect(trial.getByText('Row 3 gives it.')).toBeVisible();
  await expect(trial.getByText('high', { exact: true })).toBeVisible();

  await press(page, 'Shift+F6');
  await expect(cell(page, 0, 0)).toBeFocused();
  await expect(message(page)).toContainText('Row 1 does not match: “Topic” is null');
  await press(page, 'ArrowDown ArrowDown');
  await expect(message(page)).toContainText('Row 3 matches and gives the result.');

  await press(page, 'F6');
  await tabTo(page, trial.getByRole('combobox', { name: 'Take values from a scenario' }));
  await press(page, 'ArrowDown');
  await page.getByRole('option', { name: 'A credit of 120 € waits for a team lead' }).click();
  await expect(trial.getByText(/^Rows? \d.* gives? it\.$/)).toBeVisible();
  await expect(trial.getByRole('combobox', { name: 'account.tier' })).not.toHaveValue('business');
});

test('a table of 5,000 rows is walked and written like a short one', async ({ page, desk }) => {
  test.setTimeout(120_000);
  const count = 5000;
  changeFlow(desk.root, (flow) => {
    const node = flow.nodes[RULE];
    if (node === undefined) throw new Error('the sample has a rule');
    const table = tableOf(ruleSchema.parse(node.config));
    const rows = Array.from({ length: count - 1 }, (_, i) => ({
      id: `r${i + 1}`,
      when: ['-', '-', String(i)],
      then: ['"low"'],
    }));
    const last = { id: `r${count}`, when: ['-', '-', '-'], then: ['"normal"'] };
    node.config = { ...node.config, table: { ...table, rows: [...rows, last] } };
  });
  await desk.open(page);
  await openSheet(page);

  await press(page, 'Control+End');
  await expect(cell(page, count - 1, 4)).toBeFocused();
  await expect(cell(page, count - 1, 3)).toHaveText('"normal"');
  expect(await sheetOf(page).getByRole('row').count()).toBeLessThan(120);
  await press(page, 'Control+Home PageDown');
  await expect(cell(page, 0, 0)).not.toBeFocused();

  await press(page, 'Control+Home ArrowRight ArrowRight ArrowRight');
  for (let row = 0; row < 12; row++) {
    await page.keyboard.type('"high"');
    await page.keyboard.press('Enter');
  }
  await expect(cell(page, 12, 3)).toBeFocused();
  await press(page, 'Control+Shift+ArrowDown Control+c Control+Home Control+End ArrowLeft ArrowDown');
  await expect(cell(page, count, 3)).toBeFocused();
  await page.keyboard.type('"urgent"');
  await page.keyboard.press('Enter');

  await sheetOf(page).getByRole('grid').hover();
  await page.mouse.wheel(0, -400_000);
  await expect(cell(page, 0, 3)).toHaveText('"high"');
  await press(page, 'Control+Home');
  await saved(page);
  const { rows } = tableIn(desk.flowFile);
  expect(rows).toHaveLength(count + 1);
  expect(rows.slice(0, 14).map(({ then }) => then[0])).toEqual([
    ...Array.from({ length: 12 }, () => '"high"'),
    '"low"',
    '"low"',
  ]);
  expect(rows.at(-1)).toMatchObject({ then: ['"urgent"'] });
});
