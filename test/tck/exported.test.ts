/** What our editor exports, evaluated in the kit's harness: models and test cases as files, run by its command. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { exportDmn } from '../../engine/dmn/exchange/export-dmn.ts';
import { SCOPE, situation, soundTable, valuesOf } from '../../engine/dmn/exchange/testing/tables.ts';
import type { Situation } from '../../engine/dmn/exchange/testing/tables.ts';
import { escapeText } from '../../engine/dmn/exchange/xml-edit.ts';
import { compileTable } from '../../engine/dmn/table.ts';
import type { DecisionTable } from '../../engine/dmn/table.ts';
import { isFeelNumber } from '../../engine/feel/number.ts';
import { FeelDate } from '../../engine/feel/temporal.ts';
import { formatValue, isFeelContext, isFeelList } from '../../engine/feel/value.ts';
import type { FeelValue } from '../../engine/feel/value.ts';
import { scratch } from '../support/folder.ts';

const folder = scratch('exported');
afterAll(() => folder.remove());

function valueXml(value: FeelValue): string {
  if (value === null) return '<value xsi:nil="true"/>';
  if (isFeelList(value)) return `<list>${value.map((item) => `<item>${valueXml(item)}</item>`).join('')}</list>`;
  if (isFeelContext(value)) {
    return [...value].map(([name, item]) => `<component name="${name}">${valueXml(item)}</component>`).join('');
  }
  const type =
    typeof value === 'boolean'
      ? 'boolean'
      : isFeelNumber(value)
        ? 'decimal'
        : value instanceof FeelDate
          ? 'date'
          : 'string';
  return `<value xsi:type="xsd:${type}">${escapeText(formatValue(value))}</value>`;
}

/** DMN gives the bare value of a table with one output. */
const bare = (value: FeelValue, name: string): FeelValue =>
  isFeelList(value) ? value.map((one) => bare(one, name)) : isFeelContext(value) ? (value.get(name) ?? null) : value;

function testCases(model: string, table: DecisionTable, cases: readonly Situation[]): string {
  const compiled = compileTable(table, SCOPE);
  const [only, ...more] = table.outputs;
  const bodies = cases.map((one, i) => {
    const values = valuesOf(one);
    const { value } = compiled.evaluate(values);
    const expected = only !== undefined && more.length === 0 ? bare(value, only.name) : value;
    const inputs = [...values].map(([name, input]) => `<inputNode name="${name}">${valueXml(input)}</inputNode>`);
    return `<testCase id="${i + 1}">${inputs.join('')}<resultNode name="Route"><expected>${valueXml(expected)}</expected></resultNode></testCase>`;
  });
  return [
    '<testCases xmlns="http://www.omg.org/spec/DMN/20160719/testcase" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema">',
    `<modelName>${model}</modelName>`,
    ...bodies,
    '</testCases>',
  ].join('\n');
}

function runKit(dir: string): { status: number | null; end: string } {
  const command = path.resolve(import.meta.dirname, 'run.ts');
  const told = spawnSync(process.execPath, ['--disallow-code-generation-from-strings', command, dir], {
    encoding: 'utf8',
  });
  return { status: told.status, end: told.stdout.trimEnd().split('\n').at(-1) ?? told.stderr };
}

const CASES = 4;
const samples = fc
  .sample(fc.tuple(soundTable, fc.array(situation, { minLength: CASES, maxLength: CASES })), 60)
  .filter(([table]) => compileTable(table, SCOPE).problems.every(({ severity }) => severity !== 'error'));

function writeKit(name: string, change: (table: DecisionTable) => DecisionTable): string {
  for (const [i, [table, situations]] of samples.entries()) {
    const dir = path.join(folder.path, name, String(i));
    mkdirSync(dir, { recursive: true });
    writeFileSync(path.join(dir, 'route.dmn'), exportDmn(change(table), 'Route', SCOPE));
    writeFileSync(path.join(dir, 'route-test-01.xml'), testCases('route.dmn', table, situations));
  }
  return path.join(folder.path, name);
}

test('tables of ours, exported, evaluate the same in the kit’s harness', () => {
  expect(samples.length).toBeGreaterThan(30);
  expect(runKit(writeKit('same', (table) => table))).toEqual({
    status: 0,
    end: `${samples.length * CASES} passed, 0 failed`,
  });
});

test('and one row of one table that says something else is found', () => {
  const hits = samples.flatMap(([table, situations]) =>
    situations.flatMap((one) => {
      const [row] = compileTable(table, SCOPE).evaluate(valuesOf(one)).matched;
      return row === undefined || table.hitPolicy !== 'FIRST' ? [] : [{ table, row }];
    }),
  );
  const [hit] = hits;
  expect(hit).toBeDefined();
  const altered = writeKit('altered', (table) => ({
    ...table,
    rows: table.rows.map((row) =>
      table === hit?.table && row.id === hit.row ? { ...row, then: row.then.map(() => '"altered"') } : row,
    ),
  }));
  const told = runKit(altered);
  expect(told.status).toBe(1);
  expect(told.end).toMatch(/ passed, [1-4] failed$/);
});
