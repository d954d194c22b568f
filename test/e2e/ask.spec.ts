import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { prettyJson } from '../../engine/flow/json.ts';
import { writeFlow } from '../../engine/flow/read.ts';
import { flowOf } from '../../engine/flow/testing/build.ts';
import { select } from './support/canvas.ts';
import { looksRight } from './support/looks.ts';
import { exportRelease, goTo, startCase } from './support/places.ts';
import { expect, test } from './support/test.ts';

/** A model that nobody can be sure of here, a person to choose in its place, and a form for another. */
const flow = () =>
  flowOf('Front desk')
    .input({
      message: { type: 'string', label: 'Message' },
      ticket: { type: 'string', label: 'Ticket number' },
    })
    .node('Start', 'trigger', { columns: {} })
    .node('topic', 'ai-decision', {
      model: 'support-topics',
      question: 'What is the message about?',
      text: 'input.message',
      columns: {},
      bar: 1,
      timeout: 'PT30S',
      fallback: {
        table: {
          hitPolicy: 'FIRST',
          inputs: [{ id: 'i1', expression: 'input.ticket' }],
          outputs: [{ id: 'o1', name: 'choice' }],
          rows: JSON.parse('[{"id": "r1", "when": ["\\"T-0\\""], "then": ["\\"pin or app access\\""]}]') as unknown,
        },
        person: { role: 'agent', due: null },
      },
    })
    .node('call back', 'task', {
      type: 'fill in',
      title: 'Call the customer back',
      question: 'Find out what is owed, and how they want it.',
      role: 'agent',
      choices: [],
      branch: false,
      fields: {
        sum: { type: 'number', label: 'What is owed' },
        way: { type: 'string', values: ['bank', 'card'], label: 'How they want it' },
        note: { type: 'string', label: 'Note', optional: true },
      },
      fourEyes: false,
      due: 'PT4H',
      show: [{ label: 'Topic', value: 'topic.choice' }],
    })
    .node('Done', 'end', { result: 'done', value: { sum: 'call back.sum', by: 'topic.by' } })
    .node('Late', 'end', { result: 'late', value: {} })
    .chain('Start', 'topic')
    .edge('topic', 'answered', 'call back')
    .edge('call back', 'answered', 'Done')
    .edge('call back', 'timed out', 'Late')
    .build();

const scenario = {
  format: 'countersign.scenario',
  version: 1,
  name: 'nobody calls back',
  input: { message: 'hello', ticket: 'T-0' },
  answers: { topic: { choice: 'cash withdrawal', confidence: 0.2 } },
  expect: { result: 'late' },
};

test('a person chooses in the place of a model, and fills in a form, by keyboard alone', async ({
  page,
  emptyDesk,
}) => {
  writeFileSync(join(emptyDesk.root, 'flows/front-desk.flow.json'), writeFlow(flow()));
  mkdirSync(join(emptyDesk.root, 'tests/front-desk'), { recursive: true });
  writeFileSync(join(emptyDesk.root, 'tests/front-desk/late.scenario.json'), prettyJson(scenario));
  await emptyDesk.open(page);
  await select(page, 'topic');
  await expect(page.getByLabel('Then a person, who sees the guess')).toBeChecked();
  await exportRelease(page);
  await startCase(page, { message: 'My card was eaten by a machine', ticket: 'T-7' });

  await goTo(page, 'Tasks');
  await expect(page.getByText('A guess, and no more')).toBeVisible();
  const choices = page.getByRole('radiogroup', { name: 'Your choice' });
  await page.getByRole('button', { name: 'Sign your answer' }).press('Enter');
  await expect(page.getByText('Choose one first.')).toBeVisible();
  await choices.getByRole('radio', { name: 'account details' }).focus();
  await page.keyboard.press('ArrowDown');
  await looksRight(page, 'a choice');
  await page.getByRole('button', { name: 'Sign: card lost or stolen' }).press('Enter');

  await expect(page.getByRole('heading', { name: 'Call the customer back' })).toBeVisible();
  await page.getByLabel('What is owed').fill('12.5');
  await page.getByRole('button', { name: 'Sign your answer' }).press('Enter');
  await expect(page.getByText('Fill this in.')).toBeVisible();
  await looksRight(page, 'a form for a person');
  await page.getByRole('combobox', { name: 'How they want it' }).press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Sign your answer' }).press('Enter');
  await expect(page.getByText('Nothing waits for you')).toBeVisible();
  // What had the keyboard is gone with the task: the page has it.
  await expect(page.locator('.page')).toBeFocused();
  // From there the next task that comes has it, whoever started its case.
  const other = await page.context().newPage();
  await other.goto(page.url());
  await startCase(other, { message: 'My card was eaten again', ticket: 'T-8' });
  await other.close();
  await expect(page.locator('.inbox-item[aria-current="true"]')).toBeFocused();
});
