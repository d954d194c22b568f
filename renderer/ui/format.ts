import { words } from '../words/index.ts';
import { onePlace, plainNumber } from './numbers.ts';

/** Values and lengths of time as people read them: numbers in their locale, words in their language. */

export {
  clockTime,
  counted,
  dayAndTime,
  decimalSign,
  exactTime,
  LOCALES,
  longDate,
  money,
  percent,
  percentSign,
  plainNumber,
  preciseSandboxTime,
  preciseTime,
  sandboxTime,
  setLocale,
  shortDay,
  twoPlaces,
} from './numbers.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** “in 3 h”, “2 d ago”, “now”. */
export function fromNow(ms: number, now: number): string {
  const apart = ms - now;
  const size = Math.abs(apart);
  const said = words().values;
  if (size < MINUTE) return said.now;
  const unit = size < HOUR ? MINUTE : size < 2 * DAY ? HOUR : DAY;
  const length = lengthOf(Math.round(size / unit) * unit);
  return apart > 0 ? said.ahead(length) : said.ago(length);
}

/** How long something took: `0 ms`, `340 ms`, `2.4 s`, `3 min`, `4 h`, `2 d`. */
export function lengthOf(ms: number): string {
  const unit = words().values.units;
  if (ms < 1000) return `${Math.round(ms)} ${unit.ms}`;
  if (ms < MINUTE) return `${onePlace(ms / 1000)} ${unit.s}`;
  if (ms < HOUR) return `${onePlace(ms / MINUTE)} ${unit.min}`;
  if (ms < 2 * DAY) return `${onePlace(ms / HOUR)} ${unit.h}`;
  return `${onePlace(ms / DAY)} ${unit.d}`;
}

/** Marks that turn the direction of whatever stands behind them. */
const TURNS = /[\u202A-\u202E\u2066-\u2069]/g;

/**
 * A text of unknown origin, to be decided by: marks that would turn round what stands behind them are shown instead, as
 * `[U+202E]`, so that an amount or a name is read in the order in which it is signed.
 */
export const inOrder = (text: string): string =>
  text.replace(TURNS, (mark) => `[U+${(mark.codePointAt(0) ?? 0).toString(16).toUpperCase()}]`);

const DIGEST = /\b([0-9a-f]{12})[0-9a-f]{52}\b/g;

/** Digests in a sentence by their beginnings, which tell two apart; the whole text belongs behind it. */
export const shortDigests = (text: string): string => text.replace(DIGEST, '$1…');

/** A JSON value in one line: text without quotes, lists and objects as JSON. */
export function plainValue(value: unknown): string {
  if (value === null || value === undefined) return '–';
  if (typeof value === 'string') return value === '' ? words().values.emptyText : inOrder(value);
  if (typeof value === 'number') return plainNumber(value);
  if (typeof value === 'boolean') return value ? words().values.yes : words().values.no;
  if (Array.isArray(value) && value.every((item) => typeof item !== 'object' || item === null))
    return value.length === 0 ? words().values.emptyList : value.map(plainValue).join(', ');
  if (typeof value === 'object' && Object.keys(value).length === 0) return words().values.emptyRecord;
  return inOrder(JSON.stringify(value));
}
