/**
 * One mark keeps a text as it stands: a leading apostrophe, which spreadsheets know as “this is text”. It is written where
 * a cell would otherwise be read as something else, and where a spreadsheet would run it as a formula; reading takes one
 * away. So every text survives both ways and none is run.
 */

/**
 * What Excel, LibreOffice or Google Sheets take for a formula when they open a CSV file: a cell that begins with one of
 * these, unless it is a plain number or DMN's `-` alone. A tab or line end before it does not help.
 */
const RUNS = /^[\s\0]*[=+\-@＝＋－＠]/u;
const HARMLESS = /^-?(?:\d+(?:[.,]\d+)?)?$/;

export const isFormula = (text: string): boolean => RUNS.test(text) && !HARMLESS.test(text);

/** What a spreadsheet shows where a formula failed, in English and as other languages and LibreOffice write it. */
const FAILED = /^(?:#(?:N\/A|NV|NA|[\p{Lu}/0_]{3,16}[!?])|Err:\d{3})$/u;

export const isErrorText = (text: string): boolean => FAILED.test(text.trim());

export const isKept = (text: string): boolean => text.startsWith("'");

/** The text behind the mark, or the text where there is none. */
export const unkeep = (text: string): string => (isKept(text) ? text.slice(1) : text);

export const keep = (text: string): string => `'${text}`;

/**
 * A text that may be absent (a label, a note, an id) as a cell: nothing when absent, marked when it is empty or would be
 * taken for something else.
 */
export function optionalText(text: string | undefined, isTaken: (text: string) => boolean = () => false): string {
  if (text === undefined) return '';
  const marked = text.trim() === '' || isKept(text) || isFormula(text) || isErrorText(text) || isTaken(text);
  return marked ? keep(text) : text;
}

/** The text that {@link optionalText} wrote; undefined when absent. */
export const readOptionalText = (cell: string): string | undefined => (cell === '' ? undefined : unkeep(cell));
