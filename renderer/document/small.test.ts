import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tableSchema, type DecisionTable } from '../../engine/dmn/table.ts';
import {
  addInput,
  addOutput,
  duplicateRow,
  insertRow,
  moveRow,
  nextId,
  removeColumn,
  removeRow,
  setCell,
  setOutput,
  splitValues,
} from './table-edits.ts';
import { firstBox, freePlace, nearestInDirection, type Box } from './travel.ts';

const table: DecisionTable = {
  hitPolicy: 'FIRST',
  inputs: [{ id: 'i1', expression: 'a' }],
  outputs: [{ id: 'o1', name: 'result' }],
  rows: [
    { id: 'r1', when: ['1'], then: ['"x"'] },
    { id: 'r2', when: ['-'], then: ['"y"'] },
  ],
};

type Edit = (table: DecisionTable) => DecisionTable;
const anyEdit: fc.Arbitrary<Edit> = fc
  .record({ what: fc.nat(7), at: fc.nat(12) })
  .map(({ what, at }) => (now: DecisionTable) => {
    const row = at % Math.max(1, now.rows.length);
    switch (what) {
      case 0:
        return insertRow(now, row, nextId('r', now.rows));
      case 1:
        return duplicateRow(now, row, nextId('r', now.rows));
      case 2:
        return removeRow(now, row);
      case 3:
        return moveRow(now, row, at % 2 === 0 ? 1 : -1);
      case 4:
        return addInput(now, { id: nextId('i', now.inputs), expression: '' });
      case 5:
        return addOutput(now, { id: nextId('o', now.outputs), name: `out ${at}` });
      case 6:
        return removeColumn(now, at % 2 === 0 ? 'when' : 'then', at % 3);
      default:
        return setCell(now, row, 'then', 0, `"${at}"`);
    }
  });

describe('edits of a decision table', () => {
  it('T1 after any edits it is a table: as many cells as columns, ids of their own, an output', () => {
    fc.assert(
      fc.property(fc.array(anyEdit, { maxLength: 40 }), (edits) => {
        const after = edits.reduce((now, edit) => edit(now), table);
        expect(tableSchema.safeParse(after).success).toBe(true);
        for (const row of after.rows) {
          expect(row.when).toHaveLength(after.inputs.length);
          expect(row.then).toHaveLength(after.outputs.length);
        }
        for (const list of [after.rows, after.inputs, after.outputs])
          expect(new Set(list.map(({ id }) => id)).size).toBe(list.length);
      }),
    );
  });

  it('T2 moving a row down and up again changes nothing', () => {
    expect(moveRow(moveRow(table, 0, 1), 1, -1)).toEqual(table);
    expect(moveRow(table, 0, -1)).toBe(table);
  });

  it('T3 values are parted by commas, but not within quotes', () => {
    expect(splitValues('"a, b", c ,, "d"')).toEqual(['"a, b"', 'c', '"d"']);
    expect(setOutput(setOutput(table, 0, { values: ['a'] }), 0, { values: [] })).toEqual(table);
  });
});

const box = (id: string, x: number, y: number): Box => ({ id, x, y, width: 100, height: 50 });
const grid = [box('a', 0, 0), box('b', 200, 0), box('c', 400, 10), box('d', 200, 200)];

describe('walking the canvas', () => {
  it('W1 goes straight along a row and back', () => {
    expect(nearestInDirection(grid, 'a', 'right')).toBe('b');
    expect(nearestInDirection(grid, 'b', 'right')).toBe('c');
    expect(nearestInDirection(grid, 'c', 'left')).toBe('b');
    expect(nearestInDirection(grid, 'b', 'down')).toBe('d');
    expect(nearestInDirection(grid, 'a', 'left')).toBeUndefined();
    expect(firstBox(grid)).toBe('a');
  });

  it('W2 a new step never lies on another', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ x: fc.integer({ min: -500, max: 500 }), y: fc.integer({ min: -500, max: 500 }) }), {
          maxLength: 20,
        }),
        (spots) => {
          const boxes: Box[] = [];
          for (const [i, spot] of spots.entries())
            boxes.push({ id: `${i}`, ...freePlace(boxes, spot, { width: 100, height: 50 }), width: 100, height: 50 });
          const meet = (a: Box, b: Box) =>
            a !== b && a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
          expect(boxes.filter((a) => boxes.some((b) => meet(a, b)))).toEqual([]);
        },
      ),
    );
  });
});
