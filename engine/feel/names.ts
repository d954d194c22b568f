/**
 * Names with spaces. FEEL's grammar leaves it to the scope where a name ends (`monthly income * 12`), so the parser asks
 * a set of known names for the longest one that stands at a position. Runs of white space count as one space.
 */

const NAME_START =
  'A-Z_a-z\\u00C0-\\u00D6\\u00D8-\\u00F6\\u00F8-\\u02FF\\u0370-\\u037D\\u037F-\\u167F\\u1681-\\u180D\\u180F-\\u1FFF\\u200C-\\u200D\\u2070-\\u218F\\u2C00-\\u2FEF\\u3001-\\uD7FF\\uF900-\\uFDCF\\uFDF0-\\uFEFE\\uFF00-\\uFFFD\\u{10000}-\\u{EFFFF}';
const NAME_PART = `${NAME_START}0-9\\u00B7\\u0300-\\u036F\\u203F-\\u2040`;

const WORD = new RegExp(`[${NAME_START}][${NAME_PART}]*`, 'uy');
const NAME_TOKEN = new RegExp(`(\\s*)([${NAME_PART}]+|[^\\s])`, 'uy');
const PART = new RegExp(`[${NAME_PART}]`, 'u');
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

interface NameToken {
  readonly text: string;
  readonly spaced: boolean;
  readonly isWord: boolean;
}

interface KnownName {
  readonly name: string;
  readonly tokens: readonly NameToken[];
}

function tokensOf(name: string): NameToken[] {
  const tokens: NameToken[] = [];
  NAME_TOKEN.lastIndex = 0;
  for (let match = NAME_TOKEN.exec(name); match !== null; match = NAME_TOKEN.exec(name)) {
    const text = match[2] ?? '';
    tokens.push({ text, spaced: (match[1] ?? '') !== '', isWord: PART.test(text) });
  }
  return tokens;
}

/** A name that stands in a source, where it ends, and of how many words it is. */
export interface FoundName {
  readonly name: string;
  readonly to: number;
  readonly words: number;
}

/** A set of names that finds the longest of them at a position of a source. */
export class NameSet {
  readonly #byFirst = new Map<string, KnownName[]>();
  readonly #names = new Set<string>();

  constructor(names: Iterable<string> = []) {
    for (const name of names) this.add(name);
  }

  add(name: string): void {
    const canonical = canonicalName(name);
    if (canonical === '' || this.#names.has(canonical)) return;
    this.#names.add(canonical);
    const tokens = tokensOf(canonical);
    const [first] = tokens;
    if (first === undefined) return;
    const group = this.#byFirst.get(first.text) ?? [];
    group.push({ name: canonical, tokens });
    this.#byFirst.set(first.text, group);
  }

  /** The longest known name at `at` and where it ends; null when none stands there. */
  longestAt(source: string, at: number): FoundName | null {
    const first = wordAt(source, at) || (source[at] ?? '');
    const candidates = this.#byFirst.get(first);
    if (candidates === undefined) return null;
    let best: FoundName | null = null;
    for (const candidate of candidates) {
      const to = matchEnd(source, at, candidate.tokens);
      if (to >= 0 && (best === null || to > best.to)) {
        best = { name: candidate.name, to, words: candidate.tokens.length };
      }
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

function matchEnd(source: string, at: number, tokens: readonly NameToken[]): number {
  let pos = at;
  for (const [i, token] of tokens.entries()) {
    if (i > 0) {
      const next = spaceEnd(source, pos);
      if (next > pos !== token.spaced) return -1;
      pos = next;
    }
    if (!source.startsWith(token.text, pos)) return -1;
    pos += token.text.length;
    if (token.isWord && PART.test(String.fromCodePoint(source.codePointAt(pos) ?? 0))) return -1;
  }
  return pos;
}
