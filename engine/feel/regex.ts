/**
 * `matches`, `replace` and `split` over an engine whose time grows linearly with the text (RE2), so that no pattern can
 * hang an evaluation. Patterns are those of XPath and XQuery functions 3.1; back references cannot be matched in linear
 * time and have no result.
 */
import { MatcherInput, RE2JS } from 're2js';
import type { Matcher } from 're2js';
import type { Pay } from './compare.ts';
import { translatePattern } from './regex-pattern.ts';

const MAX_PATTERN = 1000;
const MAX_FLAGS = 20;
const CACHE_SIZE = 200;

/** Instructions that a program may have; fewer where case does not count, since those are slow to make. */
const MAX_SIZE = 5000;
const MAX_SIZE_WITHOUT_CASE = 500;
const COST_PER_INSTRUCTION = 6;
/** Classes are widened by every other case of each letter. */
const COST_WITHOUT_CASE = 40;
/** Classes of Unicode are merged range by range. */
const COST_PER_CLASS = 600;

const compiled = new Map<string, Program>();

interface Program {
  /** Null when the pattern or a flag is wrong. */
  readonly re: RE2JS | null;
  /** What making it costs, paid each time: what an evaluation may do cannot hang on what was made before it. */
  readonly cost: number;
}

/** The program of a pattern. Compiled programs are kept, the oldest given up. */
function programOf(pattern: string, flags: string, pay: Pay): RE2JS | null {
  pay(20);
  if (pattern.length > MAX_PATTERN || flags.length > MAX_FLAGS) return null;
  pay(pattern.length);
  const key = `${flags}/${pattern}`;
  const known = compiled.get(key);
  if (known !== undefined) {
    pay(known.cost);
    return known.re;
  }
  const translated = /^[smixq]*$/.test(flags) ? translatePattern(pattern, flags) : null;
  const anyCase = flags.includes('i');
  const cost =
    translated === null
      ? 0
      : translated.size * (anyCase ? COST_WITHOUT_CASE : COST_PER_INSTRUCTION) + translated.classes * COST_PER_CLASS;
  pay(cost);
  const re =
    translated === null || translated.size > (anyCase ? MAX_SIZE_WITHOUT_CASE : MAX_SIZE)
      ? null
      : compileProgram(translated.pattern, flags);
  if (compiled.size >= CACHE_SIZE) {
    const [oldest] = compiled.keys();
    if (oldest !== undefined) compiled.delete(oldest);
  }
  compiled.set(key, { re, cost });
  return re;
}

function compileProgram(pattern: string, flags: string): RE2JS | null {
  let bits = 0;
  if (flags.includes('s')) bits |= RE2JS.DOTALL;
  if (flags.includes('i')) bits |= RE2JS.CASE_INSENSITIVE;
  if (flags.includes('m')) bits |= RE2JS.MULTILINE;
  try {
    return RE2JS.compile(pattern, bits);
  } catch {
    // The engine throws for every pattern it does not take; FEEL's answer to a wrong pattern is null.
    return null;
  }
}

/** Characters that the engine reads for one step, of a program of one instruction. */
const READS_PER_STEP = 24;
/** Steps are paid in lots, or paying would cost more than reading. */
const LOT = 64;

/**
 * A text that pays for every character that is read of it, each as dearly as the program is long. How far the engine
 * looks ahead, and how often, only it knows: a match may be short and may have been looked for to the end of the text.
 */
class MeteredText extends String {
  readonly #text: string;
  readonly #size: number;
  readonly #pay: Pay;
  #due = 0;

  constructor(text: string, program: RE2JS, pay: Pay) {
    super(text);
    this.#text = text;
    this.#size = program.programSize() + 1;
    this.#pay = pay;
  }

