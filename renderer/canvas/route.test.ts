import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { separated } from './channels.ts';
import { labelRect } from './label-places.ts';
import { meet, rectIndex, spanned, type Point, type Rect } from './rect.ts';
import { around, crossed, MARGINS, plainRoute, route, type Ends, type Obstacle } from './route.ts';
import { rememberingRoutes, routeBetween, type Routes, type WireEnds } from './routes.ts';
import { wirePath } from './wire-path.ts';

const card = (id: string, left: number, top: number, width = 232, height = 120): Obstacle => ({
  id,
  soft: false,
  left,
  top,
  right: left + width,
  bottom: top + height,
});

/** Cards that do not lie on each other, as people place them: in rows and columns that are not quite straight. */
const cards = fc
  .array(
    fc.record({
      cell: fc.nat(11),
      dx: fc.integer({ min: 0, max: 70 }),
      dy: fc.integer({ min: 0, max: 90 }),
      height: fc.integer({ min: 60, max: 200 }),
    }),
    { minLength: 3, maxLength: 7 },
  )
  .map((all) =>
    [...new Map(all.map((one) => [one.cell, one])).values()].map(({ cell, dx, dy, height }) =>
      card(`c${cell}`, (cell % 4) * 330 + dx, Math.floor(cell / 4) * 310 + dy, 232, height),
    ),
  )
  .filter((all) => all.length > 1);

/** A wire out of a card on its right side, and into another one, or the same, on the left. */
const between = (source: Obstacle, target: Obstacle, down = 30): Ends => ({
  source: source.id,
  target: target.id,
  from: { x: source.right + 5, y: source.top + down },
  to: { x: target.left - 5, y: target.top + 20 },
});

const scene = fc.record({ cards, from: fc.nat(), to: fc.nat(), down: fc.integer({ min: 5, max: 55 }) }).map((one) => {
  const [source, target] = [one.from, one.to].map((at) => one.cards[at % one.cards.length]);
  if (source === undefined || target === undefined) throw new Error('there are cards');
  return { cards: one.cards, ends: between(source, target, one.down) };
});

/** Is there a way with a margin of 10? Every place of its two upright segments and its lane is tried, one by one. */
function hasWay(ends: Ends, all: readonly Obstacle[]): boolean {
  const rects = around(ends, all, MARGINS[1]);
  const { from, to } = ends;
  const xs = [from.x + 20, to.x - 20, (from.x + to.x) / 2, ...rects.flatMap(({ left, right }) => [left, right])];
  const ys = [from.y, to.y, (from.y + to.y) / 2, ...rects.flatMap(({ top, bottom }) => [top, bottom])];
  return xs.some(
    (x1) =>
      x1 >= from.x + 20 &&
      xs.some(
        (x2) =>
          x2 <= to.x - 20 &&
          ys.some((y) => {
            const way = [from, { x: x1, y: from.y }, { x: x1, y }, { x: x2, y }, { x: x2, y: to.y }, to];
            return crossed(way, rects) === 0;
          }),
      ),
  );
}

