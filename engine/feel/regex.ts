/**
 * `matches`, `replace` and `split` over an engine whose time grows linearly with the text (RE2), so that no pattern can
 * hang an evaluation. Patterns are those of XPath and XQuery functions 3.1; back references cannot be matched in linear
 * time and have no result.
 */
import { RE2JS } from 're2js';
import type { Pay } from './compare.ts';
import { translatePattern } from './regex-pattern.ts';

const MAX_PATTERN = 1000;
const CACHE_SIZE = 200;

/** Instructions that a program may have; fewer where case does not count, since those are slow to make. */
const MAX_SIZE = 5000;
const MAX_SIZE_WITHOUT_CASE = 500;
const COST_PER_INSTRUCTION = 6;
/** Classes are widened by every other case of each letter. */
const COST_WITHOUT_CASE = 40;

const compiled = new Map<string, Program>();

interface Program {
  /** Null when the pattern or a flag is wrong. */
  readonly re: RE2JS | null;
  /** What making it costs, paid each time: what an evaluation may do cannot hang on what was made before it. */
  readonly cost: number;
}

/** The program of a pattern. Compiled programs are kept, the oldest given up. */
function programOf(pattern: string, flags: string, pay: Pay): RE2JS | null {
  pay(20 + pattern.length);
  const key = `${flags}/${pattern}`;
  const known = compiled.get(key);
  if (known !== undefined) {
    pay(known.cost);
    return known.re;
  }
  const translated =
    pattern.length > MAX_PATTERN || !/^[smixq]*$/.test(flags) ? null : translatePattern(pattern, flags);
  const anyCase = flags.includes('i');
  const cost = translated === null ? 0 : translated.size * (anyCase ? COST_WITHOUT_CASE : COST_PER_INSTRUCTION);
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

/** Cost of running a program over a text. */
function payRun(program: RE2JS, text: string, pay: Pay): void {
  pay(1 + Math.ceil((program.programSize() * (text.length + 1)) / 8));
}

/** Does the pattern match somewhere in the text? Null when the pattern is wrong. */
export function matchesPattern(text: string, pattern: string, flags: string, pay: Pay): boolean | null {
  const program = programOf(pattern, flags, pay);
  if (program === null) return null;
  payRun(program, text, pay);
  return program.matcher(text).find();
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
  payRun(program, text, pay);
  const parts = flags.includes('q') ? [replacement] : readReplacement(replacement, program.groupCount());
  if (parts === null || program.matcher('').find()) return null;
  const matcher = program.matcher(text);
  let result = '';
  let at = 0;
  while (matcher.find()) {
    result += text.slice(at, matcher.start());
    for (const part of parts) result += typeof part === 'string' ? part : (matcher.group(part) ?? '');
    at = matcher.end();
    pay(1 + parts.length + (result.length >> 10));
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
      parts.push(char);
      i += 1;
    }
  }
  return parts;
}

/** The pieces between matches; null for a wrong pattern or one that matches the empty text. */
export function splitPattern(text: string, pattern: string, pay: Pay): string[] | null {
  const program = programOf(pattern, '', pay);
  if (program === null || program.matcher('').find()) return null;
  payRun(program, text, pay);
  const matcher = program.matcher(text);
  const pieces: string[] = [];
  let at = 0;
  while (matcher.find()) {
    pay(1);
    pieces.push(text.slice(at, matcher.start()));
    at = matcher.end();
  }
  pieces.push(text.slice(at));
  return pieces;
}
