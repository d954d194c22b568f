import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitValues } from './split-values.ts';
import { firstBox, freePlace, nearestInDirection, type Box } from './travel.ts';

describe('lists that are typed', () => {
  it('T3 values are parted by commas, but not within quotes', () => {
    expect(splitValues('"a, b", c ,, "d"')).toEqual(['"a, b"', 'c', '"d"']);
  });
});

const box = (id: string, x: number, y: number): Box => ({ id, x, y, width: 100, height: 50 });
const grid = [box('a', 0, 0), box('b', 200, 0), box('c', 400, 10), box('d', 200, 200)];

describe('walking the canvas', () => {
  it('W1 goes straight along a row and back', () => {
    expect(nearestInDirection(grid, 'a', 'right')).toBe('b');
    expect(nearestInDirection(grid, 'b', 'right')).toBe('c');
    expect(nearestInDirection(grid, 'c', 'left')).toBe('b');
    expect(nearestInDirection(grid, 'b', 'down')).toBe('d');
    expect(nearestInDirection(grid, 'a', 'left')).toBeUndefined();
    expect(firstBox(grid)).toBe('a');
  });

  it('W2 a new step never lies on another', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ x: fc.integer({ min: -500, max: 500 }), y: fc.integer({ min: -500, max: 500 }) }), {
          maxLength: 20,
        }),
        (spots) => {
          const boxes: Box[] = [];
          for (const [i, spot] of spots.entries())
            boxes.push({ id: `${i}`, ...freePlace(boxes, spot, { width: 100, height: 50 }), width: 100, height: 50 });
          const meet = (a: Box, b: Box) =>
            a !== b && a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
          expect(boxes.filter((a) => boxes.some((b) => meet(a, b)))).toEqual([]);
        },
      ),
    );
  });
});
