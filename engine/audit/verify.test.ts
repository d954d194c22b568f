import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { decodeHeader, encodeHeader, innerHash, leafHash } from '../journal/event-codec.ts';
import { openForWriting, type Connection } from '../journal/open.ts';
import { Query } from '../journal/query.ts';
import { rebuildProjections } from '../journal/rebuild.ts';
import { JOURNAL_SCHEMA } from '../journal/schema.ts';
import { draft, openIn, started, tempFolder, wholeRun } from '../journal/testing.ts';
import { parseNote, signCheckpoint, type Note } from './checkpoint.ts';
import { CompactRange } from './compact-range.ts';
import type { FindingCode } from './finding.ts';
import { testSigner } from './testing.ts';
import { verifyJournal, type AuditReport } from './verify.ts';

let folder = '';
let remove = (): void => undefined;
let note: Note;
const signer = testSigner();
const RUNS = 12;
/** Sequence number of the first event of run r5. */
const R5 = 2 + 4 * 5;

beforeEach(() => {
  ({ folder, remove } = tempFolder());
  const journal = openIn(folder);
  for (let i = 0; i < RUNS; i++) journal.append(wholeRun(`r${i}`));
  const effect = { visit: 1, key: 'k', connection: 'billing', action: 'refund', class: 'irreversible', digest: 'd' };
  const task = { visit: 1, task: 't', role: 'lead', due: 5, title: 'Refund?', digest: 'd' };
  journal.append([
    started('live'),
    draft('live', 'call.intended', effect, { node: 'pay' }),
    draft('live', 'task.created', task, { node: 'sign' }),
  ]);
  note = signCheckpoint({ origin: journal.origin, ...journal.head() }, signer);
  journal.close();
});
afterEach(() => remove());

const path = (): string => join(folder, 'journal.sqlite');
const plain = (): AuditReport => verifyJournal(path());
const against = (...notes: Note[]): AuditReport =>
  verifyJournal(path(), { checkpoints: notes, publicKey: signer.publicKey });
const codes = (report: AuditReport): FindingCode[] => [...new Set(report.findings.map(({ code }) => code))];

/** Changes the journal with SQL, as its owner could. */
function edit(change: string | ((db: Connection) => void)): void {
  const db = openForWriting(path(), JOURNAL_SCHEMA);
  if (typeof change === 'string') db.exec(change);
  else change(db);
  db.close();
}

/**
 * What someone can do who knows the format and owns the machine: drops the guards, makes the edit, gives every event its
 * new place, hashes everything anew, derives the projections, and puts the guards back.
 */
function forge(change: string): void {
  edit((db) => {
    const guards = new Query<[], { name: string; sql: string }>(
      db,
      "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'",
    ).all();
    for (const { name } of guards) db.exec(`DROP TRIGGER ${name}`);
    db.exec(change);
    interface Row {
      seq: number;
      header: Uint8Array;
      open: Uint8Array;
      sealed: Uint8Array | null;
      salt: Uint8Array;
    }
    const rows = new Query<[], Row>(db, 'SELECT seq, header, open, sealed, salt FROM event ORDER BY seq').all();
    db.exec('CREATE TEMP TABLE kept AS SELECT * FROM event; DELETE FROM event');
    const range = new CompactRange();
    rows.forEach(({ header, open, sealed, salt }, i) => {
      const h = { ...decodeHeader(header), seq: i + 1 };
      const bytes = Buffer.from(encodeHeader(h));
      const leaf = leafHash(bytes, innerHash(salt, open, sealed));
      range.append(leaf);
      db.prepare('INSERT INTO event VALUES (?, ?, ?, ?, ?, ?, ?, NULL)').run(
        i + 1,
        h.subject,
        bytes,
        open,
        sealed,
        salt,
        leaf,
      );
    });
    db.prepare('UPDATE log SET size = ?, range = ?').run(range.size, range.encode());
    rebuildProjections(db);
    for (const { sql } of guards) db.exec(sql);
  });
}

