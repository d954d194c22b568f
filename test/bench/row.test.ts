import { expect, test } from 'vitest';
import { compare, median, reportSchema, type Report } from './row.ts';
import { tableOf } from './table.ts';

const subject = { name: 'ours', values: [5, 1, 4, 2, 3] };
const reference = { name: 'bare', values: [60, 30, 20, 50, 43] };

test('a row holds medians, and the least and most of the subject', () => {
  const row = compare({ case: 'c', unit: 'runs/s', better: 'more', subject, reference });
  expect(row).toMatchObject({ value: 3, referenceValue: 43, min: 1, max: 5, rounds: 5 });
});

test('a greater ratio is better, whether more or less is better of the unit', () => {
  expect(compare({ case: 'c', unit: 'runs/s', better: 'more', subject, reference }).ratio).toBe(3 / 43);
  expect(compare({ case: 'c', unit: 'ms', better: 'less', subject, reference }).ratio).toBe(43 / 3);
  expect(compare({ case: 'c', unit: 'ms', better: 'less', subject }).ratio).toBeNull();
});

test('fewer than five rounds, or a reference of other rounds, are refused', () => {
  const few = { name: 'ours', values: [1, 2, 3, 4] };
  expect(() => compare({ case: 'c', unit: 'ms', better: 'less', subject: few })).toThrow(RangeError);
  expect(() => compare({ case: 'c', unit: 'ms', better: 'less', subject, reference: few })).toThrow(RangeError);
});

test('a reference that was not measured is named, and nothing is compared with it', () => {
  const row = compare({ case: 'c', unit: 'ms', better: 'less', subject, reference: { name: 'theirs', values: null } });
  expect(row).toMatchObject({ reference: 'theirs: not measured', referenceValue: null, ratio: null });
});

test('the median is the middle, or the mean of the two in the middle, and leaves the values as they are', () => {
  const values = [9, 1, 5, 3];
  expect(median(values)).toBe(4);
  expect(values).toEqual([9, 1, 5, 3]);
  expect(() => median([])).toThrow(RangeError);
});

test('the table has a line for each row and each note, and says the machine; the schema refuses what is not a report', () => {
  const rows = [compare({ case: 'c', unit: 'runs/s', better: 'more', subject, reference })];
  const machine = { processor: 'P', cores: 2, node: '24', sqlite: '3', system: 'Linux', load: 0 };
  const report: Report = { benchmark: 'engine', machine, notes: ['what it is'], rows };
  expect(reportSchema.parse(report)).toEqual(report);
  expect(reportSchema.safeParse({ ...report, rows: [] }).success).toBe(false);
  const lines = tableOf(report).trimEnd().split('\n');
  expect(lines[0]).toBe('engine on P, 2 cores, Linux, Node 24, SQLite 3, load before 0.00');
  const cells = lines.find((line) => line.startsWith('c  '))?.split(/\s{2,}/);
  expect(cells).toEqual(['c', 'ours', '3', 'runs/s', '1', '5', 'bare', '43', '0.07', '5']);
  expect(lines.at(-1)).toBe('- what it is');
});
