import { test as base, expect, type Page } from '@playwright/test';
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { prettyJson } from '../../../engine/flow/json.ts';
import { scratch } from '../../support/folder.ts';
import { copySupportDesk } from '../../support/support-desk.ts';
import { startStudio } from './started.ts';

export { expect };

/** The sample workspace in a folder of the test's own. */
export interface Desk {
  root: string;
  /** Where the sample's flow lies. */
  flowFile: string;
  /** Starts the studio on it and opens it in the page; a second call ends the first and lets somebody else sit down. */
  open(page: Page, person?: string): Promise<void>;
  /** Kills the engine behind the window. */
  crash(): void;
}

interface Fixtures {
  desk: Desk;
  /** {@link Desk} with everything but a flow. */
  emptyDesk: Desk;
  /** {@link Desk} with nothing in it. */
  bareDesk: Desk;
  /** What the window complained of; a test fails when there is anything. */
  complaints: string[];
}

export const AGENT = 'Ada Moss';
export const LEAD = 'Bo Lind';
export const FLOW_FILE = 'flows/support-desk.flow.json';

export const test = base.extend<Fixtures>({
  complaints: [
    async ({ page }, use) => {
      const complaints: string[] = [];
      listen(page, complaints);
      await use(complaints);
      expect(complaints, 'the console stays silent, and nothing is asked of anybody else').toEqual([]);
    },
    { auto: true },
  ],
  // oxlint-disable-next-line no-empty-pattern
  desk: async ({}, use) => provideDesk(use),
  // oxlint-disable-next-line no-empty-pattern
  emptyDesk: async ({}, use) =>
    provideDesk(async (desk) => {
      rmSync(desk.flowFile);
      await use(desk);
    }),
  // oxlint-disable-next-line no-empty-pattern
  bareDesk: async ({}, use) =>
    provideDesk(async (desk) => {
      for (const name of readdirSync(desk.root)) rmSync(join(desk.root, name), { recursive: true });
      writeFileSync(
        join(desk.root, 'countersign.json'),
        prettyJson({ format: 'countersign.workspace', version: 1, name: 'My desk' }),
      );
      await use(desk);
    }),
});

/** Errors and warnings of the console, breaches of the content security policy among them, and requests to elsewhere. */
function listen(page: Page, complaints: string[]): void {
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(`${message.type()}: ${message.text()}`);
  });
  page.on('pageerror', (error) => complaints.push(`uncaught: ${error.message}`));
  page.on('request', (request) => {
    const { hostname, protocol } = new URL(request.url());
    if (hostname !== '127.0.0.1' && protocol !== 'data:') complaints.push(`request: ${request.url()}`);
  });
}

async function provideDesk(give: (desk: Desk) => Promise<void>): Promise<void> {
  const folder = scratch('e2e');
  const root = copySupportDesk(join(folder.path, 'support-desk'));
  let leave = async (): Promise<unknown> => undefined;
  let end = async (): Promise<void> => undefined;
  let crash = (): void => undefined;
  try {
    await give({
      root,
      crash: () => crash(),
      flowFile: join(root, FLOW_FILE),
      open: async (page, person = AGENT) => {
        // A window whose engine goes away says so in the console, and rightly.
        leave = () => page.goto('about:blank');
        await leave();
        await end();
        const studio = await startStudio(root, person);
        end = () => studio.end();
        crash = () => studio.crash();
        await page.goto(studio.link);
        await expect(page.getByRole('status').getByText('engine ready')).toBeVisible();
      },
    });
  } finally {
    // A page that is gone already has nothing more to say.
    await leave().catch(() => undefined);
    await end();
    folder.remove();
  }
}
