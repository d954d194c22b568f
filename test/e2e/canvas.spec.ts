import { AxeBuilder } from '@axe-core/playwright';
import type { Locator } from '@playwright/test';
import { readFileSync } from 'node:fs';
import { readFlow } from '../../engine/flow/read.ts';
import { KINDS } from '../../nodes/index.ts';
import { cardOf, inspectorOf, select, wiresBehindCards } from './support/canvas.ts';
import { looksRight } from './support/looks.ts';
import { expect, test } from './support/test.ts';

/* oxlint-disable no-await-in-loop -- a person does one thing after the other */

test('steps are copied, grouped, disabled, commented on and found, all by keyboard, and nothing takes a text’s keys', async ({
  page,
  desk,
}) => {
  await desk.open(page);
  const saved = () => readFlow(readFileSync(desk.flowFile, 'utf8'), KINDS).flow;
  await expect(cardOf(page, 'start')).toBeVisible();
  await expect.poll(() => wiresBehindCards(page)).toEqual([]);

  await test.step('found', async () => {
    await page.keyboard.press('Control+f');
    await page.keyboard.type('uses:billing kind:connector account');
    await expect(page.getByRole('status').filter({ hasText: /1 of \d/ })).toBeVisible();
    await looksRight(page, 'the find bar', '.canvas');
    await page.keyboard.press('Escape');
    await expect(cardOf(page, 'account')).toBeFocused();
  });

  await test.step('the inspector is entered and left', async () => {
    await page.keyboard.press('Enter');
    await expect(inspectorOf(page).getByRole('button', { name: 'Connect…' })).toBeFocused();
    await page.keyboard.press('Escape');
    await expect(cardOf(page, 'account')).toBeFocused();
  });

  await test.step('copied and pasted under a name of its own', async () => {
    await page.keyboard.press('Control+c');
    await page.keyboard.press('Control+v');
    await expect(cardOf(page, 'account 2')).toBeFocused();
    await page.keyboard.press('Control+z');
    await expect(cardOf(page, 'account 2')).toHaveCount(0);
  });

  await test.step('disabled', async () => {
    await page.keyboard.press('/');
    await page.keyboard.type('"set priority" kind:connector');
    await page.keyboard.press('Escape');
    await expect(cardOf(page, 'set priority')).toBeFocused();
    await page.keyboard.press('d');
    await expect(cardOf(page, 'set priority').getByText('disabled')).toBeVisible();
    await expect(page.getByRole('button', { name: '1 doubt' })).toBeVisible();
  });

  await test.step('commented on, answered and closed', async () => {
    await page.keyboard.press('m');
    const dialog = page.getByRole('dialog');
    await page.keyboard.type('Why not <b>now</b>?');
    // What is typed ahead waits for the field; a key that finishes does not.
    await expect(dialog.getByRole('textbox')).toHaveValue('Why not <b>now</b>?');
    // What is begun is there for who comes back.
    await page.keyboard.press('Escape');
    await expect(cardOf(page, 'set priority')).toBeFocused();
    await page.keyboard.press('m');
    await expect(dialog.getByRole('textbox')).toHaveValue('Why not <b>now</b>?');
    await page.keyboard.press('Control+Enter');
    await expect(dialog.getByRole('paragraph').filter({ hasText: 'Why not <b>now</b>?' })).toBeVisible();
    await dialog.getByLabel('Answer to Ada Moss').fill('Later.');
    await dialog.getByRole('button', { name: 'Answer' }).click();
    await expect(dialog.getByLabel('Answer to Ada Moss')).toHaveValue('');
    await expect(dialog.getByRole('paragraph').filter({ hasText: 'Later.' })).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(cardOf(page, 'set priority').getByLabel('1 open comment')).toBeVisible();
    await expect(cardOf(page, 'set priority')).toBeFocused();
  });

  await test.step('grouped and folded', async () => {
    await page.keyboard.press('Control+g');
    await expect(page.getByLabel('Name of the group Group')).toBeFocused();
    await page.keyboard.type('Priority');
    await page.keyboard.press('Enter');
    await page.keyboard.press('g');
    await expect(page.getByLabel('Group Priority, 1 step, folded')).toBeFocused();
    await expect(cardOf(page, 'set priority')).toHaveCount(0);
  });

  await test.step('a text keeps its own undo', async () => {
    await page.keyboard.press('ArrowLeft');
    const name = inspectorOf(page).getByLabel('Name', { exact: true });
    const before = await name.inputValue();
    await name.press('End');
    await page.keyboard.type('x');
    await name.press('Control+z');
    await expect(name).toHaveValue(before);
    await expect(page.getByLabel('Group Priority, 1 step, folded')).toBeVisible();
    await expect(name).toBeFocused();
  });

  await test.step('one undo takes back a word, in every kind of field', async () => {
    const takesBack = async (field: Locator): Promise<void> => {
      await field.press('Control+End');
      const before = await field.inputValue();
      await page.keyboard.type('one two');
      await page.keyboard.press('Control+z');
      await expect(field).toHaveValue(`${before}one `);
      await page.keyboard.press('Control+z');
      await expect(field).toHaveValue(before);
    };
    await takesBack(inspectorOf(page).getByLabel('Name', { exact: true }));
    await page.keyboard.press('Control+k');
    await takesBack(page.locator('.pick-search'));
    await page.keyboard.press('Escape');
    await select(page, 'topic');
    await takesBack(inspectorOf(page).getByLabel('Question', { exact: true }));
    await page.keyboard.press('Escape');
    await page.locator('.react-flow__pane').click({ position: { x: 30, y: 60 } });
    const title = page.locator('#about-title');
    await takesBack(title);
    await page.keyboard.press('Control+Shift+z');
    await expect(title).toHaveValue(/one $/);
    await page.keyboard.press('Control+z');
  });

  await test.step('several are selected, by keyboard and with Shift, and a new note is written at once', async () => {
    const chosen = page.locator('.react-flow__node.selected');
    await select(page, 'topic');
    await page.keyboard.press('Control+ArrowLeft');
    await expect(cardOf(page, 'account')).toBeFocused();
    await expect(chosen).toHaveCount(1);
    await page.keyboard.press('Control+Space');
    await expect(chosen).toHaveCount(2);
    await cardOf(page, 'ticket')
      .locator('.card-name')
      .click({ modifiers: ['Shift'] });
    await expect(chosen).toHaveCount(3);
    await page.keyboard.press('Control+f');
    await page.keyboard.type('kind:end');
    await page.keyboard.press('Alt+a');
    await expect(chosen).toHaveCount(5);
    await page.keyboard.press('Escape');
    await page.keyboard.press('n');
    await page.keyboard.type('note');
    await page.keyboard.press('Enter');
    await expect(page.locator('.note-field')).toBeFocused();
    await page.keyboard.type('n is a letter');
    await page.keyboard.press('Escape');
    const note = page.locator('.note').filter({ hasText: 'n is a letter' });
    await expect(note).toBeVisible();
    // Drawn larger at its upper left corner, it grows there: the lower right one stays.
    const corner = page.locator('.note-corner.top.left');
    const edges = async () => {
      const box = await note.boundingBox();
      return box === null ? [] : [box.x, box.y, box.x + box.width, box.y + box.height].map(Math.round);
    };
    await page.keyboard.press('2');
    await expect(corner).toBeVisible();
    const [left = 0, top = 0, right = 0, bottom = 0] = await edges();
    await corner.hover();
    await page.mouse.down();
    await page.mouse.move(left - 24, top - 24, { steps: 3 });
    await page.mouse.up();
    await expect(async () => {
      const now = await edges();
      expect(now.slice(2)).toEqual([right, bottom]);
      expect([(now[0] ?? 0) < left - 8, (now[1] ?? 0) < top - 8]).toEqual([true, true]);
    }).toPass({ timeout: 5000 });
    await page.keyboard.press('1');
    await page.keyboard.press('Control+z');
    await page.keyboard.press('Control+z');
    await page.keyboard.press('Control+z');
  });

  await test.step('a step that is dragged is selected at once, and told of once it is let go', async () => {
    const name = inspectorOf(page).getByLabel('Name', { exact: true });
    await select(page, 'topic');
    await expect(name).toHaveValue('topic');
    const account = cardOf(page, 'account');
    const at = await account.boundingBox();
    await account.locator('.card-name').hover();
    await page.mouse.down();
    await page.mouse.move((at?.x ?? 0) + 60, (at?.y ?? 0) + 90, { steps: 4 });
    await expect(account).toContainClass('selected');
    await expect(name).toHaveValue('topic');
    await page.mouse.up();
    await expect(name).toHaveValue('account');
    await page.keyboard.press('Control+z');
    await expect.poll(async () => Math.round((await account.boundingBox())?.y ?? 0)).toBe(Math.round(at?.y ?? 0));
  });

  await test.step('a wire that has the keyboard keeps it over a dialog, and is removed by a key', async () => {
    const wire = page.getByLabel('Wire from ticket, exit done, to account');
    await select(page, 'ticket');
    await page.keyboard.press('1');
    await wire.focus();
    await expect(inspectorOf(page).getByRole('heading', { name: 'Wire' })).toBeVisible();
    await page.keyboard.press('Control+k');
    await expect(page.locator('.pick-search')).toBeFocused();
    await page.keyboard.press('Escape');
    await expect(wire).toBeFocused();
    await page.keyboard.press('Delete');
    await expect(wire).toHaveCount(0);
    await page.keyboard.press('Control+z');
    await expect(wire).toHaveCount(1);
  });

  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => `${id} ${nodes[0]?.html ?? ''}`)).toEqual([]);
  await page.keyboard.press('Control+s');
  await expect.poll(() => Object.values(saved()?.groups ?? {})).toMatchObject([{ name: 'Priority', folded: true }]);
  expect(Object.values(saved()?.comments ?? {})).toMatchObject([{ remarks: [{ by: 'Ada Moss' }, { text: 'Later.' }] }]);

  await test.step('zoomed to fit, no step lies below what floats over the canvas', async () => {
    await page.getByRole('button', { name: 'Flows and steps', exact: true }).click();
    await page.getByRole('button', { name: 'Inspector', exact: true }).click();
    await page.getByRole('tab', { name: 'Problems' }).click();
    await page.getByRole('button', { name: 'Zoom to fit' }).click();
    const covered = () =>
      page.evaluate(() => {
        const floating = ['.overview', '.canvas-tools'].map((name) => document.querySelector(name));
        const cards = [...document.querySelectorAll('.react-flow__node')].map((card) => card.getBoundingClientRect());
        return floating.some((one) => {
          const box = one?.getBoundingClientRect();
          return box === undefined || cards.some((card) => card.bottom > box.top);
        });
      });
    await expect.poll(covered).toBe(false);
  });
});
