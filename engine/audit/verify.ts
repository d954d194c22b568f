import { decodeHeader, encodeHeader, innerHash, leafHash } from '../journal/event-codec.ts';
import { openForReading, openScratch, type Connection } from '../journal/open.ts';
import { Query } from '../journal/query.ts';
import { readRange, type RawEvent } from '../journal/reader.ts';
import { JOURNAL_SCHEMA } from '../journal/schema.ts';
import { sqliteCode } from '../journal/sqlite-error.ts';
import { CountersignError } from '../flow/error.ts';
import { isSignedBy, type Checkpoint, type Note } from './checkpoint.ts';
import { CompactRange } from './compact-range.ts';
import { Findings, type Finding } from './finding.ts';
import { sameBytes } from './merkle.ts';
import { Refold } from './verify-projections.ts';

export interface VerifyOptions {
  /** Checkpoints held elsewhere. Without any, an owner of the machine could have rewritten everything. */
  checkpoints?: readonly Note[];
  /** Ed25519 public key (32 bytes) of purpose `log`; when given, a checkpoint not signed by it does not count. */
  publicKey?: Uint8Array;
}

export interface AuditReport {
  path: string;
  /** Name of the log, as checkpoints give it. */
  origin: string;
  /** Events read. */
  events: number;
  /** RFC 9162 root over what was read, in hexadecimal. */
  root: string;
  /** Size that the journal says it has. */
  size: number;
  /** Whether nothing was found. */
  ok: boolean;
  findings: Finding[];
  /** What the result rests on. */
  scope: `against checkpoint of size ${number}` | 'internal consistency only';
  /** Whether the signatures of the checkpoints were checked: only with a public key. */
  signatures: 'checked' | 'not checked';
  /** Runs whose projections were left out, because some of their events were pruned. */
  prunedRuns: number;
}

/**
 * Verifies a journal from its bytes: every header, payload and leaf, the order, the Merkle tree against the stored head
 * and each checkpoint, the schema with its guards, SQLite's own structure, and every projection against the events.
 * It reads one snapshot and may run beside the engine. Findings are returned; only a file that is missing or of another
 * schema throws (FILE_UNREADABLE, JOURNAL_SCHEMA).
 *
 * Not checked: whether sealed parts open, and anything after the last checkpoint against a writer who rewrote it all.
 *
 * @param path of `journal.sqlite`
 */
export function verifyJournal(path: string, options: VerifyOptions = {}): AuditReport {
  const findings = new Findings();
  const checkpoints = trusted(options, findings);
  const state = { events: 0, root: '', size: 0, origin: '', prunedRuns: 0 };
  try {
    const db = openForReading(path, JOURNAL_SCHEMA);
    try {
      db.transaction(() => Object.assign(state, verifyAll(db, checkpoints, findings)))();
    } finally {
      db.close();
    }
  } catch (error) {
    findings.add({ code: 'FILE_DAMAGED', message: damageOf(error, findings) });
  }
  const list = findings.list();
  const covered = checkpoints.reduce((most, { size }) => Math.max(most, size), -1);
  return {
    path,
    ...state,
    ok: list.length === 0,
    findings: list,
    scope: covered === -1 ? 'internal consistency only' : `against checkpoint of size ${covered}`,
    signatures: options.publicKey === undefined ? 'not checked' : 'checked',
  };
}

/** What is wrong with a file that stopped being readable; anything else is not a finding and is thrown on. */
function damageOf(error: unknown, findings: Findings): string {
  const ours = error instanceof CountersignError && error.code === 'JOURNAL_DAMAGED';
  // Once SQLite has found damage, a column may hold anything, and reading it may fail in any way.
  if (error instanceof Error && (ours || sqliteCode(error) !== null || findings.has('FILE_DAMAGED')))
    return error.message;
  throw error;
}

/** The checkpoints that count, by size. */
function trusted(options: VerifyOptions, findings: Findings): Checkpoint[] {
  const { publicKey, checkpoints = [] } = options;
  const kept: Checkpoint[] = [];
  for (const note of checkpoints) {
    const { size } = note.checkpoint;
    if (publicKey === undefined || isSignedBy(note, publicKey)) kept.push(note.checkpoint);
    else
      findings.add({
        code: 'CHECKPOINT_SIGNATURE',
        message: `The checkpoint of size ${size} is not signed by the key of the log.`,
      });
  }
  return kept.sort((a, b) => a.size - b.size);
}

interface Scanned {
  events: number;
  root: string;
  size: number;
  origin: string;
  prunedRuns: number;
}

function verifyAll(db: Connection, checkpoints: readonly Checkpoint[], findings: Findings): Scanned {
  checkStructure(db, findings);
  const origin = db.prepare<[], string>('SELECT origin FROM log').pluck().get() ?? '';
  for (const { origin: other, size } of checkpoints) {
    if (other === origin) continue;
    findings.add({
      code: 'CHECKPOINT_ORIGIN',
      message: `The checkpoint of size ${size} is of the log ${other}; this one is ${origin}.`,
    });
  }
  const refold = new Refold(db);
  try {
    const scan = new Scan(checkpoints, findings, refold);
    for (const row of allEvents(db)) scan.event(row);
    scan.end();
    const size = checkHead(db, scan.range, findings);
    checkWriter(db, scan.epoch, findings);
    const prunedRuns = refold.compare(findings);
    return { events: scan.range.size, root: Buffer.from(scan.range.root()).toString('hex'), size, origin, prunedRuns };
  } finally {
    refold.close();
  }
}

