import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { CompactRange } from '../../engine/audit/compact-range.ts';
import { verifyJournal } from '../../engine/audit/verify.ts';
import { z } from '../../engine/flow/zod.ts';
import { innerHash, leafHash } from '../../engine/journal/event-codec.ts';
import { openForWriting, type Connection } from '../../engine/journal/open.ts';
import { Query } from '../../engine/journal/query.ts';
import { JOURNAL_SCHEMA } from '../../engine/journal/schema.ts';
import { answerOf, countersign, refusalOf } from '../support/command-line.ts';
import { listing } from '../support/folder.ts';
import { shopRunner, type ShopRunner } from '../support/shop-runner.ts';

let shop: ShopRunner;
let runner: string;
let journal: string;
let checkpoint: string;
let key: string;
beforeAll(async () => {
  shop = await shopRunner('record');
  await shop.runOrders(3);
  // A checkpoint and the log's public key that were handed out: they lie where the runner cannot reach them.
  checkpoint = shop.file('held.note');
  key = shop.file('held.pub.json');
  cpSync(join(shop.runner, 'checkpoints', 'latest'), checkpoint);
  cpSync(join(shop.runner, 'log.pub.json'), key);
});
afterAll(() => shop.remove());

let times = 0;
beforeEach(() => {
  times += 1;
  runner = shop.file(`runner-${times}`);
  cpSync(shop.runner, runner, { recursive: true });
  journal = join(runner, 'journal.sqlite');
});

const reportSchema = z.object({
  ok: z.boolean(),
  scope: z.string(),
  hint: z.string().optional(),
  findings: z.array(z.object({ code: z.string(), seq: z.int().optional(), message: z.string() })),
});
const audit = () =>
  answerOf(reportSchema, 'audit', 'verify', '--runner', runner, '--checkpoint', checkpoint, '--key', key);

/** Changes the journal by SQL, with the guards off for the time. */
function bySql(change: (db: Connection) => void): void {
  const db = openForWriting(journal, JOURNAL_SCHEMA);
  try {
    const guards = new Query<[], { name: string; sql: string }>(
      db,
      "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'",
    ).all();
    for (const { name } of guards) db.exec(`DROP TRIGGER ${name}`);
    change(db);
    for (const { sql } of guards) db.exec(sql);
    db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  } finally {
    db.close();
  }
}

interface Row {
  seq: number;
  header: Uint8Array;
  open: Uint8Array;
  sealed: Uint8Array | null;
  salt: Uint8Array;
}

/** What somebody would do who owns the machine and knows the format: every leaf and the tree are made anew. */
function hashAnew(db: Connection): void {
  const range = new CompactRange();
  const set = db.prepare('UPDATE event SET leaf = ? WHERE seq = ?');
  for (const row of new Query<[], Row>(db, 'SELECT seq, header, open, sealed, salt FROM event ORDER BY seq').all()) {
    const leaf = leafHash(row.header, innerHash(row.salt, row.open, row.sealed));
    set.run(leaf, row.seq);
    range.append(leaf);
  }
  db.prepare('UPDATE log SET size = ?, range = ?').run(range.size, range.encode());
}

/** One character of the reason of a case's end: what it came to is another thing then. */
function anotherResult(db: Connection): number {
  const row = new Query<[], { seq: number; open: string }>(
    db,
    `SELECT seq, CAST(open AS TEXT) AS open FROM event WHERE instr(CAST(open AS TEXT), '"result":"done"') > 0 LIMIT 1`,
  ).get();
  if (row === undefined) throw new Error('a case ended as done');
  const open = row.open.replace('"result":"done"', '"result":"dona"');
  db.prepare('UPDATE event SET open = ? WHERE seq = ?').run(Buffer.from(open), row.seq);
  db.prepare("UPDATE run SET result = 'dona' WHERE id = (SELECT substr(subject, 5) FROM event WHERE seq = ?)").run(
    row.seq,
  );
  return row.seq;
}

