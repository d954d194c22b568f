import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openForWriting } from '../journal/open.ts';
import { JOURNAL_SCHEMA } from '../journal/schema.ts';
import { openIn, tempFolder, wholeRun } from '../journal/testing.ts';
import { signCheckpoint, type Note } from './checkpoint.ts';
import { CHUNK } from './leaf-scan.ts';
import { someRoot, testSigner } from './testing.ts';
import { verifyJournal, verifyJournalInThreads, type VerifyOptions } from './verify.ts';

let folder = '';
let remove = (): void => undefined;
let notes: Note[] = [];
const signer = testSigner();
/** Checkpoints within stretches, at their ends, and over all. */
const SIZES = [1, 5, CHUNK - 3, CHUNK + 1, 2 * CHUNK + 1, 2 * CHUNK + 4097];

beforeEach(() => {
  ({ folder, remove } = tempFolder());
  const journal = openIn(folder);
  notes = [];
  let size = journal.head().size;
  let run = 0;
  for (const until of SIZES) {
    const drafts = Array.from({ length: Math.ceil((until - size) / 4) }, () => wholeRun(`r${run++}`)).flat();
    if (drafts.length > 0) journal.append(drafts);
    notes.push(signCheckpoint({ origin: journal.origin, ...journal.head() }, signer));
    size = journal.head().size;
  }
  journal.close();
});
afterEach(() => remove());

const path = (): string => join(folder, 'journal.sqlite');

/** What both ways of verifying say, which must be the same. */
async function verified(options: VerifyOptions = { checkpoints: notes, publicKey: signer.publicKey }) {
  const alone = verifyJournal(path(), options);
  expect(await verifyJournalInThreads(path(), options, 1)).toEqual(alone);
  return { ok: alone.ok, codes: [...new Set(alone.findings.map(({ code }) => code))], root: alone.root };
}

function edit(sql: string): void {
  const db = openForWriting(path(), JOURNAL_SCHEMA);
  db.exec(`DROP TRIGGER event_stays; DROP TRIGGER event_keeps; ${sql}`);
  db.close();
}

test('two threads find what one finds: nothing in an honest journal, and the root of its checkpoint', async () => {
  const root = Buffer.from(notes.at(-1)?.checkpoint.root ?? []).toString('hex');
  expect(await verified()).toEqual({ ok: true, codes: [], root });
  expect(await verified({ checkpoints: notes, only: 'record' })).toEqual({ ok: true, codes: [], root });
  const forged = notes.map(({ checkpoint }, i) => signCheckpoint({ ...checkpoint, root: someRoot(i) }, signer));
  expect(await verified({ checkpoints: forged })).toMatchObject({ ok: false, codes: ['CHECKPOINT_ROOT'] });
});

test('P26 two threads find what one finds: an edited payload, a gap, a journal that is shorter than its checkpoint', async () => {
  edit(`UPDATE event SET open = CAST('{}' AS BLOB) WHERE seq = ${CHUNK + 7}`);
  expect((await verified({ checkpoints: notes, only: 'record' })).codes).toEqual(['LEAF', 'HEAD', 'CHECKPOINT_ROOT']);
  expect((await verified()).codes).toContain('SCHEMA_CHANGED');
  const db = openForWriting(path(), JOURNAL_SCHEMA);
  db.exec(`DELETE FROM event WHERE seq = ${CHUNK + 9}`);
  db.close();
  expect((await verified({ checkpoints: notes, only: 'record' })).codes).toEqual([
    'SEQUENCE',
    'LEAF',
    'HEAD',
    'TRUNCATED',
    'CHECKPOINT_ROOT',
  ]);
});
