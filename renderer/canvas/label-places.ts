import { grown, meet, rectIndex, spanned, union, type Point, type Rect, type RectIndex } from './rect.ts';

/** Where the labels of wires are: on their wire, and on no card, no other label and no other wire where that can be. */

export interface Labelled {
  readonly id: string;
  readonly source: string;
  readonly goal: string;
  readonly points: readonly Point[];
  /** What is to be written there; empty for a wire without a label, which has a place for one all the same. */
  readonly text: string;
  /** What is written where there is no good place for that. */
  readonly least: string;
}

export interface LabelPlace {
  readonly at: Point;
  /** Is there room only for the least? */
  readonly crowded: boolean;
  /** A label of a wire that it has joined is there and says the same, so that it is said once. */
  readonly told: boolean;
}

/** About as wide as text of 12 pixels is drawn, with what is around it; and as high (canvas.css). */
const LETTER = 6.4;
const AROUND = 12;
const HEIGHT = 18;
/** Parts of a segment at which a label is tried. */
const PARTS = [0.5, 0.3, 0.7, 0.15, 0.85] as const;
/**
 * What is worse than what: on a card or a note, on a label, on another wire, on one that it has joined, beside its exit, where the
 * card says the same, on its arrow, beyond the end of its segment, on an upright one.
 */
const ON = { card: 1000, label: 300, wire: 40, joined: 40, exit: 40, arrow: 40, beyond: 10, upright: 5 } as const;
/** From here on a place is no good. */
const CROWDED = 30;
/** Half as high as an arrow is: so near may a label come to other wires. */
const CLEAR = 6;
/** So far from an exit its name is read with it. */
const BESIDE = 60;
/** As long as an arrow, and a bit of its wire, so that one sees whose it is. */
const ARROW = 28;
/** A label that is aside of the middle by all of its segment is as bad. */
const ASIDE = 4;

interface Drawn extends Rect {
  readonly goal: string;
  readonly source: string;
}

/** A label as it is written. */
interface Written extends Rect {
  readonly at: Point;
  readonly wire: Labelled;
}

/** The places of last time, and where anything is not as it was then. */
export interface Before {
  readonly wires: ReadonlyMap<string, Labelled>;
  readonly places: ReadonlyMap<string, LabelPlace>;
  readonly changed: readonly Rect[];
}

/**
 * Places for labels, by the ids of their wires. One after the other they are placed, and each depends on cards, wires and
 * the labels before it: where none of these changed near a wire, its label stays where it was `before`.
 */
export function labelPlaces(
  wires: readonly Labelled[],
  cards: RectIndex<Rect>,
  { wires: known, places: last, changed }: Before,
): Map<string, LabelPlace> {
  const dirty = [...changed];
  const [ids, order] = [new Set(wires.map(({ id }) => id)), [...known.keys()]];
  for (const [id, wire] of known) if (!ids.has(id)) dirty.push(...rectsOf(wire, last.get(id)));
  for (const wire of wires) {
    const old = known.get(wire.id);
    if (old !== undefined && isSame(old, wire)) continue;
    dirty.push(...rectsOf(wire, undefined), ...(old === undefined ? [] : rectsOf(old, last.get(wire.id))));
  }
  const kept = wires.filter(({ id }) => known.has(id)).map(({ id }) => id);
  const inOrder = kept.join() === order.filter((id) => ids.has(id)).join();
  const around: Around = { cards, drawn: rectIndex(), placed: rectIndex() };
  for (const { source, goal, points } of wires)
    for (const segment of segmentsOf(points)) around.drawn.add({ source, goal, ...segment });
  const places = new Map<string, LabelPlace>();
  for (const wire of wires) {
    const old = inOrder ? last.get(wire.id) : undefined;
    const place = old !== undefined && !touches(wire, dirty) ? old : placeOf(wire, around);
    const rect = written(wire, place);
    places.set(wire.id, place);
    if (rect !== null) around.placed.add({ ...rect, at: place.at, wire });
    if (old !== undefined && place !== old && !isSamePlace(old, place))
      dirty.push(...[written(wire, old), rect].filter((one) => one !== null));
  }
  return places;
}

const segmentsOf = (points: readonly Point[]): Rect[] =>
  points.slice(1).map((point, i) => spanned(points[i] ?? point, point));

const rectsOf = (wire: Labelled, place: LabelPlace | undefined): Rect[] => {
  const rect = place === undefined ? null : written(wire, place);
  return [...segmentsOf(wire.points).map((segment) => grown(segment, 1)), ...(rect === null ? [] : [rect])];
};

/** Could a label of the wire lie where something is? */
function touches({ points, text }: Labelled, dirty: readonly Rect[]): boolean {
  if (dirty.length === 0) return false;
  const [across, high] = [widthOf(text) / 2 + CLEAR + 1, HEIGHT / 2 + CLEAR + 1];
  return segmentsOf(points).some(({ left, right, top, bottom }) => {
    const region = { left: left - across, right: right + across, top: top - high, bottom: bottom + high };
    return dirty.some((one) => meet(one, region));
  });
}

const isSame = (a: Labelled, b: Labelled): boolean =>
  a.points === b.points && a.text === b.text && a.least === b.least && a.goal === b.goal && a.source === b.source;

