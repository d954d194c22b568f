import { expect, type Browser, type Page } from '@playwright/test';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { prettyJson } from '../../engine/flow/json.ts';
import { startStudio } from '../e2e/support/started.ts';
import { scratch } from '../support/folder.ts';
import { copySupportDesk } from '../support/support-desk.ts';
import { settle } from './camera.ts';

const WIDTH = 1440;
const HEIGHT = 900;

/**
 * A picture: what it is called, what the system asks for, on which workspace, how high the window is, what lies in the
 * workspace before it is opened, and what is done in the window before the picture is taken.
 */
export interface Scene {
  name: string;
  look?: 'light' | 'dark' | 'contrast';
  on?: 'support desk' | 'nothing';
  height?: number;
  before?: (root: string) => void;
  act: (page: Page) => Promise<void>;
}

/** Opens the studio in a window of its own, lets something be done in it, and keeps what is seen then. */
export async function picture(browser: Browser, out: string, scene: Scene): Promise<void> {
  const { name, look, on, height = HEIGHT, before, act } = scene;
  const folder = scratch('pictures');
  const root = join(folder.path, 'support-desk');
  const workspace = on === 'nothing' ? bare(root) : copySupportDesk(root);
  before?.(workspace);
  const studio = await startStudio(workspace, 'Ada Moss');
  const page = await browser.newPage({
    viewport: { width: WIDTH, height },
    colorScheme: look === 'dark' ? 'dark' : 'light',
    contrast: look === 'contrast' ? 'more' : 'no-preference',
    reducedMotion: 'reduce',
  });
  try {
    await page.goto(studio.link);
    const ready =
      on === 'nothing'
        ? page.getByRole('button', { name: /^Use “/ }).first()
        : page.getByRole('button', { name: 'No problems' });
    await ready.waitFor();
    await act(page);
    await page.mouse.move(WIDTH / 2, height - 4);
    await expect(page.getByText(/ has started| is saved\.$/)).toHaveCount(0, { timeout: 15_000 });
    await settle(page);
    await page.screenshot({ path: join(out, `${name}.png`) });
    process.stdout.write(`${name}.png\n`);
  } finally {
    await page.close();
    await studio.end();
    folder.remove();
  }
}

/** A workspace with nothing in it but its name. */
function bare(root: string): string {
  mkdirSync(root, { recursive: true });
  writeFileSync(
    join(root, 'countersign.json'),
    prettyJson({ format: 'countersign.workspace', version: 1, name: 'My desk' }),
  );
  return root;
}
