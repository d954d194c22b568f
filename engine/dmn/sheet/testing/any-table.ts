/** Decision tables with nasty texts, for the laws of exchange. */
import { array, constantFrom, double, integer, nat, oneof, option, record, string, tuple } from 'fast-check';
import type { Arbitrary } from 'fast-check';
import { AGGREGATIONS, HIT_POLICIES } from '../../hit-policy.ts';
import { COLUMN_TYPES } from '../../table-document.ts';
import type { DecisionTable } from '../../table-document.ts';

/** Texts that a sheet, a CSV file, a spreadsheet or FEEL could take for something else. */
const NASTY: readonly string[] = [
  '',
  ' ',
  '-',
  ' - ',
  '--',
  "'",
  "''",
  "'-",
  '"',
  '""',
  '""""',
  '"a"',
  '"a, b"',
  '"a", "b"',
  '"a"";b"',
  '-5',
  '+5',
  '=1+1',
  "=cmd|' /C calc'!A0",
  '@SUM(A1)',
  '\t=1',
  '＝1',
  '-1+2',
  '+',
  '0,5',
  '0.5',
  '1.234',
  '1,234',
  '1.234,56',
  '1,234.56',
  '1 234,5',
  '1,2,3',
  '1, 2',
  '[0..1]',
  '[0,5..1,5]',
  '> 0.5',
  '< 1,5',
  'not(1,5)',
  '00123',
  '1e5',
  '-0',
  '0.10',
  '9007199254740993',
  '123456789012345678',
  '0.1234567890123456',
  'true',
  'TRUE',
  'wahr',
  'gold',
  'null',
  'Baden-Württemberg',
  'a;b',
  'a,b',
  'a\tb',
  'a\nb',
  'a\r\nb',
  'a\rb',
  '\n',
  '\r',
  'sep=;',
  'Type',
  'column is',
  'Hit policy: FIRST',
  'Values',
  '#REF!',
  '#BEZUG!',
  '#N/A',
  '#hash',
  '2026-03-02',
  '02.03.2026',
  '3/4/2026',
  'date("2026-03-02")',
  'date("2026-02-30")',
  'date("1900-02-28")',
  'date("1900-03-01")',
  'date("9999-12-31")',
  'date and time("2026-03-02T10:00:00")',
  'starts with(?, "x")',
  'amount * 0.1',
  'x.y',
  '€',
  'ÄÖÜß',
  '“”',
  '\u0081',
  '\uFEFF',
  '\u00A0',
  '\u2028',
  '_x0041_',
  '_x005F_',
  '<b>&amp;</b>',
  ']]>',
  '\\',
  '\\n',
  '{a: 1}',
  '0',
  '1',
  'é',
];

const nasty = constantFrom(...NASTY);

/** Texts without half surrogates and NUL, which no text file holds. */
const text = (exotic: boolean): Arbitrary<string> =>
  oneof(
    { weight: 5, arbitrary: nasty },
    { weight: 1, arbitrary: array(nasty, { maxLength: 3 }).map((parts) => parts.join('')) },
    { weight: 1, arbitrary: string({ maxLength: 8 }).filter((one) => !one.includes('\0')) },
    ...(exotic
      ? [{ weight: 1, arbitrary: string({ unit: 'grapheme', maxLength: 6 }).filter((one) => !one.includes('\0')) }]
      : []),
    { weight: 1, arbitrary: double({ noNaN: true, noDefaultInfinity: true }).map(String) },
    { weight: 1, arbitrary: integer().map(String) },
  );

/** Optional properties are absent rather than undefined, as in documents. */
const maybe = <K extends string, V>(key: K, value: Arbitrary<V>): Arbitrary<Partial<Record<K, V>>> =>
  option(value, { nil: undefined }).map((one) => {
    const none: Partial<Record<K, V>> = {};
    return one === undefined ? none : { ...none, [key]: one };
  });

const type = constantFrom(...COLUMN_TYPES);

const uniqueIds = (prefix: string, length: number, exotic: boolean): Arbitrary<string[]> =>
  array(exotic ? text(true) : text(false).map(inWestern), { minLength: length, maxLength: length })
    .map((texts) => texts.map((one, i) => (one === '' ? `${prefix}${i}` : one)))
    .filter((ids) => new Set(ids).size === ids.length);

/** What Windows-1252 holds of a text. */
const inWestern = (one: string): string => one.replaceAll(/[^\u0020-\u007E\u00A0-\u00FF\t\r\n€“”]/g, '');

/** A table of any shape. `exotic` adds characters of every script; without it Windows-1252 holds them all. */
export function anyTable({ exotic = true } = {}): Arbitrary<DecisionTable> {
  const cell = exotic ? text(true) : text(false).map(inWestern);
  return record({
    inputs: nat({ max: 3 }),
    outputs: integer({ min: 1, max: 3 }),
    rows: nat({ max: 6 }),
  }).chain(({ inputs, outputs, rows }) =>
    record({
      hitPolicy: constantFrom(...HIT_POLICIES),
      aggregation: maybe('aggregation', constantFrom(...AGGREGATIONS)),
      inputIds: uniqueIds('i', inputs, exotic),
      outputIds: uniqueIds('o', outputs, exotic),
      rowIds: uniqueIds('r', rows, exotic),
      inputs: array(
        tuple(maybe('label', cell), record({ expression: cell }), maybe('type', type), maybe('values', cell)).map(
          ([label, expression, of, values]) => ({ ...label, ...expression, ...of, ...values }),
        ),
        { minLength: inputs, maxLength: inputs },
      ),
      outputs: array(
        tuple(
          cell.map((name) => ({ name: name === '' ? 'result' : name })),
          maybe('type', type),
          maybe('values', array(cell, { maxLength: 4 })),
          maybe('default', cell),
        ).map(([name, of, values, fallback]) => ({ ...name, ...of, ...values, ...fallback })),
        { minLength: outputs, maxLength: outputs },
      ),
      rows: array(
        tuple(
          record({
            when: array(cell, { minLength: inputs, maxLength: inputs }),
            then: array(cell, { minLength: outputs, maxLength: outputs }),
          }),
          maybe('note', cell),
        ).map(([cells, note]) => ({ ...cells, ...note })),
        { minLength: rows, maxLength: rows },
      ),
    }).map((all) => ({
      hitPolicy: all.hitPolicy,
      ...all.aggregation,
      inputs: all.inputs.map((one, i) => ({ id: all.inputIds[i] ?? '', ...one })),
      outputs: all.outputs.map((one, i) => ({ id: all.outputIds[i] ?? '', ...one })),
      rows: all.rows.map((one, i) => ({ id: all.rowIds[i] ?? '', ...one })),
    })),
  );
}
