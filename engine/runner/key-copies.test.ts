import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { OLGA } from '../core/testing/people.ts';
import { backUp } from '../journal/backup.ts';
import { restore } from '../journal/restore.ts';
import { keyCopies } from './key-copies.ts';
import { noteBackup } from './record.ts';
import { systemRandom } from './system-random.ts';
import { Office } from './testing/office.ts';

let office: Office;
beforeEach(() => void (office = new Office()));
afterEach(() => office.close());

/** Bytes of a page of SQLite. */
const PAGE = 4096;

test('P29 a journal that was set aside for being damaged keeps nobody from erasing, wherever it is', async () => {
  let runner = office.start();
  const [first, second] = ['first', 'second'].map((name) => join(office.folder, name));
  for (const folder of [first ?? '', second ?? ''])
    noteBackup(runner.recordInHand(), { ...backUp(office.runner, folder, Date.now()), folder }, OLGA);
  await office.stop(runner);
  const how = { actor: OLGA, now: () => Date.now(), random: systemRandom(), basis: 'it was damaged' };
  const { replaced } = restore(first ?? '', office.runner, how);
  runner = office.start();
  const copies = () => keyCopies(runner.recordInHand().journal(), office.runner);
  const foldersOf = (all: readonly { folder: string | null }[]) => all.map(({ folder }) => folder);
  // Control: whole, it tells of the backup that only it knows of.
  expect(foldersOf(copies().backups)).toEqual([first, second]);
  const path = join(replaced ?? '', 'journal.sqlite');
  const whole = readFileSync(path);
  let untold = 0;
  for (let at = 0; at < whole.length; at += PAGE) {
    writeFileSync(path, Buffer.from(whole).fill(0x7f, at, at + PAGE));
    const { backups, replaced: aside } = copies();
    expect(foldersOf(aside)).toEqual([replaced]);
    expect(foldersOf(backups)).toContain(first);
    if (backups.length === 1) untold += 1;
  }
  expect(untold).toBeGreaterThan(1);
});
