import type { JsonInput } from '../flow/json.ts';
import type { Entry } from './batch-writer.ts';
import { decodeActor, encodeActor } from './event-codec.ts';
import type { SealKey } from './keys.ts';

type Cell = string | number | null;

/** A batch on its way to the thread that writes it. */
export interface AppendJob {
  /** {@link CELLS} of each entry, one behind the other: a list of plain values is handed over quickest. */
  rows: readonly Cell[];
  keys: ReadonlyMap<string, SealKey>;
  random: Uint8Array;
  /** The tree before it. */
  size: number;
  range: Uint8Array;
}

const CELLS = 10;

export function flatten(entries: readonly Entry[]): Cell[] {
  const rows: Cell[] = [];
  for (const { subject, type, v, at, actor, node, path, open, sealed } of entries)
    rows.push(subject, type, v, at, encodeActor(actor), node, path, open, sealed?.keyOf ?? null, sealed?.text ?? null);
  return rows;
}

/** The entries of {@link flatten}. Throws TypeError on anything else: written by hand, as this runs for every event. */
export function unflatten(rows: readonly Cell[]): Entry[] {
  const entries: Entry[] = [];
  for (let at = 0; at < rows.length; at += CELLS) {
    const open = text(rows, at + 7);
    const keyOf = textOrNull(rows, at + 8);
    entries.push({
      subject: text(rows, at),
      type: text(rows, at + 1),
      v: number(rows, at + 2),
      at: number(rows, at + 3),
      actor: decodeActor(text(rows, at + 4)),
      node: textOrNull(rows, at + 5),
      path: textOrNull(rows, at + 6),
      open,
      value: written(open),
      sealed: keyOf === null ? null : { keyOf, text: text(rows, at + 9) },
    });
  }
  return entries;
}

function text(rows: readonly Cell[], at: number): string {
  const cell = rows[at];
  if (typeof cell !== 'string') throw new TypeError(`cell ${at} of a batch is not a text`);
  return cell;
}

const textOrNull = (rows: readonly Cell[], at: number): string | null => (rows[at] === null ? null : text(rows, at));

function number(rows: readonly Cell[], at: number): number {
  const cell = rows[at];
  if (typeof cell !== 'number') throw new TypeError(`cell ${at} of a batch is not a number`);
  return cell;
}

/** What its own sender has just written as JSON. */
function written(json: string): JsonInput {
  const value: unknown = JSON.parse(json);
  if (isJson(value)) return value;
  throw new TypeError('nothing to read');
}

// Whatever JSON.parse returns is a JSON value.
const isJson = (value: unknown): value is JsonInput => value !== undefined;
