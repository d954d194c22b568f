import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatValue } from '../../feel/format.ts';
import { compileTable } from '../table.ts';
import { readXml } from '../xml.ts';
import { exportDmn } from './export-dmn.ts';
import { importAsTable, importDmn } from './import-dmn.ts';
import { modelDecision } from './model-decision.ts';
import { logicTable, openDmn } from './model-file.ts';
import { anyTable, SCOPE, situation, soundTable, valuesOf } from './testing/tables.ts';

/** The one decision of an exported model. */
function opened(xml: string) {
  const reading = openDmn(xml);
  if (!reading.ok) throw new Error(reading.problem.message);
  const [decision] = reading.file.model.decisions;
  if (decision === undefined) throw new Error('there is no decision');
  return { file: reading.file, decision };
}

describe('a table that is exported and imported', () => {
  test('is the same table, whatever stands in it', () => {
    fc.assert(
      fc.property(anyTable, fc.constantFrom('1.5' as const, '1.3' as const), (table, version) => {
        const { file, decision } = opened(exportDmn(table, 'Route', SCOPE, version));
        expect(logicTable(file, decision.id)?.table).toEqual(table);
      }),
      { numRuns: 300 },
    );
  });

  test('is whole and needs nothing else: no problem is found in it that the table does not have', () => {
    fc.assert(
      fc.property(soundTable, (table) => {
        const xml = exportDmn(table, 'Route', SCOPE);
        const imported = importDmn(xml);
        fc.pre(compileTable(table, SCOPE).problems.every(({ severity }) => severity !== 'error'));
        if (!imported.ok) throw new Error(imported.problems[0]?.message ?? '');
        expect(imported.problems).toEqual([]);
        expect(imported.model.decisions).toMatchObject([{ name: 'Route', logic: 'table', standsAlone: true }]);
        expect(importAsTable(xml, imported.model.decisions[0]?.id ?? '')).toEqual({ ok: true, table });
      }),
      { numRuns: 100 },
    );
  });

  test('as a decision of its model it gives the same value from the same rows', () => {
    fc.assert(
      fc.property(soundTable, fc.array(situation, { minLength: 1, maxLength: 5 }), (table, situations) => {
        const native = compileTable(table, SCOPE);
        fc.pre(native.problems.every(({ severity }) => severity !== 'error'));
        const { file, decision } = opened(exportDmn(table, 'Route', SCOPE));
        const model = modelDecision(file, decision.id);
        for (const one of situations) {
          const expected = native.evaluate(valuesOf(one));
          const actual = model?.evaluate(valuesOf(one));
          expect(formatValue(actual?.value ?? null)).toBe(formatValue(expected.value));
          expect(actual?.matched).toEqual(expected.matched);
        }
      }),
      { numRuns: 200 },
    );
  });
});

test('what is exported is one XML document with a drawing of every element', () => {
  const table = fc.sample(soundTable, 1)[0];
  if (table === undefined) throw new Error('there is no table');
  const xml = exportDmn(table, 'Route', SCOPE);
  expect(readXml(xml).ok).toBe(true);
  const drawn = [...xml.matchAll(/dmnElementRef="([^"]*)"/g)].map(([, id]) => id);
  expect(drawn.length).toBeGreaterThan(1);
  for (const id of drawn) expect(xml.split(` id="${id}"`)).toHaveLength(2);
  const ids = [...xml.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
  expect(new Set(ids).size).toBe(ids.length);
});
