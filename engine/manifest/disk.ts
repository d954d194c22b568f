import { closeSync, fstatSync, openSync, readFileSync, readSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CountersignError } from '../flow/error.ts';
import { fileError, readBytes, writeFileAtomic } from './atomic.ts';
import { type BuiltManifest, unsignedEnvelope } from './build.ts';
import { readEnvelope } from './dsse.ts';
import { makeFolder } from './make-folder.ts';
import { oneAtATime } from './one-at-a-time.ts';
import type { ReadBlob, VerifiedManifest } from './verify.ts';

/** A manifest file and the way to what it pins. */
export interface ManifestFiles {
  bytes: Uint8Array;
  readBlob: ReadBlob;
}

/**
 * Writes `<name>-<release>.manifest.json` and what it pins to `blobs/sha256-…` beside it, blobs first, each whole or not
 * at all: a manifest that is there has its blobs. Gives the path. Writing the same content again keeps the file with its
 * signatures; other content under that release is refused with FILE_EXISTS.
 */
export function writeManifest(folder: string, name: string, manifest: BuiltManifest): string {
  const release = manifest.statement.predicate.release;
  const path = join(folder, `${name}-${release}.manifest.json`);
  makeFolder(join(folder, 'blobs'));
  oneAtATime(path, () => writeNew(path, name, manifest));
  return path;
}

function writeNew(path: string, name: string, manifest: BuiltManifest): void {
  const { release } = manifest.statement.predicate;
  const before = existing(path);
  if (before !== null && Buffer.compare(readEnvelope(before).payload, manifest.statementBytes) !== 0) {
    throw new CountersignError({
      code: 'FILE_EXISTS',
      message: `Release ${release} of “${name}” was exported before, with other content.`,
      where: { file: path },
      hint: `Export it as release ${release + 1}.`,
    });
  }
  for (const [sha256, bytes] of manifest.blobs) writeFileAtomic(blobPath(dirname(path), sha256), bytes);
  if (before === null) writeFileAtomic(path, unsignedEnvelope(manifest.statementBytes), { exclusive: true });
}

/** Puts a newly signed envelope in the place of the manifest file at `path`, whole or not at all. */
export const replaceManifest = (path: string, bytes: Uint8Array): void => writeFileAtomic(path, bytes);

/** Opens the manifest file at `path` with the blobs beside it. Throws FILE_UNREADABLE. */
export function openManifest(path: string): ManifestFiles {
  return { bytes: readBytes(path), readBlob: (sha256, size) => readExactly(blobPath(dirname(path), sha256), size) };
}

/**
 * Keeps a manifest that was verified: the very bytes, under the digest of its statement, with the blobs it pins. Returns
 * the file's name in the folder. Blobs are written before the manifest that names them; what is there and whole stays.
 */
export function keepManifest(manifest: VerifiedManifest, folder: string): string {
  makeFolder(join(folder, 'blobs'));
  for (const [sha256, bytes] of manifest.blobs)
    if (!holds(blobPath(folder, sha256), bytes)) writeFileAtomic(blobPath(folder, sha256), bytes);
  const name = `${manifest.digest}.manifest.json`;
  if (!holds(join(folder, name), manifest.bytes)) writeFileAtomic(join(folder, name), manifest.bytes);
  return name;
}

function holds(path: string, bytes: Uint8Array): boolean {
  const found = existing(path);
  return found !== null && Buffer.compare(found, bytes) === 0;
}

const blobPath = (folder: string, sha256: string): string => join(folder, 'blobs', `sha256-${sha256}`);

/** Reads a file of a known size, and no more of it than that: a blob swapped for an endless one costs nothing. */
function readExactly(path: string, size: number): Uint8Array {
  const file = openSync(path, 'r');
  try {
    const found = fstatSync(file);
    if (!found.isFile() || found.size !== size) throw new Error(`${path} is not a file of ${size} bytes`);
    const bytes = new Uint8Array(size);
    for (let at = 0; at < size;) {
      const read = readSync(file, bytes, at, size - at, null);
      if (read === 0) throw new Error(`${path} ended early`);
      at += read;
    }
    return bytes;
  } finally {
    closeSync(file);
  }
}

function existing(path: string): Uint8Array | null {
  try {
    return new Uint8Array(readFileSync(path));
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return null;
    throw fileError(path, cause, 'read');
  }
}
