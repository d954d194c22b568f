/** Values, times and counts as people read them, in the locale that the person chose, or the window's. */

let locale: string | undefined;

/** Locales that can be chosen; texts stay English, and dates, numbers and money are written as there. */
export const LOCALES = ['en-GB', 'en-US', 'de-DE', 'fr-FR', 'es-ES', 'it-IT', 'nl-NL', 'pl-PL', 'ja-JP'] as const;

/** From now on everything here is written as in `chosen`; null, or what is no locale, is as the window's own. */
export function setLocale(chosen: string | null): void {
  locale = chosen !== null && isLocale(chosen) ? chosen : undefined;
}

function isLocale(name: string): boolean {
  try {
    return Intl.DateTimeFormat.supportedLocalesOf(name).length > 0;
  } catch {
    return false;
  }
}

/** The sign between whole numbers and parts. */
export const decimalSign = (): string =>
  new Intl.NumberFormat(locale).formatToParts(0.5).find(({ type }) => type === 'decimal')?.value ?? '.';

/** `3,000` in English, `3.000` in German. */
export const plainNumber = (value: number): string => value.toLocaleString(locale, { maximumFractionDigits: 10 });

/** An amount of a currency by its ISO 4217 code, such as €1,234.50. */
export const money = (amount: number, currency: string): string =>
  amount.toLocaleString(locale, { style: 'currency', currency });

export const longDate = (ms: number): string => new Date(ms).toLocaleDateString(locale, { dateStyle: 'long' });

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export const exactTime = (ms: number): string =>
  new Date(ms).toLocaleString(locale, { dateStyle: 'medium', timeStyle: 'medium' });

export const clockTime = (ms: number): string =>
  new Date(ms).toLocaleTimeString(locale, { hour: '2-digit', minute: '2-digit' });

/** `2026-03-02 09:00`, as the sandbox's clock is written: its time zone is UTC. */
export const sandboxTime = (ms: number): string => new Date(ms).toISOString().slice(0, 16).replace('T', ' ');

/** “in 3 h”, “2 d ago”, “now”. */
export function fromNow(ms: number, now: number): string {
  const apart = ms - now;
  const size = Math.abs(apart);
  if (size < MINUTE) return 'now';
  const unit = size < HOUR ? MINUTE : size < 2 * DAY ? HOUR : DAY;
  const length = lengthOf(Math.round(size / unit) * unit);
  return apart > 0 ? `in ${length}` : `${length} ago`;
}

/** How long something took: `0 ms`, `340 ms`, `2.4 s`, `3 min`, `4 h`, `2 d`. */
export function lengthOf(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < MINUTE) return `${round1(ms / 1000)} s`;
  if (ms < HOUR) return `${round1(ms / MINUTE)} min`;
  if (ms < 2 * DAY) return `${round1(ms / HOUR)} h`;
  return `${round1(ms / DAY)} d`;
}

const round1 = (value: number): string => (Math.round(value * 10) / 10).toLocaleString(locale);

/** A share or weight with two places: `0.80`. */
export const twoPlaces = (value: number): string =>
  value.toLocaleString(locale, { minimumFractionDigits: 2, maximumFractionDigits: 2 });

export const percent = (share: number): string =>
  share.toLocaleString(locale, { style: 'percent', maximumFractionDigits: 0 });

/** A JSON value in one line: text without quotes, lists and objects as JSON. */
export function plainValue(value: unknown): string {
  if (value === null || value === undefined) return '–';
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return plainNumber(value);
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (Array.isArray(value) && value.every((item) => typeof item !== 'object' || item === null))
    return value.map(plainValue).join(', ');
  return JSON.stringify(value);
}

/** `2 steps`, `1 step`. */
export const counted = (count: number, one: string, many: string): string =>
  `${count.toLocaleString(locale)} ${count === 1 ? one : many}`;
