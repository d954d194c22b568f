import { expect, type Page } from '@playwright/test';

/** How a person gets about in the studio, and what comes up there. */

const MORE = ['Record', 'Releases', 'Models', 'Connections', 'Policy', 'Settings'];

/** Goes to a place by the rail. */
export async function goTo(page: Page, place: string): Promise<void> {
  if (MORE.includes(place)) {
    await page.getByRole('button', { name: 'More', exact: true }).click();
    await page.getByRole('menuitem', { name: place }).click();
  } else {
    await page.getByRole('navigation', { name: 'Places' }).getByRole('button', { name: place }).click();
  }
}

/** Exports the open flow, which must succeed; one that says little of itself only once a person has said so. */
export async function exportRelease(page: Page, { unsaid = false, by = 'Export' } = {}): Promise<void> {
  await page.getByRole('button', { name: by, exact: true }).click();
  const dialog = page.getByRole('dialog');
  const sign = dialog.getByRole('button', { name: 'Sign and export' });
  await sign.click();
  if (unsaid) {
    const without = dialog.getByRole('checkbox', { name: 'Sign it without what is missing' });
    await expect(without).toBeFocused();
    await without.press('Space');
    await sign.click();
  }
  await expect(dialog.getByText(/Release \d+ is signed\./)).toBeVisible({ timeout: 30_000 });
  await dialog.getByRole('button', { name: 'Close' }).last().click();
}

/** Starts a real case of the newest release. */
export async function startCase(page: Page, given: { message: string; ticket: string }): Promise<void> {
  await goTo(page, 'Cases');
  await page.getByRole('button', { name: 'Start a case' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Message').fill(given.message);
  await dialog.getByLabel('Ticket number').fill(given.ticket);
  await dialog.getByRole('button', { name: 'Start case' }).click();
  await expect(dialog).toHaveCount(0);
}

/** Unfolds a tab below the canvas. */
export async function unfold(page: Page, tab: 'Problems' | 'Scenario' | 'Real cases' | 'Coverage'): Promise<void> {
  const button = page.getByRole('tab', { name: tab });
  if ((await button.getAttribute('aria-selected')) !== 'true') await button.click();
}
