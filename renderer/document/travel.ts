import type { Size } from './tidy.ts';

export type Direction = 'left' | 'right' | 'up' | 'down';
export interface Box extends Size {
  id: string;
  x: number;
  y: number;
}

/**
 * The step that lies next in a direction: the nearest by centre, where being aside counts double, so that a straight row
 * is walked straight. Undefined where nothing lies there.
 */
export function nearestInDirection(boxes: readonly Box[], from: string, direction: Direction): string | undefined {
  const start = boxes.find((box) => box.id === from);
  if (start === undefined) return boxes[0]?.id;
  let best: { id: string; distance: number } | undefined;
  for (const box of boxes) {
    if (box.id === from) continue;
    const dx = centreX(box) - centreX(start);
    const dy = centreY(box) - centreY(start);
    const ways: Record<Direction, readonly [number, number]> = {
      left: [-dx, dy],
      right: [dx, dy],
      up: [-dy, dx],
      down: [dy, dx],
    };
    const [ahead, aside] = ways[direction];
    if (ahead <= 0) continue;
    const distance = ahead + 2 * Math.abs(aside);
    if (best === undefined || distance < best.distance) best = { id: box.id, distance };
  }
  return best?.id;
}

/** The first box, from the left and then from the top: where the keyboard enters the canvas. */
export const firstBox = (boxes: readonly Box[]): string | undefined =>
  boxes.toSorted((a, b) => a.x - b.x || a.y - b.y)[0]?.id;

const centreX = (box: Box): number => box.x + box.width / 2;
const centreY = (box: Box): number => box.y + box.height / 2;

/** The nearest place at or below `wanted` where a box of this size touches no other. */
export function freePlace(
  boxes: readonly Box[],
  wanted: { x: number; y: number },
  size: Size,
): { x: number; y: number } {
  const gap = 24;
  const at = { x: Math.round(wanted.x), y: Math.round(wanted.y) };
  for (let tries = 0; tries <= boxes.length; tries++) {
    const hit = boxes.find(
      (box) =>
        at.x < box.x + box.width + gap &&
        box.x < at.x + size.width + gap &&
        at.y < box.y + box.height + gap &&
        box.y < at.y + size.height + gap,
    );
    if (hit === undefined) return at;
    at.y = Math.round(hit.y + hit.height + gap);
  }
  return at;
}