describe('the way of a wire', () => {
  it('R1 leaves to the right, comes from the left, and is level or upright throughout', () => {
    fc.assert(
      fc.property(scene, ({ cards: all, ends }) => {
        const points = route(ends, all);
        const [first, second] = points;
        expect([first, points.at(-1)]).toEqual([ends.from, ends.to]);
        expect(second?.y).toBe(ends.from.y);
        expect(second?.x).toBeGreaterThan(ends.from.x);
        expect(points.at(-2)?.y).toBe(ends.to.y);
        expect(points.at(-2)?.x).toBeLessThan(ends.to.x);
        const straight = points.slice(1).map(({ x, y }, i) => (x === points[i]?.x) !== (y === points[i]?.y));
        expect(straight).not.toContain(false);
      }),
    );
  });

  it('R2 crosses no card whenever there is such a way', () => {
    let straightThrough = 0;
    fc.assert(
      fc.property(scene, ({ cards: all, ends }) => {
        const rects = around(ends, all, MARGINS[1]);
        if (crossed(plainRoute(ends), rects) > 0) straightThrough++;
        expect(!hasWay(ends, all) || crossed(route(ends, all), rects) === 0).toBe(true);
      }),
    );
    expect(straightThrough).toBeGreaterThan(20);
  });

  it('R3 is the plain way where nothing is in it, and never crosses more than that', () => {
    fc.assert(
      fc.property(scene, ({ cards: all, ends }) => {
        const plain = plainRoute(ends);
        const points = route(ends, all);
        const isPlain = crossed(plain, around(ends, all, MARGINS[0])) === 0;
        expect(isPlain ? points : plain).toEqual(plain);
        const close = around(ends, all, 0);
        expect(crossed(points, close)).toBeLessThanOrEqual(crossed(plain, close));
      }),
    );
  });

  it('R4 rather lies on a note than on a card, and on neither where it can', () => {
    const [a, b] = [card('a', 0, 0), card('b', 900, 0)];
    const note: Obstacle = { ...card('note', 400, -100, 200, 240), soft: true };
    const ends = { ...between(a, b, 20) };
    expect(crossed(route(ends, [a, b]), [note])).toBe(1);
    expect(crossed(route(ends, [a, b, note]), [note])).toBe(0);
    const walls = [card('above', 300, -2000, 400, 1900), card('below', 300, 140, 400, 1900)];
    const points = route(ends, [a, b, ...walls, note]);
    expect([crossed(points, walls), crossed(points, [note])]).toEqual([0, 1]);
  });

  it('R5 is drawn from end to end, round at its corners', () => {
    expect(wirePath(plainRoute({ from: { x: 0, y: 0 }, to: { x: 100, y: 100 } }))).toBe(
      'M 0 0 L 40 0 Q 50 0 50 10 L 50 90 Q 50 100 60 100 L 100 100',
    );
  });
});

const wired = fc
  .record({ cards, wires: fc.array(fc.tuple(fc.nat(), fc.nat(), fc.nat(5)), { minLength: 1, maxLength: 9 }) })
  .map(({ cards: all, wires }) => ({ cards: all, wires: wiresOf(all, wires) }));

function wiresOf(all: readonly Obstacle[], wires: readonly (readonly [number, number, number])[]): WireEnds[] {
  return wires.flatMap(([a, b, lane], i): WireEnds[] => {
    const [source, target] = [all[a % all.length], all[b % all.length]];
    if (source === undefined || target === undefined || source === target) return [];
    return [{ ...between(source, target, 5 + 10 * lane), id: `w${i}`, text: `exit ${lane}`, least: '' }];
  });
}

/** Do segments of two ways lie on each other? Ways that only cross, or meet at an end, do not. */
function overlaid(a: readonly Point[], b: readonly Point[]): boolean {
  const segments = rectIndex(a.flatMap((point, i) => (i === 0 ? [] : [spanned(a[i - 1] ?? point, point)])));
  return b.some((point, i) => {
    if (i === 0) return false;
    const one = spanned(b[i - 1] ?? point, point);
    const level = one.top === one.bottom;
    const wide = level
      ? { ...one, top: one.top - 1, bottom: one.bottom + 1 }
      : { ...one, left: one.left - 1, right: one.right + 1 };
    return segments
      .near(wide)
      .some((other) => (level ? other.top === other.bottom : other.left === other.right) && meet(other, wide));
  });
}

/** Does a way lead through a place? */
const isOn = (points: readonly Point[], { x, y }: Point): boolean =>
  points.some((point, i) => {
    const spot = { left: x - 1, right: x + 1, top: y - 1, bottom: y + 1 };
    return i > 0 && meet(spanned(points[i - 1] ?? point, point), spot);
  });

const fresh = (wires: readonly WireEnds[], all: readonly Obstacle[]): Routes => rememberingRoutes()(wires, all);
const pointsOf = (routes: Routes, id: string): readonly Point[] => routes.of.get(id)?.points ?? [];

