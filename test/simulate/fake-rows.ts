import { hash } from 'node:crypto';
import { decodeHeader, innerHash } from '../../engine/journal/event-codec.ts';
import type { StoredEvent } from '../../engine/journal/journal.ts';
import { runOf } from '../../engine/journal/projections.ts';
import type { RawEvent } from '../../engine/journal/reader.ts';
import { parseStored } from '../../engine/journal/rebuild.ts';
import type { FakeDisk, StoredRow } from './fake-disk.ts';
import { framed, type FakeKeys } from './fake-keys.ts';

/** Rows of the disk in memory, as those who ask see them. */

/** Runs whose events are read by the subject that names them. */
export const runsOf = (disk: FakeDisk): string[] =>
  [...disk.image.bySubject.keys()].flatMap((subject) => runOf(subject) ?? []);

/** An event as it was written, whatever has become of it since: for the laws. */
export function storedOf(row: StoredRow): StoredEvent {
  const sealed = row.sealed === null ? null : framed(row.sealed).value;
  return { ...decodeHeader(row.header), open: parseStored(row.open, row.seq), sealed, erased: false };
}

/** An event as the journal gives it. */
export function givenOf(row: StoredRow, isPruned: boolean, keys: FakeKeys): StoredEvent {
  const header = decodeHeader(row.header);
  if (isPruned) return { ...header, open: null, sealed: null, erased: true };
  const { value, erased } = row.sealed === null ? { value: null, erased: false } : keys.unseal(row.sealed, row.subject);
  return { ...header, open: parseStored(row.open, row.seq), sealed: value, erased };
}

/** An event as whoever verifies the log reads it. */
export function rawOf(row: StoredRow, isPruned: boolean, options: { without?: string | undefined }): RawEvent {
  const { seq, header, open, sealed, salt, leaf } = row;
  if (!isPruned) return { seq, header, open, sealed, salt, leaf, inner: null };
  const inner = options.without === 'inner hash' ? hash('sha256', row.open, 'buffer') : innerHash(salt, open, sealed);
  return { seq, header, open: null, sealed: null, salt: null, leaf, inner };
}
