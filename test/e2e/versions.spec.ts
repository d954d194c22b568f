import type { Page } from '@playwright/test';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cardOf, rename, select } from './support/canvas.ts';
import { looksRight } from './support/looks.ts';
import { expect, test } from './support/test.ts';
import { changeFlow } from '../support/support-desk.ts';

const chip = (page: Page) => page.getByRole('button', { name: /^Versions: / });

test('a version is set down and compared with; a crash of the engine and a file that changed behind cost nothing', async ({
  page,
  desk,
  complaints,
}) => {
  // A crash, a reload and six looks at the window take their time on a busy machine.
  test.slow();
  await desk.open(page);
  await chip(page).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox', { name: 'Name', exact: true }).fill('As it went live');
  await dialog.getByRole('button', { name: 'Save as version', exact: true }).click();
  await expect(dialog.getByText('Nothing has changed since version 1.')).toBeFocused();
  await looksRight(page, 'the versions', '[role=dialog]');
  await page.keyboard.press('Escape');
  await expect(chip(page)).toHaveAccessibleName('Versions: v1');

  // What changed is drawn: a step that is called otherwise, and one that is gone.
  await select(page, 'check');
  await page.keyboard.press('Delete');
  await select(page, 'plan');
  await rename(page, 'what to do');
  await expect(chip(page)).toHaveAccessibleName('Versions: v1 draft, not saved');
  await page.keyboard.press('Shift+D');
  await expect(page.getByRole('button', { name: 'check, removed' })).toBeVisible();
  await page.keyboard.press('.');
  const changes = page.getByRole('list', { name: 'Changes' });
  await expect(changes.getByRole('button').first()).toHaveAttribute('aria-current', 'true');
  await expect(page.getByText('The step “plan” is now called “what to do”.')).toHaveCount(0);
  await changes.getByRole('button', { name: 'what to do' }).click();
  await expect(page.getByText('The step “plan” is now called “what to do”.')).toBeVisible();
  await looksRight(page, 'a comparison', '.desk-middle');

  // The engine is killed; the window says so, goes on, and is connected again.
  desk.crash();
  await expect(page.getByText('The engine cannot be reached.').first()).toBeVisible();
  await rename(page, 'what is done');
  await expect(cardOf(page, 'what is done')).toBeVisible();
  await expect(page.getByText('The engine is back.')).toBeVisible({ timeout: 15_000 });
  // The browser says of its own accord that a socket broke.
  complaints.splice(0, complaints.length, ...complaints.filter((one) => !one.includes('WebSocket')));

  // Another program writes the file; saving asks, and what is kept is mine.
  changeFlow(desk.root, (flow) => {
    flow.about.purpose = 'Written elsewhere';
  });
  await page.getByRole('button', { name: 'Decide…' }).click();
  await expect(dialog.getByText('Written elsewhere')).toBeVisible();
  await looksRight(page, 'a file that is another', '[role=dialog]');
  await dialog.getByRole('button', { name: 'Keep mine' }).click();
  await expect(chip(page)).toHaveAccessibleName('Versions: v1 draft');
  expect(readFileSync(desk.flowFile, 'utf8')).toContain('what is done');

  // A window that goes away leaves its draft behind; a document of a newer version is only looked at.
  await select(page, 'what is done');
  await rename(page, 'lost and found');
  await expect(chip(page)).toHaveAccessibleName(/not saved/);
  await expect.poll(() => readDraft(desk.root)).toContain('lost and found');
  // Another window is offered it once this one is gone, and not any more once this one has taken it up.
  const other = await page.context().newPage();
  await other.goto(page.url());
  await expect(cardOf(other, 'what is done')).toBeVisible();
  const offered = other.getByRole('button', { name: 'Look at it…' });
  await expect(offered).toHaveCount(0);
  await page.reload();
  await expect(offered).toBeVisible();
  await page.getByRole('button', { name: 'Look at it…' }).click();
  await expect(dialog.getByText('is now called “lost and found”')).toBeVisible();
  await looksRight(page, 'a draft that was lost', '[role=dialog]');
  await dialog.getByRole('button', { name: 'Take it up' }).click();
  await expect(cardOf(page, 'lost and found')).toBeVisible();
  await expect(offered).toHaveCount(0);
  await other.close();
  await page.keyboard.press('Control+s');
  await expect(chip(page)).toHaveAccessibleName('Versions: v1 draft');
  writeFileSync(desk.flowFile, readFileSync(desk.flowFile, 'utf8').replace('"version": 1', '"version": 99'));
  await expect(
    page.getByText(/^This flow can be looked at only\. .* open it with the newer Countersign\.$/),
  ).toBeVisible();
  await looksRight(page, 'a flow of a newer version', '.version-banner');
});

function readDraft(root: string): string {
  try {
    const folder = `${root}/.countersign/drafts`;
    return readdirSync(folder)
      .map((name) => readFileSync(`${folder}/${name}`, 'utf8'))
      .join('');
  } catch {
    return '';
  }
}
