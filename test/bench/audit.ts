import { hash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { signCheckpoint, type Note } from '../../engine/audit/checkpoint.ts';
import { testSigner } from '../../engine/audit/testing.ts';
import { verifyJournal, verifyJournalInThreads, type AuditReport } from '../../engine/audit/verify.ts';
import { openJournalReader } from '../../engine/journal/reader.ts';
import { writeJournal } from './audit-journal.ts';
import { compare, MIN_ROUNDS, type Benchmark, type Row } from './row.ts';

const EVENTS = 300_000;
const ROUNDS = MIN_ROUNDS;

export const auditBenchmark: Benchmark = {
  about: 'verifying a journal, beside a loop that only reads its rows and hashes the same bytes',
  notes: [
    `A journal of ${EVENTS.toLocaleString('en-US')} events, five a run, of which two have a sealed part; made beforehand. It is in the page cache: what is measured is not the disk.`,
    'record: every payload, leaf and the tree, against the stored head and a signed checkpoint (audit verify --only record), by two threads and by one.',
    'everything: the same, and SQLite’s own check of the file, every header, and every projection derived anew and compared; the default of audit verify.',
    'bare: one thread reads all rows in pages with better-sqlite3 and computes inner hash, leaf and one hash for each pair of leaves; it compares nothing and keeps no tree.',
    'Rounds are interleaved after a warm-up.',
  ],
  run: (progress) => runAudit(progress, EVENTS),
};

/** @param events how many the journal has at least */
export async function runAudit(progress: (line: string) => void, events: number): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-bench-'));
  try {
    progress(`writing ${events} events`);
    const path = writeJournal(folder, events);
    const { count, options } = checkpointOf(path);
    const measured = { threads: timer(count), record: timer(count), everything: timer(count), bare: timer(count) };
    for (let round = 0; round <= ROUNDS; round += 1) {
      progress(round === 0 ? 'warming up' : `round ${round}`);
      // oxlint-disable-next-line no-await-in-loop -- one after the other, or they would disturb each other
      await measured.threads.time(async () =>
        whole(await verifyJournalInThreads(path, { ...options, only: 'record' })),
      );
      // oxlint-disable-next-line no-await-in-loop -- as above
      await measured.record.time(() => whole(verifyJournal(path, { ...options, only: 'record' })));
      // oxlint-disable-next-line no-await-in-loop -- as above
      await measured.everything.time(async () => whole(await verifyJournalInThreads(path, options)));
      // oxlint-disable-next-line no-await-in-loop -- as above
      await measured.bare.time(() => bareLoop(path));
    }
    const row = (name: string, { rates }: Timer): Row =>
      compare({
        case: `verifying ${count.toLocaleString('en-US')} events`,
        unit: 'events/s',
        better: 'more',
        subject: { name, values: rates.slice(1) },
        reference: { name: 'bare', values: measured.bare.rates.slice(1) },
      });
    return [
      row('record, two threads', measured.threads),
      row('record, one thread', measured.record),
      row('everything', measured.everything),
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Timer {
  /** Events a second, each time. */
  rates: number[];
  time(work: () => unknown): Promise<void>;
}

function timer(events: number): Timer {
  const rates: number[] = [];
  const time = async (work: () => unknown): Promise<void> => {
    const from = performance.now();
    await work();
    rates.push((events * 1000) / (performance.now() - from));
  };
  return { rates, time };
}

function checkpointOf(path: string): { count: number; options: { checkpoints: Note[]; publicKey: Uint8Array } } {
  const journal = openJournalReader(path);
  const signer = testSigner();
  const note = signCheckpoint({ origin: journal.origin, ...journal.head() }, signer);
  journal.close();
  return { count: note.checkpoint.size, options: { checkpoints: [note], publicKey: signer.publicKey } };
}

/** Throws unless the journal held: a fast refusal would be no figure. */
function whole(report: AuditReport): void {
  if (!report.ok) throw new Error(`the journal does not hold: ${JSON.stringify(report.findings)}`);
}

type Stored = [header: Buffer, open: Buffer, sealed: Buffer | null, salt: Buffer];

function bareLoop(path: string): void {
  const db = new Database(path, { readonly: true });
  const select = db
    .prepare<[number], Stored>('SELECT header, open, sealed, salt FROM event WHERE seq > ? ORDER BY seq LIMIT 1000')
    .raw();
  const [length, prefix, pair] = [Buffer.alloc(4), Buffer.alloc(1), Buffer.alloc(65)];
  let seq = 0;
  for (let rows = select.all(seq); rows.length > 0; rows = select.all(seq)) {
    for (const [header, open, sealed, salt] of rows) {
      length.writeUInt32BE(open.length);
      const inner = hash(
        'sha256',
        Buffer.concat(sealed === null ? [salt, length, open] : [salt, length, open, sealed]),
        'binary',
      );
      const leaf = hash('sha256', Buffer.concat([prefix, header, Buffer.from(inner, 'latin1')]), 'binary');
      pair.write(leaf, 1, 'latin1');
      hash('sha256', pair, 'binary');
    }
    seq += rows.length;
  }
  db.close();
}
