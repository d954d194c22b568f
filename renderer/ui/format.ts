/** Values, times and counts as people read them, in the locale of the window. */

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export const exactTime = (ms: number): string =>
  new Date(ms).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'medium' });

export const clockTime = (ms: number): string =>
  new Date(ms).toLocaleTimeString(undefined, { hour: '2-digit', minute: '2-digit' });

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

const round1 = (value: number): string => (Math.round(value * 10) / 10).toLocaleString();

export const percent = (share: number): string =>
  share.toLocaleString(undefined, { style: 'percent', maximumFractionDigits: 0 });

/** A JSON value in one line: text without quotes, lists and objects as JSON. */
export function plainValue(value: unknown): string {
  if (value === null || value === undefined) return '–';
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return value.toLocaleString(undefined, { maximumFractionDigits: 10 });
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (Array.isArray(value) && value.every((item) => typeof item !== 'object' || item === null))
    return value.map(plainValue).join(', ');
  return JSON.stringify(value);
}

/** `2 steps`, `1 step`. */
export const counted = (count: number, one: string, many: string): string =>
  `${count.toLocaleString()} ${count === 1 ? one : many}`;
