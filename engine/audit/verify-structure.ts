import { openScratch, type Connection } from '../journal/open.ts';
import { Query } from '../journal/query.ts';
import { readRange } from '../journal/reader.ts';
import { JOURNAL_SCHEMA } from '../journal/schema.ts';
import type { CompactRange } from './compact-range.ts';
import type { Findings } from './finding.ts';
import { sameBytes } from './merkle.ts';

interface SchemaRow {
  name: string;
  sql: string | null;
}

/** SQLite's own check, and that tables, indexes and triggers are those of the schema and no others. */
export function checkStructure(db: Connection, findings: Findings): void {
  for (const message of db.prepare<[], string>('PRAGMA integrity_check(20)').pluck().all()) {
    if (message !== 'ok') findings.add({ code: 'FILE_DAMAGED', message });
  }
  const listing = "SELECT type || ' ' || name AS name, sql FROM sqlite_schema ORDER BY type, name";
  const read = (from: Connection): Map<string, string | null> =>
    new Map(new Query<[], SchemaRow>(from, listing).all().map(({ name, sql }) => [name, sql]));
  const fresh = openScratch(JOURNAL_SCHEMA);
  const expected = read(fresh);
  fresh.close();
  const found = read(db);
  for (const [name, sql] of expected) {
    if (!found.has(name)) findings.add({ code: 'SCHEMA_CHANGED', message: `The ${name} was dropped.` });
    else if (found.get(name) !== sql) findings.add({ code: 'SCHEMA_CHANGED', message: `The ${name} was altered.` });
  }
  for (const name of found.keys()) {
    if (!expected.has(name))
      findings.add({ code: 'SCHEMA_CHANGED', message: `The ${name} does not belong to the journal.` });
  }
}

/** The head of the log as the journal keeps it. */
export interface StoredHead {
  size: number;
  range: Uint8Array;
}

/** Throws JOURNAL_DAMAGED when size and subtrees do not fit. */
export function storedHead(db: Connection): StoredHead {
  const range = readRange(db);
  return { size: range.size, range: range.encode() };
}

/** The stored head against the tree over what was read. */
export function checkHead(stored: StoredHead, range: CompactRange, findings: Findings): void {
  if (stored.size !== range.size) {
    findings.add({
      code: 'HEAD',
      message: `The head of the log says ${stored.size} events, and there are ${range.size}.`,
    });
  } else if (!sameBytes(stored.range, range.encode())) {
    findings.add({ code: 'HEAD', message: 'The head of the log is not the tree over the events.' });
  }
}
