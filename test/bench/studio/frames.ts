import type { CDPSession, Page } from '@playwright/test';

/** Frames of a window while something is done in it, counted by Chromium. */

/* oxlint-disable no-await-in-loop -- a mouse is at one place at a time */

export interface Frames {
  perSecond: number;
  /** Of the times from frame to frame, in milliseconds. */
  p95: number;
  /** Processor time of the main thread for a frame, in milliseconds: script, style, layout, paint. */
  work: number;
}

declare global {
  interface Window {
    /** When frames began; there while they are counted. */
    countedFrames?: number[];
  }
}

/** Counts frames while something is done. */
export async function framesOf(page: Page, act: () => Promise<void>): Promise<Frames> {
  const session = await page.context().newCDPSession(page);
  // The thread's own time, which does not grow where others keep the processor busy.
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  await page.evaluate(() => {
    const counted: number[] = [];
    window.countedFrames = counted;
    const count = (at: number): void => {
      if (window.countedFrames !== counted) return;
      counted.push(at);
      requestAnimationFrame(count);
    };
    requestAnimationFrame(count);
  });
  const before = await taskSeconds(session);
  await act();
  const after = await taskSeconds(session);
  const at = await page.evaluate(() => {
    const counted = window.countedFrames ?? [];
    delete window.countedFrames;
    return counted;
  });
  await session.detach();
  const times = at.slice(1).map((time, i) => time - (at[i] ?? time));
  const sum = times.reduce((all, one) => all + one, 0);
  if (times.length === 0) throw new Error(`only ${at.length} frames were seen`);
  return {
    perSecond: (times.length * 1000) / sum,
    p95: share(times, 0.95),
    work: ((after - before) * 1000) / times.length,
  };
}

/** The value that this share of the values is not above. */
export function share(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * part) - 1)] ?? 0;
}

async function taskSeconds(session: CDPSession): Promise<number> {
  const { metrics } = await session.send('Performance.getMetrics');
  return metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0;
}

export interface At {
  x: number;
  y: number;
}

/** As often as a mouse tells where it is. */
const EACH_MS = 8;

/**
 * Drags from a place, round in a circle, for so long. Moves are sent as a mouse sends them, whether the window keeps up
 * or not; Chromium puts together those that come within a frame.
 */
export async function dragRound(page: Page, from: At, radius: number, durationMs: number): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const send = (type: 'mousePressed' | 'mouseMoved' | 'mouseReleased', { x, y }: At): Promise<unknown> =>
    session.send('Input.dispatchMouseEvent', {
      type,
      x,
      y,
      button: 'left',
      buttons: type === 'mouseReleased' ? 0 : 1,
      clickCount: 1,
    });
  await page.mouse.move(from.x, from.y);
  await send('mousePressed', from);
  const began = performance.now();
  const underWay = new Set<Promise<unknown>>();
  let at = from;
  for (let now = 0; now < durationMs; now = performance.now() - began) {
    const turn = (now / 1000) * 2 * Math.PI;
    at = { x: from.x + radius * Math.sin(turn), y: from.y + radius * (1 - Math.cos(turn)) };
    const sent = send('mouseMoved', at).finally(() => underWay.delete(sent));
    underWay.add(sent);
    await pause(EACH_MS);
  }
  await Promise.all(underWay);
  await send('mouseReleased', at);
  await session.detach();
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, ms));
