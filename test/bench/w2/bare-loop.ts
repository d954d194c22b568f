import { randomFillSync } from 'node:crypto';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { CompactRange } from '../../../engine/audit/compact-range.ts';
import { HASH_BYTES } from '../../../engine/audit/merkle.ts';
import { innerHash, leafHash, SALT_BYTES } from '../../../engine/journal/event-codec.ts';
import { makeRoom } from '../../../engine/journal/log-room.ts';
import { newRunId } from '../../../engine/runtime/run-id.ts';
import { median } from '../row.ts';
import { bytesIn } from './weigh.ts';

/** What the loop writes for each run: so many event rows and one run row, of so many bytes in all their columns. */
export interface Shape {
  events: number;
  eventBytes: number;
  runBytes: number;
}

/** What it does besides writing rows. */
export interface Also {
  /** Computes what the journal's rows need: salt, leaf and tree of each event. */
  leaves?: boolean;
  /** Its write-ahead log has its full length from the beginning, so that no commit makes it longer. */
  logRoom?: boolean;
}

/** What came of it: by the clock, and by the database afterwards. `p50` is of one transaction, in milliseconds. */
export interface BareRun {
  seconds: number;
  p50: number;
  transactions: number;
  /** Bytes in the columns of all rows. */
  bytes: number;
  fileBytes: number;
}

const AT = 1_764_000_000_000;
const KIND = 'node.completed';
const RUN_ID = newRunId(AT, new Uint8Array(10)).length;
/** Bytes of run, seq (a digit), at (13 digits) and kind. */
const EVENT_KEYS = RUN_ID + 1 + 13 + KIND.length;
const ROOM_FOR_HASHES = SALT_BYTES + HASH_BYTES;
/** About what an event's header takes of its row. */
const HEADER_SHARE = 0.5;

/**
 * Writes `runs` runs in transactions of `perTransaction` with nothing but prepared statements: the limit of SQLite at
 * equal durability.
 */
export function bareLoop(
  folder: string,
  shape: Shape,
  runs: number,
  perTransaction: number,
  { leaves = false, logRoom = false }: Also = {},
): BareRun {
  const path = join(folder, 'bare.sqlite');
  const db = new Database(path);
  db.exec(`
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    PRAGMA wal_autocheckpoint = 4000;
    CREATE TABLE run (id TEXT PRIMARY KEY, data BLOB) STRICT, WITHOUT ROWID;
    CREATE TABLE event (
      run TEXT, seq INTEGER, at INTEGER, kind TEXT, data BLOB, leaf BLOB, PRIMARY KEY (run, seq)
    ) STRICT, WITHOUT ROWID;
  `);
  if (logRoom) makeRoom(`${path}-wal`);
  const event = db.prepare('INSERT INTO event VALUES (?, ?, ?, ?, ?, ?)');
  const run = db.prepare('INSERT INTO run VALUES (?, ?)');
  const data = Buffer.alloc(shape.eventBytes - EVENT_KEYS - ROOM_FOR_HASHES, 'x');
  const fixed = Buffer.alloc(ROOM_FOR_HASHES, 'x');
  const runData = Buffer.alloc(shape.runBytes - RUN_ID, 'x');
  const header = data.subarray(0, data.length * HEADER_SHARE);
  const open = data.subarray(header.length);
  const range = new CompactRange();
  const hashed = (random: Uint8Array): Buffer => {
    const salt = random.subarray(0, SALT_BYTES);
    const leaf = leafHash(header, innerHash(salt, open, null));
    range.append(leaf);
    return Buffer.concat([salt, leaf]);
  };
  const write = db.transaction((from: number, to: number) => {
    for (let i = from; i < to; i++) {
      const random = randomFillSync(new Uint8Array(10 + (leaves ? shape.events * SALT_BYTES : 0)));
      const id = newRunId(AT + (i >> 4), random.subarray(0, 10));
      for (let seq = 0; seq < shape.events; seq++) {
        const salt = random.subarray(10 + seq * SALT_BYTES, 10 + (seq + 1) * SALT_BYTES);
        event.run(id, seq, AT, KIND, data, leaves ? hashed(salt) : fixed);
      }
      run.run(id, runData);
    }
  });
  const waits: number[] = [];
  const begun = performance.now();
  for (let from = 0; from < runs; from += perTransaction) {
    const asked = performance.now();
    write(from, Math.min(runs, from + perTransaction));
    waits.push(performance.now() - asked);
  }
  const seconds = (performance.now() - begun) / 1000;
  const bytes = bytesIn(db, 'event') + bytesIn(db, 'run');
  db.close();
  return { seconds, p50: median(waits), transactions: waits.length, bytes, fileBytes: statSync(path).size };
}
