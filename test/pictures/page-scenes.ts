import type { Page } from '@playwright/test';
import { cardOf, inspectorOf, select } from '../e2e/support/canvas.ts';
import { exportRelease, goTo, startCase } from '../e2e/support/places.ts';
import { frameSteps } from './camera.ts';
import { alone, withoutOverview } from './stage.ts';
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

/** A release looked into, and how its cases came out. */
async function releases(page: Page): Promise<void> {
  await waiting(page);
  await goTo(page, 'Releases');
  await page.getByRole('heading', { name: 'How cases came out' }).waitFor();
}

/** A real case that waits for a person, drawn in ink. */
async function onCanvas(page: Page): Promise<void> {
  await story(page);
  await page.getByRole('button', { name: 'Show on canvas' }).click();
  await page.getByRole('region', { name: 'Real case on the canvas' }).getByText('ran on release 1').waitFor();
  await alone(page);
  await withoutOverview(page);
  await frameSteps(page, ['topic', 'plan', 'credit approval', 'check'], 32);
}

async function traffic(page: Page): Promise<void> {
  await waiting(page);
  await goTo(page, 'Flows');
  await alone(page);
  await withoutOverview(page);
  await page.keyboard.press('t');
  await page.getByRole('region', { name: 'Traffic' }).getByText('5 cases').waitFor();
  await frameSteps(page, ['topic', 'plan', 'credit approval', 'check'], 32);
}

async function versions(page: Page): Promise<void> {
  await withoutOverview(page);
  await frameSteps(page, ['topic', 'triage', 'check'], 90);
  await page.getByRole('button', { name: /^Versions: / }).click();
  const dialog = page.getByRole('dialog');
  for (const [number, name, note] of [
    ['1', 'As it went live', ''],
    ['2', 'Surer of the topic', 'Fewer guesses reach the plan; more of them wait for an agent.'],
  ] as const) {
    if (number === '2') {
      await page.keyboard.press('Escape');
      await select(page, 'topic');
      await inspectorOf(page).getByRole('textbox', { name: 'Sure enough at' }).fill('0.75');
      await page.getByRole('button', { name: /^Versions: .*not saved/ }).click();
    }
    await dialog.getByRole('textbox', { name: 'Name', exact: true }).fill(name);
    await dialog.getByRole('textbox', { name: 'What is different, and why' }).fill(note);
    await dialog.getByRole('button', { name: 'Save as version', exact: true }).click();
    await dialog.getByText(`Nothing has changed since version ${number}.`).waitFor();
  }
}

async function several(page: Page): Promise<void> {
  for (const title of ['Ticket triage', 'Loan decision', 'Refund approval']) {
    await goTo(page, 'Start');
    await fromTemplate(page, title);
  }
  await page.getByRole('navigation', { name: 'Open flows' }).getByRole('listitem').nth(2).waitFor();
  await withoutOverview(page);
  await frameSteps(page, ['start', 'order', 'reason']);
}

/** The tour asks for a change, and shows where. */
async function tour(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Take the tour' }).click();
  await fromTemplate(page, 'Refund approval');
  await page.getByRole('heading', { name: 'Look at the AI decision' }).waitFor();
  await withoutOverview(page);
  await frameSteps(page, ['start', 'order', 'reason']);
  await cardOf(page, 'reason').locator('.card-name').click();
  await page.getByRole('heading', { name: 'Ask it to be surer' }).waitFor();
}

export const PAGE_SCENES: readonly Scene[] = [
  { name: 'start', on: 'nothing', act: (page) => goTo(page, 'Start') },
  { name: 'tour', on: 'nothing', act: tour },
  { name: 'task', act: asked },
  { name: 'case', act: story },
  { name: 'record', act: record },
  { name: 'connections', height: 768, on: 'nothing', act: connections },
  { name: 'models', height: 948, act: models },
  { name: 'policy', act: policy },
  { name: 'releases', height: 882, act: releases },
  { name: 'real-case', act: onCanvas },
  { name: 'traffic', act: traffic },
  { name: 'versions', act: versions },
  { name: 'tabs', on: 'nothing', act: several },
];
