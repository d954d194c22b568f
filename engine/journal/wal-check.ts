import { closeSync, existsSync, openSync, readFileSync, readSync } from 'node:fs';
import { endianness } from 'node:os';
import { CountersignError } from '../flow/error.ts';

/*
 * A write-ahead log with a damaged frame reads like one that was cut off there: SQLite leaves out that frame and all that
 * were committed after it, and says nothing. Cut off and damaged can be told apart, because with `synchronous=FULL` a
 * transaction is on disk before the next one is written: where a whole later transaction follows, the earlier one was
 * whole once. Format: https://www.sqlite.org/fileformat2.html#walformat
 *
 * Not seen: damage in the last transaction of a log, which looks exactly like a write that the power cut off. A checkpoint
 * that covers it is what tells.
 */

/** Bytes before the first frame of a log, and before the page of each frame. */
export const HEADER = 32;
export const FRAME_HEADER = 24;
/** The last bit says that checksums read words big-endian. */
const MAGIC = 0x377f0682;
const PAGE_SIZE_AT = 16;

interface Sums {
  a: number;
  b: number;
}

interface Frame {
  /** Whether it ends a transaction. */
  commits: boolean;
  /** Whether it belongs to what is in the log now, and not to what was there before. */
  current: boolean;
  /** Whether it is what its checksum says, given what the frame before it says of itself. */
  follows: boolean;
  /** The same, given all frames before it as they are. */
  whole: boolean;
}

/** What is damaged in the write-ahead log beside a database, or null. A log that is being written reads as whole. */
export function damageInLog(path: string): string | null {
  // Read while another process writes, a frame can look torn; it does not do so twice.
  return damageNow(path) === null ? null : damageNow(path);
}

/** Refuses with JOURNAL_DAMAGED a database whose write-ahead log is damaged, before SQLite leaves out what it held. */
export function checkLog(path: string): void {
  const damage = damageInLog(path);
  if (damage === null) return;
  throw new CountersignError({
    code: 'JOURNAL_DAMAGED',
    message: `${path}-wal is damaged: ${damage}.`,
    meaning: 'What was committed from there on would be missing from the journal without a word.',
    where: { file: `${path}-wal` },
    hint: 'Keep a copy of the folder as it is. Restore a backup; removing the file gives up what was committed since.',
    fault: 'operator',
  });
}

function damageNow(path: string): string | null {
  const file = `${path}-wal`;
  if (!existsSync(file) || !existsSync(path)) return null;
  const log = readFileSync(file);
  if (log.length < HEADER + FRAME_HEADER) return null;
  const frames = framesOf(log, pageSizeOf(path, log));
  const first = frames.findIndex((frame) => !frame.whole);
  if (first === -1) return null;
  for (let i = first; i + 1 < frames.length; i++) {
    const [ends, next] = [frames[i], frames[i + 1]];
    const ended = ends?.commits === true && (i === first || (ends.current && ends.follows));
    if (ended && next?.current === true && next.follows)
      return `frame ${first + 1} of ${frames.length} is not what it was when it was written`;
  }
  return null;
}

/** As the database says; one that has nothing in it yet leaves it to its log. */
function pageSizeOf(path: string, log: Buffer): number {
  const known = Buffer.alloc(2);
  const file = openSync(path, 'r');
  const read = readSync(file, known, 0, 2, PAGE_SIZE_AT);
  closeSync(file);
  const size = read === 2 ? known.readUInt16BE() : log.readUInt32BE(8);
  // 65536 does not fit into the two bytes, and is stored as 1.
  return size === 1 ? 65_536 : size;
}

function framesOf(log: Buffer, pageSize: number): Frame[] {
  const step = FRAME_HEADER + pageSize;
  const count = Math.floor((log.length - HEADER) / step);
  const start = headerSums(log);
  // With a header that is damaged, the frames themselves say what belongs together.
  const salts = start === null ? log.subarray(HEADER + 8, HEADER + 16) : log.subarray(16, 24);
  const littleEndian = start === null ? endianness() === 'LE' : (log.readUInt32BE(0) & 1) === 0;
  let stored: Sums = start ?? { a: 0, b: 0 };
  let whole = start !== null;
  return Array.from({ length: count }, (_, i) => {
    const at = HEADER + i * step;
    const current = log.compare(salts, 0, 8, at + 8, at + 16) === 0;
    // What was there before the log began anew is not looked through.
    const sums = current ? sumOf(log, at, step, stored, littleEndian) : null;
    stored = { a: log.readUInt32BE(at + 16), b: log.readUInt32BE(at + 20) };
    const follows = sums?.a === stored.a && sums.b === stored.b;
    whole &&= follows;
    return { commits: log.readUInt32BE(at + 4) !== 0, current, follows, whole };
  });
}

/** The checksum in the header, or null where the header is not what it says. */
function headerSums(log: Buffer): Sums | null {
  const magic = log.readUInt32BE(0);
  if ((magic & ~1) !== MAGIC) return null;
  const sums = words(log, 0, 24, { a: 0, b: 0 }, (magic & 1) === 0);
  return sums.a === log.readUInt32BE(24) && sums.b === log.readUInt32BE(28) ? sums : null;
}

/** Over the first eight bytes of a frame's header and its page. */
function sumOf(log: Buffer, at: number, step: number, from: Sums, littleEndian: boolean): Sums {
  const head = words(log, at, at + 8, from, littleEndian);
  return words(log, at + FRAME_HEADER, at + step, head, littleEndian);
}

/** SQLite's checksum of a write-ahead log over pairs of words, modulo 2^32. */
function words(log: Buffer, from: number, to: number, { a, b }: Sums, littleEndian: boolean): Sums {
  const view = new DataView(log.buffer, log.byteOffset, log.length);
  for (let at = from; at < to; at += 8) {
    a = (a + view.getUint32(at, littleEndian) + b) >>> 0;
    b = (b + view.getUint32(at + 4, littleEndian) + a) >>> 0;
  }
  return { a, b };
}
