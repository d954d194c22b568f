import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from '../flow/zod.ts';
import { openJournalReader, type JournalReader } from '../journal/reader.ts';
import { replacedAt } from '../journal/restore.ts';

/** A backup that was made of the record, with the keys that were there then. */
export interface MadeBackup {
  /** Milliseconds since 1970. */
  madeAt: number;
  /** Where it was written, or read from; null where that is not on record. */
  folder: string | null;
}

/** What a restore set aside in the runner folder: a journal with its keys. */
export interface ReplacedRecord {
  folder: string;
  /** When it was set aside, in milliseconds since 1970: no key is younger. */
  at: number;
}

/** Where keys of a record lie beside the record itself. */
export interface KeyCopies {
  backups: MadeBackup[];
  replaced: ReplacedRecord[];
}

const madeSchema = z.object({ madeAt: z.int(), folder: z.string().nullable().default(null) });
const restoredSchema = z.object({ madeAt: z.int(), from: z.string().nullable().default(null) });

/**
 * Every copy of keys that is known of. A backup is noted once it is made, so that a journal which was restored from it
 * does not know it by its note: the restore says which it was. Those that were made later are known to the journals that
 * were set aside, as far as they can still be read.
 *
 * @param folder the runner folder; null where there is none, and nothing was set aside
 */
export function keyCopies(reader: JournalReader, folder: string | null): KeyCopies {
  const replaced = folder === null ? [] : replacedIn(folder);
  const known = new Map<number, MadeBackup>();
  for (const made of [...backupsIn(reader), ...replaced.flatMap((one) => backupsOf(one.folder))])
    known.set(made.madeAt, { ...made, folder: made.folder ?? known.get(made.madeAt)?.folder ?? null });
  return { backups: [...known.values()].sort((a, b) => a.madeAt - b.madeAt), replaced };
}

function backupsIn(reader: JournalReader): MadeBackup[] {
  return reader.events('runner').flatMap(({ type, open }): MadeBackup[] => {
    if (type === 'backup.made') return [madeSchema.parse(open)];
    if (type !== 'journal.restored') return [];
    const { madeAt, from } = restoredSchema.parse(open);
    return [{ madeAt, folder: from }];
  });
}

/** Of a journal that was set aside; none where it cannot be read, as when it was set aside for being damaged. */
function backupsOf(folder: string): MadeBackup[] {
  try {
    const reader = openJournalReader(join(folder, 'journal.sqlite'));
    try {
      return backupsIn(reader);
    } finally {
      reader.close();
    }
  } catch {
    // Damage deep in the file is not met before it is read, and nobody is kept from erasing by it.
    return [];
  }
}

function replacedIn(folder: string): ReplacedRecord[] {
  return readdirSync(folder)
    .flatMap((name) => {
      const at = replacedAt(name);
      const path = resolve(folder, name);
      return at !== null && existsSync(join(path, 'keys.sqlite')) ? [{ folder: path, at }] : [];
    })
    .sort((a, b) => a.at - b.at);
}
