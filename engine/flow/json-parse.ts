import { CountersignError } from './error.ts';
import type { JsonValue } from './json.ts';

export interface ParseOptions {
  /** Deepest nesting of lists and objects; 64 when not given, and never more than 512. */
  maxDepth?: number;
  /** Longest text in UTF-8 bytes; 64 MiB when not given. */
  maxBytes?: number;
}

/** Documents nest no deeper than this, so that no reader of theirs can be driven out of its stack. */
export const MAX_DEPTH = 64;
const DEEPEST = 512;
const DEFAULT_BYTES = 64 * 1024 * 1024;

/**
 * Reads JSON (RFC 8259) that means one thing to every reader, which is what I-JSON (RFC 7493) asks and a little more.
 * Refused with JSON_INVALID, line, column, reason and hint: duplicate keys (after unescaping), a byte order mark,
 * anything after the value, lone surrogates raw or escaped, numbers that overflow, underflow, lie beyond 2^53-1 or lose
 * digits as a double, nesting deeper than `maxDepth`, and the key `__proto__`. Negative zero is read as zero.
 */
export function parseStrict(text: string, options: ParseOptions = {}): JsonValue {
  const maxBytes = options.maxBytes ?? DEFAULT_BYTES;
  if (text.length > maxBytes || (text.length * 3 > maxBytes && utf8Length(text) > maxBytes)) {
    throw invalid(`The text is longer than ${maxBytes} bytes.`, 'Give a smaller document.', text, 0);
  }
  if (text.charCodeAt(0) === 0xfeff) {
    throw invalid(
      'The text begins with a byte order mark.',
      'Save the file as UTF-8 without a byte order mark.',
      text,
      0,
    );
  }
  if (!text.isWellFormed()) {
    throw invalid(
      'The text has half of a surrogate pair.',
      'Remove or repair the damaged character.',
      text,
      loneSurrogate(text),
    );
  }
  return new Reader(text, Math.min(options.maxDepth ?? MAX_DEPTH, DEEPEST)).document();
}

/** {@link parseStrict} of bytes, which must be UTF-8 without a byte order mark. */
export function parseStrictBytes(bytes: Uint8Array, options: ParseOptions = {}): JsonValue {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new CountersignError({
      code: 'JSON_INVALID',
      message: 'The bytes are not UTF-8 text.',
      hint: 'Save the file as UTF-8.',
      cause,
    });
  }
  return parseStrict(text, options);
}

const utf8Length = (text: string): number => new TextEncoder().encode(text).length;

function loneSurrogate(text: string): number {
  const repaired = text.toWellFormed();
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) !== repaired.charCodeAt(i)) return i;
  return 0;
}

