import type { Point, Rect } from './rect.ts';

/** Wires that would lie on each other are drawn side by side. Those that end at the same step join. Without React. */

export interface Routed {
  readonly id: string;
  /** Wires with the same one end at the same place, and may lie on each other. */
  readonly goal: string;
  readonly points: readonly Point[];
}

/** How far wires in one channel are apart, where there is room; and how near to a card they may come for it. */
const APART = 10;
/** Wires that end at the same step and are no farther apart than this are joined. */
const TOGETHER = 32;
const BESIDE = 7;
/** How far one is moved at most, and how much of the way out of its card is left to it. */
const FARTHEST = 60;
const LEAST_OUT = 8;

type Axis = 'x' | 'y';
const OTHER = { x: 'y', y: 'x' } as const;

/** A segment between two corners: across which axis it can be moved, where it lies, and what it leads along. */
interface Run {
  wire: Routed;
  /** The corner at which it begins. */
  corner: number;
  at: number;
  low: number;
  high: number;
  /** Where its neighbours join it, and on which side of it they come from: -1 before it, 1 beyond. */
  joints: readonly { at: number; side: number }[];
}

/** Segments of wires with one goal that lie on each other; they are moved together. */
interface Bus {
  runs: Run[];
  at: number;
  low: number;
  high: number;
}

/** Ways by the ids of their wires, of which none with another goal runs within another's segment, where there is room. */
export function separated(
  wires: readonly Routed[],
  near: (region: Rect) => readonly Rect[],
): Map<string, readonly Point[]> {
  const points = new Map(wires.map(({ id, points: corners }) => [id, corners]));
  for (const axis of ['x', 'y'] as const) {
    const now = wires.map((wire) => ({ ...wire, points: points.get(wire.id) ?? wire.points }));
    const roomFor = (run: Run): Room => roomOf(run, axis, near);
    const buses = busesOf(
      now.flatMap((wire) => runsOf(wire, axis)),
      roomFor,
    );
    for (const bus of buses) for (const run of bus.runs) if (run.at !== bus.at) move(run, axis, bus.at, points);
    for (const crowd of crowdsOf(buses)) spreadOut(crowd, axis, roomFor, points);
  }
  return points;
}

/** The segments of a wire that can be moved: all but the first and the last. */
function runsOf(wire: Routed, axis: Axis): Run[] {
  const along = OTHER[axis];
  const { points } = wire;
  const runs: Run[] = [];
  for (let i = 1; i + 2 < points.length; i++) {
    const [before, a, b, after] = [points[i - 1], points[i], points[i + 1], points[i + 2]];
    if (before === undefined || a === undefined || b === undefined || after === undefined) continue;
    if (a[axis] !== b[axis]) continue;
    runs.push({
      wire,
      corner: i,
      at: a[axis],
      low: Math.min(a[along], b[along]),
      high: Math.max(a[along], b[along]),
      joints: [
        { at: a[along], side: Math.sign(before[axis] - a[axis]) },
        { at: b[along], side: Math.sign(after[axis] - b[axis]) },
      ],
    });
  }
  return runs;
}

/** Segments with one goal that lie on each other, or so close that they might as well, which they then do. */
function busesOf(runs: readonly Run[], roomFor: (run: Run) => Room): Bus[] {
  const all = [...Map.groupBy(runs, ({ wire }) => wire.goal).values()].flatMap((same) => {
    const buses: Bus[] = [];
    for (const run of same.toSorted((a, b) => a.at - b.at || a.low - b.low)) {
      const joined = buses.find((bus) => mayJoin(bus, run, roomFor));
      if (joined === undefined) buses.push({ runs: [run], at: run.at, low: run.low, high: run.high });
      else {
        joined.runs.push(run);
        joined.low = Math.min(joined.low, run.low);
        joined.high = Math.max(joined.high, run.high);
      }
    }
    return buses;
  });
  return all.sort((a, b) => a.at - b.at || a.low - b.low);
}

function mayJoin(bus: Bus, run: Run, roomFor: (run: Run) => Room): boolean {
  if (run.at - bus.at > TOGETHER || run.low > bus.high || bus.low > run.high) return false;
  if (run.at === bus.at) return true;
  const { low, high } = roomFor(run);
  return low <= bus.at && bus.at <= high;
}

const alongside = (a: Bus, b: Bus): boolean => a.low < b.high + APART && b.low < a.high + APART;

