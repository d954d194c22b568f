/** The searches of table analysis over its boxes. Each is given steps, and says when it did not come to an end. */
import { feelEquals } from '../feel/compare.ts';
import type { FeelValue } from '../feel/value.ts';
import { CoverSearch, widen } from './analyse-cover.ts';
import type { Box, Region, Steps } from './analyse-cover.ts';
import type { Grid } from './analyse-grid.ts';
import { RowPairs } from './analyse-pairs.ts';
import { allSpans, firstShared, intersection } from './analyse-spans.ts';
import type { Spans } from './analyse-spans.ts';
import { allowedValue, literalOf } from './column-type.ts';
import type { DecisionTable } from './table-document.ts';
import type { TablePath } from './table-plan.ts';

type Say = (message: string, path?: TablePath) => void;

export interface Overlap {
  readonly rows: readonly [earlier: number, later: number];
  /** A piece of each input that both rows let pass. */
  readonly at: readonly number[];
  /** False where a calculated input may never have such a value. */
  readonly sure: boolean;
  /** Do their outputs differ, which is what ANY forbids? */
  readonly differ: boolean;
}

export interface Masked {
  readonly row: number;
  readonly by: readonly number[];
}

const MOST_OVERLAPS = 100;
const MOST_GAPS = 5;

/** Rows with a cell that no value passes, and the input of that cell. */
export function findNever(grid: Grid): readonly { row: number; input: number }[] {
  return grid.possible.flatMap((box, row) => {
    const input = box.findIndex((cell) => cell !== null && cell.length === 0);
    return input < 0 ? [] : [{ row, input }];
  });
}

/** Pairs of rows that match together where the hit policy wants one, in order of the later row. */
export function findOverlaps(table: DecisionTable, grid: Grid, steps: Steps, say: Say): readonly Overlap[] {
  if (table.hitPolicy !== 'UNIQUE' && table.hitPolicy !== 'ANY') return [];
  const outputs = table.hitPolicy === 'ANY' ? new Outputs(table) : null;
  const pairs = new RowPairs(grid.sure, grid.inputs.length);
  const found: Overlap[] = [];
  for (const [later, box] of grid.sure.entries()) {
    const near = pairs.near(box, later, steps);
    if (steps.left < 0) {
      say(`Rows from ${later + 1} on were not compared with those before: there are too many pairs.`);
      return found;
    }
    for (const earlier of near.filter((r) => r < later).toSorted((a, b) => a - b)) {
      const other = grid.sure[earlier] ?? [];
      const at = sharedAt(grid, box, other);
      if (at === null) continue;
      const differ = outputs === null ? false : outputs.differ(earlier, later);
      if (differ === null)
        say(`Whether rows ${earlier + 1} and ${later + 1} agree where both match depends on what they calculate.`, [
          'rows',
          later,
        ]);
      if (outputs !== null && differ !== true) continue;
      if (found.length === MOST_OVERLAPS) {
        say(`There are more overlaps than the ${MOST_OVERLAPS} that are listed.`);
        return found;
      }
      found.push({ rows: [earlier, later], at, sure: isCertain(grid, box, other), differ: differ === true });
    }
  }
  return found;
}

/** A piece for each input that both boxes hold; null when they do not meet. */
function sharedAt(grid: Grid, a: Box, b: Box): readonly number[] | null {
  const at: number[] = [];
  for (const [d, { sureSize }] of grid.inputs.entries()) {
    const whole = allSpans(sureSize);
    const shared = firstShared(a[d] ?? whole, b[d] ?? whole, sureSize);
    if (shared < 0) return null;
    at.push(shared);
  }
  return at;
}

function isCertain(grid: Grid, a: Box, b: Box): boolean {
  return grid.inputs.every(({ calculated }, d) => !calculated || ((a[d] ?? null) === null && (b[d] ?? null) === null));
}

/** What the output cells say that are literals. */
class Outputs {
  readonly #table: DecisionTable;

  constructor(table: DecisionTable) {
    this.#table = table;
  }

