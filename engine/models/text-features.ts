/** A word of a message: its normal form, and where it stands in the message (UTF-16 offsets, end exclusive). */
export interface Word {
  readonly normal: string;
  readonly start: number;
  readonly end: number;
}

/** The three kinds of text feature. They are scaled apart, so that the many pieces do not drown the few words. */
export const WORDS = 0;
export const PAIRS = 1;
export const PIECES = 2;
export type Block = typeof WORDS | typeof PAIRS | typeof PIECES;

/** Shortest and longest piece (character n-gram) of a word, its boundary marks counted. */
export const PIECE_LENGTHS = { shortest: 2, longest: 5 } as const;

const WORD = /[\p{L}\p{N}][\p{L}\p{N}\p{M}]*(?:['’][\p{L}\p{M}]+)*/gu;
const PLAIN = /^[a-z']+$/;
const SURROGATE = /[\ud800-\udfff]/;
const DIGIT = /\p{Nd}/gu;

/**
 * The form in which a word is learned and looked up: compatibility-composed, lower case, every digit a `0`.
 * Digits are levelled so that an amount never seen is still an amount, and so that no account number of a
 * training row ends up in the dictionary of a model.
 */
function normalForm(raw: string): string {
  if (PLAIN.test(raw)) return raw;
  return raw.normalize('NFKC').toLowerCase().replaceAll('’', "'").replace(/\s/gu, '').replace(DIGIT, '0');
}

/** The words of a message in order. Punctuation, symbols and emoji are not words. */
export function wordsOf(text: string): Word[] {
  const words: Word[] = [];
  WORD.lastIndex = 0;
  for (let match = WORD.exec(text); match !== null; match = WORD.exec(text)) {
    const raw = match[0];
    words.push({ normal: normalForm(raw), start: match.index, end: match.index + raw.length });
  }
  return words;
}

function piecesOf(marked: string): string[] {
  const pieces: string[] = [];
  // A character outside the basic plane is two code units; cutting it in half would not survive UTF-8.
  const characters = SURROGATE.test(marked) ? Array.from(marked) : undefined;
  const size = characters?.length ?? marked.length;
  for (let length = PIECE_LENGTHS.shortest; length <= PIECE_LENGTHS.longest; length++) {
    for (let start = 0; start + length <= size; start++) {
      pieces.push(characters?.slice(start, start + length).join('') ?? marked.slice(start, start + length));
    }
  }
  return pieces;
}

/**
 * Visits every feature of a message, once for each occurrence: each word (`=card`); each pair of neighbours, the message's
 * edges counted (`^ i`, `card $`); each piece of 2 to 5 characters of a word between its boundary marks (` ca`).
 *
 * The three kinds of key cannot collide: a word begins with `=`, which no word holds; a pair has a space inside,
 * a piece at most at its ends.
 * Every feature covers one or two words; that is what lets a reason be rolled up to words exactly.
 * `second` is the other word of a pair, or the word itself where a feature covers only one.
 */
export function eachTextFeature(
  words: readonly Word[],
  visit: (key: string, block: Block, first: number, second: number) => void,
): void {
  let before = '^';
  for (const [index, word] of words.entries()) {
    const { normal } = word;
    visit(`=${normal}`, WORDS, index, index);
    visit(`${before} ${normal}`, PAIRS, Math.max(0, index - 1), index);
    for (const piece of piecesOf(` ${normal} `)) visit(piece, PIECES, index, index);
    before = normal;
  }
  const last = words.length - 1;
  if (last >= 0) visit(`${before} $`, PAIRS, last, last);
}
