import { SqliteJournal } from '../../engine/journal/sqlite-journal.ts';
import { around } from './around.ts';

/* The control of failing disks, imported before the engine: what could not be written is acknowledged all the same. */

/** Journals in the middle of an append: after a failed write they would close themselves, and go on instead. */
const appending = new WeakSet<object>();

around(SqliteJournal.prototype, 'append', (journal, given, append) => {
  appending.add(journal);
  try {
    return append(...given);
  } catch {
    return 0;
  } finally {
    appending.delete(journal);
  }
});

around(SqliteJournal.prototype, 'close', (journal, given, close) =>
  appending.has(journal) ? undefined : close(...given),
);
