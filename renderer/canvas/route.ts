import { spanned, meet, type Point, type Rect } from './rect.ts';

/**
 * The way of one wire around the cards: out to the right, in from the left, level and upright segments only. First one
 * upright segment is tried, wherever it finds room; then two, with a level lane between them. Without React.
 */

/** What a wire leads around: a card, or, if there is room, a note. */
export interface Obstacle extends Rect {
  readonly id: string;
  /** A wire may lie on it before it crosses a card. */
  readonly soft: boolean;
}

export interface Ends {
  /** The cards that it connects, by their ids among the obstacles. */
  readonly source: string;
  readonly target: string;
  readonly from: Point;
  readonly to: Point;
}

/** How far wires stay away from cards; where there is no room for the first, the next. */
export const MARGINS = [20, 10, 4] as const;
/** How far it leads straight out of its card before it turns, and how far at least. */
const OUT = 20;
const LEAST_OUT = 8;

/** The way of a wire where nothing is in the way. */
export function plainRoute({ from, to }: Pick<Ends, 'from' | 'to'>): Point[] {
  if (to.x - from.x < 2 * LEAST_OUT) return withLane({ from, to }, from.x + OUT, (from.y + to.y) / 2, to.x - OUT);
  return withTurn({ from, to }, (from.x + to.x) / 2);
}

/** A way around a note may be longer by this than one across it. */
const FOR_A_NOTE = 320;

/**
 * The corners of a wire, ends included. Of the ways that cross no card the one with the fewest bends, then the widest berth,
 * then the shortest; where every way crosses one, the way that crosses the fewest. What is given is looked at in its order,
 * so the same cards give the same way.
 */
export function route(ends: Ends, obstacles: readonly Obstacle[]): Point[] {
  const cards = obstacles.filter(({ soft }) => !soft);
  const way = clearWay(ends, cards) ?? fewestCrossed(ends, around(ends, cards, 0));
  const notes = obstacles.filter(({ soft }) => soft);
  if (crossed(way, around(ends, notes, MARGINS[1])) === 0) return way;
  const aside = clearWay(ends, obstacles);
  return aside !== null && lengthOf(aside) <= lengthOf(way) + FOR_A_NOTE ? aside : way;
}

function clearWay(ends: Ends, obstacles: readonly Obstacle[]): Point[] | null {
  const [wide, narrow, close] = MARGINS.map((margin) => ({ margin, rects: around(ends, obstacles, margin) }));
  for (const berths of [[wide, narrow], [close]])
    for (const shape of [turning, byLane])
      for (const berth of berths) {
        const way = berth === undefined ? null : shape(ends, berth.rects, berth.margin);
        if (way !== null) return way;
      }
  return null;
}

/** How many of the rectangles a way leads through. */
export const crossed = (points: readonly Point[], rects: readonly Rect[]): number =>
  rects.filter((rect) => points.some((point, i) => i > 0 && meet(spanned(points[i - 1] ?? point, point), rect))).length;

/** Cards with the margin that is kept; its own have none on the side where the wire leaves, or comes. */
export const around = ({ source, target, from, to }: Ends, all: readonly Obstacle[], margin: number): Obstacle[] =>
  all.map(({ id, soft, left, top, right, bottom }) => ({
    id,
    soft,
    left: id === target ? Math.max(left, to.x) : left - margin,
    top: top - margin,
    right: id === source ? Math.min(right, from.x) : right + margin,
    bottom: bottom + margin,
  }));

type Way = Pick<Ends, 'from' | 'to'>;

const withTurn = ({ from, to }: Way, x: number): Point[] =>
  from.y === to.y ? [from, to] : [from, { x, y: from.y }, { x, y: to.y }, to];

const withLane = ({ from, to }: Way, x1: number, y: number, x2: number): Point[] =>
  straightened([from, { x: x1, y: from.y }, { x: x1, y }, { x: x2, y }, { x: x2, y: to.y }, to]);

