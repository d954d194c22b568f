import { firstName, restoredAt } from '../journal/log-name.ts';
import { openForReading, type Connection } from '../journal/open.ts';
import { JOURNAL_SCHEMA } from '../journal/schema.ts';
import { sqliteCode } from '../journal/sqlite-error.ts';
import { damageInLog } from '../journal/wal-check.ts';
import { CountersignError } from '../flow/error.ts';
import { isSignedBy, type Checkpoint, type Note } from './checkpoint.ts';
import { Findings, type Finding } from './finding.ts';
import { LeafReader } from './leaf-blocks.ts';
import { CHUNK, extentOf, scanInOrder, TreeCheck } from './leaf-scan.ts';
import { SharedStretches } from './leaf-thread.ts';
import { checkDerived } from './verify-derived.ts';
import { checkHead, checkStructure, storedHead, type StoredHead } from './verify-structure.ts';

export interface VerifyOptions {
  /** Checkpoints held elsewhere. Without any, an owner of the machine could have rewritten everything. */
  checkpoints?: readonly Note[];
  /** Ed25519 public keys (32 bytes) of purpose `log`; when given, a checkpoint that none of them signed does not count. */
  publicKey?: Uint8Array | readonly Uint8Array[];
  /**
   * `record` leaves out what is derived from the events and SQLite's own structure: it shows that leaves, tree and head
   * are whole and fit the checkpoints, many times as fast.
   */
  only?: 'record';
  /** Told from time to time how many events were read: first of the record, then of what is derived from it. */
  progress?: (phase: VerifyPhase, done: number, all: number) => void;
}

export type VerifyPhase = 'events' | 'derived';

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
  /** What was looked at: everything, or the record without what is derived from it. */
  checked: 'everything' | 'record';
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
  const verifying = new Verifying(path, options);
  verifying.reading((db) => {
    verifying.begin(db);
    verifying.inOrder(db);
    verifying.derived(db);
  });
  return verifying.report();
}

/** From so many events on a second thread is worth its start. */
const LONG = 25 * CHUNK;

/** {@link verifyJournal} with a second thread that works out leaves where the journal has `from` events or more. */
export async function verifyJournalInThreads(
  path: string,
  options: VerifyOptions = {},
  from = LONG,
): Promise<AuditReport> {
  const verifying = new Verifying(path, options);
  const shared: SharedStretches[] = [];
  try {
    verifying.reading((db) => {
      verifying.begin(db);
      const { events, whole } = extentOf(db);
      const threads = whole && events >= from;
      if (threads) shared.push(new SharedStretches(path, events, verifying.checkpointSizes));
      else verifying.inOrder(db);
      verifying.derived(db);
      for (const stretches of shared) stretches.help(new LeafReader(db));
    });
    for (const stretches of shared) await verifying.assemble(stretches);
  } finally {
    for (const stretches of shared) await stretches.end();
  }
  return verifying.report();
}

/** That a log goes on under another name since a restore, where its name says so; nobody vouches that it is true. */
function restoredSince(before: string, now: string): string {
  const at = restoredAt(now);
  if (at === null || firstName(before) !== firstName(now)) return '';
  return ` An older backup was restored at ${at.toISOString()}: the event journal.restored says by whom, why, and how many events it left behind. What this checkpoint covers beyond that is in the journal that was replaced.`;
}

/** One verification: what was found so far, and what is known of the journal. */
class Verifying {
  readonly #path: string;
  readonly #options: VerifyOptions;
  readonly #findings = new Findings();
  readonly #checkpoints: readonly Checkpoint[];
  readonly #keys: readonly Uint8Array[] | null;
  #origin = '';
  #head: StoredHead = { size: 0, range: new Uint8Array(0) };
  #events = 0;
  #root = '';
  #prunedRuns = 0;

  constructor(path: string, options: VerifyOptions) {
    this.#path = path;
    this.#options = options;
    const { publicKey } = options;
    this.#keys = publicKey === undefined ? null : publicKey instanceof Uint8Array ? [publicKey] : publicKey;
    this.#checkpoints = this.#trusted();
  }

  get checkpointSizes(): number[] {
    return this.#checkpoints.map(({ size }) => size);
  }

