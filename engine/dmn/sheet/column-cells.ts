/**
 * The cells of one column, from a sheet and to it. Writing asks reading: a cell is written plainly when reading gives
 * exactly it again, and marked to be taken as it stands when not.
 */
import { civilOf, epochDayOf } from '../../feel/calendar.ts';
import { numberText, parseNumber } from '../../feel/number.ts';
import type { FeelCheck } from './feel-check.ts';
import { keep, isFormula, isKept } from './escape.ts';
import type { SheetCell } from './grid.ts';
import { BLANK, cellText } from './grid.ts';
import { isNumeric, toDecimalComma } from './number-notation.ts';
import { readCell } from './read-cell.ts';
import type { CellContext, CellReading } from './read-cell.ts';
import type { ColumnType, Side } from './column-type.ts';

export interface ColumnReader {
  readonly side: Side;
  readonly type: ColumnType;
  readonly feel: FeelCheck;
  readonly values: readonly string[];
  readonly marked: boolean;
  /** Whether the file's numbers have decimal commas. */
  readonly commas: boolean;
}

/** Reads the cells of a column. Commas part decimals only where the column is of numbers, declared or seen. */
export function readColumn(cells: readonly SheetCell[], reader: ColumnReader): readonly CellReading[] {
  const context: CellContext = { ...reader, decimalComma: reader.commas && isOfNumbers(cells, reader) };
  const seen = new Map<string, CellReading>();
  return cells.map((cell) => {
    if (cell.kind !== 'text') return readCell(cell, context);
    const before = seen.get(cell.text);
    if (before !== undefined) return before;
    const reading = readCell(cell, context);
    seen.set(cell.text, reading);
    return reading;
  });
}

const SAYS_NOTHING = /^\s*-?\s*$/;

/** Declared a column of numbers; or nothing is declared and every cell that says something is one. */
function isOfNumbers(cells: readonly SheetCell[], { type, marked }: ColumnReader): boolean {
  if (type !== 'any') return type === 'number';
  const saying = cells.filter((cell) => !SAYS_NOTHING.test(cellText(cell)) && !(marked && isKept(cellText(cell))));
  return saying.length > 0 && saying.every((cell) => cell.kind === 'number' || isNumeric(cellText(cell)));
}

export interface ColumnWriter {
  /** Without a scope: what it does not know is marked to be taken as it stands. */
  readonly feel: FeelCheck;
  readonly side: Side;
  readonly type: ColumnType;
  readonly values: readonly string[];
  /** Typed cells for Excel; texts for CSV, where nothing may be run as a formula. */
  readonly form: 'typed' | 'texts';
  readonly commas: boolean;
}

/** The cells of a column as a sheet that we wrote holds them; {@link readColumn} gives them again. */
export function writeColumn(cells: readonly string[], writer: ColumnWriter): readonly SheetCell[] {
  const reader: ColumnReader = { ...writer, marked: true };
  const plain = cells.map((text): SheetCell => (text === '' ? BLANK : { kind: 'text', text }));
  const commas = writer.commas && isOfNumbers(plain, { ...reader, marked: false });
  const context: CellContext = { ...reader, decimalComma: commas };
  const seen = new Map<string, SheetCell>();
  const written = cells.map((text) => {
    const cell = seen.get(text) ?? writeCell(text, writer, context);
    seen.set(text, cell);
    return cell;
  });
  if (isOfNumbers(written, reader) === commas || !writer.commas) return written;
  // Reading would take the column for another kind than writing did: what a comma or point could change is marked.
  return cells.map((text, i) => (/\d/.test(text) ? { kind: 'text', text: keep(text) } : (written[i] ?? BLANK)));
}

function writeCell(text: string, { form }: ColumnWriter, context: CellContext): SheetCell {
  if (text === '') return BLANK;
  const candidates: SheetCell[] = [];
  const typed = form === 'typed' ? typedCell(text) : null;
  if (typed !== null) candidates.push(typed);
  if (context.decimalComma) candidates.push({ kind: 'text', text: toDecimalComma(text) });
  candidates.push({ kind: 'text', text });
  const safe = (cell: SheetCell): boolean => form === 'typed' || !isFormula(cellText(cell));
  return (
    candidates.find((cell) => safe(cell) && isFaithful(readCell(cell, context), text)) ?? {
      kind: 'text',
      text: keep(text),
    }
  );
}

const isFaithful = (reading: CellReading, text: string): boolean =>
  reading.text === text && reading.told !== 'error' && reading.told !== 'doubt';

/** Excel keeps 15 digits; its calendar is sound from March 1900. */
const EXCEL_DIGITS = 15;
const FIRST_DAY = epochDayOf(1900, 3, 1);
const LAST_DAY = epochDayOf(9999, 12, 31);
const DATE = /^date\("(\d{4})-(\d{2})-(\d{2})"\)$/;

/** The cell of Excel's own type that says a text, where there is one. */
function typedCell(text: string): SheetCell | null {
  if (text === 'true' || text === 'false') return { kind: 'boolean', text };
  const date = DATE.exec(text);
  if (date !== null) {
    const [year, month, day] = [Number(date[1]), Number(date[2]), Number(date[3])];
    const at = epochDayOf(year, month, day);
    const civil = civilOf(at);
    const isDay = civil.year === year && civil.month === month && civil.day === day;
    return isDay && at >= FIRST_DAY && at <= LAST_DAY
      ? { kind: 'date', text: `${date[1]}-${date[2]}-${date[3]}` }
      : null;
  }
  if (text.length > EXCEL_DIGITS || !/^-?\d+(?:\.\d+)?$/.test(text)) return null;
  const number = parseNumber(text);
  return number !== null && numberText(number) === text ? { kind: 'number', text } : null;
}
