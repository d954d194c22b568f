import type { Page } from '@playwright/test';
import { connectByKeyboard, select } from '../e2e/support/canvas.ts';

/** What several pictures begin with. */

export const fold = (page: Page, panel: 'Flows and steps' | 'Inspector'): Promise<void> =>
  page.getByRole('button', { name: panel, exact: true }).click();

export async function alone(page: Page): Promise<void> {
  await fold(page, 'Flows and steps');
  await fold(page, 'Inspector');
}

/** The overview is for whoever looks for a place; a picture that is framed has found it. */
export async function withoutOverview(page: Page): Promise<void> {
  if ((await page.locator('.overview').count()) > 0)
    await page.getByRole('button', { name: 'Overview', exact: true }).click();
}

export async function taller(page: Page, times: number): Promise<void> {
  for (let i = 0; i < times; i++)
    // oxlint-disable-next-line no-await-in-loop
    await page.getByRole('separator', { name: 'Height of the lower panel' }).press('ArrowUp');
}

/** The credit without its approval. */
export async function unsafely(page: Page): Promise<void> {
  await select(page, 'credit approval');
  await page.keyboard.press('Delete');
  await select(page, 'plan');
  await connectByKeyboard(page, 'ask for credit', 'credit');
  await page.getByText('Unsafe path.').waitFor();
}
