import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { tempFolder } from '../journal/testing.ts';
import { readBytes } from './atomic.ts';
import { buildManifest } from './build.ts';
import { writeManifest } from './disk.ts';
import { MOST_SIGNATURES, readEnvelope } from './dsse.ts';
import { oneAtATime } from './one-at-a-time.ts';
import { signManifestFile } from './sign-file.ts';
import { keyOf, refusal, sampleInput } from './testing/manifest-kit.ts';

let path = '';
let remove = (): void => undefined;
beforeEach(() => {
  const made = tempFolder();
  ({ remove } = made);
  path = writeManifest(made.folder, 'credit', buildManifest(sampleInput()));
});
afterEach(() => remove());

const signersOf = (): string[] => readEnvelope(readBytes(path)).signatures.map(({ keyid }) => keyid ?? 'none');
const lock = (): string => join(dirname(path), `.${basename(path)}.lock`);
/** Signatures by each of two. */
const EACH = 6;
const CHILD = resolve(import.meta.dirname, 'testing/export-and-sign.ts');

describe('signing a manifest file', () => {
  test('two processes that export and sign the same at once lose none of their signatures, and leave nothing', async () => {
    rmSync(path);
    const names = ['ada', 'rae'];
    const children = names.map((name) => fork(CHILD, [dirname(path), name, String(EACH)]));
    await Promise.all(children.map((child) => once(child, 'message')));
    for (const child of children) child.send('go');
    await Promise.all(children.map((child) => once(child, 'exit')));
    expect(children.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
    const keys = names.flatMap((name) => Array.from({ length: EACH }, (_, i) => keyOf('author', `${name} ${i}`).keyId));
    expect(signersOf().toSorted()).toEqual(keys.toSorted());
    expect(readdirSync(dirname(path)).toSorted()).toEqual(['blobs', basename(path)].toSorted());
  });

  test('waits for whoever has begun, and is refused with nothing written where that takes too long', () => {
    const before = readFileSync(path, 'utf8');
    const error = oneAtATime(path, () => {
      expect(existsSync(lock())).toBe(true);
      return refusal(() => oneAtATime(path, () => writeFileSync(path, 'torn'), 5));
    });
    expect([error.code, error.retryable, error.where?.file]).toEqual(['ENVIRONMENT', true, path]);
    expect(readFileSync(path, 'utf8')).toBe(before);
    // The control: once it is let go, also by one that failed, it is signed.
    expect(() =>
      oneAtATime(path, () => {
        throw new Error('it failed');
      }),
    ).toThrow('it failed');
    signManifestFile(path, keyOf('author', 'Ada'));
    expect(signersOf()).toHaveLength(1);
    expect(existsSync(lock())).toBe(false);
  });

  test('a lock that a killed process left is in nobody’s way', () => {
    writeFileSync(lock(), '');
    signManifestFile(path, keyOf('author', 'Ada'));
    expect([signersOf().length, existsSync(lock())]).toEqual([1, false]);
  });

  test('more signatures than a manifest may have are refused, and those that it has stay', () => {
    for (let i = 0; i < MOST_SIGNATURES; i++) signManifestFile(path, keyOf('author', `a ${i}`));
    const before = readFileSync(path, 'utf8');
    expect(refusal(() => signManifestFile(path, keyOf('author', 'one more'))).code).toBe('MANIFEST_INVALID');
    expect(readFileSync(path, 'utf8')).toBe(before);
    // The control: one that is on it already may sign again.
    signManifestFile(path, keyOf('author', 'a 0'));
    expect(signersOf()).toHaveLength(MOST_SIGNATURES);
  });

  test('of a file that is not there it says so, and leaves nothing', () => {
    const none = join(dirname(path), 'none.manifest.json');
    expect(refusal(() => signManifestFile(none, keyOf('author', 'Ada'))).code).toBe('FILE_UNREADABLE');
    expect(readdirSync(dirname(path)).toSorted()).toEqual(['blobs', basename(path)].toSorted());
  });
});
