import { openIn, tempFolder } from '../testing.ts';
import type { JournalPlace } from './conformance.ts';
import type { RecordPlace } from './erasing-conformance.ts';

/** Real files in a folder of their own. */
export function sqlitePlace(): JournalPlace {
  const { folder, remove } = tempFolder();
  return {
    open: (how = {}) => openIn(folder, how),
    openSmall: () => openIn(folder, { maxPages: 60 }),
    // To the files a process that is gone differs from one that closed in that nothing is checkpointed; the crash tests
    // under test/faults end real processes.
    kill: (journal) => journal.close(),
    remove,
  };
}

/** The same for what erases and prunes. */
export function sqliteRecordPlace(): RecordPlace {
  const { folder, remove } = tempFolder();
  return { open: (personsIn) => openIn(folder, personsIn === undefined ? {} : { personsIn }), remove };
}