  /** Reads the journal in one snapshot; what keeps it from being read becomes a finding. */
  reading(work: (db: Connection) => void): void {
    try {
      const db = openForReading(this.#path, JOURNAL_SCHEMA);
      try {
        db.transaction(() => work(db))();
      } finally {
        db.close();
      }
    } catch (error) {
      this.#findings.add({ code: 'FILE_DAMAGED', message: this.#damageOf(error) });
    }
  }

  begin(db: Connection): void {
    const damage = damageInLog(this.#path);
    if (damage !== null)
      this.#findings.add({ code: 'FILE_DAMAGED', message: `The write-ahead log is damaged: ${damage}.` });
    if (this.#options.only === undefined) checkStructure(db, this.#findings);
    this.#origin = db.prepare<[], string>('SELECT origin FROM log').pluck().get() ?? '';
    this.#head = storedHead(db);
    for (const { origin, size } of this.#checkpoints) {
      if (origin === this.#origin) continue;
      this.#findings.add({
        code: 'CHECKPOINT_ORIGIN',
        message: `The checkpoint of size ${size} is of the log ${origin}; this one is ${this.#origin}.${restoredSince(origin, this.#origin)}`,
      });
    }
  }

  /** Leaves, tree, head and checkpoints, by this thread alone. */
  inOrder(db: Connection): void {
    const check = new TreeCheck(this.#checkpoints, this.#findings);
    scanInOrder(db, check, this.#findings, this.#progress(db, 'events'));
    this.#finish(check);
  }

  /** The same from what several threads worked out. */
  async assemble(shared: SharedStretches): Promise<void> {
    const stretches = await shared.all();
    if (stretches === null) {
      this.reading((db) => this.inOrder(db));
      return;
    }
    const check = new TreeCheck(this.#checkpoints, this.#findings);
    for (const stretch of stretches) check.stretch(stretch);
    this.#finish(check);
  }

  derived(db: Connection): void {
    if (this.#options.only === undefined)
      this.#prunedRuns = checkDerived(db, this.#findings, this.#progress(db, 'derived'));
  }

  #progress(db: Connection, phase: VerifyPhase): ((done: number) => void) | undefined {
    const { progress } = this.#options;
    if (progress === undefined) return undefined;
    const { events } = extentOf(db);
    return (done) => progress(phase, done, events);
  }

  report(): AuditReport {
    const findings = this.#findings.list();
    const covered = this.#checkpoints.reduce((most, { size }) => Math.max(most, size), -1);
    return {
      path: this.#path,
      origin: this.#origin,
      events: this.#events,
      root: this.#root,
      size: this.#head.size,
      ok: findings.length === 0,
      findings,
      scope: covered === -1 ? 'internal consistency only' : `against checkpoint of size ${covered}`,
      signatures: this.#keys === null ? 'not checked' : 'checked',
      checked: this.#options.only ?? 'everything',
      prunedRuns: this.#prunedRuns,
    };
  }

  #finish(check: TreeCheck): void {
    check.end();
    checkHead(this.#head, check.range, this.#findings);
    this.#events = check.range.size;
    this.#root = Buffer.from(check.range.root()).toString('hex');
  }

  /** The checkpoints that count, by size. */
  #trusted(): Checkpoint[] {
    const kept: Checkpoint[] = [];
    for (const note of this.#options.checkpoints ?? []) {
      if (this.#keys === null || this.#keys.some((key) => isSignedBy(note, key))) kept.push(note.checkpoint);
      else
        this.#findings.add({
          code: 'CHECKPOINT_SIGNATURE',
          message: `The checkpoint of size ${note.checkpoint.size} is not signed by the key of the log.`,
        });
    }
    return kept.sort((a, b) => a.size - b.size);
  }

  /** What is wrong with a file that stopped being readable; anything else is not a finding and is thrown on. */
  #damageOf(error: unknown): string {
    const ours = error instanceof CountersignError && error.code === 'JOURNAL_DAMAGED';
    // Once SQLite has found damage, a column may hold anything, and reading it may fail in any way.
    if (error instanceof Error && (ours || sqliteCode(error) !== null || this.#findings.has('FILE_DAMAGED')))
      return error.message;
    throw error;
  }
}
