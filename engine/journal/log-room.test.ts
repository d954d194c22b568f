import { copyFileSync, readFileSync, statfsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { CHECKPOINT_PAGES, openForWriting, truncateLog } from './open.ts';
import { makeRoom } from './log-room.ts';
import { openJournalReader } from './reader.ts';
import { JOURNAL_SCHEMA } from './schema.ts';
import { openIn, tempFolder, wholeRun } from './testing.ts';
import { damageInLog } from './wal-check.ts';

const FULL = CHECKPOINT_PAGES * (24 + 4096);
const LOGS = ['journal.sqlite-wal', 'keys.sqlite-wal'] as const;

function folderOfTest(): string {
  const { folder, remove } = tempFolder();
  onTestFinished(remove);
  return folder;
}

/** A disk that is nearly full is left alone, and then nothing here would be seen. */
const hasRoom = (folder: string): boolean => {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize > 2 ** 30;
};

test('a journal that is not opened for long keeps its logs as short as they are', () => {
  const folder = folderOfTest();
  const journal = openIn(folder);
  for (let i = 0; i < 70; i++) journal.append(wholeRun(`a${i}`));
  for (const log of LOGS) expect(statSync(join(folder, log)).size).toBeLessThan(FULL / 4);
  journal.close();
});

test('the logs of journal and keys have their full length after some commits, and not after few', () => {
  const folder = folderOfTest();
  const journal = openIn(folder, { logRoom: true });
  const lengths = () => LOGS.map((log) => statSync(join(folder, log)).size);
  for (let i = 0; i < 10; i++) journal.append(wholeRun(`a${i}`));
  expect(lengths().every((length) => length < FULL / 4)).toBe(true);
  for (let i = 0; i < 40; i++) journal.append(wholeRun(`b${i}`));
  expect(lengths().every((length) => length > FULL)).toBe(hasRoom(folder));
  const long = lengths();
  for (let i = 0; i < 40; i++) journal.append(wholeRun(`c${i}`));
  expect(lengths()).toEqual(long);
  journal.close();
});

test('P1 P2 what was committed before and after the log was made longer is there when its folder is read as a kill leaves it', () => {
  const folder = folderOfTest();
  const journal = openIn(folder, { logRoom: true });
  for (let i = 1; i <= 70; i++) {
    journal.append(wholeRun(`r${i}`));
    if (i % 7 > 0 && i !== 32) continue;
    const copy = folderOfTest();
    for (const file of ['journal.sqlite', 'keys.sqlite', ...LOGS]) copyFileSync(join(folder, file), join(copy, file));
    expect(damageInLog(join(copy, 'journal.sqlite'))).toBeNull();
    const reader = openJournalReader(join(copy, 'journal.sqlite'));
    expect(reader.head()).toEqual(journal.head());
    expect(reader.events(`run:r${i}`)).toHaveLength(4);
    reader.close();
  }
  journal.close();
});

test('only zeros are added, behind all that is there, and once', () => {
  const folder = folderOfTest();
  const path = join(folder, 'journal.sqlite');
  const journal = openIn(folder, { logRoom: true });
  journal.append(wholeRun('a'));
  const before = readFileSync(`${path}-wal`);
  makeRoom(`${path}-wal`);
  const after = readFileSync(`${path}-wal`);
  expect(after.subarray(0, before.length).equals(before)).toBe(true);
  expect(after.subarray(before.length).every((byte) => byte === 0)).toBe(true);
  expect(after.length > FULL).toBe(hasRoom(folder));
  makeRoom(`${path}-wal`);
  expect(statSync(`${path}-wal`).size).toBe(after.length);
  journal.close();
});

test('a log that was emptied gets its room again', () => {
  const folder = folderOfTest();
  const journal = openIn(folder, { logRoom: true });
  for (let i = 0; i < 40; i++) journal.append(wholeRun(`a${i}`));
  const path = join(folder, 'journal.sqlite');
  const db = openForWriting(path, JOURNAL_SCHEMA);
  truncateLog(db, 100);
  db.close();
  expect(statSync(`${path}-wal`).size).toBe(0);
  for (let i = 0; i < 40; i++) journal.append(wholeRun(`b${i}`));
  expect(statSync(`${path}-wal`).size > FULL).toBe(hasRoom(folder));
  journal.close();
});
