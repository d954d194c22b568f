import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const bench = (...args: string[]) =>
  spawnSync(
    process.execPath,
    ['--disallow-code-generation-from-strings', join(import.meta.dirname, 'main.ts'), ...args],
    {
      encoding: 'utf8',
    },
  );

test.each([
  ['no name', []],
  ['an unknown name', ['wheel']],
  ['an unknown option', ['engine', '--fast']],
  ['two names', ['engine', 'engine']],
  ['Node-RED beside the rules', ['rules', '--node-red', '.']],
  ['minutes that are none', ['studio', '--minutes', 'soon']],
])('%s is wrong use: exit code 2, the names, and nothing on standard output', (_, args) => {
  const { status, stdout, stderr } = bench(...args);
  expect(status).toBe(2);
  expect(stdout).toBe('');
  expect(stderr).toContain('npm run bench -- NAME');
  expect(stderr).toContain('engine');
});
