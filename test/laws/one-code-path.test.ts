import { globSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

/** What a file does, without what it says about itself. */
const codeOf = (text: string): string => text.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/(^|\s)\/\/.*$/gm, '');
const speaksOfSandbox = (text: string): boolean => /sandbox/i.test(codeOf(text));

const files = globSync(['engine/core/**/*.ts', 'engine/runtime/**/*.ts', 'nodes/**/*.ts']).filter(
  (path) => !path.endsWith('.test.ts') && !path.includes('/testing/'),
);

it('the sandbox walks the same code: no file of core, runtime or a kind knows of it', () => {
  expect(files.length).toBeGreaterThan(30);
  expect(files.filter((path) => speaksOfSandbox(readFileSync(path, 'utf8')))).toEqual([]);
});

it('control: a branch for the sandbox is noticed, a remark is not', () => {
  expect(speaksOfSandbox('if (environment.sandbox) return;')).toBe(true);
  expect(speaksOfSandbox("import { x } from '../sandbox/world.ts';")).toBe(true);
  expect(speaksOfSandbox('/** The sandbox hands in another one. */\n// also the sandbox\nf();')).toBe(false);
});
