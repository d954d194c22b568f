import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { CompactRange } from '../audit/compact-range.ts';
import { storedHead } from '../audit/verify-structure.ts';
import { verifyJournal } from '../audit/verify.ts';
import { BatchWriter, RANDOM_BYTES } from './batch-writer.ts';
import { entryOf } from './draft-entry.ts';
import type { Draft } from './journal.ts';
import { openForWriting } from './open.ts';
import { JOURNAL_SCHEMA } from './schema.ts';
import { countedBytes, draft, openIn, started, tempFolder } from './testing.ts';

let folder = '';
let remove = (): void => undefined;
beforeEach(() => ({ folder, remove } = tempFolder()));
afterEach(() => remove());

const RUN = 'many';
const KEYS = Array.from({ length: 90 }, (_, i) => String(i));
const OPENED = { visit: 1, join: 'all', any: false, keys: KEYS, item: 'one', atOnce: 90 };
const CALL = { visit: 1, connection: 'billing', action: 'refund', class: 'reversible', digest: 'd' };
const at = (key: string) => ({ node: 'pay', path: `each:1:${key}` });
const begun = (key: string) => draft(RUN, 'call.intended', { ...CALL, key: `k${key}` }, at(key));
const done = (key: string) => draft(RUN, 'node.completed', { visit: 1, port: 'done' }, at(key));

test('P3 rows that are kept in memory are those on disk, also after a write that came to nothing and another as long by somebody else', () => {
  openIn(folder).close();
  const path = join(folder, 'journal.sqlite');
  const db = openForWriting(path, JOURNAL_SCHEMA);
  const epoch = db.prepare<[], number>('SELECT epoch FROM writer').pluck().get() ?? 0;
  const [one, other] = [new BatchWriter(db, path, epoch), new BatchWriter(db, path, epoch)];
  const bytes = countedBytes();
  const head = storedHead(db);
  let range = CompactRange.decode(head.size, head.range);
  const means = (drafts: readonly Draft[]) =>
    [drafts.map(entryOf), { range, keys: new Map(), random: bytes(drafts.length * RANDOM_BYTES) }] as const;
  const write = (writer: BatchWriter, ...drafts: Draft[]): void => {
    range = writer.write(...means(drafts));
  };
  write(one, started(RUN), draft(RUN, 'branches.opened', OPENED, { node: 'each' }), ...KEYS.map(begun));
  const failing = db.transaction(() => {
    one.within(...means([done('1')]));
    throw new Error('the disk is full');
  });
  expect(() => failing()).toThrow('the disk is full');
  // Cut off in the middle of a batch, with events held back.
  const unreadable = { ...begun('1'), open: 'not this' };
  expect(() => one.write(...means([done('1'), unreadable]))).toThrow(/./);
  write(other, done('2'));
  write(one, done('3'));
  const port = db.prepare<[], number>("SELECT count(*) FROM effect WHERE status = 'done'").pluck();
  expect(port.get()).toBe(2);
  db.close();
  expect(verifyJournal(path).findings).toEqual([]);
});
