/**
 * XPath regular expressions (XPath and XQuery functions 3.1, 5.6.1; XML Schema part 2, appendix G) in the words of RE2:
 * `\i`, `\c` and their opposites, `\p{IsBlock}`, class subtraction, the flags `x` and `q`.
 */

const NAME_START =
  'A-Za-z_:\\x{C0}-\\x{D6}\\x{D8}-\\x{F6}\\x{F8}-\\x{2FF}\\x{370}-\\x{37D}\\x{37F}-\\x{1FFF}\\x{200C}-\\x{200D}\\x{2070}-\\x{218F}\\x{2C00}-\\x{2FEF}\\x{3001}-\\x{D7FF}\\x{F900}-\\x{FDCF}\\x{FDF0}-\\x{FFFD}\\x{10000}-\\x{EFFFF}';
const NAME_CHAR = `${NAME_START}\\-.0-9\\x{B7}\\x{300}-\\x{36F}\\x{203F}-\\x{2040}`;

/** What is not a name character, as ranges of its own, so that it can stand inside a class. */
const NOT_START =
  '\\x{0}-9;-@\\[-\\x{5E}`\\{-\\x{BF}\\x{D7}\\x{F7}\\x{300}-\\x{36F}\\x{37E}\\x{2000}-\\x{200B}\\x{200E}-\\x{206F}\\x{2190}-\\x{2BFF}\\x{2FF0}-\\x{3000}\\x{D800}-\\x{F8FF}\\x{FDD0}-\\x{FDEF}\\x{FFFE}-\\x{FFFF}\\x{F0000}-\\x{10FFFF}';
const NOT_CHAR =
  '\\x{0}-,\\/;-@\\[-\\x{5E}`\\{-\\x{B6}\\x{B8}-\\x{BF}\\x{D7}\\x{F7}\\x{37E}\\x{2000}-\\x{200B}\\x{200E}-\\x{203E}\\x{2041}-\\x{206F}\\x{2190}-\\x{2BFF}\\x{2FF0}-\\x{3000}\\x{D800}-\\x{F8FF}\\x{FDD0}-\\x{FDEF}\\x{FFFE}-\\x{FFFF}\\x{F0000}-\\x{10FFFF}';

const CLASS_ESCAPES: Readonly<Record<string, string>> = {
  i: NAME_START,
  c: NAME_CHAR,
  I: NOT_START,
  C: NOT_CHAR,
  d: '\\p{Nd}',
  D: '\\P{Nd}',
  s: '\\t\\n\\r ',
  S: '\\x{0}-\\x{8}\\x{B}\\x{C}\\x{E}-\\x{1F}!-\\x{10FFFF}',
};

const BLOCKS: Readonly<Record<string, string>> = {
  BasicLatin: '\\x{0}-\\x{7F}',
  'Latin-1Supplement': '\\x{80}-\\x{FF}',
  'LatinExtended-A': '\\x{100}-\\x{17F}',
  'LatinExtended-B': '\\x{180}-\\x{24F}',
  IPAExtensions: '\\x{250}-\\x{2AF}',
  Greek: '\\x{370}-\\x{3FF}',
  GreekandCoptic: '\\x{370}-\\x{3FF}',
  Cyrillic: '\\x{400}-\\x{4FF}',
  Armenian: '\\x{530}-\\x{58F}',
  Hebrew: '\\x{590}-\\x{5FF}',
  Arabic: '\\x{600}-\\x{6FF}',
  Hiragana: '\\x{3040}-\\x{309F}',
  Katakana: '\\x{30A0}-\\x{30FF}',
  CJKUnifiedIdeographs: '\\x{4E00}-\\x{9FFF}',
  GeneralPunctuation: '\\x{2000}-\\x{206F}',
  CurrencySymbols: '\\x{20A0}-\\x{20CF}',
  Arrows: '\\x{2190}-\\x{21FF}',
  MathematicalOperators: '\\x{2200}-\\x{22FF}',
};

const SIMPLE_ESCAPES = /^[nrt\\|.?*+(){}[\]^$-]$/;

export interface Translated {
  readonly pattern: string;
  /** About how many instructions its program has, repetitions written out. */
  readonly size: number;
  /** Classes of Unicode: each is hundreds of ranges. */
  readonly classes: number;
}

/** The pattern for RE2, or null when it is not one of XPath's or cannot be matched in linear time. */
export function translatePattern(pattern: string, flags: string): Translated | null {
  if (flags.includes('q')) {
    return { pattern: pattern.replaceAll(/[\\|.?*+(){}[\]^$-]/g, '\\$&'), size: pattern.length, classes: 0 };
  }
  return new Translator(pattern, flags.includes('x')).all();
}

class Translator {
  readonly #text: string;
  readonly #extended: boolean;
  #at = 0;
  #wrong = false;
  readonly #groups: { before: number; last: number }[] = [{ before: 0, last: 0 }];

  constructor(text: string, extended: boolean) {
    this.#text = text;
    this.#extended = extended;
  }

