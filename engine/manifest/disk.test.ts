import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { writeFileAtomic } from './atomic.ts';
import { buildManifest } from './build.ts';
import { openManifest, replaceManifest, writeManifest } from './disk.ts';
import { signManifest } from './sign.ts';
import { keyOf, NOW, refusal, sampleInput, trustOf } from './testing/manifest-kit.ts';
import { verifyManifest } from './verify.ts';

const ada = keyOf('author', 'Ada');
const ben = keyOf('release', 'Ben');
const built = buildManifest(sampleInput());
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-manifest-'));
  const made = folder;
  onTestFinished(() => rmSync(made, { recursive: true }));
});

function signedOnDisk(): string {
  const path = writeManifest(folder, 'credit', built);
  for (const key of [ada, ben]) {
    const { bytes, readBlob } = openManifest(path);
    replaceManifest(path, signManifest(bytes, readBlob, key));
  }
  return path;
}
const verify = (path: string) => {
  const { bytes, readBlob } = openManifest(path);
  return verifyManifest(bytes, readBlob, trustOf([ada, ben]), { now: NOW });
};

describe('a manifest on disk', () => {
  it('is a DSSE file and a folder of blobs, and verifies from there', () => {
    const path = signedOnDisk();
    expect(path).toBe(join(folder, 'credit-3.manifest.json'));
    expect(readdirSync(folder).toSorted()).toEqual(['blobs', 'credit-3.manifest.json']);
    expect(readdirSync(join(folder, 'blobs')).toSorted()).toEqual(
      [...built.blobs.keys()].map((sha) => `sha256-${sha}`).toSorted(),
    );
    expect(verify(path).digest).toBe(built.digest);
  });

  it('P19 keeps its signatures when exported again, and refuses other content under its release', () => {
    const path = signedOnDisk();
    const before = readFileSync(path, 'utf8');
    expect(writeManifest(folder, 'credit', built)).toBe(path);
    expect(readFileSync(path, 'utf8')).toBe(before);
    const other = buildManifest({ ...sampleInput(), title: 'Something else' });
    expect(refusal(() => writeManifest(folder, 'credit', other)).code).toBe('FILE_EXISTS');
    expect(readFileSync(path, 'utf8')).toBe(before);
    expect(verify(path).signers).toHaveLength(2);
  });

  it('P21 is refused when a blob is cut, missing, replaced by a folder or by an endless file; and mends by exporting again', () => {
    const path = signedOnDisk();
    const blob = join(folder, 'blobs', `sha256-${[...built.blobs.keys()][0]}`);
    const damages = [
      () => truncateSync(blob, 3),
      () => unlinkSync(blob),
      () => writeFileSync(blob, readFileSync(blob).fill(0x20, 0, 1)),
      () => {
        unlinkSync(blob);
        symlinkSync(process.platform === 'win32' ? folder : '/dev/zero', blob);
      },
    ];
    for (const damage of damages) {
      damage();
      expect(refusal(() => verify(path)).code).toBe('MANIFEST_BLOB');
      writeManifest(folder, 'credit', built);
      expect(verify(path).digest).toBe(built.digest);
    }
  });

  it('leaves nothing half written', () => {
    const target = join(folder, 'document.json');
    writeFileAtomic(target, 'first');
    expect(refusal(() => writeFileAtomic(target, 'second', { exclusive: true })).code).toBe('FILE_EXISTS');
    expect(refusal(() => writeFileAtomic(join(folder, 'none', 'a.json'), 'x')).code).toBe('ENVIRONMENT');
    expect(readFileSync(target, 'utf8')).toBe('first');
    expect(readdirSync(folder)).toEqual(['document.json']);
    expect(refusal(() => openManifest(join(folder, 'none.manifest.json'))).code).toBe('FILE_UNREADABLE');
  });
});