  override charCodeAt(i: number): number {
    this.#due += this.#size;
    if (this.#due >= READS_PER_STEP * LOT) this.#settle();
    return this.#text.charCodeAt(i);
  }

  override indexOf(wanted: string, from = 0): number {
    const at = this.#text.indexOf(wanted, from);
    const looked = (at < 0 ? this.#text.length : at) - from;
    this.#due += (Math.max(0, looked) * Math.min(wanted.length, 16)) >> 2;
    if (this.#due >= READS_PER_STEP * LOT) this.#settle();
    return at;
  }

  #settle(): void {
    const steps = Math.floor(this.#due / READS_PER_STEP);
    this.#due -= steps * READS_PER_STEP;
    this.#pay(steps);
  }
}

/** Steps for looking once more in the same text: up to a size, the engine forgets where it has been. */
function costOfAgain(program: RE2JS, text: string): number {
  return 2 + Math.min(8, (program.programSize() * text.length) >> 15);
}

/** Looks for a program in a text, which pays as it is read. */
function matcherOf(program: RE2JS, text: string, pay: Pay): Matcher {
  pay(1 + (text.length >> 5));
  return program.matcher(MatcherInput.utf16(new MeteredText(text, program, pay)));
}

/** Does the pattern match somewhere in the text? Null when the pattern is wrong. */
export function matchesPattern(text: string, pattern: string, flags: string, pay: Pay): boolean | null {
  const program = programOf(pattern, flags, pay);
  if (program === null) return null;
  return matcherOf(program, text, pay).find();
}

/**
 * Every match replaced; `$1` in the replacement is the first group, `$0` the match. Null for a wrong pattern, a wrong
 * replacement, or a pattern that matches the empty text, as XPath has it.
 */
export function replacePattern(
  text: string,
  pattern: string,
  replacement: string,
  flags: string,
  pay: Pay,
): string | null {
  const program = programOf(pattern, flags, pay);
  if (program === null) return null;
  pay(replacement.length >> 3);
  const parts = flags.includes('q') ? [replacement] : readReplacement(replacement, program.groupCount());
  if (parts === null || program.matcher('').find()) return null;
  const matcher = matcherOf(program, text, pay);
  const again = costOfAgain(program, text);
  let result = '';
  let at = 0;
  while (matcher.find()) {
    result += text.slice(at, matcher.start());
    for (const part of parts) result += typeof part === 'string' ? part : (matcher.group(part) ?? '');
    at = matcher.end();
    pay(again + parts.length + (result.length >> 10));
  }
  pay(result.length >> 5);
  return result + text.slice(at);
}

/** Literal pieces and group numbers; null when `$` or a backslash stands where it may not. */
function readReplacement(replacement: string, groups: number): (string | number)[] | null {
  const parts: (string | number)[] = [];
  let i = 0;
  while (i < replacement.length) {
    const char = replacement[i] ?? '';
    if (char === '\\') {
      const next = replacement[i + 1];
      if (next !== '\\' && next !== '$') return null;
      parts.push(next);
      i += 2;
    } else if (char === '$') {
      const digits = /^\d+/.exec(replacement.slice(i + 1, i + 10))?.[0] ?? '';
      if (digits === '') return null;
      let used = digits;
      while (used.length > 1 && Number(used) > groups) used = used.slice(0, -1);
      if (Number(used) <= groups) parts.push(Number(used));
      i += 1 + used.length;
    } else {
      const next = replacement.slice(i).search(/[\\$]/);
      const end = next < 0 ? replacement.length : i + next;
      parts.push(replacement.slice(i, end));
      i = end;
    }
  }
  return parts;
}

/** The pieces between matches; null for a wrong pattern or one that matches the empty text. */
export function splitPattern(text: string, pattern: string, pay: Pay): string[] | null {
  const program = programOf(pattern, '', pay);
  if (program === null || program.matcher('').find()) return null;
  const matcher = matcherOf(program, text, pay);
  const again = costOfAgain(program, text);
  const pieces: string[] = [];
  let at = 0;
  while (matcher.find()) {
    pay(again);
    pieces.push(text.slice(at, matcher.start()));
    at = matcher.end();
  }
  pieces.push(text.slice(at));
  return pieces;
}