const GUARDS_OFF = 'DROP TRIGGER event_stays; DROP TRIGGER event_keeps;';

test('an untouched journal holds, with its checkpoint and without', () => {
  expect(plain()).toMatchObject({
    ok: true,
    findings: [],
    scope: 'internal consistency only',
    events: 1 + 4 * RUNS + 3,
    signatures: 'not checked',
  });
  expect(against(note)).toMatchObject({
    ok: true,
    findings: [],
    scope: `against checkpoint of size ${note.checkpoint.size}`,
    signatures: 'checked',
  });
  expect(plain().root).toBe(Buffer.from(note.checkpoint.root).toString('hex'));
});

test('it verifies beside the engine, and a journal that went on still fits its older checkpoints', () => {
  const journal = openIn(folder);
  journal.append(wholeRun('later'));
  expect(against(note).ok).toBe(true);
  journal.close();
  expect(
    against(note, signCheckpoint({ ...note.checkpoint, size: 0, root: new CompactRange().root() }, signer)).ok,
  ).toBe(true);
});

describe('P26 against a checkpoint held elsewhere, what was hashed anew is caught', () => {
  const forgeries: Record<string, string> = {
    truncation: 'DELETE FROM event WHERE seq > 20',
    'an edit': `UPDATE event SET open = CAST(replace(CAST(open AS TEXT), '"answered"', '"declined"') AS BLOB) WHERE seq = ${R5 + 1}`,
    reordering: `UPDATE event SET seq = -1 WHERE seq = 8; UPDATE event SET seq = 8 WHERE seq = 9; UPDATE event SET seq = 9 WHERE seq = -1`,
    insertion: `UPDATE event SET seq = -seq - 1 WHERE seq > 30; UPDATE event SET seq = -seq WHERE seq < 0;
      INSERT INTO event SELECT 31, subject, header, open, sealed, salt, leaf, inner FROM event WHERE seq = 6`,
    'a run left out': `DELETE FROM event WHERE subject = 'run:r5'`,
  };
  test.each(Object.entries(forgeries))('%s', (name, change) => {
    forge(change);
    // Control: by itself the forged journal is without fault, which is why the scope is said.
    expect(plain()).toMatchObject({ ok: true, scope: 'internal consistency only' });
    const report = against(note);
    expect(report.ok).toBe(false);
    const cutOff = name === 'truncation' || name === 'a run left out';
    expect(codes(report)).toEqual([cutOff ? 'TRUNCATED' : 'CHECKPOINT_ROOT']);
  });

  test('a fork', () => {
    const journal = openIn(folder);
    journal.append(wholeRun('one'));
    const first = signCheckpoint({ origin: journal.origin, ...journal.head() }, signer);
    journal.close();
    expect(against(note, first).ok).toBe(true);
    forge("DELETE FROM event WHERE subject = 'run:one'");
    const other = openIn(folder);
    other.append(wholeRun('two'));
    other.close();
    expect(plain().ok).toBe(true);
    expect(against(note).ok).toBe(true);
    expect(codes(against(note, first))).toEqual(['CHECKPOINT_ROOT']);
  });
});

