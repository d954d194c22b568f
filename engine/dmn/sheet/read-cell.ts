/** What one cell of a sheet says in FEEL, by the type of its column. Everything that is not taken as it stands is told. */
import { stringLiteral } from '../../feel/format.ts';
import { daysInMonth } from '../../feel/calendar.ts';
import { allowedValue } from '../column-type.ts';
import type { ColumnType, Side } from './column-type.ts';
import type { FeelCheck } from './feel-check.ts';
import { isErrorText, isKept, unkeep } from './escape.ts';
import type { SheetCell } from './grid.ts';
import { fromDecimalComma, hasTightComma } from './number-notation.ts';

export interface CellContext {
  readonly side: Side;
  readonly type: ColumnType;
  /** Knows what formulas may speak of: nothing when a table is written. */
  readonly feel: FeelCheck;
  /** Whether a comma parts the decimals: in the numbers of this column of this file. */
  readonly decimalComma: boolean;
  /** Texts that the column may hold. */
  readonly values: readonly string[];
  /** Whether a leading apostrophe always stands for “as it is”, as in sheets that we wrote. */
  readonly marked: boolean;
}

/** Why a cell was read as something else, why it is doubtful, or that it holds the error of a formula. */
export type Told = 'number' | 'text' | 'truth' | 'date' | 'kept' | 'doubt' | 'not feel' | 'name' | 'error';

export interface CellReading {
  /** FEEL. */
  readonly text: string;
  readonly told: Told | null;
  /** More about what is doubtful. */
  readonly doubt: string | null;
}

const said = (text: string, told: Told | null = null, doubt: string | null = null): CellReading => ({
  text,
  told,
  doubt,
});

export function readCell(cell: SheetCell, context: CellContext): CellReading {
  switch (cell.kind) {
    case 'blank':
      return said('');
    case 'number':
    case 'boolean':
      return context.type === 'string' ? said(stringLiteral(cell.text), 'text') : said(cell.text);
    case 'date':
    case 'date and time':
    case 'time':
      return said(`${cell.kind}(${stringLiteral(cell.text)})`);
    case 'text':
      return readText(cell.text, context);
  }
}

const BLANK = /^\s*-?\s*$/;
/** An apostrophe before what a spreadsheet would run: people know it, and put it in sheets of their own. */
const KEPT_FORMULA = /^'[=+\-@']/;

function readText(text: string, context: CellContext): CellReading {
  if (context.marked && isKept(text)) return said(unkeep(text));
  if (BLANK.test(text)) return said(text);
  if (isErrorText(text)) return said(text, 'error');
  if (!context.marked && KEPT_FORMULA.test(text)) {
    const inner = readText(unkeep(text), context);
    return inner.told === null ? said(inner.text, 'kept') : inner;
  }
  switch (context.type) {
    case 'number':
      return readNumber(text, context);
    case 'string':
      return readWord(text, context);
    case 'boolean':
      return readTruth(text, context);
    case 'date':
      return readDate(text, context);
    default:
      return readAny(text, context);
  }
}

const known = (text: string, { side, type, feel }: CellContext): boolean => feel.isFeel(text, side, type);

/** As it stands, and told when FEEL makes nothing of it. */
function asIs(text: string, context: CellContext): CellReading {
  if (!known(text, context)) return said(text, 'not feel');
  const meant = DOUBTS.find(([pattern]) => pattern.test(text))?.[1];
  if (meant !== undefined) return said(text, 'doubt', meant);
  return context.side === 'when' && context.type !== 'string' && hasTightComma(text)
    ? said(
        text,
        'doubt',
        'a comma without a space, which parts two tests in FEEL: write a decimal point if it is one number.',
      )
    : said(text);
}

function readNumber(text: string, context: CellContext): CellReading {
  if (!context.decimalComma) return asIs(text, context);
  const read = fromDecimalComma(text);
  if (read.doubt !== null) return said(read.text, 'doubt', read.doubt);
  if (read.text === text) return asIs(text, context);
  if (!known(read.text, context)) return said(text, 'not feel');
  const meant = DOUBTS.find(([pattern]) => pattern.test(read.text))?.[1];
  return meant === undefined ? said(read.text, 'number') : said(read.text, 'doubt', meant);
}