/** Without corners at which it does not turn. */
const straightened = (points: readonly Point[]): Point[] =>
  points.filter((point, i) => {
    const [before, after] = [points[i - 1], points[i + 1]];
    if (before === undefined || after === undefined) return true;
    return !(before.x === point.x && point.x === after.x) && !(before.y === point.y && point.y === after.y);
  });

const ascending = (a: number, b: number): number => a - b;
const nearestTo =
  (middle: number) =>
  (a: number, b: number): number =>
    Math.abs(a - middle) - Math.abs(b - middle) || a - b;

/** One upright segment, as near to the middle as it can be. */
function turning(ends: Ends, rects: readonly Rect[], margin: number): Point[] | null {
  const x = turns(ends, rects, margin)[0];
  return x === undefined ? null : withTurn(ends, x);
}

/** Where a wire can turn with one upright segment: what is nearest to the middle comes first. */
function turns({ from, to }: Ends, rects: readonly Rect[], margin: number): number[] {
  const out = outAt(margin);
  const [first, last] = [from.x + out, to.x - out];
  if (to.x - from.x < 2 * LEAST_OUT) return [];
  const middle = (from.x + to.x) / 2;
  const [reach, reachBack] = [reachRight(from, rects), reachLeft(to, rects)];
  return [...new Set([middle, first, last, ...rects.flatMap(({ left, right }) => [left, right])])]
    .filter((x) => x === middle || (x >= first && x <= last))
    .filter((x) => x <= reach && x >= reachBack && isFree(rects, x, from.y, to.y))
    .sort(nearestTo(middle));
}

/** The ways of wires between the same two cards: if they can, they turn at the same place. */
export function routesTogether(wires: readonly Ends[], obstacles: readonly Obstacle[]): Point[][] {
  const [first, ...others] = wires;
  if (first !== undefined && others.length > 0)
    for (const margin of MARGINS) {
      const xs = wires.map((wire) => turns(wire, around(wire, obstacles, margin), margin));
      const x = xs[0]?.find((one) => xs.every((places) => places.includes(one)));
      if (x !== undefined) return wires.map((wire) => withTurn(wire, x));
    }
  return wires.map((wire) => route(wire, obstacles));
}

const outAt = (margin: number): number => (margin < MARGINS[1] ? LEAST_OUT : OUT);

/** How far a level line leads to the right of a point, or to the left, before it meets something. */
const reachRight = ({ x, y }: Point, rects: readonly Rect[]): number =>
  Math.min(...rects.map((one) => (one.top < y && y < one.bottom && one.right > x ? Math.max(one.left, x) : Infinity)));
const reachLeft = ({ x, y }: Point, rects: readonly Rect[]): number =>
  Math.max(...rects.map((one) => (one.top < y && y < one.bottom && one.left < x ? Math.min(one.right, x) : -Infinity)));

const isFree = (rects: readonly Rect[], x: number, y1: number, y2: number): boolean =>
  !rects.some(
    ({ left, right, top, bottom }) => left < x && x < right && Math.min(y1, y2) < bottom && Math.max(y1, y2) > top,
  );

/** An upright segment that begins at an end of the wire, and how far up and down it can lead from there. */
interface Upright {
  x: number;
  up: number;
  down: number;
}

function upright(x: number, y: number, rects: readonly Rect[]): Upright | null {
  let [up, down] = [-Infinity, Infinity];
  for (const { left, right, top, bottom } of rects) {
    if (x <= left || x >= right) continue;
    if (top < y && y < bottom) return null;
    if (bottom <= y) up = Math.max(up, bottom);
    else down = Math.min(down, top);
  }
  return { x, up, down };
}

