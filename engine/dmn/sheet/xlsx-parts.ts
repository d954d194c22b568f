/** The parts of an Excel workbook (ECMA-376 Part 1, SpreadsheetML) that say where its sheets, texts and formats are. */
import { isDateFormat } from './excel-date.ts';
import { SheetRefused } from './refused.ts';
import { scanXml, unescapeText } from './xml-scan.ts';
import type { XmlHandler } from './xml-scan.ts';

const nothing = (): undefined => undefined;

/** Scans a part for its opening tags only. */
function eachOpen(source: string, open: XmlHandler['open']): void {
  scanXml(source, { open, close: nothing, text: nothing });
}

export interface WorkbookSheet {
  readonly name: string;
  readonly relation: string;
  readonly isHidden: boolean;
}

export interface Workbook {
  readonly sheets: readonly WorkbookSheet[];
  readonly is1904: boolean;
}

export function readWorkbook(source: string): Workbook {
  const sheets: WorkbookSheet[] = [];
  let is1904 = false;
  eachOpen(source, (name, attribute) => {
    if (name === 'workbookPr') is1904 = ['1', 'true', 'on'].includes(attribute('date1904') ?? '');
    if (name !== 'sheet') return;
    sheets.push({
      name: attribute('name') ?? '',
      relation: attribute('r:id') ?? attribute('id') ?? attribute('d3p1:id') ?? '',
      isHidden: (attribute('state') ?? 'visible') !== 'visible',
    });
  });
  return { sheets, is1904 };
}

export interface Relation {
  readonly kind: string;
  /** The path in the archive, without a leading slash. */
  readonly target: string;
}

/** Relations of a part by their ids; what lies outside of the file is left out. */
export function readRelations(source: string, folder: string): ReadonlyMap<string, Relation> {
  const relations = new Map<string, Relation>();
  eachOpen(source, (name, attribute) => {
    if (name !== 'Relationship' || attribute('TargetMode') === 'External') return;
    const target = attribute('Target') ?? '';
    const kind = (attribute('Type') ?? '').split('/').at(-1) ?? '';
    relations.set(attribute('Id') ?? '', { kind, target: resolved(folder, target) });
  });
  return relations;
}

/** A target beside a part: absolute in the archive, or relative to the part's folder. */
function resolved(folder: string, target: string): string {
  const parts = target.startsWith('/') ? [] : folder.split('/').filter((part) => part !== '');
  for (const part of target.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return parts.join('/');
}

/** The texts that cells refer to. Runs of one text are joined; how it is read aloud is left out. */
export function readSharedStrings(source: string): readonly string[] {
  const strings: string[] = [];
  let text = '';
  let [inText, aside] = [false, 0];
  scanXml(source, {
    open: (name) => {
      if (name === 'si') text = '';
      if (name === 'rPh') aside += 1;
      inText = name === 't' && aside === 0;
    },
    close: (name) => {
      if (name === 'rPh') aside -= 1;
      if (name === 'si') strings.push(unescapeText(text));
      inText = false;
    },
    text: (piece) => {
      if (inText) text += piece;
    },
  });
  return strings;
}

/** For each style of a cell, whether it shows a number as a date. */
export function readDateStyles(source: string): readonly boolean[] {
  const codes = new Map<number, string>();
  const styles: boolean[] = [];
  let inCells = false;
  scanXml(source, {
    open: (name, attribute) => {
      if (name === 'numFmt') codes.set(Number(attribute('numFmtId')), attribute('formatCode') ?? '');
      if (name === 'cellXfs') inCells = true;
      if (name !== 'xf' || !inCells) return;
      const id = Number(attribute('numFmtId') ?? '0');
      styles.push(isDateFormat(id, codes.get(id)));
    },
    close: (name) => {
      if (name === 'cellXfs') inCells = false;
    },
    text: nothing,
  });
  return styles;
}

/** Refuses a workbook with macros. `names` are the files of the archive, `types` its table of content types. */
export function refuseMacros(names: Iterable<string>, types: string): void {
  const hasProject = [...names].some((name) => /(?:^|\/)vbaProject\.bin$/i.test(name));
  if (hasProject || /macroEnabled|vbaProject/i.test(types))
    throw new SheetRefused(
      'The workbook holds macros, and those are not taken in.',
      'Save it as an Excel workbook without macros (.xlsx) and choose that file.',
    );
}
