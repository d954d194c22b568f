import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { tempFolder } from '../journal/testing.ts';

const syncs = vi.hoisted(() => ({ untilFailure: Infinity, killed: false }));
vi.mock(import('node:fs'), async (original) => {
  const fs = await original();
  const fsyncSync: typeof fs.fsyncSync = (file) => {
    syncs.untilFailure -= 1;
    if (syncs.untilFailure < 0) throw Object.assign(new Error('EIO: i/o error, fsync'), { code: 'EIO' });
    fs.fsyncSync(file);
  };
  const renameSync: typeof fs.renameSync = (from, to) => {
    if (syncs.killed) throw new Error('nothing is done after a kill');
    fs.renameSync(from, to);
  };
  const rmSync: typeof fs.rmSync = (path, options) => {
    if (!syncs.killed) fs.rmSync(path, options);
  };
  return { ...fs, fsyncSync, renameSync, rmSync };
});
// Tests share their modules: it may have been loaded with the real one.
vi.resetModules();
const { writeFileAtomic } = await import('./atomic.ts');

let folder = '';
let remove = (): void => undefined;
beforeEach(() => {
  ({ folder, remove } = tempFolder());
  syncs.untilFailure = Infinity;
});
afterEach(() => {
  syncs.untilFailure = Infinity;
  syncs.killed = false;
  remove();
});

const code = (expected: string): unknown => expect.objectContaining({ code: expected });

test.each([0, 1])('P5 a new file that failed at sync %i is not there, and can be written again', (at) => {
  const path = join(folder, 'log.pub.json');
  syncs.untilFailure = at;
  expect(() => writeFileAtomic(path, 'first', { exclusive: true })).toThrow(code('ENVIRONMENT'));
  expect(readdirSync(folder)).toEqual([]);
  syncs.untilFailure = Infinity;
  writeFileAtomic(path, 'second', { exclusive: true });
  expect(readFileSync(path, 'utf8')).toBe('second');
});

test('P3 what a process left that was killed while writing is not in the way of the next, which may have its number', async () => {
  const path = join(folder, 'trust.json');
  // Loaded anew, as in a process that has just begun: within a container all of them have one number.
  const begin = async () => (vi.resetModules(), await import('./atomic.ts'));
  const killed = await begin();
  syncs.killed = true;
  expect(() => killed.writeFileAtomic(path, 'half')).toThrow(code('ENVIRONMENT'));
  syncs.killed = false;
  const left = readdirSync(folder);
  expect(left).toHaveLength(1);
  const next = await begin();
  next.writeFileAtomic(path, 'whole');
  expect(readFileSync(path, 'utf8')).toBe('whole');
  expect(readdirSync(folder).toSorted()).toEqual([...left, 'trust.json'].toSorted());
});

test('P5 control: a file that somebody else wrote stays, whatever fails', () => {
  const path = join(folder, 'log.pub.json');
  writeFileSync(path, 'theirs');
  for (const at of [0, 1, 2, Infinity]) {
    syncs.untilFailure = at;
    const failure = code(at === 0 ? 'ENVIRONMENT' : 'FILE_EXISTS');
    expect(() => writeFileAtomic(path, 'ours', { exclusive: true })).toThrow(failure);
    expect(readFileSync(path, 'utf8')).toBe('theirs');
    expect(readdirSync(folder)).toEqual(['log.pub.json']);
  }
});
