import { describe, expect, test } from 'vitest';
import { MAX_FILE_BYTES, readTableFile, writeTableFile } from './table-file.ts';
import { readZipDirectory, writeZip } from './zip.ts';

const encoder = new TextEncoder();
const REL = '<Relationships><Relationship Id="r1" Type="x/officeDocument" Target="xl/workbook.xml"/></Relationships>';
const BOOK_REL = '<Relationships><Relationship Id="r1" Type="x/worksheet" Target="sheet.xml"/></Relationships>';
const BOOK = '<workbook><sheets><sheet name="A" r:id="r1"/></sheets></workbook>';

const book = (sheet: string | Uint8Array, more: Readonly<Record<string, string>> = {}): Promise<Uint8Array> => {
  const texts = {
    '[Content_Types].xml': '<Types/>',
    '_rels/.rels': REL,
    'xl/workbook.xml': BOOK,
    'xl/_rels/workbook.xml.rels': BOOK_REL,
    ...more,
  };
  const files = Object.entries(texts).map(([name, text]) => [name, encoder.encode(text)] as const);
  return writeZip(new Map([...files, ['xl/sheet.xml', typeof sheet === 'string' ? encoder.encode(sheet) : sheet]]));
};

const row = (cells: string): string => `<row>${cells}</row>`;
const cell = (text: string): string => `<c t="inlineStr"><is><t>${text}</t></is></c>`;
const sheetOf = (...rows: string[]): string => `<worksheet><sheetData>${rows.join('')}</sheetData></worksheet>`;
const SOUND = sheetOf(row(cell('a') + cell('b')), row(cell('x') + cell('y')));

const flipped = (bytes: Uint8Array, at: number, to: number): Uint8Array => {
  const copy = bytes.slice();
  copy[at] = to;
  return copy;
};

const hostile: readonly (readonly [string, () => Promise<Uint8Array> | Uint8Array, RegExp])[] = [
  ['50 MB of CSV', () => new Uint8Array(50_000_000).fill(0x61), /larger than 16 MB/],
  ['nothing', () => new Uint8Array(), /empty/],
  ['a million columns', () => encoder.encode('a,'.repeat(1_000_000)), /more than 256 columns/],
  ['four million rows', () => encoder.encode('a,b\n'.repeat(3_900_000)), /more than 20,100 rows/],
  ['fifteen million line ends', () => new Uint8Array(15_000_000).fill(10), /empty/],
  ['a quote that never closes', () => encoder.encode(`a,b\n"${'x'.repeat(1_000_000)}`), /opens in row 2/],
  ['a cell of 15 MB', () => encoder.encode(`a,b\n"${'x'.repeat(15_000_000)}",2`), /no decision table/],
  ['many cells', () => encoder.encode(`${'1,'.repeat(199)}2\n`.repeat(19_000)), /more than 500,000 cells/],
  ['a picture', () => Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0, 0, 13]), /no text/],
  ['an old workbook', () => Uint8Array.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1]), /\.xls/],
  ['a DMN model', () => encoder.encode('\uFEFF<?xml version="1.0"?><definitions/>'), /XML/],
  ['a bomb of 60 MB in 60 kB', () => book(new Uint8Array(60_000_000).fill(32)), /unpacks to more than 40 MB/],
  ['a million levels', () => book('<a>'.repeat(1_000_000)), /broken markup/],
  ['a tag of 10 MB', () => book(`<worksheet a="${'x'.repeat(10_000_000)}"/>`), /broken markup/],
  ['a million attributes', () => book(`<worksheet ${"a='\"' ".repeat(1_000_000)}/>`), /broken markup/],
  ['entities', () => book('<!DOCTYPE x [<!ENTITY a "b">]><worksheet>&a;</worksheet>'), /document type/],
  [
    'a cell far out',
    () => book('<worksheet><row r="1048576"><c r="XFD1"><v>1</v></c></row></worksheet>'),
    /XFD1048576/,
  ],
  ['a text that is not there', () => book(sheetOf(row(cell('a')), row('<c t="s"><v>7</v></c>'))), /refers to text 7/],
  ['macros', () => book(SOUND, { 'xl/vbaProject.bin': 'x' }), /macros/],
  [
    'two million cells',
    () => book(sheetOf(...Array.from({ length: 19_000 }, () => row('<c><v>1</v></c>'.repeat(100))))),
    /500,000/,
  ],
  ['no sheet', () => book(SOUND, { 'xl/workbook.xml': '<workbook/>' }), /no sheet/],
  ['a torn archive', async () => (await book(SOUND)).slice(0, -30), /no sound Excel workbook/],
  ['damaged data', async () => flipped(await book(SOUND), 60, 0xff), /no sound Excel workbook|broken markup/],
  ['a zip that is no workbook', () => writeZip(new Map([['a.txt', encoder.encode('a')]])), /no Excel workbook/],
];

describe('hostile and broken files are refused within two seconds, in plain words', () => {
  test.each(hostile)('%s', async (_, make, said) => {
    const bytes = await make();
    // The processor's time, so that a busy machine does not count.
    const from = process.cpuUsage();
    const reading = await readTableFile(bytes);
    const { user, system } = process.cpuUsage(from);
    if (reading.ok) throw new Error('it was read');
    expect(reading.message).toMatch(said);
    expect(reading.hint).toMatch(/\.$/);
    expect((user + system) / 1000).toBeLessThan(2000);
  });

  test('control: the same workbook without anything wrong is read', async () => {
    const reading = await readTableFile(await book(SOUND));
    expect(reading).toMatchObject({ ok: true, table: { rows: [{ when: ['"x"'], then: ['"y"'] }] } });
  });

  test('links to other workbooks are not followed, and told', async () => {
    const reading = await readTableFile(await book(SOUND, { 'xl/externalLinks/externalLink1.xml': '<x/>' }));
    if (!reading.ok) throw new Error(reading.message);
    expect(reading.report.file).toContain('Links to other workbooks are not followed.');
  });

  test('a bomb whose header claims to be small is bounded by what comes out', async () => {
    const bytes = await book(new Uint8Array(60_000_000).fill(32));
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    // Every claim of a size before packing, in the directory and in the headers, becomes 100.
    for (let at = 0; at < bytes.length - 30; at += 1) {
      const signature = view.getUint32(at, true);
      if (signature === 0x04034b50) view.setUint32(at + 22, 100, true);
      if (signature === 0x02014b50) view.setUint32(at + 24, 100, true);
    }
    expect(readZipDirectory(bytes).size).toBe(5);
    const reading = await readTableFile(bytes);
    expect(reading.ok ? '' : reading.message).toContain('more than 40 MB');
  });

  test('a table of 20,000 rows comes and goes within the bounds', async () => {
    const rows = Array.from({ length: 20_000 }, (_, r) => ({
      id: `r${r}`,
      when: [`[${r}..${r + 1})`, `"v${r % 7}"`],
      then: [`"w${r}"`, String(r / 8)],
    }));
    const inputs = [
      { id: 'a', expression: 'a', type: 'number' as const },
      { id: 'b', expression: 'b', type: 'string' as const },
    ];
    const outputs = [
      { id: 'c', name: 'c' },
      { id: 'd', name: 'd' },
    ];
    const table = { hitPolicy: 'UNIQUE' as const, inputs, outputs, rows };
    const { bytes } = await writeTableFile(table, 'xlsx', 'Large');
    expect(bytes.length).toBeLessThan(MAX_FILE_BYTES);
    expect(await readTableFile(bytes)).toMatchObject({ ok: true, table });
  });
});
