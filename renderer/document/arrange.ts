import type { Box } from './travel.ts';

/** Where steps go when they are lined up: pure, places by id. */

export type Alignment = 'left' | 'centre' | 'right' | 'top' | 'middle' | 'bottom';
export type Axis = 'across' | 'down';
export type Places = Record<string, { x: number; y: number }>;

/** The box around some boxes; null around none. */
export function boundsOf(boxes: readonly Omit<Box, 'id'>[]): Omit<Box, 'id'> | null {
  if (boxes.length === 0) return null;
  const x = Math.min(...boxes.map((box) => box.x));
  const y = Math.min(...boxes.map((box) => box.y));
  return {
    x,
    y,
    width: Math.max(...boxes.map((box) => box.x + box.width)) - x,
    height: Math.max(...boxes.map((box) => box.y + box.height)) - y,
  };
}

/** Every box at one edge, or on one middle line, of the box around all of them. */
export function aligned(boxes: readonly Box[], how: Alignment): Places {
  const all = boundsOf(boxes);
  if (all === null) return {};
  return Object.fromEntries(
    boxes.map(({ id, x, y, width, height }) => {
      const at: Record<Alignment, { x: number; y: number }> = {
        left: { x: all.x, y },
        centre: { x: all.x + (all.width - width) / 2, y },
        right: { x: all.x + all.width - width, y },
        top: { x, y: all.y },
        middle: { x, y: all.y + (all.height - height) / 2 },
        bottom: { x, y: all.y + all.height - height },
      };
      return [id, at[how]];
    }),
  );
}

/** Boxes with equal gaps between them, the outermost staying where they are. Fewer than three have nothing between them. */
export function distributed(boxes: readonly Box[], axis: Axis): Places {
  if (boxes.length < 3) return {};
  const start = (box: Box): number => (axis === 'across' ? box.x : box.y);
  const length = (box: Box): number => (axis === 'across' ? box.width : box.height);
  const row = boxes.toSorted((a, b) => start(a) - start(b) || start(a) + length(a) - start(b) - length(b));
  const first = Math.min(...row.map(start));
  const end = Math.max(...row.map((box) => start(box) + length(box)));
  const free = end - first - row.reduce((sum, box) => sum + length(box), 0);
  const gap = free / (row.length - 1);
  let at = first;
  const places: Places = {};
  for (const box of row) {
    places[box.id] = axis === 'across' ? { x: at, y: box.y } : { x: box.x, y: at };
    at += length(box) + gap;
  }
  return places;
}
