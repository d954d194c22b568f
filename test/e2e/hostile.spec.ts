import { cardOf, select } from './support/canvas.ts';
import { fillWorkspace, hostileTexts, openCanary, SCENARIO_FILE } from './support/hostile.ts';
import { exportRelease, goTo, unfold } from './support/places.ts';
import { spilled } from './support/spilled.ts';
import { expect, test } from './support/test.ts';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/* oxlint-disable no-await-in-loop -- a person looks at one place after the other */

test('P39 whatever documents, people and files say is text: nothing runs, nothing is asked for, nothing spills', async ({
  page,
  desk,
}) => {
  const canary = await openCanary();
  const hostile = hostileTexts(canary.url);
  fillWorkspace(desk.root, hostile);
  const person = hostile('person', 120);

  const look = async (where: string): Promise<void> => {
    expect.soft(await spilled(page), where).toEqual([]);
    const { hurt, foreign } = await page.evaluate(() => ({
      hurt: Reflect.has(window, 'hurt'),
      foreign: document.querySelectorAll('img, iframe, object, embed, script:not([src]), a[href^="javascript:" i]')
        .length,
    }));
    expect.soft({ hurt, foreign }, where).toEqual({ hurt: false, foreign: 0 });
  };

  await desk.open(page, person);
  await goTo(page, 'Flows');
  await expect(cardOf(page, 'topic')).toBeVisible();
  await expect(page.getByText(person)).toBeVisible();
  await expect(page.getByRole('heading', { level: 1 })).toContainText('title');
  await look('the canvas');
  for (const step of ['topic', 'plan', 'credit approval', 'start']) {
    await select(page, step);
    await look(`the form of “${step}”`);
  }
  await select(page, 'plan');
  await page.getByRole('button', { name: 'Edit table' }).click();
  await look('a decision table');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await page.keyboard.press('Control+k');
  await page.keyboard.type('Comment…');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog')).toContainText('remark');
  await look('comments');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await page.getByRole('button', { name: 'Run case' }).click();
  const panel = page.getByRole('tabpanel');
  await panel.getByRole('button', { name: 'Details of topic' }).click();
  await panel.getByRole('combobox', { name: 'Scenario' }).press('ArrowDown');
  await look('a case');
  await page.keyboard.press('Escape');
  await unfold(page, 'Problems');
  await look('problems');
  await page.keyboard.press('Control+k');
  await look('the palette');
  await page.keyboard.press('Escape');

  await exportRelease(page);
  await goTo(page, 'Cases');
  await page.getByRole('button', { name: 'Start a case' }).click();
  const dialog = page.getByRole('dialog');
  // Their labels are not what they were.
  await dialog
    .getByRole('textbox')
    .nth(0)
    .fill(`I was charged twice ${hostile('message', 400)}`);
  await dialog.getByRole('textbox').nth(1).fill('2');
  await look('the input of a case');
  await dialog.getByRole('button', { name: 'Start case' }).click();
  await expect(dialog).toHaveCount(0);
  await goTo(page, 'Tasks');
  await expect(page.getByRole('region').first()).toBeVisible();
  for (const place of [
    'Tasks',
    'Sandbox',
    'Releases',
    'Models',
    'Connections',
    'Policy',
    'Record',
    'Settings',
    'Start',
  ]) {
    await goTo(page, place);
    await expect(page.getByRole('heading', { level: 1 }).first()).toBeVisible();
    await expect(page.getByRole('status', { name: /^Loading/ })).toHaveCount(0);
    await look(place);
  }
  await goTo(page, 'Cases');
  await page.getByRole('row').nth(1).getByRole('button').click();
  await expect(page.getByRole('region', { name: 'Story of' }).locator('.step').first()).toBeVisible();
  await look('the story of a case');

  expect(canary.asked).toEqual([]);
  // Control: the file that nobody would name so is there.
  expect(existsSync(join(desk.root, SCENARIO_FILE))).toBe(true);

  await page.evaluate(() => {
    const box = document.createElement('p');
    box.style.cssText = 'width: 40px; white-space: nowrap';
    box.textContent = 'W'.repeat(200);
    document.querySelector('.page')?.append(box);
  });
  expect(await spilled(page), 'control: a long word that does not break is found').not.toEqual([]);

  // Control: where such texts are taken for more than texts, something runs, and asks, and is heard.
  await page.goto(`${canary.url}/control`);
  expect(canary.asked).toContain('/control');
  await page.setContent(Array.from({ length: 6 }, () => hostile('taken', 120)).join(''));
  await expect.poll(() => canary.asked.some((path) => path.startsWith('/taken'))).toBe(true);
  await expect.poll(() => page.evaluate(() => Reflect.has(window, 'hurt'))).toBe(true);
  await canary.close();
});