function readWord(text: string, context: CellContext): CellReading {
  if (known(text, context)) {
    const isName = /^[\p{L}\p{N}_ ]+$/u.test(text) && text !== 'null';
    return isName
      ? said(text, 'name', 'a word that is a field as well: it is read as the field, and the word stands in quotes.')
      : said(text);
  }
  const parts = context.side === 'when' ? text.split(',').map((part) => part.trim()) : [];
  const listed = new Set(context.values.map((value) => allowedValue(value, 'string')));
  if (parts.length > 1 && parts.every((part) => listed.has(part)))
    return said(parts.map((part) => stringLiteral(part)).join(', '), 'text');
  return said(stringLiteral(text), 'text');
}

/** What Excel writes for true and false in a CSV file, by the language it speaks. */
const TRUE = new Set(['true', 'wahr', 'vrai', 'vero', 'verdadero', 'verdadeiro', 'waar', 'prawda', 'sant', 'tosi']);
const FALSE = new Set(['false', 'falsch', 'faux', 'falso', 'onwaar', 'fałsz', 'falskt', 'epätosi']);

function readTruth(text: string, context: CellContext): CellReading {
  const word = text.trim().toLowerCase();
  if (word !== text && (word === 'true' || word === 'false')) return said(word, 'truth');
  if (known(text, context)) return said(text);
  if (TRUE.has(word)) return said('true', 'truth');
  if (FALSE.has(word)) return said('false', 'truth');
  return asIs(text, context);
}

const ISO_DATE = /^\s*(\d{4})-(\d{2})-(\d{2})\s*$/;
/** Day, month, year: with dots nobody means anything else. */
const DOTTED_DATE = /^\s*(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})\s*$/;
const SLASHED_DATE = /^\s*\d{1,4}\/\d{1,2}\/\d{1,4}\s*$/;

/** What people mean by it is no calculation, and no number; FEEL reads it as one all the same. */
const DOUBTS: readonly (readonly [RegExp, string])[] = [
  [ISO_DATE, 'a day that FEEL takes for a subtraction: write date("2026-03-02").'],
  [SLASHED_DATE, 'a day with slashes that FEEL takes for a division: write date("2026-03-02").'],
  [/^\s*\d+(?:\.\d+)?\s*-\s*\d+(?:\.\d+)?\s*$/, 'a subtraction: write [1..5] if it is from one number to another.'],
  [/^\s*0\d+\s*$/, 'a number that begins with 0: write it in quotes if it is a code.'],
];

/** A date that somebody typed, as `2026-03-02`; null when it is none or no such day exists. */
export function typedDate(text: string): string | null {
  const iso = ISO_DATE.exec(text);
  const dotted = iso === null ? DOTTED_DATE.exec(text) : null;
  const [year, month, day] =
    iso !== null ? [iso[1], iso[2], iso[3]] : dotted !== null ? [dotted[3], dotted[2], dotted[1]] : [];
  if (year === undefined || month === undefined || day === undefined) return null;
  const [y, m, d] = [Number(year), Number(month), Number(day)];
  if (m < 1 || m > 12 || d < 1 || d > daysInMonth(y, m)) return null;
  return `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
}

const dateLiteral = (date: string): string => `date(${stringLiteral(date)})`;

function readDate(text: string, context: CellContext): CellReading {
  const date = typedDate(text);
  if (date !== null) return said(dateLiteral(date), 'date');
  if (SLASHED_DATE.test(text))
    return said(
      text,
      'doubt',
      'a day with slashes, which may begin with the day or the month: write date("2026-03-02").',
    );
  return asIs(text, context);
}

/**
 * A column that declares nothing: numbers where its file has decimal commas, truth values as Excel writes them, and days
 * in ISO 8601, which FEEL would take for a subtraction.
 */
function readAny(text: string, context: CellContext): CellReading {
  const date = ISO_DATE.test(text) ? typedDate(text) : null;
  if (date !== null) return said(dateLiteral(date), 'date');
  if (text === 'TRUE' || text === 'FALSE') return said(text.toLowerCase(), 'truth');
  return context.decimalComma ? readNumber(text, context) : asIs(text, context);
}
