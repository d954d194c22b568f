/**
 * An index over the columns of a long table, so that an evaluation looks at the rows that can match and not at every row.
 * It covers what is known when compiled: literals, whole-number ranges and comparisons. Everything else stands in `rest`
 * and is tested each time. Candidates are a superset of the rows that match: the tests decide.
 */
import type { Node } from '../feel/ast.ts';
import { bare } from '../feel/ast.ts';
import { Decimal } from '../feel/number.ts';
import type { FeelValue } from '../feel/value.ts';

/** Below this, testing every row is as quick. */
const FEWEST_ROWS = 24;
/** Entries that an index may hold for each row; a column of wide ranges is not worth more. */
const ENTRIES_PER_ROW = 32;

type Point = string | number | boolean;

/** Whole-number ends as places on a line where `2k + 1` is the k-th end itself and even places lie between ends. */
interface Interval {
  readonly low: number;
  readonly high: number;
  readonly lowIncluded: boolean;
  readonly highIncluded: boolean;
}

interface CellShape {
  readonly points: readonly Point[];
  readonly intervals: readonly Interval[];
}

/** Up to so many rows, the rows of each piece are kept as bits too: all columns then narrow the rows together. */
const MOST_ROWS_AS_BITS = 1024;

/** Row r is bit `r % 32` of word `r / 32`. */
export type RowBits = Uint32Array;

interface Bits {
  readonly rest: RowBits;
  readonly points: ReadonlyMap<Point, RowBits>;
  readonly pieces: readonly RowBits[];
}

function bitsOf(rows: readonly number[], rest: readonly number[], count: number): RowBits {
  const bits = new Uint32Array((count + 31) >> 5);
  for (const row of [...rows, ...rest]) bits[row >> 5] = (bits[row >> 5] ?? 0) | (1 << (row & 31));
  return bits;
}

export class ColumnIndex {
  /** Rows that any value may match, as far as the index knows. */
  readonly rest: readonly number[];
  readonly #points: ReadonlyMap<Point, readonly number[]>;
  readonly #ends: readonly number[];
  readonly #pieces: readonly (readonly number[])[];
  readonly #bits: Bits | null;

  constructor(
    rest: readonly number[],
    points: ReadonlyMap<Point, readonly number[]>,
    ends: readonly number[],
    pieces: readonly (readonly number[])[],
    count: number,
  ) {
    this.rest = rest;
    this.#points = points;
    this.#ends = ends;
    this.#pieces = pieces;
    const bits = (rows: readonly number[]): RowBits => bitsOf(rows, rest, count);
    this.#bits =
      count > MOST_ROWS_AS_BITS
        ? null
        : {
            rest: bits([]),
            points: new Map([...points].map(([point, rows]) => [point, bits(rows)])),
            pieces: pieces.map(bits),
          };
  }

  /** Rows, beside `rest`, that a value may match, in order; null when the index cannot say. */
  candidates(value: FeelValue): readonly number[] | null {
    if (typeof value === 'string' || typeof value === 'boolean') return this.#points.get(value) ?? [];
    const piece = this.#pieceOf(value);
    return piece < 0 ? null : (this.#pieces[piece] ?? []);
  }

  /** Rows that a value may match, `rest` among them; null when the index cannot say, or the table is too long. */
  candidateBits(value: FeelValue): RowBits | null {
    const bits = this.#bits;
    if (bits === null) return null;
    if (typeof value === 'string' || typeof value === 'boolean') return bits.points.get(value) ?? bits.rest;
    const piece = this.#pieceOf(value);
    return piece < 0 ? null : (bits.pieces[piece] ?? bits.rest);
  }

  /** The piece of the line that a number lies in; -1 when it cannot be said. */
  #pieceOf(value: FeelValue): number {
    if (typeof value === 'number') return placeOf(value, this.#ends);
    if (!(value instanceof Decimal)) return -1;
    const near = value.toNumber();
    // Ends are whole numbers: a decimal whose nearest double is none of them lies on the same side of each as that double.
    return Number.isInteger(near) ? -1 : placeOf(near, this.#ends);
  }
}

/** The place of a number among sorted ends: odd on an end, even between two. */
function placeOf(value: number, ends: readonly number[]): number {
  let low = 0;
  let high = ends.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ends[middle] ?? 0) < value) low = middle + 1;
    else high = middle;
  }
  return ends[low] === value ? low * 2 + 1 : low * 2;
}