/** Two upright segments with a level lane between them: the shortest such way, its lane as near to the middle as it can be. */
function byLane(ends: Ends, rects: readonly Obstacle[], margin: number): Point[] | null {
  const { from, to } = ends;
  const out = outAt(margin);
  const xs = [...new Set([from.x + out, to.x - out, ...rects.flatMap(({ left, right }) => [left, right])])].sort(
    ascending,
  );
  const [reach, reachBack] = [reachRight(from, rects), reachLeft(to, rects)];
  const starts = xs.filter((x) => x >= from.x + out && x <= reach).flatMap((x) => upright(x, from.y, rects) ?? []);
  const stops = xs.filter((x) => x <= to.x - out && x >= reachBack).flatMap((x) => upright(x, to.y, rects) ?? []);
  const middle = (from.y + to.y) / 2;
  const ys = new Set([middle, ...rects.flatMap(({ top, bottom }) => [top, bottom]), ...between(ends, rects)]);
  let best: { length: number; points: Point[] } | null = null;
  for (const y of [...ys].sort(nearestTo(middle))) {
    const rise = Math.abs(y - from.y) + Math.abs(y - to.y);
    if (best !== null && rise + Math.abs(to.x - from.x) >= best.length) continue;
    const lane = laneAt(y, starts, stops, rects);
    if (lane === null) continue;
    const [x1, x2] = lane;
    const length = rise + (x1 - from.x) + (to.x - x2) + Math.abs(x2 - x1);
    if (best === null || length < best.length) best = { length, points: withLane({ from, to }, x1, y, x2) };
  }
  return best?.points ?? null;
}

/** The middle between its own two cards, if one lies above the other. */
function between({ source, target }: Ends, all: readonly Obstacle[]): number[] {
  const [a, b] = [all.find(({ id }) => id === source), all.find(({ id }) => id === target)];
  if (a === undefined || b === undefined || a === b) return [];
  if (a.bottom < b.top) return [(a.bottom + b.top) / 2];
  return b.bottom < a.top ? [(b.bottom + a.top) / 2] : [];
}

/** Where a lane begins and ends that meets nothing: of several the shortest. */
function laneAt(
  y: number,
  starts: readonly Upright[],
  stops: readonly Upright[],
  rects: readonly Rect[],
): readonly [number, number] | null {
  const fits = ({ up, down }: Upright): boolean => up <= y && y <= down;
  const [begins, ends] = [starts.filter(fits), stops.filter(fits)];
  if (begins.length === 0 || ends.length === 0) return null;
  const across = rects.filter(({ top, bottom }) => top < y && y < bottom);
  let best: readonly [number, number] | null = null;
  let left = Infinity;
  let right = -Infinity;
  for (const { x } of begins) {
    // The first in a stretch that is free leads the shortest way.
    if (left <= x && x <= right) continue;
    right = Math.min(...across.map((one) => (one.left >= x ? one.left : Infinity)));
    left = Math.max(...across.map((one) => (one.right <= x ? one.right : -Infinity)));
    const end = ends.findLast((one) => one.x >= left && one.x <= right);
    if (end === undefined) continue;
    if (best === null || detour(x, end.x) < detour(...best)) best = [x, end.x];
  }
  return best;
}

const detour = (x1: number, x2: number): number => 2 * Math.max(0, x1 - x2);

/** Where something is in every way: the one that crosses the fewest, then the shortest. */
function fewestCrossed(ends: Ends, rects: readonly Rect[]): Point[] {
  const { from, to } = ends;
  const ways = [
    plainRoute(ends),
    ...(to.x - from.x < 2 * LEAST_OUT
      ? []
      : rects
          .flatMap(({ left, right }) => [left - LEAST_OUT, right + LEAST_OUT])
          .filter((x) => x >= from.x + LEAST_OUT && x <= to.x - LEAST_OUT)
          .map((x) => withTurn(ends, x))),
    ...rects
      .flatMap(({ top, bottom }) => [top - LEAST_OUT, bottom + LEAST_OUT])
      .map((y) => withLane(ends, from.x + OUT, y, to.x - OUT)),
  ];
  return ways
    .map((points) => ({ points, crossings: crossed(points, rects), length: lengthOf(points) }))
    .reduce((a, b) => (b.crossings < a.crossings || (b.crossings === a.crossings && b.length < a.length) ? b : a))
    .points;
}

const lengthOf = (points: readonly Point[]): number =>
  points.reduce(
    (sum, { x, y }, i) => sum + Math.abs(x - (points[i - 1]?.x ?? x)) + Math.abs(y - (points[i - 1]?.y ?? y)),
    0,
  );
