import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeWorkspace } from './testing/tiny-workspace.ts';
import { watchWorkspace } from './watch.ts';

let root: string;
let remove: () => void;
let seen: string[];
let stop: () => void;
beforeEach(() => {
  ({ root, remove } = makeWorkspace());
  seen = [];
});
afterEach(() => {
  stop();
  remove();
});

const begin = (pollMs: number): void => {
  stop = watchWorkspace(root, (paths) => seen.push(...paths), { debounceMs: 10, pollMs });
};

test('tells what was written, made and removed, also in folders that came later', async () => {
  begin(60_000);
  writeFileSync(join(root, 'flows/refunds.flow.json'), 'changed');
  await expect.poll(() => seen, { timeout: 3000, interval: 10 }).toContain('flows/refunds.flow.json');
  rmSync(join(root, 'systems/shop.system.json'));
  await expect.poll(() => seen, { timeout: 3000, interval: 10 }).toContain('systems/shop.system.json');
  mkdirSync(join(root, 'models'));
  await new Promise((resolve) => setTimeout(resolve, 60));
  writeFileSync(join(root, 'models/new.model.json'), '{}');
  await expect.poll(() => seen, { timeout: 3000, interval: 10 }).toContain('models/new.model.json');
});

test('finds changes by looking where nothing gives notice', async () => {
  begin(25);
  mkdirSync(join(root, 'tests/deep'));
  writeFileSync(join(root, 'tests/deep/one.scenario.json'), '{}');
  await expect.poll(() => seen, { timeout: 3000, interval: 10 }).toContain('tests/deep/one.scenario.json');
});

test('keeps quiet about hidden files, the studio’s own folder, and what did not change', async () => {
  begin(25);
  mkdirSync(join(root, '.countersign'));
  writeFileSync(join(root, '.countersign/journal.sqlite'), 'x');
  writeFileSync(join(root, 'flows/.refunds.flow.json.1.tmp'), 'x');
  await new Promise((resolve) => setTimeout(resolve, 150));
  expect(seen).toEqual([]);
});

test('tells nothing once it was stopped', async () => {
  begin(25);
  stop();
  writeFileSync(join(root, 'flows/refunds.flow.json'), 'changed');
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(seen).toEqual([]);
});