/** Buses that are too close to each other, with those that are too close to these; each alone is left out. */
function crowdsOf(buses: readonly Bus[]): Bus[][] {
  const crowd = new Map<Bus, Bus[]>(buses.map((bus) => [bus, [bus]]));
  for (const [i, a] of buses.entries())
    for (let j = i + 1; j < buses.length; j++) {
      const b = buses[j];
      if (b === undefined || b.at - a.at >= APART) break;
      const [mine, theirs] = [crowd.get(a) ?? [], crowd.get(b) ?? []];
      if (mine === theirs || !alongside(a, b)) continue;
      mine.push(...theirs);
      for (const one of theirs) crowd.set(one, mine);
    }
  return [...new Set(crowd.values())].filter(({ length }) => length > 1);
}

function spreadOut(
  crowd: readonly Bus[],
  axis: Axis,
  roomFor: (run: Run) => Room,
  points: Map<string, readonly Point[]>,
): void {
  const row = inOrder(crowd);
  const slots: number[] = [];
  for (const [i, bus] of row.entries())
    slots.push(Math.max(0, ...row.slice(0, i).map((other, j) => (alongside(bus, other) ? (slots[j] ?? 0) + 1 : 0))));
  const last = Math.max(...slots);
  const rooms = crowd.flatMap(({ runs }) => runs.map(roomFor));
  const low = Math.max(...rooms.map((room) => room.low));
  const high = Math.min(...rooms.map((room) => room.high));
  if (high <= low || last === 0) return;
  const apart = Math.min(APART, (high - low) / last);
  const middle = crowd.reduce((sum, { at }) => sum + at, 0) / crowd.length;
  const first = Math.max(low, Math.min(middle - (apart * last) / 2, high - apart * last));
  for (const [i, bus] of row.entries())
    for (const run of bus.runs) move(run, axis, Math.round(2 * (first + apart * (slots[i] ?? 0))) / 2, points);
}

function move({ wire, corner }: Run, axis: Axis, at: number, points: Map<string, readonly Point[]>): void {
  points.set(
    wire.id,
    (points.get(wire.id) ?? wire.points).map((point, i) =>
      i === corner || i === corner + 1 ? { ...point, [axis]: at } : point,
    ),
  );
}

/** In such an order that few cross: each is put where it crosses those before it least, as far back as it can be. */
function inOrder(crowd: readonly Bus[]): Bus[] {
  const row: Bus[] = [];
  for (const bus of crowd.toSorted((a, b) => a.at - b.at || a.low - b.low || a.high - b.high)) {
    let crossings = row.reduce((sum, other) => sum + crossingsOf(bus, other), 0);
    let best = { at: 0, crossings };
    for (const [i, other] of row.entries()) {
      crossings += crossingsOf(other, bus) - crossingsOf(bus, other);
      if (crossings <= best.crossings) best = { at: i + 1, crossings };
    }
    row.splice(best.at, 0, bus);
  }
  return row;
}

/** How often neighbours of the one cross the other if the first lies before the second. */
const crossingsOf = (first: Bus, second: Bus): number => reaching(first, 1, second) + reaching(second, -1, first);

function reaching({ runs }: Bus, side: number, { low, high }: Bus): number {
  const at: number[] = [];
  for (const { joints } of runs)
    for (const joint of joints)
      if (joint.side === side && low < joint.at && joint.at < high && !at.includes(joint.at)) at.push(joint.at);
  return at.length;
}

interface Room {
  low: number;
  high: number;
}

/** How far a segment can be moved without coming to a card, and with a bit left of the ways out and in. */
function roomOf({ wire, corner, at, low, high }: Run, axis: Axis, near: (region: Rect) => readonly Rect[]): Room {
  const room = { low: at - FARTHEST, high: at + FARTHEST };
  const region: Rect =
    axis === 'x'
      ? { left: room.low, right: room.high, top: low, bottom: high }
      : { left: low, right: high, top: room.low, bottom: room.high };
  const [before, beyond] = axis === 'x' ? (['left', 'right'] as const) : (['top', 'bottom'] as const);
  for (const rect of near(region)) {
    if (rect[beyond] <= at) room.low = Math.max(room.low, Math.min(at, rect[beyond] + BESIDE));
    else if (rect[before] >= at) room.high = Math.min(room.high, Math.max(at, rect[before] - BESIDE));
  }
  const [from, to] = [wire.points[0], wire.points.at(-1)];
  if (axis === 'x' && corner === 1 && from !== undefined)
    room.low = Math.max(room.low, Math.min(at, from.x + LEAST_OUT));
  if (axis === 'x' && corner + 3 === wire.points.length && to !== undefined)
    room.high = Math.min(room.high, Math.max(at, to.x - LEAST_OUT));
  return room;
}
