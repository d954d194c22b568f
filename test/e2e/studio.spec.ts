import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readFlow } from '../../engine/flow/read.ts';
import { KINDS } from '../../nodes/index.ts';
import { changeFlow } from '../support/support-desk.ts';
import { cardOf, connectByKeyboard, inspectorOf, quickAdd, rename, select, tabTo } from './support/canvas.ts';
import { exportRelease, goTo, startCase, unfold } from './support/places.ts';
import { expect, LEAD, test } from './support/test.ts';

/* oxlint-disable no-await-in-loop -- a person does one thing after the other */

const DISPUTE = 'I was charged twice at the grocer, please give one back';

test('a credit that nobody approves is drawn in red, told as a problem, and not exported; undone, it is safe', async ({
  page,
  desk,
}) => {
  await desk.open(page);
  const redWires = page.locator('.wire.unsafe');
  await expect(page.getByRole('button', { name: 'No problems' })).toBeVisible();
  await expect(redWires).toHaveCount(0);

  await select(page, 'credit approval');
  await page.keyboard.press('Delete');
  await select(page, 'plan');
  await connectByKeyboard(page, 'ask for credit', 'credit');

  await expect(page.getByRole('status').filter({ hasText: 'Unsafe path.' })).toBeVisible();
  await expect(redWires).not.toHaveCount(0);
  await expect(cardOf(page, 'credit').locator('.card')).toHaveClass(/unsafe/);
  await unfold(page, 'Problems');
  await expect(page.getByRole('tabpanel').getByText('UNSAFE_PATH')).toBeVisible();

  await page.getByRole('button', { name: 'Export', exact: true }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Save, sign and export' }).click();
  await expect(dialog.getByText('PROOF_UNSAFE')).toBeVisible();
  await dialog.getByRole('button', { name: 'Show what stands in the way' }).click();
  await expect(dialog).toHaveCount(0);
  expect(existsSync(join(desk.root, 'releases'))).toBe(false);

  await page.getByRole('button', { name: 'Undo: connect' }).click();
  await page.getByRole('button', { name: 'Undo: remove a step' }).click();
  await expect(redWires).toHaveCount(0);
  await expect(page.getByRole('button', { name: 'No problems' })).toBeVisible();
});

test('a scenario is seen on the canvas and told step by step; all of them say what they cover', async ({
  page,
  desk,
}) => {
  await desk.open(page);
  await page.getByRole('button', { name: 'Run case' }).click();
  const panel = page.getByRole('tabpanel');
  await expect(panel.getByText('as expected', { exact: true })).toBeVisible();
  await expect(panel.getByText('sandbox', { exact: true })).toBeVisible();

  await panel.getByRole('combobox', { name: 'Scenario' }).press('ArrowDown');
  await page.getByRole('option', { name: 'A credit of 120 € waits for a team lead' }).click();
  await expect(panel.locator('.step').filter({ hasText: 'credit approval' })).toContainText('approved');
  await expect(panel.locator('.step').last()).toContainText('ended as “credited”');
  await expect(panel.getByText('waits', { exact: true })).toHaveCount(0);
  await expect(panel.getByText('passes “credit approval”')).toBeVisible();
  await expect(cardOf(page, 'credit approval').locator('.card')).toHaveClass(/traced/);
  await expect(cardOf(page, 'check').locator('.card')).toHaveClass(/aside/);
  await expect(page.getByLabel('Wire from credit approval, exit approved, to credit').locator('.wire')).toHaveClass(
    /traced/,
  );

  await unfold(page, 'Coverage');
  await panel.getByRole('button', { name: 'Run all scenarios' }).click();
  await expect(panel.getByText('19 of 19 as expected')).toBeVisible({ timeout: 30_000 });
  await expect(cardOf(page, 'plan').locator('.card')).toHaveClass(/covered/);
  await panel.getByRole('switch', { name: 'Draw on the canvas' }).press('Space');
  await expect(cardOf(page, 'plan').locator('.card')).not.toHaveClass(/covered/);
});

test('a release is signed, a case waits, and another person than who started it approves exactly what is shown', async ({
  page,
  desk,
}) => {
  await desk.open(page);
  // Who looks at the releases meanwhile sees it come.
  await goTo(page, 'Releases');
  await exportRelease(page, { by: 'Sign and export' });
  await expect(page.getByRole('region', { name: 'releases/support-desk-1.manifest.json' })).toContainText('runs it');
  await page.getByRole('button', { name: 'Verify' }).click();
  await expect(page.getByText('It holds: the signatures fit')).toBeVisible();
  await startCase(page, { message: DISPUTE, ticket: '2' });

  await goTo(page, 'Tasks');
  const act = 'Credit €905.52 to customer C-20524 for “charged wrong amount” (ticket 2)';
  const approve = page.getByRole('button', { name: `Approve: ${act.replace('Credit', 'credit')}` });
  await expect(page.getByText(act).first()).toBeVisible();
  await approve.click();
  await expect(page.getByText('APPROVAL_FOUR_EYES')).toBeVisible();

  await desk.open(page, LEAD);
  await goTo(page, 'Tasks');
  await expect(page.getByText(act).first()).toBeVisible();
  await page.getByLabel('Comment').fill('Receipt looked at.');
  await approve.click();
  await expect(page.getByText('Nothing waits for you')).toBeVisible();

  await goTo(page, 'Cases');
  const row = page.getByRole('row').nth(1);
  await expect(async () => {
    await page.getByRole('button', { name: 'Refresh' }).click();
    await expect(row).toContainText('ended', { timeout: 500 });
  }).toPass();
  await expect(row).toContainText('credited');
  await row.getByRole('button').click();
  const story = page.getByRole('region', { name: 'Story of' });
  await expect(story.locator('.step').filter({ hasText: 'credit approval' })).toContainText(LEAD);
  // What was sent stays beside what came back, with its key.
  await story.getByRole('button', { name: 'Details of credit', exact: true }).click();
  const sent = story.locator('.moments > li').filter({ hasText: 'sends billing · credit account' });
  await expect(sent).toContainText(/Key\s*[0-9a-f]{40}/);
  await expect(sent).toContainText('905.52');

  await page.getByRole('button', { name: 'Show on canvas' }).click();
  await expect(page.getByRole('region', { name: 'Real case on the canvas' })).toContainText('ran on release 1');
  await expect(page.locator('.wire.real')).not.toHaveCount(0);
  // Back to its first moment, and on from event to event.
  const moment = page.getByRole('slider', { name: 'Moment of the case' });
  await moment.press('Home');
  await expect(cardOf(page, 'start').locator('.card')).toHaveClass(/here/);
  await expect(cardOf(page, 'start')).toBeInViewport();
  await expect(cardOf(page, 'credited')).not.toBeInViewport();
  await expect(page.locator('.wire.real')).toHaveCount(1);
  await moment.press('ArrowRight');
  await expect(cardOf(page, 'ticket').locator('.card')).toHaveClass(/here/);
  await expect(moment).toHaveAttribute('aria-valuetext', /^Event 2 of \d+, .*, ticket: /);
  await moment.press('End');
  await expect(page.locator('.card.here')).toHaveCount(0);
  await expect(cardOf(page, 'credit').locator('.card')).toHaveClass(/traced/);
  await expect(cardOf(page, 'credited')).toBeInViewport();
  await expect(page.getByRole('button', { name: 'signed release 1' })).toBeVisible();
  await page.keyboard.press('t');
  await expect(page.getByRole('region', { name: 'Traffic' })).toContainText('1 case');
});

test('everything can be done with the keyboard alone', async ({ page, desk }) => {
  await desk.open(page);
  await expect(cardOf(page, 'start')).toBeVisible();
  await page.keyboard.press('ArrowRight');
  await expect(cardOf(page, 'start')).toBeFocused();
  for (const name of ['ticket', 'account', 'topic', 'triage']) {
    await page.keyboard.press('ArrowRight');
    await expect(cardOf(page, name)).toBeFocused();
  }
  await rename(page, 'urgency');
  await expect(page.getByRole('button', { name: 'No problems' })).toBeVisible();

  await quickAdd(page, 'Work out');
  await rename(page, 'sums');
  await connectByKeyboard(page, null, 'set priority');
  await expect(cardOf(page, 'sums')).toBeFocused();
  await tabTo(page, cardOf(page, 'urgency'), 'Shift+Tab');
  await connectByKeyboard(page, null, 'sums');
  await tabTo(page, cardOf(page, 'sums'));
  await page.keyboard.press('Enter');
  await tabTo(page, inspectorOf(page).getByRole('button', { name: 'Add a value' }));
  await page.keyboard.press('Enter');
  await page.keyboard.type('fee');
  await page.keyboard.press('Enter');
  await tabTo(page, inspectorOf(page).getByRole('textbox', { name: 'fee', exact: true }));
  await page.keyboard.type('account.fe');
  await expect(page.getByRole('option', { name: /account\.fee/ })).toBeVisible();
  await page.keyboard.press('Enter');
  await page.keyboard.type(' * 2');
  await tabTo(page, cardOf(page, 'sums'), 'Shift+Tab');
  await page.keyboard.press('Control+z');
  await expect(page.getByRole('button', { name: 'Redo: change a setting' })).toBeEnabled();
  await page.keyboard.press('Control+Shift+z');
  await expect(page.getByRole('button', { name: 'Undo: change a setting' })).toBeEnabled();
  await expect(page.getByRole('button', { name: 'No problems' })).toBeVisible();
  await page.keyboard.press('Control+s');
  await expect(page.getByRole('button', { name: /^Versions: .*not saved/ })).toHaveCount(0);

  const { flow } = readFlow(readFileSync(desk.flowFile, 'utf8'), KINDS);
  const nodes = Object.entries(flow?.nodes ?? {});
  expect(nodes.find(([, node]) => node.name === 'urgency')?.[0]).toBe('n_triage');
  // Formulas follow the name.
  expect(flow?.nodes['n_priority']?.config).toMatchObject({ arguments: { priority: 'urgency.priority' } });
  const [sums, node] = nodes.find(([, one]) => one.name === 'sums') ?? [];
  expect(node).toMatchObject({ kind: 'transform', config: { fields: { fee: 'account.fee * 2' } } });
  expect(Object.values(flow?.edges ?? {})).toContainEqual({
    from: { node: sums, port: 'next' },
    to: { node: 'n_priority' },
  });
});

test('a file that changed on disk is not overwritten without a word', async ({ page, desk }) => {
  await desk.open(page);
  await select(page, 'start');
  await rename(page, 'arrival');
  changeFlow(desk.root, (flow) => {
    flow.about.purpose = 'Theirs.';
  });
  const theirs = readFileSync(desk.flowFile, 'utf8');

  await page.keyboard.press('Control+s');
  const dialog = page.getByRole('dialog', { name: 'The file changed on disk' });
  await dialog.getByRole('button', { name: 'Decide later' }).click();
  await expect(page.getByRole('button', { name: /^Versions: .*not saved/ })).toBeVisible();
  expect(readFileSync(desk.flowFile, 'utf8')).toBe(theirs);

  await page.keyboard.press('Control+s');
  await dialog.getByRole('button', { name: 'Take theirs' }).click();
  await expect(cardOf(page, 'start')).toBeVisible();
  await expect(inspectorOf(page).getByLabel('What is it for?')).toHaveValue('Theirs.');
  expect(readFileSync(desk.flowFile, 'utf8')).toBe(theirs);

  await select(page, 'start');
  await rename(page, 'arrival');
  changeFlow(desk.root, (flow) => {
    flow.about.purpose = 'Theirs again.';
  });
  await page.keyboard.press('Control+s');
  await dialog.getByRole('button', { name: 'Keep mine' }).click();
  await expect(page.getByRole('button', { name: /^Versions: .*not saved/ })).toHaveCount(0);
  const { flow } = readFlow(readFileSync(desk.flowFile, 'utf8'), KINDS);
  expect(flow?.nodes['n_start']?.name).toBe('arrival');
  expect(flow?.about.purpose).toBe('Theirs.');
});

test('a document that cannot be read says where and what to do; the window lives, and opens it once it is repaired', async ({
  page,
  desk,
}) => {
  const good = readFileSync(desk.flowFile, 'utf8');
  writeFileSync(desk.flowFile, good.slice(0, 400));
  await desk.open(page);
  const note = page.getByRole('alert');
  await expect(note).toContainText('(line 12, column 16)');
  await expect(note).toContainText('flows/support-desk.flow.json was not opened; nothing was changed.');
  await expect(note).toContainText('Close it with a double quote.');
  await expect(note).toContainText('DOCUMENT_INVALID');
  await goTo(page, 'Connections');
  await expect(page.getByRole('heading', { name: 'Connections' })).toBeVisible();
  await goTo(page, 'Flows');
  writeFileSync(desk.flowFile, good);
  await page.getByRole('button', { name: 'Support desk', exact: true }).click();
  await expect(cardOf(page, 'start')).toBeVisible();
});
