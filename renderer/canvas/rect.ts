/** Points, rectangles, and which of many rectangles are near: without React. Y grows downwards, all in pixels of the flow. */

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Rect {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

export const grown = ({ left, top, right, bottom }: Rect, by: number): Rect => ({
  left: left - by,
  top: top - by,
  right: right + by,
  bottom: bottom + by,
});

/** The rectangle that two points span. */
export const spanned = (a: Point, b: Point): Rect => ({
  left: Math.min(a.x, b.x),
  top: Math.min(a.y, b.y),
  right: Math.max(a.x, b.x),
  bottom: Math.max(a.y, b.y),
});

/** Do they have a point in common that is not just of an edge? A line without breadth lies in what it leads through. */
export const meet = (a: Rect, b: Rect): boolean =>
  a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

export const union = (a: Rect, b: Rect): Rect => ({
  left: Math.min(a.left, b.left),
  top: Math.min(a.top, b.top),
  right: Math.max(a.right, b.right),
  bottom: Math.max(a.bottom, b.bottom),
});

export const sameRect = (a: Rect, b: Rect): boolean =>
  a.left === b.left && a.top === b.top && a.right === b.right && a.bottom === b.bottom;

/** About as large as a card with the paper around it: few cards are in a cell, and a card is in few cells. */
const CELL = 256;
/** More than there are columns of cells, so that each cell has a number of its own. */
const COLUMNS = 1_000_003;

export interface RectIndex<T extends Rect> {
  add(rect: T): void;
  /** Those that meet a region, in the order in which they were added. */
  near(region: Rect): T[];
  /** Does any that meets a region pass a test? They are asked in no order, and some more than once. */
  some(region: Rect, test: (rect: T) => boolean): boolean;
}

/** A grid of cells, each of which knows the rectangles that reach into it. */
export function rectIndex<T extends Rect>(all: Iterable<T> = []): RectIndex<T> {
  const cells = new Map<number, { rect: T; nth: number }[]>();
  let count = 0;
  function anyCell({ left, top, right, bottom }: Rect, test: (cell: number) => boolean): boolean {
    const [last, lastColumn] = [Math.floor(bottom / CELL), Math.floor(right / CELL)];
    for (let row = Math.floor(top / CELL); row <= last; row++)
      for (let column = Math.floor(left / CELL); column <= lastColumn; column++)
        if (test(row * COLUMNS + column)) return true;
    return false;
  }
  const anyMeeting = (region: Rect, test: (entry: { rect: T; nth: number }) => boolean): boolean =>
    anyCell(region, (cell) => {
      for (const entry of cells.get(cell) ?? []) if (meet(entry.rect, region) && test(entry)) return true;
      return false;
    });
  const index: RectIndex<T> = {
    add(rect) {
      const entry = { rect, nth: count++ };
      anyCell(rect, (cell) => {
        const known = cells.get(cell);
        if (known === undefined) cells.set(cell, [entry]);
        else known.push(entry);
        return false;
      });
    },
    near(region) {
      const found = new Map<number, T>();
      anyMeeting(region, ({ rect, nth }) => {
        found.set(nth, rect);
        return false;
      });
      return [...found].sort(([a], [b]) => a - b).map(([, rect]) => rect);
    },
    some: (region, test) => anyMeeting(region, ({ rect }) => test(rect)),
  };
  for (const rect of all) index.add(rect);
  return index;
}
