import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { tempFolder } from '../journal/testing.ts';

const system = vi.hoisted(() => ({ neverBelow: '' }));
vi.mock(import('node:fs'), async (original) => {
  const fs = await original();
  const refused = Object.assign(new Error('ENOENT: no such file or directory, mkdir'), { code: 'ENOENT' });
  // As a file system that has folders of its own only: it says so of each that is to be made below one that is there.
  const refusing: typeof fs.mkdirSync = (...args: Parameters<typeof fs.mkdirSync>) => {
    if (system.neverBelow !== '' && String(args[0]).startsWith(join(system.neverBelow, 'x'))) throw refused;
    return fs.mkdirSync(...args);
  };
  return { ...fs, mkdirSync: refusing };
});
// Tests share their modules: it may have been loaded with the real one.
vi.resetModules();
const { makeFolder } = await import('./make-folder.ts');

let folder = '';
let remove = (): void => undefined;
beforeEach(() => ({ folder, remove } = tempFolder()));
afterEach(() => {
  system.neverBelow = '';
  remove();
});

const code = (expected: string): unknown => expect.objectContaining({ code: expected });

describe('a folder', () => {
  test('is made with those above it, and may be there already', () => {
    const deep = join(folder, 'a', 'b', 'c');
    makeFolder(deep, 0o700);
    makeFolder(deep);
    expect(statSync(deep).isDirectory()).toBe(true);
    expect(process.platform === 'win32' ? 0o700 : statSync(join(folder, 'a')).mode & 0o777).toBe(0o700);
  });

  test('is not made where a file is in the way, there or above', () => {
    const file = join(folder, 'file');
    writeFileSync(file, 'theirs');
    expect(() => makeFolder(file)).toThrow(code('FILE_EXISTS'));
    expect(() => makeFolder(join(file, 'below'))).toThrow(code('ENVIRONMENT'));
    expect(readdirSync(folder)).toEqual(['file']);
  });

  test('that the system never makes is refused, however deep, and nothing is left', () => {
    const above = join(folder, 'kept');
    mkdirSync(above);
    system.neverBelow = above;
    expect(() => makeFolder(join(above, 'x'))).toThrow(code('ENVIRONMENT'));
    expect(() => makeFolder(join(above, 'x', 'y', 'z'))).toThrow(code('ENVIRONMENT'));
    expect(readdirSync(above)).toEqual([]);
    // The control: beside it a folder is made.
    makeFolder(join(above, 'other', 'y'));
    expect(readdirSync(above)).toEqual(['other']);
  });
});
