/**
 * Indexes over the columns of a table, so that an evaluation looks at the rows that can match and not at every row. They
 * know literals, ranges and comparisons of numbers that are written out; other cells are *loose* and are tested.
 */
import type { Node } from '../feel/ast.ts';
import { Decimal, nearestDouble } from '../feel/decimal.ts';
import { compareNumbers, toDouble } from '../feel/number.ts';
import type { FeelNumber } from '../feel/number.ts';
import type { FeelValue } from '../feel/value.ts';
import { mayWarn, shapeOf } from './table-shape.ts';
import type { CellShape, Interval, Point } from './table-shape.ts';

/** From so many rows on, lists of rows tell where to look at all. */
export const FEWEST_ROWS_FOR_LISTS = 1024;
/** Entries that an index of lists may hold for each row; a column of wide ranges is not worth more. */
const ENTRIES_PER_ROW = 32;
/** Words that the bits of a column may take, and those of all columns before the last. */
const MOST_WORDS = 1 << 17;
const MOST_WORDS_OF_ALL = 1 << 21;

/** A cell of a column; its absence lets every value pass. */
export interface Condition {
  readonly node: Node | null;
  /** It was compiled without a problem. */
  readonly sound: boolean;
}

/** `any` lets every value pass, `loose` must be tested. */
export type Cell = 'any' | 'loose' | CellShape;

/**
 * The cells of a column as an index takes them. What stands after a cell that may warn is loose: a row is left out by an
 * index only where testing its cells one after the other would have ended without a warning.
 *
 * @param held rows with a cell before this column that may warn; those of this column are added
 */
export function cellsOf(conditions: readonly (Condition | null)[], held: boolean[]): readonly Cell[] {
  return conditions.map((condition, row): Cell => {
    if (condition === null) return 'any';
    const { node, sound } = condition;
    const loose = held[row] === true;
    if (node === null || !sound || mayWarn(node)) held[row] = true;
    if (loose || node === null || !sound) return 'loose';
    return shapeOf(node) ?? 'loose';
  });
}

/**
 * Ends of intervals on the line of numbers, and the places that they make: odd place `2k + 1` is the k-th end itself,
 * even places lie between ends.
 */
class NumberLine {
  readonly #ends: readonly FeelNumber[];
  readonly #near: readonly number[];

  private constructor(ends: readonly FeelNumber[], near: readonly number[]) {
    this.#ends = ends;
    this.#near = near;
  }

  /** Null when two ends are so close that no double lies between them. */
  static of(intervals: readonly Interval[]): NumberLine | null {
    const ends = intervals.flatMap(({ low, high }) => [low, high]).filter((end) => end !== null);
    const sorted = ends
      .toSorted(compareNumbers)
      .filter((end, i, all) => i === 0 || compareNumbers(end, all[i - 1] ?? 0) !== 0);
    const near = sorted.map(toDouble);
    const told = near.every((at, i) => i === 0 || at !== near[i - 1]);
    return told && near.every(Number.isFinite) ? new NumberLine(sorted, near) : null;
  }

  get places(): number {
    return this.#ends.length * 2 + 1;
  }

  placeOf(value: FeelNumber): number {
    const near = this.#near;
    const at = typeof value === 'number' ? value : nearestDouble(value);
    let low = 0;
    let high = near.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((near[middle] ?? 0) < at) low = middle + 1;
      else high = middle;
    }
    if (near[low] !== at) return low * 2;
    // Only where the doubles are the same can the nearest one hide which is greater.
    const order = compareNumbers(value, this.#ends[low] ?? 0);
    return low * 2 + (order === 0 ? 1 : order < 0 ? 0 : 2);
  }

  /** First and last place of an interval; an end that is not included lies one place further in. */
  placesOf({ low, high, lowIncluded, highIncluded }: Interval): readonly [number, number] {
    const from = low === null ? 0 : this.placeOf(low) + (lowIncluded ? 0 : 1);
    const to = high === null ? this.places - 1 : this.placeOf(high) - (highIncluded ? 0 : 1);
    return [from, to];
  }
}

const isShape = (cell: Cell): cell is CellShape => typeof cell === 'object';

/**
 * What a column says of the rows, as bits in the words that all columns share: row r is bit `r % 32` of word `r / 32` from
 * an offset on. The first set of rows is for values that no cell names, then one for each place of the line, then one for
 * each point.
 */
export class BitIndex {
  readonly sets: number;
  readonly #line: NumberLine;
  readonly #points: ReadonlyMap<Point, number>;
  /** Words for each set. */
  readonly #width: number;
  readonly #base: number;

  private constructor(line: NumberLine, points: ReadonlyMap<Point, number>, width: number, base: number) {
    this.sets = 1 + line.places + points.size;
    this.#line = line;
    this.#points = points;
    this.#width = width;
    this.#base = base;
  }

  /** Null when the cells are all loose, or need too many words. */
  static of(cells: readonly Cell[], base: number): BitIndex | null {
    const shapes = cells.filter(isShape);
    const line = shapes.length === 0 ? null : NumberLine.of(shapes.flatMap(({ intervals }) => intervals));
    if (line === null) return null;
    const width = (cells.length + 31) >> 5;
    const points = new Map<Point, number>();
    for (const point of shapes.flatMap((shape) => shape.points)) {
      if (!points.has(point)) points.set(point, base + (1 + line.places + points.size) * width);
    }
    const made = new BitIndex(line, points, width, base);
    return made.sets * width > MOST_WORDS ? null : made;
  }

