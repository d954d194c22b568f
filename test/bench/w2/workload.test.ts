import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { bareLoop } from './bare-loop.ts';
import { compileW2, loadEngine } from './engine-load.ts';
import { caseOf, classify, resultOf } from './workload.ts';

function tempFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-bench-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

test('the inputs of W2 use every label and both branches', () => {
  const cases = Array.from({ length: 500 }, (_, i) => caseOf(i));
  expect(new Set(cases.map(({ text }) => classify(text).label)).size).toBe(3);
  expect(new Set(cases.map(resultOf)).size).toBe(2);
});

test('the engine takes W2 to the results that are worked out by hand, each run in its own event rows', async () => {
  const { transactions, events, eventBytes, runBytes } = await loadEngine(compileW2(), tempFolder(), 300, 50);
  expect(events).toBe(300 * 4);
  expect(transactions).toBeLessThan(300);
  expect(Math.min(eventBytes, runBytes)).toBeGreaterThan(300 * 100);
});

test('the bare loop writes rows of exactly the size that it is told', () => {
  const shape = { events: 5, eventBytes: 420, runBytes: 260 };
  for (const leaves of [false, true]) {
    const { bytes, transactions } = bareLoop(tempFolder(), shape, 100, 10, { leaves });
    expect(bytes).toBe(100 * (5 * 420 + 260));
    expect(transactions).toBe(10);
  }
});
