/**
 * Numbers as people in Europe type them (`0,5`, `1.234,56`, `1 234,56`) in FEEL's notation, and back. What can be read in
 * two ways is not touched: it is told.
 */

/** Digits with what may part them; spaces part groups of three only. */
const RUN = /\d{1,3}(?:[ \u00A0\u202F]\d{3})+(?:,\d+)?(?![\d,.])|\d+(?:[.,]\d+)*/g;

/** A longer text is no cell of numbers that somebody typed; it is left alone. */
const LONGEST = 500;

export interface Renotated {
  readonly text: string;
  /** Why something was left as it is; null when nothing is doubtful. */
  readonly doubt: string | null;
}

/** A cell of a column of numbers, from a file with decimal commas. Texts in quotes are left alone. */
export function fromDecimalComma(text: string): Renotated {
  if (text.includes('"') || text.length > LONGEST) return { text, doubt: null };
  let doubt: string | null = null;
  const read = text.replaceAll(RUN, (run) => {
    const number = numberOf(run);
    if (number !== null) return number;
    doubt ??= /^\d+(?:,\d+)+$/.test(run)
      ? 'numbers with several commas, which may be a list.'
      : 'a point that may part thousands or decimals, taken for decimals.';
    return run;
  });
  return { text: read, doubt };
}

/** A run of digits in FEEL's notation; null when it can be read in two ways. */
function numberOf(run: string): string | null {
  if (/^\d+$/.test(run)) return run;
  if (/^\d+,\d+$/.test(run)) return run.replace(',', '.');
  if (/^\d{1,3}(?:[ \u00A0\u202F]\d{3})+(?:,\d+)?$/.test(run)) return run.replaceAll(/[^\d,]/g, '').replace(',', '.');
  if (/^\d{1,3}(?:\.\d{3})+,\d+$/.test(run)) return run.replaceAll('.', '').replace(',', '.');
  if (/^\d{1,3}(?:\.\d{3}){2,}$/.test(run)) return run.replaceAll('.', '');
  if (/^\d+\.\d+$/.test(run)) return /^[1-9]\d{0,2}\.\d{3}$/.test(run) ? null : run;
  return null;
}

/** The same cell for a file with decimal commas; the caller reads it back to see whether it says the same. */
export const toDecimalComma = (text: string): string =>
  text.includes('"') || text.length > LONGEST ? text : text.replaceAll(/(\d)\.(\d)/g, '$1,$2');

/** Digits on both sides of a comma with no space: a list of two numbers for FEEL, one number for many people. */
export const hasTightComma = (text: string): boolean => !text.includes('"') && /\d,\d/.test(text);

/** What is left of a cell when each number in it is written 0: tests of numbers and nothing else. */
const SKELETON =
  /^(?:not\()?(?:(?:<=|>=|!=|[<>=])?-?0|[[\](]-?0\.\.-?0[\])[])(?:,(?:(?:<=|>=|!=|[<>=])?-?0|[[\](]-?0\.\.-?0[\])[]))*\)?$/;

/** A number, or tests of one, in either notation. */
export const isNumeric = (text: string): boolean =>
  text.length <= LONGEST && SKELETON.test(text.replaceAll(RUN, '0').replaceAll(/\s/g, ''));
