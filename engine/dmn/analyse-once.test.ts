import { describe, expect, test } from 'vitest';
import type { FeelScopeTypes } from '../feel/problem.ts';
import { analyseTable } from './analyse.ts';
import { analyseTableOnce } from './analyse-once.ts';
import type { DecisionTable } from './table.ts';

const table = (cell: string): DecisionTable => ({
  hitPolicy: 'UNIQUE',
  inputs: [{ id: 'i', expression: 'n' }],
  outputs: [{ id: 'o', name: 'o' }],
  rows: [
    { id: 'r0', when: [cell], then: ['1'] },
    { id: 'r1', when: ['>= 50'], then: ['2'] },
  ],
});
const scope: FeelScopeTypes = { n: { kind: 'number' } };

describe('a table is analysed once', () => {
  test('while it and what it reads say the same, read anew or not', () => {
    const first = analyseTableOnce(table('< 50'), scope);
    expect(first).toEqual(analyseTable(table('< 50'), scope));
    expect(analyseTableOnce(table('< 50'), scope)).toBe(first);
    // Another step was added to the flow: the scope has another name, of which the table knows nothing.
    expect(analyseTableOnce(table('< 50'), { ...scope, other: { kind: 'string' } })).toBe(first);
  });

  test('and again when a cell, the type of an input or the meaning of a constant is another', () => {
    const first = analyseTableOnce(table('< 50'), scope);
    expect(analyseTableOnce(table('<= 50'), scope).findings.map(({ kind }) => kind)).toContain('overlap');
    const nullable = analyseTableOnce(table('< 50'), { n: { kind: 'number', nullable: true } });
    expect(nullable.findings.map(({ kind }) => kind)).toEqual(['gap']);
    expect(first.findings).toEqual([]);
    const dates = { ...table('< date("2026-01-01")'), rows: table('< date("2026-01-01")').rows.slice(0, 1) };
    const ofDates: FeelScopeTypes = { n: { kind: 'date' } };
    expect(analyseTableOnce(dates, ofDates).analysed).toBe(true);
    expect(analyseTableOnce(dates, { ...ofDates, date: { kind: 'any' } }).analysed).toBe(false);
  });
});
