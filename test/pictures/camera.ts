import type { Page } from '@playwright/test';
import { canvasOf, cardOf } from '../e2e/support/canvas.ts';

interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** A wheel that turns by this much doubles the zoom. */
const WHEEL_TO_DOUBLE = 500;
const STRAIGHT_THROUGH = 8;

/** Moves the canvas, with wheel and mouse, until these steps fill the part of it that is not covered. */
export async function frameSteps(page: Page, names: readonly string[], margin = 24): Promise<void> {
  for (let round = 0; round < 3; round++) {
    // Each round sees what the one before it did.
    // oxlint-disable-next-line no-await-in-loop
    await approach(page, names, margin);
  }
}

async function approach(page: Page, names: readonly string[], margin: number): Promise<void> {
  const canvas = await uncovered(page);
  const cards = await Promise.all(names.map(async (name) => boxOf(await cardOf(page, name).boundingBox())));
  const all = around(cards);
  const fit = Math.min((canvas.width - 2 * margin) / all.width, (canvas.height - 2 * margin) / all.height);
  const middle = { x: canvas.x + canvas.width / 2, y: canvas.y + canvas.height / 2 };
  await page.mouse.move(middle.x, middle.y);
  if (Math.abs(fit - 1) > 0.01) await page.mouse.wheel(0, -Math.log2(fit) * WHEEL_TO_DOUBLE);
  await settle(page);
  const now = around(await Promise.all(names.map(async (name) => boxOf(await cardOf(page, name).boundingBox()))));
  await drag(page, canvas, {
    x: middle.x - (now.x + now.width / 2),
    y: middle.y - (now.y + now.height / 2),
  });
}

/** The canvas between what floats at its head, if anything does, and the tools at its foot. */
async function uncovered(page: Page): Promise<Box> {
  const canvas = boxOf(await canvasOf(page).boundingBox());
  const tools = boxOf(await page.locator('.canvas-tools').boundingBox());
  const banner = page.locator('.unsafe-banner');
  const head = (await banner.count()) === 0 ? null : await banner.boundingBox();
  const top = head === null ? canvas.y : head.y + head.height;
  return { ...canvas, y: top, height: tools.y - top };
}

/** Drags the canvas by its empty paper. */
async function drag(page: Page, canvas: Box, by: { x: number; y: number }): Promise<void> {
  const from = await page.evaluate(({ x, y, width, height }) => {
    for (let down = 12; down < height; down += 24)
      for (let right = 12; right < width; right += 24)
        if (document.elementFromPoint(x + right, y + down)?.classList.contains('react-flow__pane') === true)
          return { x: x + right, y: y + down };
    return null;
  }, canvas);
  if (from === null) throw new Error('the canvas has no empty place to drag it by');
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move(from.x + by.x, from.y + by.y, { steps: STRAIGHT_THROUGH });
  await page.mouse.up();
  await settle(page);
}

/** Until what was last asked for is drawn. */
export const settle = (page: Page): Promise<void> => page.waitForTimeout(250);

function around(boxes: readonly Box[]): Box {
  const x = Math.min(...boxes.map((box) => box.x));
  const y = Math.min(...boxes.map((box) => box.y));
  const right = Math.max(...boxes.map((box) => box.x + box.width));
  const bottom = Math.max(...boxes.map((box) => box.y + box.height));
  return { x, y, width: right - x, height: bottom - y };
}

function boxOf(box: Box | null): Box {
  if (box === null) throw new Error('there is nothing to be framed');
  return box;
}
