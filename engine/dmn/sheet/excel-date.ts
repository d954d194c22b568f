/**
 * Days as Excel counts them: 1 is 1 January 1900, and a 29 February 1900 that never was is counted too; or, in workbooks
 * from old Macintoshes, 0 is 1 January 1904.
 */
import { civilOf, epochDayOf } from '../../feel/calendar.ts';
import type { SheetCell } from './grid.ts';

const DAY_ZERO = epochDayOf(1899, 12, 30);
const DAY_ZERO_1904 = epochDayOf(1904, 1, 1);
/** The first day from which on the count is right. */
const MARCH_1900 = 61;
const LAST = epochDayOf(9999, 12, 31) - DAY_ZERO;
const SECONDS = 86_400;

const two = (number: number): string => String(number).padStart(2, '0');

/** The count of a day from 1 March 1900 on. */
export function serialOf(isoDate: string): number {
  const [year = 0, month = 0, day = 0] = isoDate.split('-').map(Number);
  return epochDayOf(year, month, day) - DAY_ZERO;
}

/** The date or time that a number stands for, to the second; null when Excel has none for it. */
export function temporalCell(serial: number, is1904: boolean): SheetCell | null {
  if (!Number.isFinite(serial) || serial < 0) return null;
  const total = Math.round(serial * SECONDS);
  const [days, second] = [Math.floor(total / SECONDS), total % SECONDS];
  const time = `${two(Math.floor(second / 3600))}:${two(Math.floor(second / 60) % 60)}:${two(second % 60)}`;
  if (days === 0 && !is1904) return { kind: 'time', text: time };
  const shifted = is1904 || days >= MARCH_1900 ? days : days + 1;
  if (days > LAST) return null;
  const { year, month, day } = civilOf((is1904 ? DAY_ZERO_1904 : DAY_ZERO) + shifted);
  const date = `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}`;
  return second === 0 ? { kind: 'date', text: date } : { kind: 'date and time', text: `${date}T${time}` };
}

/** The built-in formats of numbers that show dates or times (ECMA-376 Part 1, 18.8.30, with those of East Asia). */
const isBuiltInDate = (id: number): boolean =>
  (id >= 14 && id <= 22) || (id >= 27 && id <= 36) || (id >= 45 && id <= 47) || (id >= 50 && id <= 58);

/** Whether a format shows a number as a date or time: elapsed time such as `[h]:mm` is a length, not a time. */
export function isDateFormat(id: number, code: string | undefined): boolean {
  if (code === undefined) return isBuiltInDate(id);
  const [first = ''] = code.split(';');
  if (/\[(?:h+|m+|s+)\]/i.test(first)) return false;
  const bare = first.replaceAll(/"[^"]*"|\\.|_.|\*.|\[[^\]]*\]/g, '').replaceAll(/general/gi, '');
  return /[dmyhs]/i.test(bare);
}
