import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { atLeast, atMost, exactly, holds, tableOf, told, type Check } from './check.ts';
import { Tally } from './load-tally.ts';
import { growth, quantile, slopePerMinute } from './statistics.ts';
import { timers } from './timers.ts';
import { waiting } from './waiting.ts';

const quietly = () => undefined;
const valueOf = (checks: readonly Check[], what: string): number => {
  const found = checks.find((check) => check.what === what);
  if (found === undefined) throw new Error(`nothing is called “${what}”`);
  return found.value;
};

test('a floor holds up to itself and no further; what is only told always holds; no number at all does not', () => {
  const [floor, ceiling] = exactly('x', 5, '', 5);
  expect([atMost('x', 5, '', 5), atLeast('x', 5, '', 5), told('x', 1e9, '')].every(holds)).toBe(true);
  expect([floor, ceiling].map((check) => check !== undefined && holds(check))).toEqual([true, true]);
  for (const bad of [atMost('x', 5.1, '', 5), atLeast('x', 4.9, '', 5), atMost('x', Number.NaN, '', 5)])
    expect(holds(bad)).toBe(false);
  const table = tableOf([atMost('memory', 201, 'MB', 200), told('rate', 3, '/s')]);
  expect(table.split('\n')[2]).toMatch(/^memory +201 +MB +at most 200 +FAIL$/);
  expect(table).not.toContain('PASS');
});

test('the middle, the slope and the growth of samples', () => {
  expect([quantile([3, 1, 2], 0.5), quantile([1], 0.99)]).toEqual([2, 1]);
  const samples = (of: (i: number) => number) => Array.from({ length: 60 }, (_, i) => ({ at: i * 1000, value: of(i) }));
  expect(slopePerMinute(samples((i) => 100 + i / 2))).toBeCloseTo(30);
  expect(slopePerMinute(samples(() => 100))).toBe(0);
  // A heap that is collected goes up and down, and grows only where what is left does.
  expect(growth(samples((i) => 100 + (i % 10) * 5))).toBeCloseTo(1);
  expect(growth(samples((i) => 100 + i * 10 + (i % 10) * 5))).toBeGreaterThan(1.3);
});

test('P40 a case that was accepted before it was on disk is counted, and so is a refusal that says no time', () => {
  const tally = new Tally((run) => run === 'there');
  const reply = { status: 202, retryAfter: null, run: 'there', ms: 1 };
  for (let i = 0; i < 50; i++) tally.answered(reply);
  expect(tally).toMatchObject({ looked: 1, notOnDisk: 0 });
  for (let i = 0; i < 50; i++) tally.answered({ ...reply, run: 'not there' });
  expect(tally).toMatchObject({ looked: 2, notOnDisk: 1 });
  tally.answered({ ...reply, status: 503, run: null, retryAfter: '1' });
  tally.answered({ ...reply, status: 503, run: null });
  tally.answered({ ...reply, status: 500, run: null, retryAfter: '1' });
  expect(tally).toMatchObject({ refused: 1, otherwise: 2 });
});

test('a journal of runs that wait is opened and decided on by a process of its own', { timeout: 60_000 }, async () => {
  const checks = await waiting(quietly, { runs: 60, few: 20, lives: 1 });
  expect(valueOf(checks, 'at 60: the engine starts')).toBeLessThan(1_000);
  expect(valueOf(checks, 'at 60: deciding one, p50')).toBeGreaterThan(0);
});

test('timers that are due at once wake each run once, and new runs go on', async () => {
  const checks = await timers(quietly, 300, 100);
  expect(valueOf(checks, 'runs woken')).toBe(300);
  expect(valueOf(checks, 'runs woken twice')).toBe(0);
  expect(valueOf(checks, 'timers or runs left over')).toBe(0);
});

test('an unknown name is wrong use: exit code 2, the names, and nothing on standard output', () => {
  const main = ['--disallow-code-generation-from-strings', join(import.meta.dirname, 'main.ts'), 'rain'];
  const { status, stdout, stderr } = spawnSync(process.execPath, main, { encoding: 'utf8' });
  expect(status).toBe(2);
  expect(stdout).toBe('');
  for (const name of ['waiting', 'timers', 'load']) expect(stderr).toContain(`  ${name} `);
});
