/** Which rows can meet which: rows are listed by the pieces of the input that tells them apart best. */
import type { Box, Steps } from './analyse-cover.ts';
import { sizeOf } from './analyse-spans.ts';

/** A cell of more pieces than this is listed as wide. */
const WIDE = 32;

interface Listing {
  readonly input: number;
  readonly rows: ReadonlyMap<number, readonly number[]>;
  readonly wide: readonly number[];
  readonly cost: number;
}

function listBy(input: number, boxes: readonly Box[]): Listing {
  const rows = new Map<number, number[]>();
  const wide: number[] = [];
  for (const [r, box] of boxes.entries()) {
    const cell = box[input] ?? null;
    if (cell === null || sizeOf(cell) > WIDE) {
      wide.push(r);
      continue;
    }
    for (const piece of piecesOf(cell)) {
      const listed = rows.get(piece) ?? [];
      rows.set(piece, listed);
      listed.push(r);
    }
  }
  let cost = wide.length * boxes.length;
  for (const listed of rows.values()) cost += listed.length * (listed.length + wide.length);
  return { input, rows, wide, cost };
}

function* piecesOf(cell: readonly number[]): Generator<number> {
  for (let i = 0; i < cell.length; i += 2) {
    for (let piece = cell[i] ?? 0; piece <= (cell[i + 1] ?? 0); piece += 1) yield piece;
  }
}

export class RowPairs {
  readonly #boxes: readonly Box[];
  readonly #best: Listing | null;
  readonly #seen: Int32Array;

  constructor(boxes: readonly Box[], inputs: number) {
    this.#boxes = boxes;
    this.#seen = new Int32Array(boxes.length).fill(-1);
    const listings = Array.from({ length: inputs }, (_, input) => listBy(input, boxes));
    this.#best = listings.toSorted((a, b) => a.cost - b.cost)[0] ?? null;
  }

  /** Rows that a box may meet, among them all that it does meet; each once, in no order. `by` is any number of one's own. */
  near(box: Box, by: number, steps: Steps): readonly number[] {
    const best = this.#best;
    const cell = best === null ? null : (box[best.input] ?? null);
    if (best === null || cell === null || sizeOf(cell) > WIDE) {
      steps.left -= this.#boxes.length;
      return this.#boxes.map((_, r) => r);
    }
    const found = [...best.wide];
    for (const piece of piecesOf(cell)) {
      for (const r of best.rows.get(piece) ?? []) {
        if (this.#seen[r] === by) continue;
        this.#seen[r] = by;
        found.push(r);
      }
    }
    steps.left -= found.length;
    return found;
  }
}