describe('P26 a journal that was altered', () => {
  test('control: untouched, it holds against the checkpoint held elsewhere', async () => {
    expect(await audit()).toMatchObject({ code: 0, ok: true, findings: [] });
  });

  test('one byte changed in the file is found at its event', async () => {
    const bytes = readFileSync(journal);
    const at = bytes.indexOf('"result":"done"');
    expect(at).toBeGreaterThan(0);
    bytes.write('a', at + '"result":"don'.length);
    writeFileSync(journal, bytes);
    const told = await audit();
    expect(told).toMatchObject({ code: 1, ok: false });
    const leaf = told.findings.find(({ code }) => code === 'LEAF');
    expect(leaf?.seq).toBeGreaterThan(0);
    expect(told.hint).toContain('backup');
    const { out, code } = await countersign('audit', 'verify', '--runner', runner);
    expect(code).toBe(1);
    expect(out).toContain(`LEAF at event ${leaf?.seq}`);
    expect(out).toContain('What to do: ');
  });

  test('one byte changed by SQL is found at its event', async () => {
    let seq = 0;
    bySql((db) => (seq = anotherResult(db)));
    const told = await audit();
    expect(told).toMatchObject({ code: 1, ok: false });
    expect(told.findings).toContainEqual(expect.objectContaining({ code: 'LEAF', seq }));
  });

  test('one byte changed by SQL with all hashes made anew holds in itself, and not against the checkpoint', async () => {
    bySql((db) => {
      anotherResult(db);
      hashAnew(db);
    });
    expect(verifyJournal(journal)).toMatchObject({ ok: true, scope: 'internal consistency only' });
    const told = await audit();
    expect(told).toMatchObject({ code: 1, ok: false });
    expect(told.findings.map(({ code }) => code)).toEqual(['CHECKPOINT_ROOT']);
    expect(told.hint).toContain('backup');
  });

  test('the engine goes on with it no further than its own checkpoints allow, and says so', async () => {
    bySql((db) => {
      anotherResult(db);
      hashAnew(db);
    });
    const before = listing(join(runner, 'checkpoints'));
    const data = shop.file('orders-1.csv');
    const run = await countersign('run', shop.manifest, '--runner', runner, '--data', data);
    expect(run.err).toMatch(/No checkpoint was written: .* is not of this log\. Run “countersign audit verify”/);
    // A log that does not continue what was checkpointed is never checkpointed again.
    expect(listing(join(runner, 'checkpoints'))).toEqual(before);
    expect((await audit()).code).toBe(1);
  });

  test('a checkpoint that was forged along with it is found by the key of the log', async () => {
    const text = readFileSync(checkpoint, 'utf8').split('\n');
    text[1] = String(Number(text[1]) - 1);
    const forged = shop.file('forged.note');
    writeFileSync(forged, text.join('\n'));
    const command = ['audit', 'verify', '--runner', runner, '--checkpoint', forged, '--key', key];
    const told = await answerOf(reportSchema, ...command);
    expect(told).toMatchObject({ code: 1, ok: false });
    expect(told.findings.map(({ code }) => code)).toEqual(['CHECKPOINT_SIGNATURE']);
  });
});

describe('P14 a journal of another schema', () => {
  const commands = (): (readonly string[])[] => [
    ['run', shop.manifest, '--runner', runner, '--data', shop.file('orders-1.csv')],
    ['runs', '--runner', runner],
    ['approvals', '--runner', runner],
    ['audit', 'verify', '--runner', runner],
  ];

  /** The folder without what SQLite lays beside a database while it is read, which says nothing. */
  const lying = () => Object.entries(listing(runner)).filter(([name]) => !/-(shm|wal)$/.test(name));

  /** Every command refuses the file, and leaves the whole folder as it is. */
  async function refusals(): Promise<string[]> {
    const said: string[] = [];
    for (const command of commands()) {
      const before = lying();
      const error = await refusalOf(...command);
      expect(error).toMatchObject({ exit: 3, code: 'JOURNAL_SCHEMA', where: { file: journal } });
      said.push(error.message);
      expect(error.hint).toContain('not changed');
      expect(lying()).toEqual(before);
    }
    return [...new Set(said)];
  }

  test('a newer one is refused in plain words', async () => {
    const db = openForWriting(journal, JOURNAL_SCHEMA);
    db.exec('PRAGMA user_version = 99');
    db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    db.close();
    expect(await refusals()).toEqual([
      expect.stringContaining('was written by a newer Countersign: it has journal schema 99'),
    ]);
  });

  test('another program’s database is refused in plain words', async () => {
    const db = openForWriting(journal, JOURNAL_SCHEMA);
    db.exec('PRAGMA application_id = 12345');
    db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    db.close();
    expect(await refusals()).toEqual([
      expect.stringContaining('is not a Countersign journal; another program wrote it'),
    ]);
  });

  test('control: as it was, every command takes it', async () => {
    for (const command of commands()) expect((await countersign(...command)).code).toBe(0);
  });
});
