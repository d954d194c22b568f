import { columnWidth, eachColumnFeature, fitColumns, isStrange, type ColumnEncoder } from './column-features.ts';
import type { ModelInputs } from './card.ts';
import type { ReadColumns } from './input.ts';
import { eachTextFeature, PAIRS, PIECES, WORDS, wordsOf, type Block, type Word } from './text-features.ts';

/** An input made ready for the model: its message and its declared columns in order. */
export interface ReadInput {
  readonly text: string;
  readonly columns: ReadColumns;
}

/** How inputs become numbers, learned from the training part alone. */
export interface Encoder {
  readonly hasText: boolean;
  /** The text features that training saw, sorted by code unit; a feature's number is its place here. */
  readonly dictionary: readonly string[];
  readonly index: ReadonlyMap<string, number>;
  /** In how many training rows each text feature occurred. */
  readonly seenIn: Uint32Array;
  /** How many training rows there were. */
  readonly rows: number;
  readonly columns: readonly ColumnEncoder[];
  /** The number of each column's first feature, after the text features. */
  readonly columnStarts: readonly number[];
  readonly size: number;
}

/** One input as a sparse vector, with what is needed to trace every feature back to words and columns. */
export interface Encoded {
  /** Numbers of the features present, each once. */
  readonly ids: readonly number[];
  readonly values: readonly number[];
  readonly words: readonly Word[];
  /** Occurrences of text features as triples: position in `ids`, first word, second word. */
  readonly occurrences: readonly number[];
  /** For each position in `ids` from `textCount` on, the column it belongs to. */
  readonly columnOf: readonly number[];
  readonly textCount: number;
  /** How much of the message training had seen: 0 nothing, 1 all of it; 1 where the model reads no text. */
  readonly familiarity: number;
  /** Names of the columns whose values are unlike all that training saw. */
  readonly strangeColumns: readonly string[];
}

/**
 * Squared length of the vector that each kind of text feature makes. Measured on banking77: one common norm for all
 * costs half a point of accuracy, because pieces are ten times as many as words.
 */
const BLOCK_SHARE = { [WORDS]: 0.3, [PAIRS]: 0.3, [PIECES]: 0.4 } as const;

/** A piece must occur in two training rows to be learned; words and pairs need one. */
const LEAST_ROWS_FOR_PIECE = 2;

/** Learns dictionary and column encoders from the training part. */
export function fitEncoder(inputs: ModelInputs, rows: readonly ReadInput[]): Encoder {
  const counts = new Map<string, number>();
  const isPiece = new Set<string>();
  for (const row of inputs.text ? rows : []) {
    const here = new Set<string>();
    eachTextFeature(wordsOf(row.text), (key, block) => {
      here.add(key);
      if (block === PIECES) isPiece.add(key);
    });
    for (const key of here) counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const dictionary = [...counts]
    .filter(([key, count]) => count >= (isPiece.has(key) ? LEAST_ROWS_FOR_PIECE : 1))
    .map(([key]) => key)
    .sort();
  return makeEncoder({
    hasText: inputs.text,
    dictionary,
    seenIn: Uint32Array.from(dictionary, (key) => counts.get(key) ?? 0),
    rows: rows.length,
    columns: fitColumns(
      inputs.columns,
      rows.map((row) => row.columns),
    ),
  });
}

/** Puts an encoder together from its learned parts, as training and the reading of an artefact both do. */
export function makeEncoder(parts: Pick<Encoder, 'hasText' | 'dictionary' | 'seenIn' | 'rows' | 'columns'>): Encoder {
  let size = parts.dictionary.length;
  const columnStarts = parts.columns.map((column) => {
    const start = size;
    size += columnWidth(column);
    return start;
  });
  return { ...parts, columnStarts, size, index: new Map(parts.dictionary.map((key, id) => [key, id])) };
}

/** Turns an input into the vector that the model weighs. */
export function encode(encoder: Encoder, input: ReadInput): Encoded {
  const ids: number[] = [];
  const values: number[] = [];
  const occurrences: number[] = [];
  const words = encoder.hasText ? wordsOf(input.text) : [];
  const familiarity = encodeText(encoder, words, ids, values, occurrences);
  const textCount = ids.length;
  const columnOf: number[] = [];
  const strangeColumns: string[] = [];
  const scale = 1 / Math.sqrt(Math.max(1, encoder.columns.length));
  for (const [index, column] of encoder.columns.entries()) {
    const value = input.columns[index];
    if (isStrange(column, value)) strangeColumns.push(column.name);
    eachColumnFeature(column, value, (offset, amount) => {
      ids.push((encoder.columnStarts[index] ?? 0) + offset);
      values.push(amount * scale);
      columnOf.push(index);
    });
  }
  return { ids, values, words, occurrences, columnOf, textCount, familiarity, strangeColumns };
}

/**
 * Features are present or absent, not counted, and each block is brought to a fixed length *over all its features,
 * known or not*: a message half of which is unknown moves the model half as much, and so lowers its confidence.
 *
 * Familiarity is the share of a message's words and pieces that training had seen, each weighed by how rare it is.
 * Rarity matters because "what is the" is in every English message whatever it is about; pairs are left out because
 * unseen pairs of seen words are normal.
 */
function encodeText(
  encoder: Encoder,
  words: readonly Word[],
  ids: number[],
  values: number[],
  occurrences: number[],
): number {
  if (!encoder.hasText) return 1;
  const placeOf = new Map<string, number>();
  const distinct = [0, 0, 0];
  const blocks: Block[] = [];
  const known = [0, 0, 0];
  const total = [0, 0, 0];
  const rarest = Math.log(2 * encoder.rows + 2);
  eachTextFeature(words, (key, block, first, second) => {
    let place = placeOf.get(key);
    if (place === undefined) {
      const id = encoder.index.get(key);
      place = id === undefined ? -1 : ids.length;
      placeOf.set(key, place);
      distinct[block] = (distinct[block] ?? 0) + 1;
      const rarity = id === undefined ? rarest : rarest - Math.log(2 * (encoder.seenIn[id] ?? 0) + 1);
      total[block] = (total[block] ?? 0) + rarity;
      if (id !== undefined) known[block] = (known[block] ?? 0) + rarity;
      if (id !== undefined) {
        ids.push(id);
        blocks.push(block);
      }
    }
    if (place >= 0) occurrences.push(place, first, second);
  });
  const length = ([WORDS, PAIRS, PIECES] as const).map((block) =>
    Math.sqrt(BLOCK_SHARE[block] / Math.max(1, distinct[block] ?? 0)),
  );
  for (const block of blocks) values.push(length[block] ?? 0);
  const share = (block: number): number => ((total[block] ?? 0) > 0 ? (known[block] ?? 0) / (total[block] ?? 1) : 0);
  return (share(WORDS) + share(PIECES)) / 2;
}