interface RawRow extends RawEvent {
  subject: string;
}

const PAGE = 1000;

/** All events by number. Read by the page, which is faster than one by one and holds little in memory. */
function* allEvents(db: Connection): Generator<RawRow> {
  const read = new Query<[number], RawRow>(
    db,
    `SELECT seq, subject, header, open, sealed, salt, leaf, inner FROM event WHERE seq > ? ORDER BY seq LIMIT ${PAGE}`,
  );
  for (let page = read.all(Number.MIN_SAFE_INTEGER); ;) {
    yield* page;
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE) return;
    page = read.all(last.seq);
  }
}

interface SchemaRow {
  name: string;
  sql: string | null;
}

/** SQLite's own check, and that tables, indexes and triggers are those of the schema and no others. */
function checkStructure(db: Connection, findings: Findings): void {
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

/** One pass over the events in order. */
class Scan {
  readonly range = new CompactRange();
  epoch = 0;
  readonly #checkpoints: Checkpoint[];
  readonly #findings: Findings;
  readonly #refold: Refold;

  constructor(checkpoints: readonly Checkpoint[], findings: Findings, refold: Refold) {
    this.#checkpoints = [...checkpoints];
    this.#findings = findings;
    this.#refold = refold;
    this.#checkRoots();
  }

  event(row: RawRow): void {
    const expected = this.range.size + 1;
    if (row.seq !== expected)
      this.#found('SEQUENCE', row.seq, `Event ${expected} is followed by ${row.seq}.`, expected);
    const inner = this.#inner(row);
    const leaf = leafHash(row.header, inner);
    if (!sameBytes(leaf, row.leaf)) this.#found('LEAF', row.seq, 'The leaf is not the hash of header and payload.');
    this.#header(row);
    this.range.append(leaf);
    this.#checkRoots();
  }

  /** Checkpoints that the events did not reach. */
  end(): void {
    for (const { size } of this.#checkpoints) {
      this.#findings.add({
        code: 'TRUNCATED',
        message: `There are ${this.range.size} events, and a checkpoint says there were ${size}.`,
      });
    }
  }

  #inner(row: RawRow): Uint8Array {
    if (row.inner !== null) return row.inner;
    if (row.open !== null && row.salt !== null) return innerHash(row.salt, row.open, row.sealed);
    this.#found('PAYLOAD', row.seq, 'The payload is missing, and nothing stands in its place.');
    return new Uint8Array(0);
  }

  #header(row: RawRow): void {
    try {
      const header = decodeHeader(row.header);
      const canonical = Buffer.from(encodeHeader(header), 'utf8');
      if (!sameBytes(canonical, row.header)) this.#found('HEADER', row.seq, 'The header is not in canonical form.');
      if (header.seq !== row.seq) this.#found('SEQUENCE', row.seq, `The header is that of event ${header.seq}.`);
      if (header.subject !== row.subject)
        this.#found('HEADER', row.seq, `The header is about ${header.subject}, the row about ${row.subject}.`);
      if (header.epoch < this.epoch)
        this.#found('EPOCH', row.seq, `Epoch ${header.epoch} comes after epoch ${this.epoch}.`);
      this.epoch = Math.max(this.epoch, header.epoch);
      if (row.open !== null) this.#refold.event(row.seq, header, row.open);
    } catch (error) {
      if (!(error instanceof CountersignError)) throw error;
      this.#found('HEADER', row.seq, error.message);
    }
  }

  #checkRoots(): void {
    for (let next = this.#checkpoints[0]; next?.size === this.range.size; next = this.#checkpoints[0]) {
      this.#checkpoints.shift();
      if (sameBytes(next.root, this.range.root())) continue;
      this.#findings.add({
        code: 'CHECKPOINT_ROOT',
        message: `The first ${next.size} events are not those of the checkpoint of that size: the root differs.`,
      });
    }
  }

  #found(code: Finding['code'], seq: number, message: string, at: number = seq): void {
    this.#findings.add({ code, seq: at, message });
  }
}

/** The stored head against the tree over what was read. Returns the size that the head claims. */
function checkHead(db: Connection, range: CompactRange, findings: Findings): number {
  const stored = readRange(db);
  if (stored.size !== range.size) {
    findings.add({
      code: 'HEAD',
      message: `The head of the log says ${stored.size} events, and there are ${range.size}.`,
    });
  } else if (!sameBytes(stored.encode(), range.encode())) {
    findings.add({ code: 'HEAD', message: 'The head of the log is not the tree over the events.' });
  }
  return stored.size;
}

function checkWriter(db: Connection, epoch: number, findings: Findings): void {
  const current = db.prepare<[], number>('SELECT epoch FROM writer').pluck().get() ?? 0;
  if (current < epoch)
    findings.add({ code: 'EPOCH', message: `The writer's epoch is ${current}, and events have ${epoch}.` });
}
