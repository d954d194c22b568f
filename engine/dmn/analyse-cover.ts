/**
 * Do some boxes cover a region, and if not, what do they leave over? Boxes and regions are products of sets of pieces,
 * one set for each input. The region is halved at an edge of a box until each part is covered by one box or met by none;
 * the half with more room left is looked at first, so a hole is found early. Worst case exponential in the number of
 * inputs: a count of steps ends it.
 */
import {
  allSpans,
  complement,
  difference,
  firstShared,
  intersection,
  sizeOf,
  sizeShared,
  unionAll,
} from './analyse-spans.ts';
import type { Spans } from './analyse-spans.ts';

/** For each input the pieces that pass; null where all do. */
export type Box = readonly (Spans | null)[];
/** A part of the whole, with a set for every input. */
export type Region = readonly Spans[];

/** Steps that may still be taken; below zero, nothing is known. */
export interface Steps {
  left: number;
}

/** Covered, by which boxes; or a part that no box meets; or not known, because the steps were spent. */
export type Cover =
  | { readonly kind: 'covered'; readonly by: ReadonlySet<number> }
  | { readonly kind: 'hole'; readonly region: Region }
  | { readonly kind: 'unknown' };

interface Part {
  readonly region: Region;
  /** Boxes that meet the part without covering it. */
  readonly meeting: readonly number[];
  /** One box that covers the part; -1 when none does. */
  readonly coveredBy: number;
  /** The volume of the boxes within the part, counted as often as they overlap, by that of the part. */
  readonly filled: number;
}

export class CoverSearch {
  readonly #boxes: readonly Box[];
  /** No two of the boxes overlap: then a part is full when their volumes add up to its own. */
  readonly #apart: boolean;
  readonly #steps: Steps;
  #by = new Set<number>();

  constructor(boxes: readonly Box[], apart: boolean, steps: Steps) {
    this.#boxes = boxes;
    this.#apart = apart;
    this.#steps = steps;
  }

  /** Asks of some of the boxes whether they cover a region, which must not be empty. */
  cover(region: Region, among: readonly number[]): Cover {
    this.#by = new Set();
    const hole = this.#search(this.#look(region, among));
    if (this.#steps.left < 0) return { kind: 'unknown' };
    return hole === null ? { kind: 'covered', by: this.#by } : { kind: 'hole', region: hole };
  }

  #note(boxes: readonly number[]): void {
    for (const at of boxes) this.#by.add(at);
  }

  /** A box that is narrower than the part on one input alone just leaves less of that input: it is taken off. */
  #look(whole: Region, among: readonly number[]): Part {
    let region = whole;
    let meeting = among;
    for (;;) {
      const sizes = region.map(sizeOf);
      const cost = 1 + (region.reduce((sum, spans) => sum + spans.length, 0) >> 4);
      const next: number[] = [];
      const left = [...region];
      const slabs = new Map<number, number[]>();
      let filled = 0;
      for (const at of meeting) {
        this.#steps.left -= cost;
        const box = this.#boxes[at] ?? [];
        const { share, partial, on } = shareOf(box, region, sizes);
        if (share === 1) return { region, meeting: [], coveredBy: at, filled: 1 };
        if (share === 0) continue;
        if (partial === 1) {
          const taken = slabs.get(on) ?? [];
          slabs.set(on, taken);
          taken.push(at);
          left[on] = difference(left[on] ?? [], box[on] ?? []);
          if (left[on].length > 0) continue;
          this.#note(taken);
          return { region, meeting: [], coveredBy: at, filled: 1 };
        }
        filled += share;
        next.push(at);
      }
      if (slabs.size === 0) return { region, meeting: next, coveredBy: -1, filled };
      this.#note([...slabs.values()].flat());
      region = left;
      meeting = next;
    }
  }

  /** A part that is left over; null when there is none (or the steps are spent). */
  #search(part: Part): Region | null {
    if (this.#steps.left < 0) return null;
    if (part.coveredBy >= 0) {
      this.#by.add(part.coveredBy);
      return null;
    }
    if (part.meeting.length === 0) return part.region;
    if (this.#apart && this.#isFull(part)) {
      this.#note(part.meeting);
      return null;
    }
    const [low, high] = this.#halve(part).map((half) => this.#look(half, part.meeting));
    if (low === undefined || high === undefined) return null;
    const first = low.filled <= high.filled ? low : high;
    return this.#search(first) ?? this.#search(first === low ? high : low);
  }

