/**
 * Makes the pictures of the documentation, `docs/pictures/*.png`, from the studio as it runs on a copy of the sample
 * workspace.
 */
import { chromium, type Browser, type Page } from '@playwright/test';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import buildStudio from '../e2e/build-studio.ts';
import { connectByKeyboard, select } from '../e2e/support/canvas.ts';
import { exportRelease, goTo, startCase } from '../e2e/support/places.ts';
import { startStudio } from '../e2e/support/started.ts';
import { ensureChromium } from '../chromium.ts';
import { scratch } from '../support/folder.ts';
import { copySupportDesk } from '../support/support-desk.ts';
import { frameSteps, settle } from './camera.ts';

const OUT = process.argv[2] ?? join(import.meta.dirname, '..', '..', 'docs', 'pictures');
const SIZE = { width: 1440, height: 900 };

type Scheme = 'light' | 'dark';

/** Opens the studio in a window of its own, lets something be done in it, and keeps what is seen then. */
async function picture(browser: Browser, name: string, scheme: Scheme, act: (page: Page) => Promise<void>) {
  const folder = scratch('pictures');
  const studio = await startStudio(copySupportDesk(join(folder.path, 'support-desk')), 'Ada Moss');
  const page = await browser.newPage({ viewport: SIZE, colorScheme: scheme, reducedMotion: 'reduce' });
  try {
    await page.goto(studio.link);
    await page.getByRole('button', { name: 'No problems' }).waitFor();
    await act(page);
    await page.mouse.move(SIZE.width / 2, SIZE.height - 4);
    await settle(page);
    await page.screenshot({ path: join(OUT, `${name}.png`) });
    process.stdout.write(`${name}.png\n`);
  } finally {
    await page.close();
    await studio.end();
    folder.remove();
  }
}

const fold = (page: Page, panel: 'Flows and steps' | 'Inspector'): Promise<void> =>
  page.getByRole('button', { name: panel, exact: true }).click();

/** The way of a case from the AI answer to the credit, with its story below. */
async function told(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Run case' }).click();
  await page.getByRole('combobox', { name: 'Scenario' }).press('ArrowDown');
  await page.getByRole('option', { name: 'A credit of 120 € waits for a team lead' }).click();
  await page.locator('.step').filter({ hasText: 'credit approval' }).waitFor();
  await fold(page, 'Flows and steps');
  await fold(page, 'Inspector');
  for (let taller = 0; taller < 3; taller++)
    // oxlint-disable-next-line no-await-in-loop
    await page.getByRole('separator', { name: 'Height of the lower panel' }).press('ArrowUp');
  await frameSteps(page, ['topic', 'plan', 'credit approval', 'credit']);
  await page
    .locator('.step')
    .filter({ hasText: 'topic' })
    .evaluate((step) => step.scrollIntoView());
}

/** The approval as it is drawn and as it is set. */
async function drawn(page: Page): Promise<void> {
  await fold(page, 'Flows and steps');
  await frameSteps(page, ['plan', 'credit approval', 'credit', 'answer']);
  await select(page, 'credit approval');
}

/** The credit without its approval. */
async function unsafe(page: Page): Promise<void> {
  await fold(page, 'Flows and steps');
  await fold(page, 'Inspector');
  await select(page, 'credit approval');
  await page.keyboard.press('Delete');
  await select(page, 'plan');
  await connectByKeyboard(page, 'ask for credit', 'credit');
  await page.getByText('Unsafe path.').waitFor();
  await frameSteps(page, ['topic', 'plan', 'credit', 'answer'], 40);
}

/** The table of the triage, tried with a case: the row that counts is lit, and a row says why it does not match. */
async function tried(page: Page): Promise<void> {
  await select(page, 'triage');
  await page.getByRole('button', { name: 'Edit table' }).click();
  const sheet = page.getByRole('dialog', { name: 'Decision table of' });
  await sheet.getByRole('button', { name: 'Try it' }).click();
  await sheet.getByRole('combobox', { name: 'Take values from a scenario' }).press('ArrowDown');
  await page.getByRole('option', { name: 'A credit of 120 € waits for a team lead' }).click();
  await sheet.getByText(/^Rows? \d.* gives? it\.$/).waitFor();
}

async function waiting(page: Page): Promise<void> {
  await exportRelease(page);
  const cases = [
    ['I was charged twice at the grocer, please give one back', '2'],
    ['Somebody took my bag and the card was in it', '11'],
    ['hm, the thing again, you know', '3'],
    ['My card still has not come', '12'],
    ['The cash machine took the money and gave me nothing', '8'],
  ] as const;
  for (const [message, ticket] of cases) {
    // oxlint-disable-next-line no-await-in-loop
    await startCase(page, { message, ticket });
  }
}

async function main(): Promise<void> {
  mkdirSync(OUT, { recursive: true });
  await buildStudio();
  const browser = await chromium.launch({
    executablePath: ensureChromium(),
    chromiumSandbox: process.getuid?.() !== 0,
    args: ['--disable-gpu', '--disable-quic'],
  });
  await picture(browser, 'studio-light', 'light', told);
  await picture(browser, 'studio-dark', 'dark', drawn);
  await picture(browser, 'unsafe', 'light', unsafe);
  await picture(browser, 'table', 'light', tried);
  await picture(browser, 'task', 'light', async (page) => {
    await waiting(page);
    await goTo(page, 'Tasks');
    await page.getByRole('heading', { name: 'If you approve' }).waitFor();
    await page
      .getByText(/^Case .* has started/)
      .first()
      .waitFor({ state: 'detached' });
  });
  await picture(browser, 'case', 'light', async (page) => {
    await waiting(page);
    await page.getByRole('row').nth(5).getByRole('button').click();
    await page.getByRole('region', { name: 'Story of' }).getByText('credit approval').waitFor();
    await page
      .getByText(/^Case .* has started/)
      .first()
      .waitFor({ state: 'detached' });
  });
  await browser.close();
}

await main();
