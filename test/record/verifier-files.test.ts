import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { verifierSays } from './verifier.ts';

const folder = mkdtempSync(join(tmpdir(), 'countersign-verifier-'));
afterAll(() => rmSync(folder, { recursive: true }));

const file = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};
const missing = join(folder, 'none.json');

test.each([
  ['a missing evidence file', [missing], `There is no file “${missing}”.`],
  ['a folder for one', [folder], `The file “${folder}” cannot be read`],
  ['a missing key', [file('e.json', '{}'), '--key', missing], `There is no file “${missing}”.`],
  ['a missing checkpoint', [file('e.json', '{}'), '--checkpoint', missing], `There is no file “${missing}”.`],
  [
    'a key that is no JSON',
    [file('e.json', '{}'), '--key', file('k.txt', 'ssh-ed25519 AAAA')],
    'k.txt” is no public key',
  ],
  [
    'other JSON as a key',
    [file('e.json', '{}'), '--key', file('t.json', '{"format":"countersign.trust"}')],
    '.pub.json',
  ],
  ['null as a key', [file('e.json', '{}'), '--key', file('n.json', 'null')], 'n.json” is no public key'],
])('%s is said in words that name it, as wrong use', (_what, args, said) => {
  const { code, out, err } = verifierSays(...args);
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(err).toContain(said);
  expect(err).not.toMatch(/ENOENT|EISDIR|undefined|Unexpected token|of null/);
});
