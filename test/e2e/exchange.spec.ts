import type { Locator, Page } from '@playwright/test';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DecisionTable } from '../../engine/dmn/table.ts';
import { readTableFile } from '../../engine/dmn/sheet/table-file.ts';
import { readFlow } from '../../engine/flow/read.ts';
import { KINDS } from '../../nodes/index.ts';
import { ruleSchema } from '../../nodes/rule/config.ts';
import { inspectorOf, select } from './support/canvas.ts';
import { looksRight } from './support/looks.ts';
import { expect, test, type Desk } from './support/test.ts';

function tableOf(desk: Desk): DecisionTable {
  const { flow } = readFlow(readFileSync(desk.flowFile, 'utf8'), KINDS);
  const { table } = ruleSchema.parse(flow?.nodes['n_triage']?.config);
  if (table === undefined) throw new Error('the rule of the sample has a table');
  return table;
}

async function openTable(page: Page): Promise<Locator> {
  await select(page, 'triage');
  await inspectorOf(page).getByRole('button', { name: 'Edit table' }).click();
  const sheet = page.getByRole('dialog', { name: 'Decision table of “triage”' });
  await expect(sheet.getByRole('grid')).toBeVisible();
  return sheet;
}

async function download(page: Page, sheet: Locator, entry: string, to: string): Promise<string> {
  await sheet.getByRole('button', { name: 'Import / Export' }).click();
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    sheet.getByRole('menuitem', { name: entry, exact: false }).first().click(),
  ]);
  const path = join(to, file.suggestedFilename());
  await file.saveAs(path);
  return path;
}

test('a table goes out to spreadsheets and comes back, and what changes or goes is shown before', async ({
  page,
  desk,
}, info) => {
  const before = tableOf(desk);
  await desk.open(page);
  const sheet = await openTable(page);

  const xlsx = await download(page, sheet, 'Export as Excel workbook', info.outputPath());
  expect(xlsx).toMatch(/triage\.xlsx$/);
  expect(await readTableFile(readFileSync(xlsx))).toMatchObject({ ok: true, table: before });
  const european = await download(page, sheet, 'Export as CSV for European Excel', info.outputPath());
  const text = readFileSync(european).toString('latin1');
  expect(text).toContain('Hit policy: FIRST;Topic;Tier;Open disputes;priority;Note\r\n');

  await test.step('the same file back changes nothing', async () => {
    await sheet.getByLabel('A CSV file or an Excel workbook').setInputFiles(xlsx);
    const dialog = page.getByRole('dialog', { name: 'Import triage.xlsx' });
    await expect(dialog.getByText('The sheet says what the table says already.')).toBeVisible();
    await expect(dialog.getByText('Excel workbook, sheet “triage”.')).toBeVisible();
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await expect(dialog).toHaveCount(0);
  });

  await test.step('a file of European Excel with fewer rows says what is read and what goes', async () => {
    const bytes = Buffer.from(
      'Topic;Open disputes;Priority\r\ncard lost or stolen;> 2,5;high\r\n-;-;normal\r\n',
      'latin1',
    );
    const input = sheet.getByLabel('A CSV file or an Excel workbook');
    await input.setInputFiles({ name: 'few.csv', mimeType: 'text/csv', buffer: bytes });
    const dialog = page.getByRole('dialog', { name: 'Import few.csv' });
    await expect(dialog.getByRole('heading', { name: 'Goes' })).toBeVisible();
    await expect(dialog.getByText('The sheet has no column for “Tier”.')).toBeVisible();
    await expect(dialog.getByText('> 2,5')).toBeVisible();
    await expect(dialog.getByLabel('Priority')).toHaveValue('output');
    await looksRight(page, 'importing a spreadsheet');
    await dialog.getByRole('button', { name: 'Use this table and let go what goes' }).click();
    await expect(dialog).toHaveCount(0);
    await expect(sheet.getByRole('gridcell', { name: /> 2\.5/ }).first()).toBeVisible();
  });

  await test.step('it is one step to undo, and the very table is back', async () => {
    await sheet.getByRole('grid').locator('[tabindex="0"]').first().focus();
    await page.keyboard.press('Control+z');
    await expect(sheet.getByText('> 2.5')).toHaveCount(0);
    await page.keyboard.press('Control+s');
    await expect(() => expect(tableOf(desk)).toEqual(before)).toPass();
  });

  await test.step('a broken file is refused in plain words', async () => {
    const input = sheet.getByLabel('A CSV file or an Excel workbook');
    await input.setInputFiles({ name: 'torn.csv', mimeType: 'text/csv', buffer: Buffer.from('a,b\n"1,2') });
    const dialog = page.getByRole('dialog', { name: 'Import torn.csv' });
    await expect(dialog.getByRole('alert')).toContainText('A quotation mark that opens in row 2');
    await dialog.getByRole('button', { name: 'Close' }).last().click();
  });
});
