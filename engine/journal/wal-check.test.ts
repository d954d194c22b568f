import { copyFileSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openIn, tempFolder, wholeRun } from './testing.ts';
import { checkLog, damageInLog } from './wal-check.ts';

/** A database and its write-ahead log of several transactions, as a killed engine leaves them. */
function killed(): string {
  const { folder, remove } = tempFolder();
  onTestFinished(remove);
  const journal = openIn(folder);
  for (const id of ['a', 'b', 'c', 'd']) journal.append(wholeRun(id));
  const path = join(folder, 'copy.sqlite');
  copyFileSync(join(folder, 'journal.sqlite'), path);
  copyFileSync(join(folder, 'journal.sqlite-wal'), `${path}-wal`);
  journal.close();
  return path;
}

const FRAME = 24 + 4096;

test('P7 a bit flipped anywhere but in the last transactions of a write-ahead log is reported', () => {
  const path = killed();
  const whole = readFileSync(`${path}-wal`);
  expect(damageInLog(path)).toBeNull();
  const frames = Math.floor((whole.length - 32) / FRAME);
  const commits = Array.from({ length: frames }, (_, i) => i).filter((i) => whole.readUInt32BE(36 + i * FRAME) !== 0);
  // One after the last can be damaged in its checksum, which the next one then seems not to follow.
  const last = 32 + ((commits.at(-3) ?? 0) + 1) * FRAME;
  expect(commits.length).toBeGreaterThan(4);
  for (let at = 0; at < last; at += 509) {
    const flipped = Buffer.from(whole);
    flipped[at] = (flipped[at] ?? 0) ^ (1 << (at % 8));
    writeFileSync(`${path}-wal`, flipped);
    expect(damageInLog(path), `byte ${at}`).not.toBeNull();
  }
  expect(() => checkLog(path)).toThrow(expect.objectContaining({ code: 'JOURNAL_DAMAGED' }));
});

test('control: a log that was cut off at any place is whole, as nothing follows it', () => {
  const path = killed();
  const length = readFileSync(`${path}-wal`).length;
  for (let to = length; to > 0; to -= 1021) {
    truncateSync(`${path}-wal`, to);
    expect(damageInLog(path), `cut at ${to}`).toBeNull();
  }
});
