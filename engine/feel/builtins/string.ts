/** Text built-ins (DMN 1.5, table 74). Positions and lengths count code points, not UTF-16 units. */
import { toDouble } from '../number.ts';
import { matchesPattern, replacePattern, splitPattern } from '../regex.ts';
import { positionOf } from '../text-search.ts';
import type { FeelValue } from '../value.ts';
import { builtIn, overload } from './signature.ts';
import type { Arguments, BuiltIn } from './signature.ts';

/** Text costs one step for each 32 units handled. */
function payText(a: Arguments, ...texts: readonly string[]): void {
  a.pay(1 + texts.reduce((sum, text) => sum + (text.length >> 5), 0));
}

/** Each character is looked at by itself. */
const payEach = (a: Arguments, text: string): void => a.pay(1 + (text.length >> 4));

/** Where the second text stands in the first; -1 when it does not. */
function found(a: Arguments): number {
  a.pay(1 + ((a.text(0).length + a.text(1).length) >> 3));
  return positionOf(a.text(0), a.text(1));
}

/** How many code points: surrogate pairs count once. */
function codePoints(text: string): number {
  let count = 0;
  for (let i = 0; i < text.length; i += 1) {
    const isLow = (text.charCodeAt(i) & 0xfc00) === 0xdc00;
    const afterHigh = i > 0 && (text.charCodeAt(i - 1) & 0xfc00) === 0xd800;
    if (!(isLow && afterHigh)) count += 1;
  }
  return count;
}

function substring(a: Arguments): FeelValue | undefined {
  const text = a.text(0);
  a.pay(1 + (text.length >> 2));
  const start = Math.trunc(toDouble(a.number(1)));
  if (start === 0) return undefined;
  const points = Array.from(text);
  if (Math.abs(start) > points.length) return undefined;
  const from = start > 0 ? start - 1 : points.length + start;
  if (!a.has(2)) return points.slice(from).join('');
  const length = Math.trunc(toDouble(a.number(2)));
  return length < 1 ? undefined : points.slice(from, from + length).join('');
}

function join(a: Arguments): FeelValue | undefined {
  const parts = a.list(0).filter((item) => item !== null);
  const texts = parts.filter((item) => typeof item === 'string');
  if (texts.length < parts.length) return undefined;
  const delimiter = a.has(1) ? a.text(1) : '';
  payText(a, ...texts);
  a.pay(texts.length * (1 + (delimiter.length >> 5)));
  return texts.join(delimiter);
}

const flags = (a: Arguments, i: number): string => (a.has(i) ? a.text(i) : '');

export const stringFunctions: readonly BuiltIn[] = [
  builtIn('substring', overload('string: string, start position: number, length?: number -> string', substring)),
  builtIn(
    'string length',
    overload('string: string -> number', (a) => {
      payEach(a, a.text(0));
      return codePoints(a.text(0));
    }),
  ),
  builtIn(
    'upper case',
    overload('string: string -> string', (a) => {
      payEach(a, a.text(0));
      return a.text(0).toUpperCase();
    }),
  ),
  builtIn(
    'lower case',
    overload('string: string -> string', (a) => {
      payEach(a, a.text(0));
      return a.text(0).toLowerCase();
    }),
  ),
  builtIn(
    'trim',
    overload('string: string -> string', (a) => {
      payText(a, a.text(0));
      return a.text(0).trim();
    }),
  ),
  builtIn(
    'substring before',
    overload('string: string, match: string -> string', (a) => {
      return a.text(0).slice(0, Math.max(0, found(a)));
    }),
  ),
  builtIn(
    'substring after',
    overload('string: string, match: string -> string', (a) => {
      const at = found(a);
      return at < 0 ? '' : a.text(0).slice(at + a.text(1).length);
    }),
  ),
  builtIn(
    'contains',
    overload('string: string, match: string -> boolean', (a) => found(a) >= 0),
  ),
  builtIn(
    'starts with',
    overload('string: string, match: string -> boolean', (a) => {
      payText(a, a.text(1));
      return a.text(0).startsWith(a.text(1));
    }),
  ),
  builtIn(
    'ends with',
    overload('string: string, match: string -> boolean', (a) => {
      payText(a, a.text(1));
      return a.text(0).endsWith(a.text(1));
    }),
  ),
  builtIn(
    'matches',
    overload(
      'input: string, pattern: string, flags?: string? -> boolean?',
      (a) => matchesPattern(a.text(0), a.text(1), flags(a, 2), a.pay) ?? undefined,
    ),
  ),
  builtIn(
    'replace',
    overload(
      'input: string, pattern: string, replacement: string, flags?: string? -> string?',
      (a) => replacePattern(a.text(0), a.text(1), a.text(2), flags(a, 3), a.pay) ?? undefined,
    ),
  ),
  builtIn(
    'split',
    overload(
      'string: string, delimiter: string -> list of string?',
      (a) => splitPattern(a.text(0), a.text(1), a.pay) ?? undefined,
    ),
  ),
  builtIn('string join', overload('list: list, delimiter?: string? -> string', join)),
];
