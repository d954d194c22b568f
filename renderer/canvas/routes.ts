import type { Box } from '../document/travel.ts';
import { separated } from './channels.ts';
import { labelPlaces, longest, type Before, type Labelled } from './label-places.ts';
import { grown, meet, rectIndex, sameRect, spanned, union, type Point, type Rect, type RectIndex } from './rect.ts';
import { plainRoute, routesTogether, type Ends, type Obstacle } from './route.ts';

/** The ways of all wires of a flow, kept from one drawing to the next: only wires that a change is near to are led anew. */

export interface WireEnds extends Ends {
  readonly id: string;
  /** What is written on it, empty for nothing; and what, where there is no room for that. */
  readonly text: string;
  readonly least: string;
}

/** A wire as it is drawn: its corners, ends included, and the middle of its label. */
export interface WireRoute {
  readonly points: readonly Point[];
  readonly label: Point;
  /** Is only the least to be written on it, for want of room, or as another label says the rest? */
  readonly crowded: boolean;
}

export interface Routes {
  readonly of: ReadonlyMap<string, WireRoute>;
  readonly obstacles: RectIndex<Obstacle>;
  /** The same obstacles by their ids. */
  readonly boxes: ReadonlyMap<string, Obstacle>;
}

export const NO_ROUTES: Routes = { of: new Map(), obstacles: rectIndex(), boxes: new Map() };

/** How far around a wire is looked for what it could lead around. */
const AROUND = 48;
/** How far an end may be from where it was when its wire was led: cards are measured to about a pixel, and again from afar. */
const CLOSE = 2;

interface Led {
  /** Wires between the same two cards, which are led together. */
  wires: readonly Ends[];
  points: readonly (readonly Point[])[];
  /** Where it was looked for obstacles: what changes elsewhere does not matter to it. */
  within: Rect;
}

export const obstacleOf = ({ id, x, y, width, height }: Box, soft: boolean): Obstacle => ({
  id,
  soft,
  left: x,
  top: y,
  right: x + width,
  bottom: y + height,
});

function led(wires: readonly Ends[], obstacles: Pick<RectIndex<Obstacle>, 'near'>): Led {
  const direct = grown(wires.map(({ from, to }) => spanned(from, to)).reduce(union), AROUND);
  // What lies in between is led around, and there more may lie.
  const within = grown(obstacles.near(direct).reduce<Rect>(union, direct), AROUND);
  return { wires, points: routesTogether(wires, obstacles.near(within)), within };
}

/**
 * All wires around all obstacles, those with the same goal joined and the others side by side, and places for labels. It
 * remembers what it said last: where nothing changed it is the same object, and so is each wire that leads as before.
 */
export function rememberingRoutes(): (wires: readonly WireEnds[], all: readonly Obstacle[]) => Routes {
  const leadAll = rememberingWays();
  const finish = rememberingFinish();
  let wiresBefore: readonly WireEnds[] = [];
  let last: Routes = NO_ROUTES;
  let cards: RectIndex<Obstacle> = rectIndex();
  return (wires, all) => {
    const changed = changes(last.boxes, all);
    const same = wires.length === wiresBefore.length && wires.every((wire, i) => isSame(wire, wiresBefore[i]));
    if (changed.length === 0 && same) return last;
    if (changed.length > 0) {
      last = { of: last.of, obstacles: rectIndex(all), boxes: new Map(all.map((one) => [one.id, one])) };
      cards = rectIndex(all.filter(({ soft }) => !soft));
    }
    last = {
      ...last,
      of: finish(wires, leadAll(wires, last.obstacles, changed), { cards, all: last.obstacles, changed }),
    };
    wiresBefore = wires;
    return last;
  };
}

const between = ({ source, goal }: Labelled): string => `${source} ${goal}`;

type Ways = ReadonlyMap<string, readonly Point[]>;

/** Leads each wire by itself, or with those between the same cards, unless nothing that it leads around has changed. */
function rememberingWays(): (
  wires: readonly WireEnds[],
  obstacles: RectIndex<Obstacle>,
  changed: readonly Rect[],
) => Ways {
  let before: ReadonlyMap<string, Led> = new Map();
  return (wires, obstacles, changed) => {
    const holds = ({ wires: known, within }: Led, now: readonly Ends[]): boolean =>
      known.length === now.length &&
      known.every((ends, i) => isSameEnds(ends, now[i])) &&
      !changed.some((rect) => meet(rect, within));
    const next = new Map<string, Led>();
    const ways = new Map<string, readonly Point[]>();
    for (const [key, row] of Map.groupBy(wires, ({ source, target }) => `${source} ${target}`)) {
      const known = before.get(key);
      const way = known !== undefined && holds(known, row) ? known : led(row, obstacles);
      next.set(key, way);
      for (const [i, { id }] of row.entries()) ways.set(id, way.points[i] ?? []);
    }
    before = next;
    return ways;
  };
}

