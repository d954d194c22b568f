import { hash } from 'node:crypto';
import { SALT_BYTES } from '../journal/event-codec.ts';
import type { Connection } from '../journal/open.ts';
import type { Finding } from './finding.ts';
import { HASH_BYTES } from './merkle.ts';

/**
 * What a block of events comes to: their numbers as stored, the leaves worked out anew from header and payload, one
 * behind the other, and what does not fit.
 */
export interface LeafBlock {
  seqs: number[];
  leaves: Buffer;
  findings: Finding[];
}

/** Events read at once. One row that holds the bytes of all of them costs a fifth of a row for each. */
const AT_ONCE = 512;

const LENGTH_BYTES = 4;

/**
 * Per event its number and the lengths of its parts, as text, and all its bytes in the order in which they are hashed:
 * salt, room for the length of the open part, open part, sealed part; the byte of a leaf, header, room for the inner
 * hash; the inner hash and the leaf as stored. A part that is missing has the length -1. SQLite joins blobs byte by byte;
 * if it ever did not, leaves would not fit and verification would fail, not pass.
 */
const BLOCK = `
SELECT
  group_concat(seq || ',' || ifnull(length(salt), -1) || ',' || ifnull(length(open), -1) || ',' ||
    ifnull(length(sealed), -1) || ',' || length(header) || ',' || ifnull(length(inner), -1) || ',' || length(leaf)),
  CAST(group_concat(ifnull(salt, '') || x'00000000' || ifnull(open, '') || ifnull(sealed, '') ||
    x'00' || header || zeroblob(${HASH_BYTES}) || ifnull(inner, '') || leaf, '') AS BLOB)
FROM (SELECT seq, salt, open, sealed, header, inner, leaf FROM event WHERE seq > ? AND seq <= ? ORDER BY seq LIMIT ${AT_ONCE})`;

/** Reads events and works out their leaves, with the fewest steps between the file and the hash. */
export class LeafReader {
  readonly #select;

  constructor(db: Connection) {
    this.#select = db.prepare<[number, number], [string | null, Buffer | null]>(BLOCK).raw();
  }

  /** The next events after `after`, up to `last` and no more than {@link AT_ONCE}; null when there are none. */
  next(after: number, last: number): LeafBlock | null {
    const [numbers, bytes] = this.#select.get(after, last) ?? [null, null];
    return numbers === null || bytes === null ? null : blockOf(numbers.split(','), bytes);
  }
}

const COLUMNS = 7;

function blockOf(numbers: readonly string[], bytes: Buffer): LeafBlock {
  const rows = numbers.length / COLUMNS;
  const block: LeafBlock = { seqs: [], leaves: Buffer.allocUnsafe(rows * HASH_BYTES), findings: [] };
  let at = 0;
  for (let row = 0; row < rows; row++) {
    const number = (column: number): number => Number(numbers[row * COLUMNS + column]);
    const seq = number(0);
    const [salt, open, sealed, header, inner] = [number(1), number(2), number(3), number(4), number(5)];
    block.seqs.push(seq);
    const lengthAt = at + Math.max(0, salt);
    const leafAt = lengthAt + LENGTH_BYTES + Math.max(0, open) + Math.max(0, sealed);
    const innerAt = leafAt + 1 + header;
    const storedInner = innerAt + HASH_BYTES;
    const storedLeaf = storedInner + Math.max(0, inner);
    if (inner >= 0) bytes.copy(bytes, innerAt, storedInner, storedInner + HASH_BYTES);
    else {
      bytes.writeUInt32BE(Math.max(0, open), lengthAt);
      bytes.write(hash('sha256', bytes.subarray(at, leafAt), 'binary'), innerAt, HASH_BYTES, 'latin1');
    }
    if (!isPayload(salt, open, inner))
      block.findings.push({
        code: 'PAYLOAD',
        seq,
        message: 'The payload is missing, and nothing stands in its place.',
      });
    const leaf = hash('sha256', bytes.subarray(leafAt, storedInner), 'binary');
    block.leaves.write(leaf, row * HASH_BYTES, HASH_BYTES, 'latin1');
    at = storedLeaf + number(6);
    if (bytes.toString('latin1', storedLeaf, at) !== leaf)
      block.findings.push({ code: 'LEAF', seq, message: 'The leaf is not the hash of header and payload.' });
  }
  return block;
}

/** A whole payload, or the inner hash in its place. */
const isPayload = (salt: number, open: number, inner: number): boolean =>
  inner === HASH_BYTES || (inner === -1 && salt === SALT_BYTES && open >= 0);