const isSamePlace = (a: LabelPlace, b: LabelPlace): boolean =>
  a.at.x === b.at.x && a.at.y === b.at.y && a.crowded === b.crowded && a.told === b.told;

/** What is written on a wire takes so much room; null where nothing is. */
function written({ text, least }: Labelled, { at, crowded, told }: LabelPlace): Rect | null {
  const words = crowded || told ? least : text;
  return words === '' ? null : labelRect(at, words);
}

function placeOf(wire: Labelled, around: Around): LabelPlace {
  const best = bestPlace(wire, wire.text, around);
  const told = sayer(wire, best.place, around);
  if (told !== undefined) return { at: told.at, crowded: false, told: true };
  if (best.cost < CROWDED || wire.least === wire.text) return { at: best.place, crowded: false, told: false };
  return { at: bestPlace(wire, wire.least, around).place, crowded: true, told: false };
}

/** Does a label say all that is to be said of a wire at a place, as both lead on together? What is counted is of each alone. */
const says = ({ at, wire: other }: Written, wire: Labelled, place: Point): boolean =>
  other.source === wire.source &&
  other.goal === wire.goal &&
  other.text === wire.text &&
  other.least === '' &&
  wire.least === '' &&
  isOn(other, place) &&
  isOn(wire, at);

function sayer(wire: Labelled, place: Point, { placed }: Around): Written | undefined {
  if (wire.text === '') return undefined;
  const whole = segmentsOf(wire.points).reduce(union);
  return placed.near(grown(whole, HEIGHT)).find((one) => says(one, wire, place));
}

/** A bit more than what a place is rounded by. */
const SPOT = 1;
const spot = ({ x, y }: Point): Rect => grown({ left: x, right: x, top: y, bottom: y }, SPOT);

const isOn = ({ points }: Labelled, at: Point): boolean =>
  segmentsOf(points).some((segment) => meet(segment, spot(at)));

const widthOf = (text: string): number => text.length * LETTER + AROUND;

export const labelRect = ({ x, y }: Point, text: string): Rect => {
  const half = widthOf(text) / 2;
  return { left: x - half, right: x + half, top: y - HEIGHT / 2, bottom: y + HEIGHT / 2 };
};

interface Around {
  cards: RectIndex<Rect>;
  drawn: RectIndex<Drawn>;
  placed: RectIndex<Written>;
}

const any = (): boolean => true;

function bestPlace(wire: Labelled, text: string, { cards, drawn, placed }: Around): { cost: number; place: Point } {
  const { source, goal, points } = wire;
  if (text === '') return { cost: 0, place: longest(points) };
  const [exit, entry] = [points[0], points.at(-1)];
  const isLevel = (at: Point | undefined, { y }: Point): at is Point => at !== undefined && Math.abs(at.y - y) < HEIGHT;
  let best: { cost: number; place: Point } | null = null;
  for (const { cost: own, place, level } of candidates(points, widthOf(text))) {
    if (best !== null && best.cost <= own) break;
    const rect = labelRect(place, text);
    const seen = grown(rect, CLEAR);
    // Those from the same card lie below it, as what all of them say is read together; but not where it turns.
    const isJoined = (one: Drawn): boolean =>
      one.goal === goal && (one.source !== source || (one.top === one.bottom) !== level);
    const cost =
      own +
      (isLevel(exit, place) && rect.left - exit.x < BESIDE ? ON.exit : 0) +
      (isLevel(entry, place) && entry.x - rect.right < ARROW ? ON.arrow : 0) +
      (cards.some(rect, any) ? ON.card : 0) +
      (placed.some(rect, (one) => !says(one, wire, place)) ? ON.label : 0) +
      (drawn.some(seen, (one) => one.goal !== goal) ? ON.wire : 0) +
      (drawn.some(seen, isJoined) ? ON.joined : 0);
    if (best === null || cost < best.cost) best = { cost, place };
  }
  return best ?? { cost: 0, place: longest(points) };
}

/** Places on a wire, those that are good by themselves first. */
function candidates(points: readonly Point[], width: number): { cost: number; place: Point; level: boolean }[] {
  const all = points.flatMap((b, i) => {
    const a = points[i - 1];
    if (a === undefined) return [];
    const level = a.y === b.y;
    const length = Math.abs(b.x - a.x) + Math.abs(b.y - a.y);
    const needs = level ? width : HEIGHT;
    return PARTS.map((part, nth) => {
      const room = 2 * Math.min(part, 1 - part) * length;
      const cost =
        (level ? 0 : ON.upright) +
        (room < needs ? ON.beyond * Math.min(3, needs / Math.max(1, room)) : 0) +
        (ASIDE * nth) / PARTS.length;
      return {
        cost: cost - Math.min(3, length / 200),
        place: { x: a.x + (b.x - a.x) * part, y: a.y + (b.y - a.y) * part },
        level,
      };
    });
  });
  return all.sort((a, b) => a.cost - b.cost);
}

/** The middle of the longest segment. */
export function longest(points: readonly Point[]): Point {
  let best = { length: -1, place: points[0] ?? { x: 0, y: 0 } };
  for (const [i, b] of points.entries()) {
    const a = points[i - 1] ?? b;
    const length = Math.abs(b.x - a.x) + Math.abs(b.y - a.y);
    if (length > best.length) best = { length, place: { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 } };
  }
  return best.place;
}
