import type { Point } from './rect.ts';

/** How round a corner is at most, in pixels of the flow. */
const CORNER = 10;

/** The corners of a wire as the path of an SVG element, rounded. */
export function wirePath(points: readonly Point[]): string {
  return points
    .map((point, i) => {
      const [before, after] = [points[i - 1], points[i + 1]];
      if (before === undefined) return `M ${point.x} ${point.y}`;
      if (after === undefined) return `L ${point.x} ${point.y}`;
      const round = Math.min(CORNER, lengthOf(before, point) / 2, lengthOf(point, after) / 2);
      const [a, b] = [towards(point, before, round), towards(point, after, round)];
      return `L ${a.x} ${a.y} Q ${point.x} ${point.y} ${b.x} ${b.y}`;
    })
    .join(' ');
}

const lengthOf = (a: Point, b: Point): number => Math.abs(a.x - b.x) + Math.abs(a.y - b.y);

const towards = (from: Point, to: Point, by: number): Point => ({
  x: from.x + Math.sign(to.x - from.x) * by,
  y: from.y + Math.sign(to.y - from.y) * by,
});