describe('P26 without a checkpoint, what was not hashed anew is caught', () => {
  const cases: [string, string, FindingCode[]][] = [
    [
      'a header',
      `UPDATE event SET header = CAST(replace(CAST(header AS TEXT), '"ask"', '"ASK"') AS BLOB) WHERE seq = ${R5 + 1}`,
      ['LEAF', 'HEAD'],
    ],
    [
      'an open part',
      `UPDATE event SET open = CAST(replace(CAST(open AS TEXT), '"answered"', '"declined"') AS BLOB) WHERE seq = ${R5 + 1}`,
      ['LEAF', 'HEAD'],
    ],
    ['a sealed part', `UPDATE event SET sealed = zeroblob(60) WHERE seq = ${R5}`, ['LEAF', 'HEAD']],
    ['a salt', `UPDATE event SET salt = zeroblob(16) WHERE seq = ${R5}`, ['LEAF', 'HEAD']],
    ['a leaf', `UPDATE event SET leaf = zeroblob(32) WHERE seq = ${R5}`, ['LEAF']],
    ['a subject', `UPDATE event SET subject = 'run:other' WHERE seq = ${R5 + 1}`, ['HEADER']],
    ['the last event gone', 'DELETE FROM event WHERE seq = (SELECT max(seq) FROM event)', ['HEAD', 'PROJECTION']],
    ['an event gone', `DELETE FROM event WHERE seq = ${R5 + 2}`, ['SEQUENCE', 'HEAD']],
    [
      'two events exchanged',
      `UPDATE event SET seq = -1 WHERE seq = 8; UPDATE event SET seq = 8 WHERE seq = 9; UPDATE event SET seq = 9 WHERE seq = -1`,
      ['SEQUENCE', 'HEAD'],
    ],
    [
      'a payload taken out as if pruned',
      `UPDATE event SET inner = zeroblob(32), open = NULL, sealed = NULL, salt = NULL WHERE seq = ${R5}`,
      ['LEAF', 'HEAD'],
    ],
  ];
  test.each(cases)('%s', (_name, change, expected) => {
    const guards = new Map<string, string>();
    edit((db) => {
      for (const row of new Query<[], { name: string; sql: string }>(
        db,
        "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'",
      ).all()) {
        guards.set(row.name, row.sql);
      }
      db.exec(GUARDS_OFF + change);
      for (const sql of guards.values()) db.exec(sql);
    });
    const report = plain();
    expect(report.ok).toBe(false);
    expect(codes(report)).toEqual(expected);
  });
});

describe('a projection that does not follow from the events is caught', () => {
  const edits: Record<string, string> = {
    'a run said to have ended otherwise': "UPDATE run SET result = 'refunded' WHERE id = 'r5'",
    'a run hidden': "DELETE FROM run WHERE id = 'r5'",
    'a run made up':
      "INSERT INTO run VALUES (999, 'x', 'completed', 'p', NULL, NULL, 0, 1, 'done', NULL, NULL, 0, NULL)",
    'an effect said to be done': "UPDATE effect SET status = 'done'",
    'a task said to be decided': "UPDATE task SET status = 'decided', decision = 'approved'",
    'a timer put off': 'UPDATE timer SET at = at + 1',
  };
  test.each(Object.entries(edits))('%s', (_name, change) => {
    edit(change);
    expect(codes(plain())).toEqual(['PROJECTION']);
  });
});

test('P26 a dropped or weakened guard, or anything added to the schema, is caught', () => {
  edit('DROP TRIGGER event_keeps');
  expect(plain().findings).toEqual([{ code: 'SCHEMA_CHANGED', message: 'The trigger event_keeps was dropped.' }]);
  edit('CREATE TRIGGER event_keeps BEFORE UPDATE ON event BEGIN SELECT 1; END');
  expect(codes(plain())).toEqual(['SCHEMA_CHANGED']);
  edit('DROP TRIGGER event_keeps; CREATE VIEW more AS SELECT 1');
  expect(plain().findings).toHaveLength(2);
});

test('a head or an epoch set back is caught', () => {
  edit('UPDATE log SET size = size - 1');
  expect(plain().ok).toBe(false);
  edit('UPDATE log SET size = size + 1; UPDATE writer SET epoch = 0');
  expect(codes(plain())).toEqual(['EPOCH']);
});

test('an epoch that goes back is caught even when hashed anew', () => {
  forge(`UPDATE event SET header = CAST(replace(CAST(header AS TEXT), '"epoch":1', '"epoch":7') AS BLOB) WHERE seq = 9;
    UPDATE writer SET epoch = 7`);
  expect(codes(plain())).toEqual(['EPOCH']);
});