describe('the ways of all wires', () => {
  it('R6 what is remembered is what would be worked out anew, whatever was moved', () => {
    fc.assert(
      fc.property(wired, fc.nat(), fc.integer({ min: -200, max: 200 }), ({ cards: all, wires }, nth, by) => {
        const draw = rememberingRoutes();
        const first = draw(wires, all);
        expect(draw([...wires], [...all])).toBe(first);
        const moved = all.map((one, i) =>
          i === nth % all.length ? { ...one, top: one.top + by, bottom: one.bottom + by } : one,
        );
        const follow = (id: string, at: Point): Point =>
          id === moved[nth % all.length]?.id ? { ...at, y: at.y + by } : at;
        const after = wires.map((wire) => ({
          ...wire,
          from: follow(wire.source, wire.from),
          to: follow(wire.target, wire.to),
        }));
        expect(draw(after, moved).of).toEqual(fresh(after, moved).of);
        const fewer = after.filter((_, i) => i !== nth % after.length);
        expect(draw(fewer, moved).of).toEqual(fresh(fewer, moved).of);
        expect(draw(after.toReversed(), moved).of).toEqual(fresh(after.toReversed(), moved).of);
      }),
    );
  });

  it('R7 a card that is moved far away changes no wire', () => {
    const far = (y: number): Obstacle => card('far', 400, y);
    fc.assert(
      fc.property(wired, ({ cards: all, wires }) => {
        const draw = rememberingRoutes();
        const before = draw(wires, [...all, far(5000)]);
        const after = draw(wires, [...all, far(9000)]);
        for (const { id } of wires) expect(after.of.get(id)).toBe(before.of.get(id));
      }),
    );
  });

  it('R8 side by side they come to no card that they did not cross before', () => {
    fc.assert(
      fc.property(wired, ({ cards: all, wires }) => {
        const routes = fresh(wires, all);
        for (const wire of wires) {
          const rects = around(wire, all, MARGINS[2]);
          const sisters = wires.filter(({ source, target }) => source === wire.source && target === wire.target);
          if (sisters.length > 1) continue;
          expect(crossed(pointsOf(routes, wire.id), rects)).toBeLessThanOrEqual(crossed(route(wire, all), rects));
        }
      }),
    );
  });

  it('R9 wires to different steps do not share a channel, and those to one step do', () => {
    const plan = card('plan', 0, 0, 232, 240);
    const column = [-300, -100, 100, 300].map((y, i) => card(`t${i}`, 304, y));
    const wires = [...column, column[0] ?? plan].map((target, i) => ({
      ...between(plan, target, 120 + 20 * i),
      id: `w${i}`,
      text: '',
      least: '',
    }));
    const routes = fresh(wires, [plan, ...column]);
    const alone = wires.map((wire) => route(wire, [plan, ...column]));
    const pairs = wires.flatMap((a, i) => wires.slice(i + 1).map((b) => [a, b] as const));
    const shared = pairs.filter(([a, b]) => overlaid(pointsOf(routes, a.id), pointsOf(routes, b.id)));
    expect(shared.map(([a, b]) => [a.target, b.target])).toEqual([['t0', 't0']]);
    expect(overlaid(alone[0] ?? [], alone[1] ?? [])).toBe(true);
    const apart = separated(
      wires.map(({ id, target }, i) => ({ id, goal: target, points: alone[i] ?? [] })),
      () => [],
    );
    expect(overlaid(apart.get('w0') ?? [], apart.get('w1') ?? [])).toBe(false);
  });

  it('R10 a label that is written lies on its wire, and on no card and no other label', () => {
    let written = 0;
    fc.assert(
      fc.property(wired, ({ cards: all, wires }) => {
        const routes = fresh(wires, all);
        const labels: Rect[] = [];
        for (const { id, text } of wires) {
          const drawn = routes.of.get(id);
          if (drawn === undefined || drawn.crowded) continue;
          written++;
          const rect = labelRect(drawn.label, text);
          expect(isOn(drawn.points, drawn.label)).toBe(true);
          expect([...all, ...labels].filter((one) => meet(one, rect))).toEqual([]);
          labels.push(rect);
        }
      }),
    );
    expect(written).toBeGreaterThan(50);
  });

  /** Wires from two exits of a card into another one. */
  function joined(texts: readonly [string, string], [a, b]: readonly [Obstacle, Obstacle]) {
    const wires = texts.map((text, i) => ({ ...between(a, b, 60 + 24 * i), id: `w${i}`, text, least: '' }));
    return { routes: fresh(wires, [a, b]), wires };
  }
  const below = [card('a', 0, 0), card('b', 310, 400)] as const;
  const aside = [card('a', 0, 0), card('b', 700, 400)] as const;
  const labelOf = (routes: Routes, id: string): Point => routes.of.get(id)?.label ?? { x: NaN, y: NaN };

  it('R13 labels stand on what is their own wire’s alone, where that is long enough, also where they say the same', () => {
    const { routes, wires } = joined(['refused', 'refused'], aside);
    for (const [i, { id }] of wires.entries()) {
      expect(routes.of.get(id)?.crowded).toBe(false);
      expect(isOn(pointsOf(routes, id), labelOf(routes, id))).toBe(true);
      expect(isOn(pointsOf(routes, wires[1 - i]?.id ?? ''), labelOf(routes, id))).toBe(false);
    }
  });

  it('R14 where wires have joined, what two of them say alike is said once, and what they say otherwise twice', () => {
    const said = ({ routes }: ReturnType<typeof joined>) => [...routes.of.values()].map(({ crowded }) => crowded);
    const alike = joined(['refused', 'refused'], below);
    expect(said(alike)).toEqual([false, true]);
    // The one that is not written is written there when it is selected.
    expect(labelOf(alike.routes, 'w1')).toEqual(labelOf(alike.routes, 'w0'));
    expect(alike.wires.every(({ id }) => isOn(pointsOf(alike.routes, id), labelOf(alike.routes, id)))).toBe(true);
    expect(said(joined(['refused', 'failed'], below))).toEqual([false, false]);
  });

  it('R15 no two labels that are written on each other’s wire to one step say the same', () => {
    let alike = 0;
    fc.assert(
      fc.property(wired, ({ cards: all, wires: drawn }) => {
        const wires = drawn.map((wire) => ({ ...wire, text: 'exit' }));
        const routes = fresh(wires, all);
        const pairs = wires.flatMap((a, i) => wires.slice(i + 1).map((b) => [a, b] as const));
        for (const [a, b] of pairs) {
          if (a.target !== b.target) continue;
          const shared =
            isOn(pointsOf(routes, a.id), labelOf(routes, b.id)) && isOn(pointsOf(routes, b.id), labelOf(routes, a.id));
          if (!shared) continue;
          alike++;
          expect([a, b].some(({ id }) => routes.of.get(id)?.crowded)).toBe(true);
        }
      }),
    );
    expect(alike).toBeGreaterThan(5);
  });

  it('R11 while cards are dragged, a wire of both moves along, and one of a single card leads around the others', () => {
    const [a, b, wall] = [card('a', 0, 0), card('b', 900, 0), card('wall', 400, -40, 200, 200)];
    const wire: WireEnds = { ...between(a, b, 20), id: 'w', text: '', least: '' };
    const routes = fresh([wire], [a, b, wall]);
    const known = routes.of.get('w');
    expect(routeBetween(known, wire, routes).points).toBe(known?.points);
    const down = (at: Point): Point => ({ x: at.x, y: at.y + 300 });
    const both = routeBetween(known, { ...wire, from: down(wire.from), to: down(wire.to) }, routes);
    expect(both.points).toEqual(known?.points.map(down));
    const single: Ends = { ...wire, to: { x: 895, y: 100 } };
    const led = routeBetween(known, single, routes).points;
    expect(led.at(-1)).toEqual(single.to);
    expect(crossed(led, [wall, a, { ...b, top: 80, bottom: 200 }])).toBe(0);
    expect(crossed(plainRoute(single), [wall])).toBe(1);
  });
});

it('R12 a grid finds what lies in a region as looking at everything does', () => {
  const rect = fc.record({ x: fc.integer({ min: -900, max: 900 }), y: fc.integer({ min: -900, max: 900 }) });
  fc.assert(
    fc.property(fc.array(rect, { maxLength: 20 }), rect, (places, at) => {
      const all = places.map(({ x, y }, i) => card(`c${i}`, x, y, 10 + i * 40, 300));
      const region = { left: at.x, top: at.y, right: at.x + 400, bottom: at.y + 1 };
      expect(rectIndex(all).near(region)).toEqual(all.filter((one) => meet(one, region)));
    }),
  );
});