/** Moves wires apart, and places labels on them; a wire that is as it was is the same object. */
function rememberingFinish(): (
  wires: readonly WireEnds[],
  ways: Ways,
  around: { cards: RectIndex<Obstacle>; all: RectIndex<Obstacle>; changed: readonly Rect[] },
) => ReadonlyMap<string, WireRoute> {
  let before: Omit<Before, 'changed'> = { wires: new Map(), places: new Map() };
  let drawn: ReadonlyMap<string, WireRoute> = new Map();
  return (wires, ways, { cards, all, changed }) => {
    const routed = wires.map(({ id, target }) => ({ id, goal: target, points: ways.get(id) ?? [] }));
    const apart = separated(routed, (region) => cards.near(region));
    const labelled = wires.map(({ id, source, target, text, least }) => {
      const [points, known] = [apart.get(id) ?? [], before.wires.get(id)?.points];
      const kept = known !== undefined && samePoints(known, points) ? known : points;
      return { id, source, goal: target, text, least, points: kept };
    });
    const places = labelPlaces(labelled, all, { ...before, changed });
    before = { wires: new Map(labelled.map((wire) => [wire.id, wire])), places };
    // Of exits that lead to the same step all are named or none: a single name would be read as that of all.
    const nameless = new Set(
      labelled.flatMap((wire) => (places.get(wire.id)?.crowded === true ? [between(wire)] : [])),
    );
    drawn = new Map(
      labelled.map((wire) => {
        const { id, points } = wire;
        const place = places.get(id);
        const label = place?.at ?? longest(points);
        const crowded = place?.told === true || nameless.has(between(wire));
        const known = drawn.get(id);
        const same = known?.points === points && known.crowded === crowded && samePoints([known.label], [label]);
        return [id, same ? known : { points, label, crowded }];
      }),
    );
    return drawn;
  };
}

/** Where something was, or is now, that is not as it was. */
function changes(before: ReadonlyMap<string, Obstacle>, all: readonly Obstacle[]): Rect[] {
  const changed: Rect[] = [];
  const now = new Set<string>();
  for (const one of all) {
    now.add(one.id);
    const old = before.get(one.id);
    if (old !== undefined && sameRect(old, one) && old.soft === one.soft) continue;
    changed.push(one);
    if (old !== undefined) changed.push(old);
  }
  for (const [id, old] of before) if (!now.has(id)) changed.push(old);
  return changed;
}

const isSameEnds = (a: Ends, b: Ends | undefined): boolean =>
  b !== undefined && a.source === b.source && a.target === b.target && samePoints([a.from, a.to], [b.from, b.to]);

const isSame = (a: WireEnds, b: WireEnds | undefined): boolean =>
  b !== undefined && a.id === b.id && a.text === b.text && a.least === b.least && isSameEnds(a, b);

const samePoints = (a: readonly Point[], b: readonly Point[]): boolean =>
  a.length === b.length && a.every(({ x, y }, i) => x === b[i]?.x && y === b[i]?.y);

const isClose = (a: Point, b: Point | undefined): boolean =>
  b !== undefined && Math.abs(a.x - b.x) <= CLOSE && Math.abs(a.y - b.y) <= CLOSE;

/**
 * A wire as it is to be drawn between these ends: as it was led; moved along where both of its cards are being dragged; and
 * led anew, by itself, where one is, or where it is none of the flow's own.
 */
export function routeBetween(known: WireRoute | undefined, ends: Ends, routes: Routes): WireRoute {
  const [first, last] = [known?.points[0], known?.points.at(-1)];
  if (known !== undefined && first !== undefined && last !== undefined) {
    const by = { x: ends.from.x - first.x, y: ends.from.y - first.y };
    if (isClose(ends.from, first) && isClose(ends.to, last)) return { ...known, points: fitted(known.points, ends) };
    if (isClose(ends.to, { x: last.x + by.x, y: last.y + by.y }))
      return {
        ...known,
        points: fitted(
          known.points.map((point) => moved(point, by)),
          ends,
        ),
        label: moved(known.label, by),
      };
  }
  const points = led([ends], withOwn(ends, known, routes)).points[0] ?? plainRoute(ends);
  return { points, label: longest(points), crowded: known?.crowded ?? false };
}

const moved = ({ x, y }: Point, by: Point): Point => ({ x: x + by.x, y: y + by.y });

/** With its ends at the very ends, and the segments there level. */
function fitted(points: readonly Point[], { from, to }: Ends): readonly Point[] {
  const [first, last] = [points[0], points.at(-1)];
  if (first?.x === from.x && first.y === from.y && last?.x === to.x && last.y === to.y) return points;
  if (points.length < 4) return from.y === to.y ? [from, to] : [from, ...turned(from, to), to];
  return points.map((point, i) => {
    if (i === 0) return from;
    if (i === points.length - 1) return to;
    if (i === 1) return { ...point, y: from.y };
    return i === points.length - 2 ? { ...point, y: to.y } : point;
  });
}

const turned = (from: Point, to: Point): Point[] => {
  const x = (from.x + to.x) / 2;
  return [
    { x, y: from.y },
    { x, y: to.y },
  ];
};

/** What there is to lead around while a wire's own cards may be elsewhere than they were: these lie at its ends now. */
function withOwn(
  { source, target, from, to }: Ends,
  known: WireRoute | undefined,
  { obstacles, boxes }: Routes,
): Pick<RectIndex<Obstacle>, 'near'> {
  const at = (id: string, now: Point, then: Point | undefined): Obstacle[] => {
    const box = boxes.get(id);
    if (box === undefined) return [];
    const [dx, dy] = then === undefined ? [0, 0] : [now.x - then.x, now.y - then.y];
    return [{ ...box, left: box.left + dx, right: box.right + dx, top: box.top + dy, bottom: box.bottom + dy }];
  };
  const own = [
    ...at(source, from, known?.points[0]),
    ...(target === source ? [] : at(target, to, known?.points.at(-1))),
  ];
  return {
    near: (region) => [
      ...obstacles.near(region).filter(({ id }) => id !== source && id !== target),
      ...own.filter((one) => meet(one, region)),
    ],
  };
}
