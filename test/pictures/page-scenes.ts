import type { Page } from '@playwright/test';
import { cardOf } from '../e2e/support/canvas.ts';
import { exportRelease, goTo, startCase } from '../e2e/support/places.ts';
import type { Scene } from './studio.ts';

/** Pictures of the places beside the canvas. */

/* oxlint-disable no-await-in-loop -- a person does one thing after the other */

async function waiting(page: Page): Promise<void> {
  await exportRelease(page);
  const cases = [
    ['I was charged twice at the grocer, please give one back', '2'],
    ['Somebody took my bag and the card was in it', '11'],
    ['hm, the thing again, you know', '3'],
    ['My card still has not come', '12'],
    ['The cash machine took the money and gave me nothing', '8'],
  ] as const;
  for (const [message, ticket] of cases) await startCase(page, { message, ticket });
}

async function asked(page: Page): Promise<void> {
  await waiting(page);
  await goTo(page, 'Tasks');
  await page.getByRole('heading', { name: 'If you approve' }).waitFor();
}

async function story(page: Page): Promise<void> {
  await waiting(page);
  await page.getByRole('row').nth(5).getByRole('button').click();
  await page.getByRole('region', { name: 'Story of' }).getByText('credit approval').waitFor();
}

async function record(page: Page): Promise<void> {
  await waiting(page);
  await goTo(page, 'Record');
  await page.getByRole('button', { name: 'Verify now' }).click();
  await page.getByText(/^Whole: \d+ events/).waitFor();
}

async function fromTemplate(page: Page, title: string): Promise<void> {
  await page.getByRole('button', { name: `Use “${title}”` }).click();
  await page.getByRole('button', { name: 'Make this flow' }).click();
  await page.getByRole('button', { name: 'No problems' }).waitFor();
}

async function connections(page: Page): Promise<void> {
  await fromTemplate(page, 'Refund approval');
  await goTo(page, 'Connections');
  await page.getByRole('heading', { level: 2 }).first().waitFor();
}

async function models(page: Page): Promise<void> {
  await goTo(page, 'Models');
  await page.getByRole('heading', { level: 2 }).first().waitFor();
}

async function policy(page: Page): Promise<void> {
  await goTo(page, 'Policy');
  await page.getByText('safe', { exact: true }).first().waitFor();
}

/** The tour asks for a change, and shows where. */
async function tour(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Take the tour' }).click();
  await fromTemplate(page, 'Refund approval');
  await page.getByRole('heading', { name: 'Look at the AI decision' }).waitFor();
  await cardOf(page, 'reason').locator('.card-name').click();
  await page.getByRole('heading', { name: 'Ask it to be surer' }).waitFor();
}

export const PAGE_SCENES: readonly Scene[] = [
  { name: 'start', on: 'nothing', act: (page) => goTo(page, 'Start') },
  { name: 'tour', on: 'nothing', act: tour },
  { name: 'task', act: asked },
  { name: 'case', act: story },
  { name: 'record', act: record },
  { name: 'connections', on: 'nothing', act: connections },
  { name: 'models', act: models },
  { name: 'policy', act: policy },
];