test('a pruned journal still verifies, against its checkpoint as well', () => {
  edit((db) => {
    const rows = new Query<[], { seq: number; open: Uint8Array; sealed: Uint8Array | null; salt: Uint8Array }>(
      db,
      "SELECT seq, open, sealed, salt FROM event WHERE subject = 'run:r5'",
    ).all();
    const prune = db.prepare('UPDATE event SET inner = ?, open = NULL, sealed = NULL, salt = NULL WHERE seq = ?');
    for (const { seq, open, sealed, salt } of rows) prune.run(innerHash(salt, open, sealed), seq);
  });
  expect(against(note)).toMatchObject({ ok: true, prunedRuns: 1 });
  const journal = openIn(folder);
  expect(journal.run('r5')?.status).toBe('completed');
  expect(journal.events('run:r5')[0]).toMatchObject({ type: 'run.started', open: null, erased: true });
  journal.close();
});

test('checkpoints of another key or another log do not count', () => {
  const strange = signCheckpoint(note.checkpoint, testSigner());
  expect(against(strange)).toMatchObject({ ok: false, scope: 'internal consistency only' });
  expect(codes(against(strange))).toEqual(['CHECKPOINT_SIGNATURE']);
  const other = signCheckpoint({ ...note.checkpoint, origin: 'example.org/other' }, signer);
  expect(codes(against(other))).toEqual(['CHECKPOINT_ORIGIN']);
  expect(against(other).findings[0]?.message).not.toContain('restored');
  expect(codes(against(parseNote(note.text.replace(/\n\d+\n/, '\n9\n'))))).toEqual(['CHECKPOINT_SIGNATURE']);
});

test('P7 any byte changed in the file is caught against the checkpoint, or changes nothing that is read', () => {
  // Everything into the main file, and no free pages: what is left unread is unused room within pages.
  edit('VACUUM');
  edit('PRAGMA wal_checkpoint(TRUNCATE)');
  const whole = readFileSync(path());
  const content = (): string => {
    const db = openForWriting(path(), JOURNAL_SCHEMA);
    const tables = ['event', 'run', 'task', 'timer', 'effect', 'log', 'writer'];
    const all = JSON.stringify(tables.map((table) => db.prepare(`SELECT * FROM ${table}`).raw().all()));
    db.close();
    return all;
  };
  const before = content();
  const unread: string[] = [];
  let caught = 0;
  for (let i = 101; i < whole.length; i += 197) {
    const copy = Buffer.from(whole);
    copy[i] = (copy[i] ?? 0) ^ 0x10;
    writeFileSync(path(), copy);
    const report = against(note);
    if (report.ok) unread.push(content());
    else caught += 1;
  }
  expect(caught).toBeGreaterThan(50);
  expect(unread.filter((now) => now !== before)).toEqual([]);
  writeFileSync(path(), whole);
  expect(against(note).ok).toBe(true);
}, 60_000);

test('a file that is no journal any more is a finding, one that is missing an error', () => {
  writeFileSync(path(), readFileSync(path()).fill(0x20, 200, 5000));
  expect(codes(plain())).toContain('FILE_DAMAGED');
  expect(() => verifyJournal(join(folder, 'none'))).toThrow(expect.objectContaining({ code: 'FILE_UNREADABLE' }));
});

test('that an older backup was restored since is told beside a checkpoint from before', () => {
  const [at, name] = [Date.UTC(2026, 10, 20), note.checkpoint.origin];
  edit((db) => db.prepare<[string]>('UPDATE log SET origin = ?').run(`${name}/restored-${at}`));
  const [found] = against(note).findings;
  expect(found?.code).toBe('CHECKPOINT_ORIGIN');
  expect(found?.message).toContain('restored at 2026-11-20T00:00:00.000Z: the event journal.restored says by whom');
});

test.each(['', '0x10', '1e3', '9007199254740991'])(
  'a log that calls itself restored at “%s” is one of another name, and nothing more',
  (at) => {
    edit((db) => db.prepare<[string]>('UPDATE log SET origin = ?').run(`${note.checkpoint.origin}/restored-${at}`));
    const [found] = against(note).findings;
    expect(found?.code).toBe('CHECKPOINT_ORIGIN');
    expect(found?.message).not.toContain('An older backup');
  },
);
