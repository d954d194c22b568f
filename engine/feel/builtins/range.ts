/** Relations of points and ranges (DMN 1.5, table 78), and `range( … )`. An end of null lies at infinity. */
import { compareValues, inRange } from '../compare.ts';
import { FeelRange } from '../range.ts';
import { BOOLEAN } from '../type.ts';
import type { FeelValue } from '../value.ts';
import { builtIn, overload } from './signature.ts';
import type { Arguments, BuiltIn } from './signature.ts';

/** An end of a range: its value, whether it belongs to the range, and which infinity it is when the value is null. */
interface End {
  readonly at: FeelValue;
  readonly included: boolean;
  readonly infinite: -1 | 1;
}

/** Thrown inside this file when two ends cannot be compared: the relation is then null. One for all, as making one is slow. */
const NO_ORDER = new Error('Two ends cannot be compared.');

const startOf = (r: FeelRange): End => ({ at: r.low, included: r.lowIncluded, infinite: -1 });
const endOf = (r: FeelRange): End => ({ at: r.high, included: r.highIncluded, infinite: 1 });

function order(a: End, b: End): number {
  const [aInfinite, bInfinite] = [a.at === null ? a.infinite : 0, b.at === null ? b.infinite : 0];
  if (aInfinite !== 0 || bInfinite !== 0) return aInfinite - bInfinite;
  const result = compareValues(a.at, b.at);
  if (result === null) throw NO_ORDER;
  return result;
}

const point = (value: FeelValue): End => ({ at: value, included: true, infinite: 1 });

type Relation = (a: FeelRange, b: FeelRange) => boolean;
type PointRelation = (p: End, r: FeelRange) => boolean;

const touch = (a: End, b: End): boolean => order(a, b) === 0 && a.included && b.included;

const isBefore = (a: End, b: End): boolean => {
  const o = order(a, b);
  return o < 0 || (o === 0 && !(a.included && b.included));
};

const meets: Relation = (a, b) => touch(endOf(a), startOf(b));

const overlaps: Relation = (a, b) => !isBefore(endOf(a), startOf(b)) && !isBefore(endOf(b), startOf(a));

/** Does `a` begin earlier than `b`, its bracket considered? */
const beginsEarlier = (a: FeelRange, b: FeelRange): boolean => {
  const o = order(startOf(a), startOf(b));
  return o < 0 || (o === 0 && a.lowIncluded && !b.lowIncluded);
};

const endsNoLater = (a: FeelRange, b: FeelRange): boolean => {
  const o = order(endOf(a), endOf(b));
  return o < 0 || (o === 0 && (!a.highIncluded || b.highIncluded));
};

const beginsNoEarlier = (a: FeelRange, b: FeelRange): boolean => {
  const o = order(startOf(a), startOf(b));
  return o > 0 || (o === 0 && (!a.lowIncluded || b.lowIncluded));
};

const overlapsBefore: Relation = (a, b) => beginsEarlier(a, b) && !isBefore(endOf(a), startOf(b)) && endsNoLater(a, b);

const overlapsAfter: Relation = (a, b) => {
  const o = order(endOf(b), endOf(a));
  return (
    beginsEarlier(b, a) &&
    !isBefore(endOf(b), startOf(a)) &&
    (o < 0 || (o === 0 && (!b.highIncluded || a.highIncluded)))
  );
};

const sameEnd = (a: End, b: End): boolean => order(a, b) === 0 && a.included === b.included;
const finishes: Relation = (a, b) => sameEnd(endOf(a), endOf(b)) && beginsNoEarlier(a, b);
const starts: Relation = (a, b) => sameEnd(startOf(a), startOf(b)) && endsNoLater(a, b);
const during: Relation = (a, b) => beginsNoEarlier(a, b) && endsNoLater(a, b);
const coincides: Relation = (a, b) => sameEnd(startOf(a), startOf(b)) && sameEnd(endOf(a), endOf(b));

const flip =
  (straight: Relation): Relation =>
  (a, b) =>
    straight(b, a);

/** Turns a relation into overloads; a range that is only an exclusion (`!= 5`) is in no relation. */
function decide(verdict: () => boolean): FeelValue | undefined {
  try {
    return verdict();
  } catch (error) {
    if (error === NO_ORDER) return undefined;
    throw error;
  }
}

const isRange = (value: FeelValue): value is FeelRange => value instanceof FeelRange && !value.excluded;

interface Forms {
  readonly points?: (a: End, b: End) => boolean;
  readonly pointRange?: PointRelation;
  readonly rangePoint?: PointRelation;
  readonly ranges?: Relation;
}

function relation(name: string, forms: Forms): BuiltIn {
  const run = (a: Arguments): FeelValue | undefined => {
    const [x, y] = [a.value(0), a.value(1)];
    if (x === null || y === null) return undefined;
    const { points, pointRange, rangePoint, ranges } = forms;
    if (isRange(x)) {
      if (isRange(y)) return ranges === undefined ? undefined : decide(() => ranges(x, y));
      return rangePoint === undefined ? undefined : decide(() => rangePoint(point(y), x));
    }
    if (isRange(y)) return pointRange === undefined ? undefined : decide(() => pointRange(point(x), y));
    return points === undefined ? undefined : decide(() => points(point(x), point(y)));
  };
  const signatures: string[] = [];
  if (forms.points !== undefined) signatures.push('point1: any, point2: any');
  if (forms.pointRange !== undefined) signatures.push('point: any, range: range');
  if (forms.rangePoint !== undefined) signatures.push('range: range, point: any');
  if (forms.ranges !== undefined) signatures.push('range1: range, range2: range');
  return builtIn(name, ...signatures.map((signature) => overload(`${signature} -> boolean?`, run, () => BOOLEAN)));
}

const contained: PointRelation = (p, r) => {
  const inside = inRange(p.at, r);
  if (inside === null) throw NO_ORDER;
  return inside;
};
const finishing: PointRelation = (p, r) => r.highIncluded && order(p, endOf(r)) === 0;
const starting: PointRelation = (p, r) => r.lowIncluded && order(p, startOf(r)) === 0;

export const rangeFunctions: readonly BuiltIn[] = [
  relation('before', {
    points: (a, b) => order(a, b) < 0,
    pointRange: (p, r) => isBefore(p, startOf(r)),
    rangePoint: (p, r) => isBefore(endOf(r), p),
    ranges: (a, b) => isBefore(endOf(a), startOf(b)),
  }),
  relation('after', {
    points: (a, b) => order(a, b) > 0,
    pointRange: (p, r) => isBefore(endOf(r), p),
    rangePoint: (p, r) => isBefore(p, startOf(r)),
    ranges: (a, b) => isBefore(endOf(b), startOf(a)),
  }),
  relation('meets', { ranges: meets }),
  relation('met by', { ranges: flip(meets) }),
  relation('overlaps', { ranges: overlaps }),
  relation('overlaps before', { ranges: overlapsBefore }),
  relation('overlaps after', { ranges: overlapsAfter }),
  relation('finishes', { pointRange: finishing, ranges: finishes }),
  relation('finished by', { rangePoint: finishing, ranges: flip(finishes) }),
  relation('includes', { rangePoint: contained, ranges: flip(during) }),
  relation('during', { pointRange: contained, ranges: during }),
  relation('starts', { pointRange: starting, ranges: starts }),
  relation('started by', { rangePoint: starting, ranges: flip(starts) }),
  relation('coincides', { points: (a, b) => order(a, b) === 0, ranges: coincides }),
];
