/** Numbers and times in the locale that the person chose, or the window's. They hold no words of a language. */

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

export const exactTime = (ms: number): string =>
  new Date(ms).toLocaleString(locale, { dateStyle: 'medium', timeStyle: 'medium' });

/** To the millisecond: `2 Mar 2026, 09:00:03.250`. */
export const preciseTime = (ms: number): string =>
  new Date(ms).toLocaleString(locale, {
    year: 'numeric',
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    fractionalSecondDigits: 3,
  });

export const clockTime = (ms: number): string =>
  new Date(ms).toLocaleTimeString(locale, { hour: '2-digit', minute: '2-digit' });

/** `Mon 2 Mar`. */
export const shortDay = (ms: number): string =>
  new Date(ms).toLocaleDateString(locale, { weekday: 'short', day: 'numeric', month: 'short' });

/** `Mon 14:05`: within a week that says which. */
export const dayAndTime = (ms: number): string =>
  new Date(ms).toLocaleString(locale, { weekday: 'short', hour: '2-digit', minute: '2-digit' });

/** `2026-03-02 09:00`, as the sandbox's clock is written: its time zone is UTC. */
export const sandboxTime = (ms: number): string => new Date(ms).toISOString().slice(0, 16).replace('T', ' ');

/** The same to the millisecond: `2026-03-02 09:00:03.250`. */
export const preciseSandboxTime = (ms: number): string => new Date(ms).toISOString().slice(0, 23).replace('T', ' ');

/** A share or weight with two places: `0.80`. */
export const twoPlaces = (value: number): string =>
  value.toLocaleString(locale, { minimumFractionDigits: 2, maximumFractionDigits: 2 });

export const percent = (share: number): string =>
  share.toLocaleString(locale, { style: 'percent', maximumFractionDigits: 0 });

/** What stands behind a number of hundredths: `%` in English, ` %` in German. */
export const percentSign = (): string =>
  new Intl.NumberFormat(locale, { style: 'percent' })
    .formatToParts(1)
    .flatMap(({ type, value }) => (type === 'percentSign' || type === 'literal' ? [value] : []))
    .join('');

/** One place at most: `2.4`. */
export const onePlace = (value: number): string => (Math.round(value * 10) / 10).toLocaleString(locale);

/** `2 steps`, `1 step`. */
export const counted = (count: number, one: string, many: string): string =>
  `${count.toLocaleString(locale)} ${count === 1 ? one : many}`;
