/** The cells of one worksheet of an Excel workbook. Formulas are not calculated: what they last came to is read, and told. */
import { numberText, parseNumber } from '../../feel/number.ts';
import { temporalCell } from './excel-date.ts';
import { BLANK, CellCount, columnLetters, isBlankRow, MAX_COLUMNS } from './grid.ts';
import type { SheetCell, SheetGrid, SheetRow } from './grid.ts';
import { SheetRefused } from './refused.ts';
import { scanXml, unescapeText } from './xml-scan.ts';

export interface WorkbookTexts {
  readonly strings: readonly string[];
  readonly dateStyles: readonly boolean[];
  readonly is1904: boolean;
}

export interface WorksheetReading {
  readonly grid: SheetGrid;
  /** Places of cells whose value is the last result of a formula. */
  readonly formulas: readonly string[];
  /** Cells that were merged into one, such as A3:A5: only the first holds something. */
  readonly merged: readonly string[];
  /** Rows that the spreadsheet does not show; they are read as all others. */
  readonly hidden: readonly number[];
}

interface OpenCell {
  readonly column: number;
  readonly type: string;
  readonly style: number;
  text: string;
  isFormula: boolean;
}

/** Reads a worksheet. Throws {@link SheetRefused} beyond the bounds of a table. */
export function readWorksheet(source: string, book: WorkbookTexts): WorksheetReading {
  const sheet = new WorksheetReader(book);
  scanXml(source, {
    open: (name, attribute) => sheet.open(name, attribute),
    close: (name) => sheet.close(name),
    text: (text) => sheet.text(text),
  });
  return { grid: sheet.rows, formulas: sheet.formulas, merged: sheet.merged, hidden: sheet.hidden };
}

class WorksheetReader {
  readonly rows: SheetRow[] = [];
  readonly formulas: string[] = [];
  readonly merged: string[] = [];
  readonly hidden: number[] = [];
  readonly #book: WorkbookTexts;
  readonly #count = new CellCount();
  #row = 0;
  #isHidden = false;
  #cells: SheetCell[] = [];
  #nextColumn = 0;
  #cell: OpenCell | null = null;
  #collects = false;
  #aside = 0;

  constructor(book: WorkbookTexts) {
    this.#book = book;
  }

  open(name: string, attribute: (name: string) => string | undefined): void {
    if (name === 'row') {
      this.#row = countOf(attribute('r')) ?? this.#row + 1;
      this.#isHidden = attribute('hidden') === '1' || attribute('hidden') === 'true';
      this.#cells = [];
      this.#nextColumn = 0;
    } else if (name === 'c') {
      const column = columnOf(attribute('r')) ?? this.#nextColumn;
      this.#nextColumn = column + 1;
      const [type, style] = [attribute('t') ?? 'n', Number(attribute('s') ?? '0')];
      this.#cell = { column, type, style, text: '', isFormula: false };
    } else if (name === 'mergeCell') this.merged.push(attribute('ref') ?? '');
    else if (name === 'f' && this.#cell !== null) this.#cell.isFormula = true;
    else if (name === 'rPh') this.#aside += 1;
    this.#collects = this.#cell !== null && this.#aside === 0 && (name === 'v' || name === 't');
  }

  text(text: string): void {
    if (this.#collects && this.#cell !== null) this.#cell.text += text;
  }

  close(name: string): void {
    this.#collects = false;
    if (name === 'rPh') this.#aside -= 1;
    if (name === 'c' && this.#cell !== null) {
      this.#put(this.#cell);
      this.#cell = null;
    }
    if (name === 'row') this.#endRow();
  }

  #put(open: OpenCell): void {
    const cell = this.#cellOf(open);
    const place = `${columnLetters(open.column)}${this.#row}`;
    if (open.isFormula) this.formulas.push(place);
    if (cell.kind === 'blank') return;
    if (open.column >= MAX_COLUMNS)
      throw new SheetRefused(
        `The sheet has something in ${place}, beyond ${MAX_COLUMNS} columns.`,
        'A decision table takes 100 inputs and 100 outputs: take away the columns that it does not need.',
      );
    while (this.#cells.length < open.column) this.#cells.push(BLANK);
    this.#cells[open.column] = cell;
  }

  #endRow(): void {
    if (isBlankRow(this.#cells)) return;
    this.rows.push({ number: this.#row, cells: this.#cells });
    if (this.#isHidden) this.hidden.push(this.#row);
    this.#count.addRow(this.#cells);
  }

  #cellOf({ type, text, style, isFormula }: OpenCell): SheetCell {
    switch (type) {
      case 's': {
        const shared = this.#book.strings[Number(text)];
        // Read as blank it would let everything pass.
        if (shared === undefined)
          throw new SheetRefused(
            `A cell refers to text ${text.trim()} of the workbook, which is not there.`,
            'Save the workbook again from the program that wrote it.',
          );
        return shared === '' ? BLANK : { kind: 'text', text: shared };
      }
      case 'str':
      case 'inlineStr':
        return text === '' ? BLANK : { kind: 'text', text: unescapeText(text) };
      case 'b':
        return { kind: 'boolean', text: text.trim() === '1' || text.trim() === 'true' ? 'true' : 'false' };
      case 'e':
        return { kind: 'text', text: text.trim() === '' ? '#N/A' : text.trim() };
      case 'd':
        return isoCell(text.trim());
      default:
        if (text.trim() === '') return isFormula ? { kind: 'text', text: '#N/A' } : BLANK;
        return this.#number(text.trim(), style);
    }
  }

  #number(text: string, style: number): SheetCell {
    const date = this.#book.dateStyles[style] === true ? temporalCell(Number(text), this.#book.is1904) : null;
    if (date !== null) return date;
    // A double is written with 17 digits by some programs; its shortest form is what people typed.
    const number = parseNumber(String(Number(text)));
    return number === null ? { kind: 'text', text } : { kind: 'number', text: numberText(number) };
  }
}

/** A cell of ISO 8601, which some programs write instead of a number. */
function isoCell(text: string): SheetCell {
  const match = /^(\d{4}-\d{2}-\d{2})(?:T(\d{2}:\d{2}:\d{2})(?:\.0+)?Z?)?$/.exec(text);
  if (match === null) return text === '' ? BLANK : { kind: 'text', text };
  const [, date = '', time] = match;
  return time === undefined || time === '00:00:00'
    ? { kind: 'date', text: date }
    : { kind: 'date and time', text: `${date}T${time}` };
}

const countOf = (text: string | undefined): number | null =>
  text !== undefined && /^\d{1,7}$/.test(text) ? Number(text) : null;

/** The column of a place such as AB12, counted from 0; null when there is none. */
function columnOf(place: string | undefined): number | null {
  const letters = /^([A-Z]{1,3})\d+$/.exec(place ?? '')?.[1];
  if (letters === undefined) return null;
  let column = 0;
  for (const letter of letters) column = column * 26 + letter.charCodeAt(0) - 64;
  return column - 1;
}