  /** Undefined for a cell that calculates. */
  value(row: number, output: number): FeelValue | undefined {
    const cell = (this.#table.rows[row]?.then[output] ?? '').trim();
    return cell === '' ? null : literalOf(cell);
  }

  /** Do two rows give different outputs? Null when that depends on what they calculate. */
  differ(a: number, b: number): boolean | null {
    let known = true;
    for (const o of this.#table.outputs.keys()) {
      const texts = [a, b].map((row) => (this.#table.rows[row]?.then[o] ?? '').trim());
      if (texts[0] === texts[1]) continue;
      const [x, y] = [this.value(a, o), this.value(b, o)];
      if (x === undefined || y === undefined) known = false;
      else if (!feelEquals(x, y)) return true;
    }
    return known ? false : null;
  }

  /** For each row its place in the order of priority; null when it depends on what the row calculates. */
  ranks(): readonly (readonly number[] | null)[] {
    const listed = this.#table.outputs.map((output) =>
      (output.values ?? []).map((text) => allowedValue(text, output.type) ?? null),
    );
    return this.#table.rows.map((_, r) => {
      const ranks: number[] = [];
      for (const [o, values] of listed.entries()) {
        if (values.length === 0) continue;
        const value = this.value(r, o);
        if (value === undefined) return null;
        const at = values.findIndex((wanted) => feelEquals(wanted, value));
        ranks.push(at < 0 ? values.length : at);
      }
      return ranks;
    });
  }
}

/** Does row `a` count before row `b` where both match? */
type Before = (a: number, b: number) => boolean;

function orderOf(table: DecisionTable): Before | null {
  if (table.hitPolicy === 'FIRST') return (a, b) => a < b;
  if (table.hitPolicy !== 'PRIORITY') return null;
  const ranks = new Outputs(table).ranks();
  return (a, b) => {
    const [x, y] = [ranks[a] ?? null, ranks[b] ?? null];
    if (x === null || y === null || a === b) return false;
    const at = x.findIndex((rank, i) => rank !== y[i]);
    return at < 0 ? a < b : (x[at] ?? 0) < (y[at] ?? 0);
  };
}

/** Rows whose every match is taken by rows that count before them. `dead` are those that match nothing anyway. */
export function findMasked(
  table: DecisionTable,
  grid: Grid,
  dead: ReadonlySet<number>,
  steps: Steps,
  say: Say,
): readonly Masked[] {
  const before = orderOf(table);
  if (before === null) return [];
  const pairs = new RowPairs(grid.sure, grid.inputs.length);
  const search = new CoverSearch(grid.sure, false, steps);
  const found: Masked[] = [];
  for (const [row, box] of grid.possible.entries()) {
    if (dead.has(row)) continue;
    const region = grid.inputs.map(({ size }, d) => box[d] ?? allSpans(size));
    const others = pairs.near(box, row, steps).filter((other) => before(other, row));
    const cover = search.cover(region, others);
    if (cover.kind === 'unknown') {
      say(`Whether rows from ${row + 1} on ever count was not found out: the rows are too intertwined.`, ['rows', row]);
      return found;
    }
    if (cover.kind === 'covered') found.push({ row, by: [...cover.by].toSorted((a, b) => a - b) });
  }
  return found;
}

/** Regions that no row can match, each as wide as it goes, apart from each other. */
export function findGaps(grid: Grid, steps: Steps, say: Say): readonly Region[] {
  const sizes = grid.inputs.map(({ sureSize }) => sureSize);
  if (sizes.includes(0)) return [];
  const whole = sizes.map(allSpans);
  const boxes: Box[] = grid.possible.map((box) =>
    box.map((cell, d): Spans | null => (cell === null ? null : intersection(cell, whole[d] ?? []))),
  );
  const apart = areApart(boxes, grid.inputs.length);
  const gaps: Region[] = [];
  for (;;) {
    const cover = new CoverSearch(boxes, apart, steps).cover(whole, [...boxes.keys()]);
    if (cover.kind === 'unknown') say('Whether every case has a row was not found out: the rows are too intertwined.');
    if (cover.kind !== 'hole') return gaps;
    if (gaps.length === MOST_GAPS) {
      say(`There are more gaps than the ${MOST_GAPS} that are listed.`);
      return gaps;
    }
    const gap = widen(cover.region, boxes, sizes);
    gaps.push(gap);
    boxes.push(gap);
  }
}

/** Are no two boxes known to meet? False too when that would take long to find out. */
function areApart(boxes: readonly Box[], inputs: number): boolean {
  const pairs = new RowPairs(boxes, inputs);
  const steps: Steps = { left: 1_000_000 };
  return boxes.every((box, at) => {
    const near = pairs.near(box, at, steps);
    if (steps.left < 0) return false;
    return near.every(
      (other) =>
        other >= at ||
        box.some((cell, d) => {
          const its = boxes[other]?.[d] ?? null;
          return cell !== null && (cell.length === 0 || (its !== null && firstShared(cell, its, Infinity) < 0));
        }) ||
        (boxes[other] ?? []).some((cell) => cell !== null && cell.length === 0),
    );
  });
}