  /**
   * Where the bits begin of the rows that let a value pass, as far as their cell is not loose; -1 when that cannot be said
   * of such a value.
   */
  offsetOf(value: FeelValue): number {
    if (typeof value === 'string' || typeof value === 'boolean') return this.#points.get(value) ?? this.#base;
    if (typeof value === 'number' || value instanceof Decimal) {
      return this.#base + (this.#line.placeOf(value) + 1) * this.#width;
    }
    return value === null ? this.#base : -1;
  }

  fill(cells: readonly Cell[], words: Uint32Array): void {
    const width = this.#width;
    const first = this.#base;
    for (const [row, cell] of cells.entries()) if (!isShape(cell)) mark(words, first, row);
    for (let set = 1; set < this.sets; set += 1) words.copyWithin(first + set * width, first, first + width);
    for (const [row, cell] of cells.entries()) {
      if (!isShape(cell)) continue;
      for (const point of cell.points) mark(words, this.#points.get(point) ?? first, row);
    }
    this.#fillPlaces(cells, words);
  }

  /** From place to place only the rows change that begin or end there. */
  #fillPlaces(cells: readonly Cell[], words: Uint32Array): void {
    const begin: number[][] = Array.from({ length: this.#line.places + 1 }, () => []);
    const end: number[][] = Array.from({ length: this.#line.places + 1 }, () => []);
    for (const [row, cell] of cells.entries()) {
      if (!isShape(cell)) continue;
      for (const interval of cell.intervals) {
        const [from, to] = this.#line.placesOf(interval);
        if (to < from) continue;
        begin[from]?.push(row);
        end[to + 1]?.push(row);
      }
    }
    const inside = new Uint32Array(cells.length);
    for (let place = 0; place < this.#line.places; place += 1) {
      const at = this.#base + (place + 1) * this.#width;
      if (place > 0) words.copyWithin(at, at - this.#width, at);
      for (const row of end[place] ?? []) {
        inside[row] = (inside[row] ?? 0) - 1;
        if (inside[row] === 0) unmark(words, at, row);
      }
      for (const row of begin[place] ?? []) {
        inside[row] = (inside[row] ?? 0) + 1;
        mark(words, at, row);
      }
    }
  }
}

function mark(words: Uint32Array, offset: number, row: number): void {
  const at = offset + (row >> 5);
  words[at] = (words[at] ?? 0) | (1 << (row & 31));
}

function unmark(words: Uint32Array, offset: number, row: number): void {
  const at = offset + (row >> 5);
  words[at] = (words[at] ?? 0) & ~(1 << (row & 31));
}

export interface RowBits {
  readonly words: Uint32Array;
  /** Null for a column that no index knows. */
  readonly columns: readonly (BitIndex | null)[];
}

/** The columns of a table as bits. */
export function indexAsBits(columns: readonly (readonly Cell[])[]): RowBits {
  let base = 0;
  const indexes = columns.map((cells): BitIndex | null => {
    const index = base > MOST_WORDS_OF_ALL ? null : BitIndex.of(cells, base);
    base += (index?.sets ?? 0) * ((cells.length + 31) >> 5);
    return index;
  });
  const words = new Uint32Array(base);
  for (const [c, index] of indexes.entries()) index?.fill(columns[c] ?? [], words);
  return { words, columns: indexes };
}

/** What a column says of the rows of a long table, as lists of rows. Candidates are to be tested. */
export class ListIndex {
  /** Rows that any value may match, as far as the index knows. */
  readonly rest: readonly number[];
  readonly #points: ReadonlyMap<Point, readonly number[]>;
  readonly #line: NumberLine;
  readonly #places: readonly (readonly number[])[];

  constructor(
    rest: readonly number[],
    points: ReadonlyMap<Point, readonly number[]>,
    line: NumberLine,
    places: readonly (readonly number[])[],
  ) {
    this.rest = rest;
    this.#points = points;
    this.#line = line;
    this.#places = places;
  }

  /** Rows, beside `rest`, that a value may match, in order; null when the index cannot say. */
  candidates(value: FeelValue): readonly number[] | null {
    if (typeof value === 'string' || typeof value === 'boolean') return this.#points.get(value) ?? NONE;
    if (typeof value === 'number' || value instanceof Decimal) return this.#places[this.#line.placeOf(value)] ?? NONE;
    return value === null ? NONE : null;
  }
}

const NONE: readonly number[] = [];

/** The index of a column as lists; null when it would not help. */
export function indexAsLists(cells: readonly Cell[]): ListIndex | null {
  const rest = cells.flatMap((cell, row) => (isShape(cell) ? [] : [row]));
  if (rest.length > cells.length / 2) return null;
  const line = NumberLine.of(cells.filter(isShape).flatMap(({ intervals }) => intervals));
  if (line === null) return null;
  const points = new Map<Point, number[]>();
  const places: number[][] = Array.from({ length: line.places }, () => []);
  let budget = cells.length * ENTRIES_PER_ROW;
  for (const [row, cell] of cells.entries()) {
    if (!isShape(cell)) continue;
    budget -= cell.points.length;
    for (const point of cell.points) {
      const rows = points.get(point) ?? [];
      points.set(point, rows);
      addOnce(rows, row);
    }
    for (const interval of cell.intervals) {
      const [from, to] = line.placesOf(interval);
      budget -= Math.max(0, to - from + 1);
      if (budget < 0) return null;
      for (let place = from; place <= to; place += 1) addOnce(places[place], row);
    }
  }
  return new ListIndex(rest, points, line, places);
}

function addOnce(rows: number[] | undefined, row: number): void {
  if (rows !== undefined && rows.at(-1) !== row) rows.push(row);
}