  #isFull({ region, meeting }: Part): boolean {
    const whole = region.reduce((product, spans) => product * sizeOf(spans), 1);
    if (whole > Number.MAX_SAFE_INTEGER) return false;
    const parts = meeting.map((at) =>
      region.reduce((product, spans, d) => product * sharedSize(this.#boxes[at]?.[d] ?? null, spans), 1),
    );
    return parts.reduce((a, b) => a + b, 0) === whole;
  }

  /** Two halves, at the edge of a box nearest the middle, on the input that most boxes cut. */
  #halve({ region, meeting }: Part): readonly Region[] {
    const cuts = region.map((spans, d) => this.#cutOf(spans, d, meeting));
    const most = Math.max(...cuts.map((cut) => cut.boxes));
    const d = cuts.findIndex((cut) => cut.boxes === most);
    const at = cuts[d]?.at ?? 0;
    const halves = [
      [0, at - 1],
      [at, Infinity],
    ];
    return halves.map((half) => region.map((spans, i) => (i === d ? intersection(spans, half) : spans)));
  }

  #cutOf(spans: Spans, d: number, meeting: readonly number[]): { boxes: number; at: number } {
    const first = spans[0] ?? 0;
    const last = spans.at(-1) ?? 0;
    const middle = (first + last + 1) / 2;
    let boxes = 0;
    let best = -1;
    for (const box of meeting) {
      const cell = this.#boxes[box]?.[d] ?? null;
      if (cell === null) continue;
      let cuts = false;
      for (let i = 0; i < cell.length; i += 1) {
        const edge = i % 2 === 0 ? (cell[i] ?? 0) : (cell[i] ?? 0) + 1;
        if (edge <= first || edge > last) continue;
        cuts = true;
        if (best < 0 || Math.abs(edge - middle) < Math.abs(best - middle)) best = edge;
      }
      if (cuts) boxes += 1;
    }
    return { boxes, at: best };
  }
}

function sharedSize(cell: Spans | null, spans: Spans): number {
  return cell === null ? sizeOf(spans) : sizeShared(cell, spans);
}

interface Share {
  /** The part of a region's volume that a box fills: exactly 1 when it covers it, exactly 0 when they do not meet. */
  readonly share: number;
  /** On how many inputs the box is narrower than the region, and the last of them. */
  readonly partial: number;
  readonly on: number;
}

const APART: Share = { share: 0, partial: 0, on: -1 };
const COVERING: Share = { share: 1, partial: 0, on: -1 };

function shareOf(box: Box, region: Region, sizes: readonly number[]): Share {
  let share = 1;
  let partial = 0;
  let on = -1;
  for (let d = 0; d < region.length; d += 1) {
    const cell = box[d] ?? null;
    if (cell === null) continue;
    const shared = sizeShared(cell, region[d] ?? []);
    if (shared === 0) return APART;
    const size = sizes[d] ?? 1;
    if (shared === size) continue;
    partial += 1;
    on = d;
    share *= shared / size;
  }
  if (partial === 0) return COVERING;
  // Many inputs may round the share down to nothing, or a large one up to everything.
  return { share: Math.min(Math.max(share, Number.MIN_VALUE), 1 - Number.EPSILON), partial, on };
}

/** A region that no box meets, made as wide as it goes on one input after the other. */
export function widen(hole: Region, boxes: readonly Box[], sizes: readonly number[]): Region {
  const wide = [...hole];
  for (const [d, size] of sizes.entries()) {
    const beside = boxes.filter((box) => wide.every((spans, i) => i === d || meets(box[i] ?? null, spans)));
    wide[d] = complement(unionAll(beside.map((box) => box[d] ?? allSpans(size))), size);
  }
  return wide;
}

const meets = (cell: Spans | null, spans: Spans): boolean =>
  cell === null ? spans.length > 0 : firstShared(cell, spans, Infinity) >= 0;
