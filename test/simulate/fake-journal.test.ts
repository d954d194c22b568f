import { describe, expect, test } from 'vitest';
import { AT, countedBytes, started, wholeRun } from '../../engine/journal/testing.ts';
import { journalConformance, journalsAgree, type JournalPlace } from '../../engine/journal/testing/conformance.ts';
import { erasingConformance } from '../../engine/journal/testing/erasing-conformance.ts';
import { sqlitePlace } from '../../engine/journal/testing/sqlite-place.ts';
import { DiskError, FakeDisk, imageOf, type DiskPoint } from './fake-disk.ts';
import { FakeJournal } from './fake-journal.ts';

const ROOM = 40_000;

function memoryPlace(disk = new FakeDisk()): JournalPlace {
  const open = (how: { takeOver?: boolean } = {}) => {
    disk.room = Number.POSITIVE_INFINITY;
    return new FakeJournal({ disk, now: () => AT, random: countedBytes(), ...how });
  };
  return {
    open,
    openSmall: () => {
      const journal = open();
      disk.room = ROOM;
      return journal;
    },
    kill: () => {
      disk.holder = null;
    },
    remove: () => undefined,
  };
}

journalConformance('memory', memoryPlace);
erasingConformance('memory', () => {
  const disk = new FakeDisk();
  return {
    open: (personsIn) =>
      new FakeJournal({
        disk,
        now: () => AT,
        random: countedBytes(),
        ...(personsIn === undefined ? {} : { personsIn }),
      }),
    remove: () => undefined,
  };
});

test('SQLite and memory, given the same events, answer everything the same', () => {
  expect(() => journalsAgree([sqlitePlace, memoryPlace])).not.toThrow();
}, 60_000);

describe('the disk', () => {
  /** A journal on a disk that fails at one point, at the next append. */
  function failing(point: DiskPoint, error: Error): { disk: FakeDisk; journal: FakeJournal } {
    const disk = new FakeDisk();
    let armed = false;
    const at = (now: DiskPoint): void => {
      if (armed && now === point) throw error;
    };
    const journal = new FakeJournal({ disk, now: () => AT, random: countedBytes(), at });
    armed = true;
    return { disk, journal };
  }
  const reopened = (disk: FakeDisk): FakeJournal => new FakeJournal({ disk, now: () => AT, random: countedBytes() });

  test('P5 a write that fails leaves nothing; a sync that fails may leave the batch, whole, or not', () => {
    const cases: [DiskPoint, Error, string, boolean][] = [
      ['write', new DiskError('io'), 'JOURNAL_WRITE', false],
      ['write', new DiskError('full'), 'DISK_FULL', false],
      ['sync', new DiskError('io', true), 'JOURNAL_WRITE', false],
      ['sync', new DiskError('io', false), 'JOURNAL_WRITE', true],
    ];
    for (const [point, error, code, there] of cases) {
      const { disk, journal } = failing(point, error);
      expect(() => journal.append(wholeRun('a'))).toThrow(expect.objectContaining({ code }));
      expect(() => journal.append(wholeRun('b'))).toThrow(expect.objectContaining({ code: 'JOURNAL_WRITE' }));
      const again = reopened(disk);
      expect(again.run('a')?.status).toBe(there ? 'completed' : undefined);
      expect(again.events('run:a')).toHaveLength(there ? 4 : 0);
    }
  });

  test('P2 a power cut takes what was not synced, the newest first, and nothing else', () => {
    const disk = new FakeDisk();
    const journal = reopened(disk);
    journal.append(wholeRun('a'));
    disk.forgetful = true;
    for (const id of ['b', 'c', 'd']) journal.append([started(id)]);
    expect([disk.isDurable(5), disk.isDurable(6)]).toEqual([true, false]);
    expect(disk.powerCut((unsynced) => unsynced - 2)).toBe(2);
    disk.forgetful = false;
    expect(
      reopened(disk)
        .runs({})
        .map(({ id }) => id),
    ).toEqual(['b', 'a']);
    expect(imageOf(disk.transactions).tree.root()).toEqual(disk.image.tree.root());
  });

  test('P2 a process that is killed loses nothing that was written', () => {
    const { disk, journal } = failing('sync', new Error('killed'));
    expect(() => journal.append(wholeRun('a'))).toThrow('killed');
    disk.holder = null;
    expect(reopened(disk).run('a')?.status).toBe('completed');
  });
});
