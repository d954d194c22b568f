import { describe, expect, test } from 'vitest';
import type { FeelScopeTypes } from '../feel/problem.ts';
import { analyseTable } from './analyse.ts';
import { leftOutOf } from './analyse-left-out.ts';
import type { DecisionTable } from './table.ts';

const scope: FeelScopeTypes = {
  n: { kind: 'number' },
  m: { kind: 'number' },
  list: { kind: 'list', of: { kind: 'any' } },
};

function said(hitPolicy: DecisionTable['hitPolicy'], expression: string, cells: readonly string[]) {
  const table: DecisionTable = {
    hitPolicy,
    inputs: [{ id: 'i', label: 'amount', expression }],
    outputs: [{ id: 'o', name: 'o' }],
    rows: cells.map((when, r) => ({ id: `r${r}`, when: [when], then: [`${r} + m`] })),
  };
  const { notAnalysed } = analyseTable(table, scope);
  return leftOutOf(table, notAnalysed, (path) => path.join() === 'rows,1,when,0').map(({ path, message, hint }) => {
    expect([message, hint].every((text) => text.endsWith('.'))).toBe(true);
    return `${path.join('.')}: ${message}`;
  });
}

describe('what was not analysed', () => {
  test('is told of once for a column, with the rows, and not where the cell has a problem of its own', () => {
    const cells = ['> m', '((', ...Array.from({ length: 8 }, (_, i) => `> m + ${i}`), '< 5'];
    expect(said('UNIQUE', 'n', cells)).toEqual([
      'rows.0.when.0: Row 1, “amount”: This cell is more than tests over constants. Overlaps and gaps that depend on it are not found. So it is in rows 3, 4, 5, 6, 7 and 3 more.',
    ]);
    expect(said('UNIQUE', 'n', ['< 5', '< 3', '> 5'])).toEqual([]);
  });

  test('is told of an input, and in the words of the hit policy', () => {
    expect(said('UNIQUE', 'list', ['[1]', '-'])).toEqual([
      'inputs.0: “amount”: Values of this kind (list) are not analysed. Overlaps and gaps that depend on it are not found.',
    ]);
    expect(said('COLLECT', 'n', ['> m'])).toEqual([
      'rows.0.when.0: Row 1, “amount”: This cell is more than tests over constants. Whether rows can ever match is not found out where that depends on it.',
    ]);
  });

  test('is told once of pairs whose outputs are calculated', () => {
    expect(said('ANY', 'n', ['-', '-', '-'])).toEqual([
      'rows.1: Whether rows 1 and 2 agree where both match depends on what they calculate. So it is for 2 other pairs.',
    ]);
  });
});
