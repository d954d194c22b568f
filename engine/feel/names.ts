/**
 * Names with spaces. FEEL's grammar leaves it to the scope where a name ends (`monthly income * 12`), so the parser asks
 * a set of known names for the longest one that stands at a position. Runs of white space count as one space.
 */

const NAME_START =
  'A-Z_a-z\\u00C0-\\u00D6\\u00D8-\\u00F6\\u00F8-\\u02FF\\u0370-\\u037D\\u037F-\\u167F\\u1681-\\u180D\\u180F-\\u1FFF\\u200C-\\u200D\\u2070-\\u218F\\u2C00-\\u2FEF\\u3001-\\uD7FF\\uF900-\\uFDCF\\uFDF0-\\uFEFE\\uFF00-\\uFFFD\\u{10000}-\\u{EFFFF}';
const NAME_PART = `${NAME_START}0-9\\u00B7\\u0300-\\u036F\\u203F-\\u2040`;

const WORD = new RegExp(`[${NAME_START}][${NAME_PART}]*`, 'uy');
const NAME_TOKEN = new RegExp(`[${NAME_PART}]+|[^\\s]`, 'uy');
const SPACE = /[\t-\r \u0085\u00A0\u1680\u180E\u2000-\u200B\u2028\u2029\u202F\u205F\u3000\uFEFF]+/y;

/** The word (letters and digits, no spaces) at a position, or ''. */
export function wordAt(source: string, at: number): string {
  WORD.lastIndex = at;
  return WORD.exec(source)?.[0] ?? '';
}

/** Where the white space at a position ends. */
export function spaceEnd(source: string, at: number): number {
  SPACE.lastIndex = at;
  return SPACE.test(source) ? SPACE.lastIndex : at;
}

/** One spelling for a name however its white space was typed. */
export function canonicalName(name: string): string {
  return name.trim().replaceAll(/[\s\u00A0\u200B\uFEFF]+/gu, ' ');
}

/** What a set has to know of a name. */
interface NameFacts {
  readonly canonical: string;
  /** The first token; '' for a name of nothing but white space. */
  readonly first: string;
  /** How many tokens: words, and signs that are no part of one. */
  readonly tokens: number;
}

/** The same names are in scope at many places: each is taken apart once. */
const knownFacts = new Map<string, NameFacts>();
const MOST_KNOWN = 20_000;

function factsOf(name: string): NameFacts {
  const known = knownFacts.get(name);
  if (known !== undefined) return known;
  if (knownFacts.size === MOST_KNOWN) knownFacts.clear();
  const canonical = canonicalName(name);
  const first = tokenAt(canonical, 0);
  let tokens = 0;
  for (let at = 0; at < canonical.length; tokens += 1) {
    const from = canonical[at] === ' ' ? at + 1 : at;
    at = from + Math.max(1, tokenAt(canonical, from).length);
  }
  const facts = { canonical, first, tokens };
  knownFacts.set(name, facts);
  return facts;
}

/** The run of letters and digits, or the one sign, at a position; '' at white space and at the end. */
function tokenAt(source: string, at: number): string {
  NAME_TOKEN.lastIndex = at;
  return NAME_TOKEN.exec(source)?.[0] ?? '';
}

/** A name that stands in a source, where it ends, and of how many words it is. */
export interface FoundName {
  readonly name: string;
  readonly to: number;
  readonly words: number;
}

/** A set of names that finds the longest of them at a position of a source. */
export class NameSet {
  readonly #names = new Set<string>();
  /** By first token, how many tokens the longest name has. */
  readonly #most = new Map<string, number>();

  constructor(names: Iterable<string> = []) {
    for (const name of names) this.add(name);
  }

  add(name: string): void {
    const { canonical, first, tokens } = factsOf(name);
    if (first === '' || this.#names.has(canonical)) return;
    this.#names.add(canonical);
    if (tokens > (this.#most.get(first) ?? 0)) this.#most.set(first, tokens);
  }

  /** The longest known name at `at` and where it ends; null when none stands there. */
  longestAt(source: string, at: number): FoundName | null {
    const word = wordAt(source, at);
    // What begins with a digit is a number, unless the digit is all there is of the name.
    if (word === '' && tokenAt(source, at).length > 1) return null;
    let name = word || (source[at] ?? '');
    const most = this.#most.get(name);
    if (most === undefined) return null;
    let to = at + name.length;
    let best: FoundName | null = this.#names.has(name) ? { name, to, words: 1 } : null;
    for (let words = 2; words <= most; words += 1) {
      const from = spaceEnd(source, to);
      const token = tokenAt(source, from);
      if (token === '') return best;
      name += from > to ? ` ${token}` : token;
      to = from + token.length;
      if (this.#names.has(name)) best = { name, to, words };
    }
    return best;
  }
}

/** The longest name of several sets that stands at a position. */
export function longestOf(sets: readonly NameSet[], source: string, at: number): FoundName | null {
  let best: FoundName | null = null;
  for (const set of sets) {
    const found = set.longestAt(source, at);
    if (found !== null && (best === null || found.to > best.to)) best = found;
  }
  return best;
}
