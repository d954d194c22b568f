import { AxeBuilder } from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';

/* oxlint-disable no-await-in-loop -- one window */

/** The studio's looks, as the system asks for them. */
const LOOKS = [
  { look: 'dark', asks: { colorScheme: 'dark', contrast: 'no-preference' }, rules: ['color-contrast'] },
  {
    look: 'high contrast',
    asks: { colorScheme: 'light', contrast: 'more' },
    rules: ['color-contrast', 'color-contrast-enhanced'],
  },
  { look: 'light', asks: { colorScheme: 'light', contrast: 'no-preference' }, rules: null },
] as const;

/**
 * What axe finds wrong with the window as it is now, or with a part of it: everything in one look, and the colours in
 * all. The window is left in the light look.
 */
export async function findings(page: Page, part?: string): Promise<string[]> {
  const found: string[] = [];
  for (const { look, asks, rules } of LOOKS) {
    await page.emulateMedia(asks);
    const high = asks.contrast === 'more';
    await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', high ? 'dark' : asks.colorScheme);
    await expect(page.locator('html[data-high-contrast]')).toHaveCount(high ? 1 : 0);
    // There are no frames, for which it would open a page of its own each time.
    // What is as it should be is not told: that takes half of its time.
    const whole = new AxeBuilder({ page }).setLegacyMode().options({ resultTypes: ['violations'] });
    const axe = part === undefined ? whole : whole.include(part);
    const { violations } = await (rules === null ? axe : axe.withRules([...rules])).analyze();
    found.push(
      ...violations.flatMap(({ id, nodes }) =>
        nodes.map((node) => `${look}: ${id}: ${node.target.join(' ')} ${node.failureSummary ?? ''}`),
      ),
    );
  }
  return found;
}

/** In light, dark and high contrast axe finds nothing wrong with the window, or with a part of it. */
export const looksRight = async (page: Page, what: string, part?: string): Promise<void> =>
  expect.soft(await findings(page, part), what).toEqual([]);
