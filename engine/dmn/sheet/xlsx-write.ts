/** The files of a workbook of one sheet (ECMA-376 Part 1). Texts stand in their cells, so nothing is run and none is cut. */
import { serialOf } from './excel-date.ts';
import { cellText, columnLetters, placeOf } from './grid.ts';
import type { SheetCell } from './grid.ts';
import { HEAD } from './head.ts';
import type { WrittenSheet } from './write-sheet.ts';
import { attributeText, markupText } from './xml-scan.ts';

const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const RELATIONS = 'http://schemas.openxmlformats.org/package/2006/relationships';
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const TYPES = 'http://schemas.openxmlformats.org/package/2006/content-types';
const SPREADSHEET = 'application/vnd.openxmlformats-officedocument.spreadsheetml';
const XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';

export function workbookFiles(sheet: WrittenSheet, name: string): ReadonlyMap<string, string> {
  return new Map([
    ['[Content_Types].xml', contentTypes()],
    ['_rels/.rels', relations([['officeDocument', 'xl/workbook.xml']])],
    ['xl/workbook.xml', workbook(sheetTitle(name))],
    [
      'xl/_rels/workbook.xml.rels',
      relations([
        ['worksheet', 'worksheets/sheet1.xml'],
        ['styles', 'styles.xml'],
      ]),
    ],
    ['xl/styles.xml', styles()],
    ['xl/worksheets/sheet1.xml', worksheet(sheet)],
  ]);
}

/** Excel takes at most 31 characters and none of these, and no apostrophe at the ends. */
export function sheetTitle(name: string): string {
  const title = name
    .replaceAll(/[\\/?*[\]:\p{Cc}\p{Cs}]/gu, ' ')
    .replaceAll(/\s+/g, ' ')
    .slice(0, 31)
    .replaceAll(/^[\s']+|[\s'\uD800-\uDBFF]+$/g, '');
  return title === '' || title.toLowerCase() === 'history' ? 'Decision table' : title;
}

function contentTypes(): string {
  const parts = [
    ['/xl/workbook.xml', 'sheet.main'],
    ['/xl/worksheets/sheet1.xml', 'worksheet'],
    ['/xl/styles.xml', 'styles'],
  ].map(([path, type]) => `<Override PartName="${path}" ContentType="${SPREADSHEET}.${type}+xml"/>`);
  return (
    `${XML}<Types xmlns="${TYPES}">` +
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>' +
    `<Default Extension="xml" ContentType="application/xml"/>${parts.join('')}</Types>`
  );
}

const relations = (targets: readonly (readonly [string, string])[]): string =>
  `${XML}<Relationships xmlns="${RELATIONS}">${targets
    .map(([kind, target], i) => `<Relationship Id="rId${i + 1}" Type="${OFFICE}/${kind}" Target="${target}"/>`)
    .join('')}</Relationships>`;

const workbook = (title: string): string =>
  `${XML}<workbook xmlns="${MAIN}" xmlns:r="${OFFICE}"><sheets>` +
  `<sheet name="${attributeText(title)}" sheetId="1" r:id="rId1"/></sheets></workbook>`;

/** The styles of cells, by their place in the list below. */
const STYLE = { text: 0, heading: 1, head: 2, date: 3 } as const;
const DATE_FORMAT = 164;

function styles(): string {
  const font = (inner: string): string =>
    `<font>${inner}<sz val="11"/><color rgb="FF1F2933"/><name val="Calibri"/></font>`;
  const fill = (inner: string): string => `<fill><patternFill ${inner}</patternFill></fill>`;
  const border = '<border><left/><right/><top/><bottom/><diagonal/></border>';
  const cell = (numFmt: number, fontId: number, fillId: number): string =>
    `<xf numFmtId="${numFmt}" fontId="${fontId}" fillId="${fillId}" borderId="0" xfId="0" applyNumberFormat="1" ` +
    'applyFont="1" applyFill="1" applyAlignment="1"><alignment vertical="top" wrapText="1"/></xf>';
  return (
    `${XML}<styleSheet xmlns="${MAIN}">` +
    `<numFmts count="1"><numFmt numFmtId="${DATE_FORMAT}" formatCode="yyyy\\-mm\\-dd"/></numFmts>` +
    `<fonts count="2">${font('')}${font('<b/>')}</fonts>` +
    `<fills count="3">${fill('patternType="none">')}${fill('patternType="gray125">')}${fill(
      'patternType="solid"><fgColor rgb="FFEDF0F4"/><bgColor indexed="64"/>',
    )}</fills>` +
    `<borders count="1">${border}</borders>` +
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>' +
    `<cellXfs count="4">${cell(0, 0, 0)}${cell(0, 1, 2)}${cell(0, 0, 2)}${cell(DATE_FORMAT, 0, 0)}</cellXfs>` +
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
  );
}

function worksheet({ rows, head }: WrittenSheet): string {
  const width = rows.reduce((most, cells) => Math.max(most, cells.length), 1);
  const columns = Array.from({ length: width }, (_, i) => {
    const wide = columnWidth(rows.map((cells) => cells[i]));
    return `<col min="${i + 1}" max="${i + 1}" width="${wide}" customWidth="1"/>`;
  });
  const first = `B${head.rows + 1}`;
  return (
    `${XML}<worksheet xmlns="${MAIN}"><dimension ref="A1:${columnLetters(width - 1)}${rows.length}"/>` +
    `<sheetViews><sheetView workbookViewId="0"><pane xSplit="1" ySplit="${head.rows}" topLeftCell="${first}" ` +
    `activePane="bottomRight" state="frozen"/><selection pane="bottomRight" activeCell="${first}" sqref="${first}"/>` +
    `</sheetView></sheetViews><cols>${columns.join('')}</cols><sheetData>` +
    `${rows.map((cells, r) => rowMarkup(cells, r, head)).join('')}</sheetData></worksheet>`
  );
}

/** As wide as the longest line of what is shown, within what is comfortable. */
function columnWidth(cells: readonly (SheetCell | undefined)[]): number {
  let longest = 0;
  for (const cell of cells) {
    const text = cellText(cell);
    const line = text.length > 60 ? 60 : Math.max(...text.split('\n').map(({ length }) => length));
    longest = Math.max(longest, line);
  }
  return Math.min(Math.max(longest + 3, 10), 48);
}

function rowMarkup(cells: readonly SheetCell[], r: number, head: WrittenSheet['head']): string {
  // The ids of columns are for the machine: they are there and out of sight.
  const hidden = r === head.idRow && cellText(cells[0]) === HEAD.id ? ' hidden="1"' : '';
  const style = r === 0 ? STYLE.heading : r < head.rows ? STYLE.head : STYLE.text;
  return `<row r="${r + 1}"${hidden}>${cells.map((cell, c) => cellMarkup(cell, placeOf(c, r + 1), style)).join('')}</row>`;
}

function cellMarkup(cell: SheetCell, place: string, style: number): string {
  switch (cell.kind) {
    case 'blank':
      return style === STYLE.text ? '' : `<c r="${place}" s="${style}"/>`;
    case 'number':
      return `<c r="${place}" s="${style}"><v>${cell.text}</v></c>`;
    case 'boolean':
      return `<c r="${place}" s="${style}" t="b"><v>${cell.text === 'true' ? 1 : 0}</v></c>`;
    case 'date':
      return `<c r="${place}" s="${STYLE.date}"><v>${serialOf(cell.text)}</v></c>`;
    default:
      return `<c r="${place}" s="${style}" t="inlineStr"><is><t xml:space="preserve">${markupText(cell.text)}</t></is></c>`;
  }
}
