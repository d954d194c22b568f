import type { Browser, Page } from '@playwright/test';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Flow } from '../../../engine/flow/document.ts';
import { writeFlow } from '../../../engine/flow/read.ts';
import { startStudio } from '../../e2e/support/started.ts';
import { scratch } from '../../support/folder.ts';
import { copySupportDesk } from '../../support/support-desk.ts';
import type { At } from './frames.ts';
import { WINDOW } from './measures.ts';

/** The studio at work on a flow of ours, in a window. */

const FIRST = 'flows/a-first.flow.json';
const STRESS = 'flows/stress.flow.json';

export interface StudioWindow {
  page: Page;
  /** Brings the flow from its file onto the canvas; gives the milliseconds from the click until it is drawn. */
  openFlow(): Promise<number>;
  /** Closes the flow, so that it is read anew when it is opened again. */
  closeFlow(): Promise<void>;
  end(): Promise<void>;
}

/** Starts the studio on the sample workspace with this flow in it, and a small one that is open at first. */
export async function openStudio(
  browser: Browser,
  { first, stress }: { first: Flow; stress: Flow },
): Promise<StudioWindow> {
  const folder = scratch('bench');
  const root = copySupportDesk(join(folder.path, 'workspace'));
  for (const gone of ['tests', 'flows/support-desk.flow.json']) rmSync(join(root, gone), { recursive: true });
  writeFileSync(join(root, FIRST), writeFlow(first));
  writeFileSync(join(root, STRESS), writeFlow(stress));
  const studio = await startStudio(root, 'Ada Moss');
  const page = await browser.newPage({ viewport: WINDOW, reducedMotion: 'reduce' });
  await page.goto(studio.link);
  await page.locator('.react-flow__node').first().waitFor();
  return {
    page,
    openFlow: () => timeToDraw(page),
    closeFlow: async () => {
      await page.locator('.tab.shown .tab-close').click();
      await page.locator(`.flow-item[title="${FIRST}"][aria-current="true"]`).waitFor();
    },
    end: async () => {
      await page.close();
      await studio.end();
      folder.remove();
    },
  };
}

const timeToDraw = (page: Page): Promise<number> =>
  page.evaluate(
    (path) =>
      new Promise<number>((resolve, reject) => {
        const button = document.querySelector(`.flow-item[title="${path}"]`);
        if (!(button instanceof HTMLElement)) return reject(new Error('the flow is not listed'));
        const began = performance.now();
        const look = (): void => {
          const card = document.querySelector('.react-flow__node .card-name[title="start"]');
          const isOpen = document.querySelector(`.tab.shown .tab-name[title="${path}"]`) !== null;
          if (!isOpen || card === null || getComputedStyle(card).visibility !== 'visible') requestAnimationFrame(look);
          // What is queued in a frame comes after its drawing.
          else setTimeout(() => resolve(performance.now() - began));
        };
        button.click();
        requestAnimationFrame(look);
      }),
    STRESS,
  );

/** Until the checks of the flow that is open are through. */
export const untilChecked = (page: Page): Promise<unknown> => page.locator('header .tone-good').waitFor();

/** Shows all of the flow, as far as the zoom goes. */
export async function showAll(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Zoom to fit' }).click();
}

/** Finds a step by its name, as a person would, selects it and brings it into sight. */
export async function goToStep(page: Page, name: string): Promise<void> {
  await page.locator('.canvas').focus();
  await page.keyboard.press('Control+f');
  await page.locator('.find-field').fill(`"${name}"`);
  await page.locator('.find-item').first().waitFor();
  await page.keyboard.press('Escape');
  await cardCalled(page, name).and(page.locator('.selected')).waitFor();
}

const cardCalled = (page: Page, name: string) =>
  page.locator('.react-flow__node').filter({ has: page.locator(`.card-name[title="${name}"]`) });

/** An empty place of the canvas, or the middle of the card nearest to the middle of the canvas, in the studio or beside it. */
export const placeOn = (page: Page, what: 'pane' | 'node'): Promise<At> =>
  page.evaluate((wanted) => {
    const canvas = document.querySelector('.react-flow');
    if (canvas === null) throw new Error('there is no canvas');
    const { left, top, width, height } = canvas.getBoundingClientRect();
    const middle = { x: left + width / 2, y: top + height / 2 };
    const far = ({ x, y }: At): number => Math.hypot(x - middle.x, y - middle.y);
    const isHit = ({ x, y }: At, selector: string): boolean =>
      document
        .elementFromPoint(x, y)
        ?.closest('.react-flow__node, .react-flow__pane, .react-flow__edge')
        ?.matches(selector) === true;
    const places: At[] = [];
    if (wanted === 'pane')
      for (let down = 10; down < height; down += 12)
        for (let right = 10; right < width; right += 12) places.push({ x: left + right, y: top + down });
    else
      for (const node of document.querySelectorAll('.react-flow__node')) {
        const box = node.getBoundingClientRect();
        places.push({ x: box.x + box.width / 2, y: box.y + box.height / 2 });
      }
    const selector = wanted === 'pane' ? '.react-flow__pane' : '.react-flow__node';
    const found = places.toSorted((a, b) => far(a) - far(b)).find((at) => isHit(at, selector));
    if (found === undefined) throw new Error(`there is no ${wanted} to press on`);
    return found;
  }, what);