function invalid(message: string, hint: string, text: string, at: number): CountersignError {
  const before = text.slice(0, at);
  const line = before.split('\n').length;
  const column = at - before.lastIndexOf('\n');
  return new CountersignError({
    code: 'JSON_INVALID',
    message: `${message} (line ${line}, column ${column})`,
    where: { line, column },
    hint,
  });
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

/** One pass over the text by recursive descent; the cap on depth bounds the recursion. */
class Reader {
  readonly #text: string;
  readonly #maxDepth: number;
  #at = 0;

  constructor(text: string, maxDepth: number) {
    this.#text = text;
    this.#maxDepth = maxDepth;
  }

  document(): JsonValue {
    const value = this.#value(0);
    this.#space();
    if (this.#at < this.#text.length) {
      throw this.#error(
        'There is something after the end of the value.',
        'Keep one JSON value in the file and nothing after it.',
      );
    }
    return value;
  }

  #value(depth: number): JsonValue {
    this.#space();
    switch (this.#text.charAt(this.#at)) {
      case '{':
        return this.#object(this.#deeper(depth));
      case '[':
        return this.#array(this.#deeper(depth));
      case '"':
        return this.#string();
      case 't':
        return this.#word('true', true);
      case 'f':
        return this.#word('false', false);
      case 'n':
        return this.#word('null', null);
      default:
        return this.#number();
    }
  }

  #deeper(depth: number): number {
    if (depth < this.#maxDepth) return depth + 1;
    throw this.#error(`Lists and objects nest deeper than ${this.#maxDepth}.`, 'Flatten the document.');
  }

  #object(depth: number): JsonValue {
    const object: Record<string, JsonValue> = {};
    this.#at++;
    this.#space();
    if (this.#skip('}')) return object;
    for (;;) {
      this.#space();
      const keyAt = this.#at;
      if (this.#text.charCodeAt(keyAt) !== QUOTE)
        throw this.#error(
          'A key in double quotes is missing.',
          'Write each member as "key": value, and no comma after the last.',
        );
      const key = this.#string();
      if (key === '__proto__') throw this.#error('The key "__proto__" is not allowed.', 'Choose another key.', keyAt);
      if (Object.hasOwn(object, key))
        throw this.#error(`The key ${JSON.stringify(key)} is there twice.`, 'Keep one of the two.', keyAt);
      this.#space();
      if (!this.#skip(':'))
        throw this.#error('A colon is missing after the key.', 'Write each member as "key": value.');
      object[key] = this.#value(depth);
      this.#space();
      if (this.#skip('}')) return object;
      if (!this.#skip(','))
        throw this.#error('A comma or } is missing.', 'Separate members by commas and close the object with }.');
    }
  }

  #array(depth: number): JsonValue {
    const items: JsonValue[] = [];
    this.#at++;
    this.#space();
    if (this.#skip(']')) return items;
    for (;;) {
      items.push(this.#value(depth));
      this.#space();
      if (this.#skip(']')) return items;
      if (!this.#skip(','))
        throw this.#error('A comma or ] is missing.', 'Separate items by commas and close the list with ].');
    }
  }

  #string(): string {
    const text = this.#text;
    const start = this.#at;
    let at = start + 1;
    let escaped = false;
    for (;;) {
      const unit = text.charCodeAt(at);
      if (unit === QUOTE) break;
      if (Number.isNaN(unit)) throw this.#error('A text is not closed.', 'Close it with a double quote.', start);
      if (unit < 0x20)
        throw this.#error('A text has a control character.', String.raw`Write it as an escape, such as \n.`, at);
      if (unit === BACKSLASH) {
        escaped = true;
        at++;
      }
      at++;
    }
    this.#at = at + 1;
    const raw = text.slice(start + 1, at);
    return escaped ? this.#unescape(raw, start + 1) : raw;
  }

  #unescape(raw: string, start: number): string {
    const value = raw.replaceAll(
      /\\(?:u([0-9a-fA-F]{4})|([^]))/g,
      (all: string, hex: string | undefined, letter: string | undefined, at: number) => {
        if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
        const plain = letter === undefined ? undefined : ESCAPES[letter];
        if (plain === undefined)
          throw this.#error(
            `${all} is not an escape of JSON.`,
            String.raw`Write a backslash itself as \\.`,
            start + at,
          );
        return plain;
      },
    );
    if (!value.isWellFormed())
      throw this.#error(
        'A text has half of a surrogate pair, written as an escape.',
        String.raw`Write both halves, such as \ud83d\ude00, or the character itself.`,
        start - 1,
      );
    return value;
  }

  #number(): number {
    NUMBER.lastIndex = this.#at;
    const literal = NUMBER.exec(this.#text)?.[0];
    if (literal === undefined)
      throw this.#error(
        this.#at >= this.#text.length ? 'The text ends too early.' : 'This is not a JSON value.',
        'Give a text in double quotes, a number, true, false, null, a list or an object.',
      );
    const value = Number(literal);
    const start = this.#at;
    if (Math.abs(value) > Number.MAX_SAFE_INTEGER)
      throw this.#error(
        'A number is too large to be kept exactly.',
        'Whole numbers go up to 2^53-1; write a larger one as a text.',
        start,
      );
    // 15 significant digits always survive a double; only longer literals and exponents need the comparison.
    if (literal.length > 15 || /[eE]/.test(literal)) {
      if (significant(literal) !== significant(String(value)))
        throw this.#error(
          'A number has more digits than can be kept.',
          'Round it to 15 digits, or write it as a text.',
          start,
        );
    }
    this.#at += literal.length;
    return value === 0 ? 0 : value;
  }

  #word<T>(word: string, value: T): T {
    if (!this.#text.startsWith(word, this.#at))
      throw this.#error('This is not a JSON value.', 'Did you mean true, false or null? A text needs double quotes.');
    this.#at += word.length;
    return value;
  }

  #space(): void {
    for (;;) {
      const unit = this.#text.charCodeAt(this.#at);
      if (unit !== 0x20 && unit !== 0x0a && unit !== 0x0d && unit !== 0x09) return;
      this.#at++;
    }
  }

  #skip(character: string): boolean {
    if (this.#text[this.#at] !== character) return false;
    this.#at++;
    return true;
  }

  #error(message: string, hint: string, at = this.#at): CountersignError {
    return invalid(message, hint, this.#text, at);
  }
}

/** A decimal literal as digits and exponent without the zeros that mean nothing, so that equal numbers compare equal. */
function significant(literal: string): string {
  const [mantissa = '', exponent = '0'] = literal.toLowerCase().split('e');
  const [whole = '', fraction = ''] = mantissa.replace('-', '').split('.');
  const digits = whole + fraction;
  let from = 0;
  let to = digits.length;
  while (from < to && digits[from] === '0') from++;
  // By hand: a regular expression for trailing zeros takes quadratic time on hostile digits.
  while (to > from && digits[to - 1] === '0') to--;
  return from === to ? '0' : `${digits.slice(from, to)}e${Number(exponent) + whole.length - to}`;
}
