import type { Page } from '@playwright/test';
import { SWITCHED, TYPED } from './flows.ts';
import { dragRound, pause } from './frames.ts';
import { goToStep, placeOn } from './window.ts';

/** Memory while somebody goes on working. */

/* oxlint-disable no-await-in-loop -- a person does one thing after the other */

export interface Memory {
  /** What the window's script holds once garbage is collected, in MB, at even times. */
  heapMb: number[];
  /** Elements of the document, as Chromium counts them, at the same times. */
  elements: number[];
  /** How much more it held each hour, by least squares over the second half; below zero where it fell. */
  mbAnHour: number;
  elementsAnHour: number;
}

const SAMPLES = 24;
const STEPS_OF_UNDO = 500;
const MB = 1024 * 1024;

/** What an analyst does, in small: a text, a drag, adding a step and taking that back, finding, zooming. */
async function work(page: Page): Promise<void> {
  await goToStep(page, TYPED);
  await page.getByRole('textbox', { name: 'What is asked', exact: true }).focus();
  await page.keyboard.type('xyz', { delay: 10 });
  for (let i = 0; i < 3; i++) await page.keyboard.press('Backspace');
  await dragRound(page, await placeOn(page, 'node'), 40, 250);
  await dragRound(page, await placeOn(page, 'pane'), 80, 250);
  await page.locator('.canvas').focus();
  for (let i = 0; i < 2; i++) await page.keyboard.press('Control+z');
  await page.keyboard.press('Control+y');
  await page.keyboard.press('Escape');
}

/** The history of undo is as long as it gets before anything is measured: it holds much, and is bounded. */
async function fillHistory(page: Page): Promise<void> {
  await goToStep(page, SWITCHED);
  await page.locator('.canvas').focus();
  for (let i = 0; i < STEPS_OF_UNDO; i++) await page.keyboard.press('d');
}

export async function memoryOf(page: Page, minutes: number, progress: (line: string) => void): Promise<Memory> {
  await fillHistory(page);
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable');
  const began = performance.now();
  const each = (minutes * 60_000) / SAMPLES;
  const at: number[] = [];
  const heapMb: number[] = [];
  const elements: number[] = [];
  for (let sample = 1; sample <= SAMPLES; sample++) {
    do await work(page);
    while (performance.now() - began < sample * each);
    await pause(500);
    await session.send('HeapProfiler.collectGarbage');
    await session.send('HeapProfiler.collectGarbage');
    const { metrics } = await session.send('Performance.getMetrics');
    const value = (wanted: string): number => metrics.find(({ name }) => name === wanted)?.value ?? 0;
    at.push((performance.now() - began) / 3_600_000);
    heapMb.push(value('JSHeapUsedSize') / MB);
    elements.push(value('Nodes'));
    progress(
      `  ${Math.round((performance.now() - began) / 1000)} s: ${heapMb.at(-1)?.toFixed(1)} MB, ${elements.at(-1)} elements`,
    );
  }
  await session.detach();
  const half = SAMPLES / 2;
  return {
    heapMb,
    elements,
    mbAnHour: slope(at.slice(half), heapMb.slice(half)),
    elementsAnHour: slope(at.slice(half), elements.slice(half)),
  };
}

/** The slope of the straight line that lies nearest, by least squares. */
export function slope(xs: readonly number[], ys: readonly number[]): number {
  const mean = (all: readonly number[]): number => all.reduce((sum, one) => sum + one, 0) / all.length;
  const [x, y] = [mean(xs), mean(ys)];
  const above = xs.reduce((sum, one, i) => sum + (one - x) * ((ys[i] ?? y) - y), 0);
  const below = xs.reduce((sum, one) => sum + (one - x) ** 2, 0);
  return below === 0 ? 0 : above / below;
}
