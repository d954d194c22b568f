import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { tempFolder } from '../journal/testing.ts';
import { someRoot, testSigner } from './testing.ts';

/** A disk that takes less of a write than it was given, as the system may. */
const disk = vi.hoisted(() => ({ takes: Infinity }));
vi.mock(import('node:fs'), async (original) => {
  const fs = await original();
  const writeSync = (file: number, given: Uint8Array | string, from = 0): number => {
    const bytes = typeof given === 'string' ? Buffer.from(given) : given;
    return fs.writeSync(file, bytes, from, Math.min(disk.takes, bytes.length - from));
  };
  return { ...fs, writeSync: Object.assign(writeSync, fs.writeSync) };
});
// Tests share their modules: they may have been loaded with the real one.
vi.resetModules();
const { readCheckpoints, readPublished, publishNote, writeCheckpoint } = await import('./checkpoint-sink.ts');

test.each([1, 7, 100, Infinity])('P5 P27 a checkpoint is whole where the disk takes %d bytes at a time', (takes) => {
  const { folder, remove } = tempFolder();
  onTestFinished(() => {
    disk.takes = Infinity;
    remove();
  });
  disk.takes = takes;
  const [own, other] = [join(folder, 'own'), join(folder, 'other')];
  const note = writeCheckpoint(own, { origin: 'example.org/log', size: 7, root: someRoot(7) }, testSigner());
  expect(readCheckpoints(own)).toEqual([note]);
  publishNote(other, note, { from: 3, proof: ['AAAA', 'BBBB'] });
  expect(readPublished(other)).toMatchObject([{ note, proof: { from: 3 } }]);
});