/** The index of one column from the syntax trees of its cells (null: any value); null when it would not help. */
export function indexColumn(cells: readonly (Node | null)[]): ColumnIndex | null {
  if (cells.length < FEWEST_ROWS) return null;
  const shapes = cells.map((cell) => (cell === null ? null : shapeOf(cell)));
  const rest = shapes.flatMap((shape, row) => (shape === null ? [row] : []));
  if (rest.length > cells.length / 2) return null;
  const points = new Map<Point, number[]>();
  const ends = [...new Set(shapes.flatMap(endsOf))].filter(Number.isFinite).toSorted((a, b) => a - b);
  const pieces: number[][] = Array.from({ length: ends.length * 2 + 1 }, () => []);
  let budget = cells.length * ENTRIES_PER_ROW;
  for (const [row, shape] of shapes.entries()) {
    if (shape === null) continue;
    for (const point of shape.points) addTo(points, point, row);
    for (const interval of shape.intervals) {
      const from = placeAt(interval.low, interval.lowIncluded, ends, 1);
      const to = placeAt(interval.high, interval.highIncluded, ends, -1);
      budget -= Math.max(0, to - from + 1);
      if (budget < 0) return null;
      for (let place = from; place <= to; place += 1) addOnce(pieces[place], row);
    }
  }
  return new ColumnIndex(rest, points, ends, pieces, cells.length);
}

function addTo(points: Map<Point, number[]>, point: Point, row: number): void {
  const rows = points.get(point) ?? [];
  points.set(point, rows);
  addOnce(rows, row);
}

function addOnce(rows: number[] | undefined, row: number): void {
  if (rows !== undefined && rows.at(-1) !== row) rows.push(row);
}

/** The first or last place of an interval; `step` is the way inwards from an end that is not included. */
function placeAt(end: number, included: boolean, ends: readonly number[], step: 1 | -1): number {
  if (end === -Infinity) return 0;
  if (end === Infinity) return ends.length * 2;
  const place = placeOf(end, ends);
  return included ? place : place + step;
}

function endsOf(shape: CellShape | null): readonly number[] {
  return shape === null ? [] : shape.intervals.flatMap(({ low, high }) => [low, high]);
}

/** What a cell asks for; null when it is not all literals. */
function shapeOf(cell: Node): CellShape | null {
  if (cell.kind !== 'tests' || cell.negated || cell.items.length === 0) return null;
  const points: Point[] = [];
  const intervals: Interval[] = [];
  for (const item of cell.items) {
    const inner = bare(item);
    const interval = intervalOf(inner);
    if (interval !== null) intervals.push(interval);
    else if (inner.kind === 'literal' && (typeof inner.value === 'string' || typeof inner.value === 'boolean')) {
      points.push(inner.value);
    } else return null;
  }
  return { points, intervals };
}

function wholeNumber(node: Node): number | null {
  const inner = bare(node);
  if (inner.kind === 'literal') return typeof inner.value === 'number' ? inner.value : null;
  const negated = inner.kind === 'negate' ? wholeNumber(inner.operand) : null;
  return negated === null ? null : 0 - negated;
}

function intervalOf(node: Node): Interval | null {
  if (node.kind === 'range') {
    const [low, high] = [wholeNumber(node.low), wholeNumber(node.high)];
    if (low === null || high === null) return null;
    return { low, high, lowIncluded: node.lowIncluded, highIncluded: node.highIncluded };
  }
  const end = node.kind === 'test' ? wholeNumber(node.operand) : wholeNumber(node);
  if (end === null) return null;
  const op = node.kind === 'test' ? node.op : '=';
  if (op === '!=') return null;
  const included = op === '=' || op === '<=' || op === '>=';
  const low = op === '<' || op === '<=' ? -Infinity : end;
  const high = op === '>' || op === '>=' ? Infinity : end;
  return { low, high, lowIncluded: included, highIncluded: included };
}
