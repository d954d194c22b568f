import { closeSync, fsyncSync, ftruncateSync, openSync, statfsSync, statSync, writeSync } from 'node:fs';
import { CHECKPOINT_PAGES, type Connection } from './open.ts';
import { FRAME_HEADER, HEADER } from './wal-check.ts';

const FRAME = FRAME_HEADER + 4096;
/** What a log grows to until it is written back, and a little for the transaction that goes beyond. */
const ROOM_BYTES = HEADER + CHECKPOINT_PAGES * 1.05 * FRAME;
/** Written in one go, it was slower to write into afterwards, by a sixth in half of the tries (Linux 6.18, ext4). */
const AT_ONCE_BYTES = 1 << 20;
/** A disk that has less than this is not filled for the sake of speed. */
const LEAST_FREE_BYTES = 1 << 30;
/** It is looked at once in so many commits; a command that writes a few and ends never takes it. */
const EVERY_COMMITS = 32;

/**
 * Room for a database's write-ahead log, taken at once. A commit that makes the file longer waits for the file system to
 * put that on record as well, which is two fifths of the time of a small one; a commit into room that is there does not.
 * What lies behind the last frame of a log is nothing to SQLite: https://www.sqlite.org/fileformat2.html#walformat
 */
export class LogRoom {
  readonly #db: Connection;
  readonly #log: string;
  #commits = 0;

  constructor(db: Connection, path: string) {
    this.#db = db;
    this.#log = `${path}-wal`;
  }

  /** To be called after each commit, outside of transactions. */
  committed(): void {
    this.#commits += 1;
    if (this.#commits % EVERY_COMMITS > 0) return;
    try {
      if (!isLong(this.#log)) this.#db.transaction(() => makeRoom(this.#log)).immediate();
    } catch {
      // It is slower without, and no worse. What is wrong with the disk, the next commit tells.
    }
  }
}

const isLong = (log: string): boolean => statSync(log).size >= ROOM_BYTES;

/**
 * Fills a write-ahead log with zeros up to its full length, on a disk that has the room. To be called by whoever holds
 * SQLite's lock for writing, as nobody else may add to the log meanwhile. Throws what the disk throws, and leaves the log
 * as it was.
 */
export function makeRoom(log: string): void {
  const { bavail, bsize } = statfsSync(log);
  if (bavail * bsize < LEAST_FREE_BYTES || isLong(log)) return;
  const { size } = statSync(log);
  const zeros = Buffer.alloc(ROOM_BYTES - size);
  const file = openSync(log, 'r+');
  try {
    let done = 0;
    while (done < zeros.length)
      done += writeSync(file, zeros, done, Math.min(AT_ONCE_BYTES, zeros.length - done), size + done);
    fsyncSync(file);
  } catch (error) {
    ftruncateSync(file, size);
    throw error;
  } finally {
    closeSync(file);
  }
}