  all(): Translated | null {
    let out = '';
    while (this.#at < this.#text.length && !this.#wrong) {
      const from = this.#at;
      const piece = this.#next();
      out += piece;
      this.#measure(this.#text.slice(from, this.#at), piece.length);
    }
    const size = this.#groups.reduce((sum, group) => sum + group.before + group.last, 0);
    const classes = out.match(/\\[pP]\{/g)?.length ?? 0;
    return this.#wrong ? null : { pattern: out, size, classes };
  }

  /** Keeps the size of the program: what stands before the last atom of each open group, and that atom. */
  #measure(read: string, length: number): void {
    const group = this.#groups.at(-1);
    if (group === undefined) return;
    const repeat = /^\{(\d+)(?:,(\d*))?\}$/.exec(read);
    if (repeat !== null) {
      group.last *= Math.max(1, Number(repeat[1]), Number(repeat[2] ?? 0));
    } else if (read === '(') {
      this.#groups.push({ before: 2, last: 0 });
    } else if (read === ')' && this.#groups.length > 1) {
      this.#groups.pop();
      const outer = this.#groups.at(-1);
      if (outer !== undefined) {
        outer.before += outer.last;
        outer.last = group.before + group.last;
      }
    } else {
      group.before += group.last;
      group.last = 1 + (length >> 1);
    }
  }

  #fail(): string {
    this.#wrong = true;
    return '';
  }

  #next(): string {
    const char = this.#text[this.#at] ?? '';
    if (this.#extended && /[\t\n\r ]/.test(char)) {
      this.#at += 1;
      return '';
    }
    if (char === '\\') return this.#escape(false);
    if (char === '[') return this.#class(0);
    if (char === '(' && this.#text[this.#at + 1] === '?' && this.#text[this.#at + 2] !== ':') {
      return this.#fail();
    }
    this.#at += 1;
    if (char === '.') return '.';
    if (char === ']' || char === '}') return this.#fail();
    if (char === '{') return this.#count();
    return char;
  }

  /** `{2}`, `{2,}` or `{2,5}`; a brace that counts nothing is no XPath. */
  #count(): string {
    const match = /^\d{1,4}(,\d{0,4})?\}/.exec(this.#text.slice(this.#at, this.#at + 12));
    if (match === null) return this.#fail();
    this.#at += match[0].length;
    return `{${match[0]}`;
  }

  /** An escape, in a class as the inside of one. */
  #escape(inClass: boolean): string {
    const char = this.#text[this.#at + 1] ?? '';
    // These classes hold every case of their letters: without this RE2 would look up each letter's other cases.
    const wrap = (body: string): string => (inClass ? body : `(?-i:[${body}])`);
    if (char === 'p' || char === 'P') return this.#property(char, inClass);
    this.#at += 2;
    const known = Object.hasOwn(CLASS_ESCAPES, char) ? CLASS_ESCAPES[char] : undefined;
    if (known !== undefined) return wrap(known);
    if (char === 'w') return wrap('\\p{L}\\p{M}\\p{N}\\p{S}');
    if (char === 'W') return wrap('\\p{P}\\p{Z}\\p{C}');
    return SIMPLE_ESCAPES.test(char) ? `\\${char}` : this.#fail();
  }

  #property(sign: 'p' | 'P', inClass: boolean): string {
    const close = this.#text.indexOf('}', this.#at);
    if (this.#text[this.#at + 2] !== '{' || close < 0) return this.#fail();
    const name = this.#text.slice(this.#at + 3, close);
    this.#at = close + 1;
    if (!name.startsWith('Is')) {
      return /^[LMNPZSC][a-z]?$/.test(name) ? `\\${sign}{${name}}` : this.#fail();
    }
    const block = Object.hasOwn(BLOCKS, name.slice(2)) ? BLOCKS[name.slice(2)] : undefined;
    if (block === undefined || (inClass && sign === 'P')) return this.#fail();
    return inClass ? block : `[${sign === 'P' ? '^' : ''}${block}]`;
  }

  /** `[…]`. A subtraction `[a-z-[aeiou]]` is not in RE2: refused. */
  #class(depth: number): string {
    if (depth > 0) return this.#fail();
    this.#at += 1;
    let out = '[';
    if (this.#text[this.#at] === '^') {
      out += '^';
      this.#at += 1;
    }
    let first = true;
    for (;;) {
      const char = this.#text[this.#at];
      if (char === undefined) return this.#fail();
      if (char === ']') {
        if (first) return this.#fail();
        this.#at += 1;
        return `${out}]`;
      }
      if (char === '[') return this.#fail();
      if (char === '\\') out += this.#escape(true);
      else if (this.#extended && /[\t\n\r ]/.test(char)) this.#at += 1;
      else {
        out += /[&~^]/.test(char) ? `\\${char}` : char;
        this.#at += 1;
      }
      if (this.#wrong) return '';
      first = false;
    }
  }
}
