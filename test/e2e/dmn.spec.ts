import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readFlow } from '../../engine/flow/read.ts';
import { KINDS } from '../../nodes/index.ts';
import { ruleSchema, tableOf } from '../../nodes/rule/config.ts';
import { inspectorOf, select } from './support/canvas.ts';
import { cell, writeCell } from './support/forms.ts';
import { looksRight } from './support/looks.ts';
import { expect, test, type Desk } from './support/test.ts';

/** The rule of the sample as the file on disk has it. */
function ruleOf(desk: Desk) {
  const { flow } = readFlow(readFileSync(desk.flowFile, 'utf8'), KINDS);
  return ruleSchema.parse(flow?.nodes['n_triage']?.config);
}

test('a rule leaves as a DMN file, comes back as a decision of it, is edited there, and is made the step’s own again', async ({
  page,
  desk,
}, info) => {
  await desk.open(page);
  const before = ruleOf(desk);
  await select(page, 'triage');
  const inspector = inspectorOf(page);
  const save = async () => {
    await page.keyboard.press('Control+s');
    await expect(page.getByRole('button', { name: 'Saved' }).or(page.getByText('Saved')).first()).toBeVisible();
  };
  const download = async (name: string): Promise<string> => {
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      inspector.getByRole('button', { name: 'Export as DMN', exact: true }).click(),
    ]);
    expect(file.suggestedFilename()).toBe('triage.dmn');
    const path = join(info.outputDir, name);
    await file.saveAs(path);
    return path;
  };
  const first = await download('first.dmn');

  await inspector.getByLabel('A DMN file').setInputFiles(first);
  const dialog = page.getByRole('dialog', { name: 'Rule from first.dmn' });
  await expect(dialog.getByRole('radio', { name: 'triage' })).toBeChecked();
  await looksRight(page, 'importing DMN');
  await dialog.getByRole('button', { name: 'Use this decision' }).click();
  await expect(dialog).toHaveCount(0);
  await expect(inspector.getByRole('combobox', { name: 'Decides as' })).toHaveValue('triage');

  // The file goes out as it came in.
  expect(readFileSync(await download('second.dmn')).equals(readFileSync(first))).toBe(true);

  await inspector.getByRole('button', { name: 'Edit the table of “triage”' }).click();
  const sheet = page.getByRole('dialog');
  await expect(cell(page, 0, 0)).toBeFocused();
  await page.keyboard.press('ArrowRight');
  await writeCell(page, '"plus" & x');
  await page.keyboard.press('Enter');
  await expect(sheet.getByRole('button', { name: 'Import / Export' })).toBeVisible();
  await sheet.getByRole('button', { name: 'Close' }).first().click();
  await expect(sheet).toHaveCount(0);

  // The change is that of one cell, in the file too; undone, the file is as it was.
  const changed = readFileSync(await download('third.dmn'), 'utf8').split('\n');
  const lines = readFileSync(first, 'utf8').split('\n');
  expect(changed.filter((line, i) => line !== lines[i])).toEqual([
    expect.stringContaining('<text>"plus" &amp; x</text>'),
  ]);
  await page.getByRole('button', { name: /^Undo/ }).click();
  expect(readFileSync(await download('fourth.dmn')).equals(readFileSync(first))).toBe(true);

  await inspector.getByRole('button', { name: 'Make the table this step’s own' }).click();
  await expect(inspector.getByRole('button', { name: 'Edit table' })).toBeVisible();
  await save();
  await expect(() => expect(tableOf(ruleOf(desk))).toEqual(tableOf(before))).toPass();
  expect(ruleOf(desk)).toEqual(before);
});
