import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { BranchRows, type BranchState } from './branch-rows.ts';
import { Rows } from './rows.ts';

interface Row {
  key: string;
  place: string;
  says: number;
}

const anyRow = fc.record({
  key: fc.nat(60).map(String),
  place: fc.constantFrom('a', 'b', 'c', 'd'),
  says: fc.nat(),
});
const anyChange = fc.oneof(
  anyRow.map((set) => ({ set })),
  fc.nat(60).map((gone) => ({ gone: String(gone) })),
);

const sorted = (rows: Iterable<Row>): Row[] => [...rows].toSorted((a, b) => Number(a.key) - Number(b.key));

test('rows of one place are those among all, however many there are and however they were changed', () => {
  fc.assert(
    fc.property(fc.array(anyRow, { maxLength: 60 }), fc.array(anyChange, { maxLength: 120 }), (stored, changes) => {
      const model = new Map(stored.map((row) => [row.key, row]));
      const rows = new Rows<Row>(
        ({ key }) => key,
        ({ place }) => place,
        () => [...model.values()],
      );
      expect(rows.inMemory).toBe(0);
      const changed = new Set<string>();
      for (const change of changes) {
        if ('set' in change) {
          rows.set(change.set.key, change.set);
          model.set(change.set.key, change.set);
          changed.add(change.set.key);
        } else {
          rows.delete(change.gone);
          model.delete(change.gone);
          changed.add(change.gone);
        }
        for (const place of ['a', 'd'])
          expect(sorted(rows.at(place))).toEqual(sorted([...model.values()].filter((row) => row.place === place)));
      }
      expect(sorted(rows.values())).toEqual(sorted(model.values()));
      for (const key of ['0', '17', '60']) expect(rows.get(key)).toEqual(model.get(key));
      expect(new Map(rows.changes())).toEqual(new Map([...changed].map((key) => [key, model.get(key) ?? null])));
      rows.stored();
      expect([...rows.changes()]).toEqual([]);
    }),
    { numRuns: 100 },
  );
});

test('a new run has no rows, and none are read for it', () => {
  const rows = new Rows<Row>(
    ({ key }) => key,
    ({ place }) => place,
  );
  expect([[...rows.values()], rows.at('a'), rows.get('1'), rows.inMemory]).toEqual([[], [], undefined, 0]);
});

test('P40 an event of one line looks at the rows of its own line, however many others there are', () => {
  let looked = 0;
  const rows = new Rows<Row>(
    ({ key }) => key,
    ({ place }) => {
      looked += 1;
      return place;
    },
  );
  const many = 2000;
  for (let i = 0; i < many; i++) rows.set(String(i), { key: String(i), place: `line ${i}`, says: 0 });
  for (let i = 0; i < many; i++)
    for (const row of rows.at(`line ${i}`)) rows.set(row.key, { ...row, says: row.says + 1 });
  expect([...rows.values()].every(({ says }) => says === 1)).toBe(true);
  // Once for each row when it is first asked for, and twice for each change.
  expect(looked).toBeLessThanOrEqual(4 * many);
});

test('how many lines stand where is counted as by going through them', () => {
  const anyLine = fc.record({
    path: fc.constantFrom('', 'n:1:0', 'n:1:1', 'n:1:2', 'n:1:0/m:1:0', 'n:1:0/m:1:1'),
    status: fc.constantFrom<BranchState['status']>('running', 'calling', 'waiting'),
    joins: fc.constantFrom(null, 'j'),
    gone: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(anyLine, { maxLength: 40 }), (lines) => {
      const rows = new BranchRows();
      for (const { gone, ...line } of lines) {
        if (gone) rows.delete(line.path);
        else rows.set(line.path, { ...line, run: 'r', node: 'n', total: 0, next: 0, settling: 0 });
        const all = [...rows.values()];
        const statuses = rows.count();
        expect(rows.size).toBe(all.length);
        for (const status of ['running', 'calling', 'waiting'] as const)
          expect(statuses.get(status) ?? 0).toBe(
            all.filter((row) => row.joins === null && row.status === status).length,
          );
      }
    }),
    { numRuns: 100 },
  );
});
