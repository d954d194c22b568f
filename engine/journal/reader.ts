import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CompactRange } from '../audit/compact-range.ts';
import { damaged, decodeHeader, innerHash, leafHash } from './event-codec.ts';
import type { JsonValue } from '../flow/json.ts';
import {
  NOT_STANDING,
  type EffectRow,
  type Journal,
  type ReleaseRunCount,
  type RunQuery,
  type RunRow,
  type RunStatus,
  type StandingEffect,
  type StoredEvent,
  type TaskQuery,
  type TaskRow,
  type TimerPlace,
  type TimerRow,
  type WaitRow,
} from './journal.ts';
import { KeyStore } from './keys.ts';
import { openForReading, type Connection } from './open.ts';
import {
  EFFECT_COLUMNS,
  RUN_COLUMNS,
  TASK_COLUMNS,
  TIMER_COLUMNS,
  toRunRow,
  type StoredRun,
} from './projection-rows.ts';
import { Query } from './query.ts';
import { parseStored } from './rebuild.ts';
import { checkNotRestoring } from './restoring.ts';
import { JOURNAL_SCHEMA, KEYS_SCHEMA } from './schema.ts';

/** An event's bytes as stored. After pruning `open`, `sealed` and `salt` are null and `inner` is not. */
export interface RawEvent {
  seq: number;
  header: Uint8Array;
  open: Uint8Array | null;
  sealed: Uint8Array | null;
  salt: Uint8Array | null;
  leaf: Uint8Array;
  inner: Uint8Array | null;
}

/** An event that has a sealed part, as stored. */
export interface SealedEvent {
  seq: number;
  subject: string;
  header: Uint8Array;
  sealed: Uint8Array;
}

/** Where the keys of a journal are. */
export const keysPathOf = (journalPath: string): string => join(dirname(journalPath), 'keys.sqlite');

const LEAVES_AT_ONCE = 4096;

const STANDS = `status NOT IN (${NOT_STANDING.map((status) => `'${status}'`).join(', ')})`;

/** Up to where runs that have not ended were looked through. */
export interface UnendedPlace {
  status: string;
  n: number;
}

export const FIRST_UNENDED: UnendedPlace = { status: '', n: 0 };

interface UnendedPart {
  runs: string[];
  next: UnendedPlace | null;
}

/** Everything that can be asked of a journal without writing. */
export class JournalReader implements Omit<Journal, 'append' | 'epoch' | 'keyed'> {
  protected readonly db: Connection;
  protected readonly keys: KeyStore | null;
  readonly #events;
  readonly #run;
  readonly #timers;
  readonly #business;
  readonly #counted;
  readonly #line;
  readonly #nextTimer;
  readonly #leaves;

  constructor(db: Connection, keys: KeyStore | null) {
    this.db = db;
    this.keys = keys;
    this.#events = new Query<[string], RawEvent>(
      db,
      'SELECT seq, header, open, sealed, salt, leaf, inner FROM event WHERE subject = ? ORDER BY seq',
    );
    this.#run = new Query<[string], StoredRun>(db, `SELECT ${RUN_COLUMNS} FROM run WHERE id = ?`);
    this.#timers = new Query<[number, string, number, number], TimerRow>(
      db,
      `SELECT ${TIMER_COLUMNS} FROM timer WHERE (at, run) > (?, ?) AND at <= ? ORDER BY at, run LIMIT ?`,
    );
    this.#business = new Query<[string, number], StandingEffect>(
      db,
      `SELECT run, key, at, counts FROM effect WHERE business = ? AND at > ? AND ${STANDS} ORDER BY at DESC, seq DESC`,
    );
    this.#counted = new Query<[string, string, number], StandingEffect>(
      db,
      `SELECT run, key, at, counts FROM effect
       WHERE connection = ? AND action = ? AND counts IS NOT NULL AND at > ? AND ${STANDS} ORDER BY at, seq`,
    );
    this.#line = new Query<[string, number], { id: string; status: RunStatus }>(
      db,
      'SELECT id, status FROM run WHERE line = ? AND ended IS NULL ORDER BY n LIMIT ?',
    );
    // One text for many leaves: a buffer for each of them is ten times its bytes.
    this.#leaves = db
      .prepare<[number, number], string | null>(
        "SELECT group_concat(hex(leaf), '' ORDER BY seq) FROM event WHERE seq > ? AND seq <= ?",
      )
      .pluck();
    this.#nextTimer = db.prepare<[], number | null>('SELECT min(at) FROM timer').pluck();
  }

  /** Names the log in its checkpoints; random, made with the journal. */
  get origin(): string {
    return this.db.prepare<[], string>('SELECT origin FROM log').pluck().get() ?? '';
  }

  /** Subjects that begin with `prefix`, sorted. */
  subjects(prefix: string): string[] {
    const end = prefix.slice(0, -1) + String.fromCharCode(prefix.charCodeAt(prefix.length - 1) + 1);
    return this.db
      .prepare<[string, string], string>(
        'SELECT DISTINCT subject FROM event WHERE subject >= ? AND subject < ? ORDER BY subject',
      )
      .pluck()
      .all(prefix, end);
  }

  events(subject: string): StoredEvent[] {
    return this.#events.all(subject).map((raw) => this.#decode(raw, subject));
  }

  /** The stored bytes of one subject's events, in order: what proofs are made of. */
  rawEvents(subject: string): RawEvent[] {
    return this.#events.all(subject);
  }

  /** The stored bytes of the events from one number to another, both included, whatever they are about. */
  rawRange(from: number, to: number): RawEvent[] {
    return new Query<[number, number], RawEvent>(
      this.db,
      'SELECT seq, header, open, sealed, salt, leaf, inner FROM event WHERE seq BETWEEN ? AND ? ORDER BY seq',
    ).all(from, to);
  }

  /** Leaf hashes of the first `size` events, one behind the other; those of the first `after` of them are left out. */
  leaves(size: number, after = 0): Uint8Array {
    const pages: Buffer[] = [];
    for (let from = after; from < size; from += LEAVES_AT_ONCE)
      pages.push(Buffer.from(this.#leaves.get(from, Math.min(size, from + LEAVES_AT_ONCE)) ?? '', 'hex'));
    return Buffer.concat(pages);
  }

  /** Runs that are about whoever a value identifies, by the fields that say so; one field only where it is given. */
  personRuns(value: string, field: string | null = null): { run: string; field: string }[] {
    const links = this.keys?.persons.of(value, field) ?? [];
    return links.flatMap(({ of, field: by }) =>
      of.startsWith('run:') ? [{ run: of.slice('run:'.length), field: by }] : [],
    );
  }

  /** Every event that has a sealed part, in order, read by the page; see {@link openSealed}. */
  *sealedEvents(): Generator<SealedEvent> {
    const read = new Query<[number], SealedEvent>(
      this.db,
      'SELECT seq, subject, header, sealed FROM event WHERE seq > ? AND sealed IS NOT NULL ORDER BY seq LIMIT 500',
    );
    for (let page = read.all(0); page.length > 0; page = read.all(page.at(-1)?.seq ?? 0)) yield* page;
  }

  /** What an event has sealed, or null once it was erased or where there are no keys. JOURNAL_DAMAGED otherwise. */
  openSealed({ subject, header, sealed }: SealedEvent): JsonValue | null {
    return this.keys?.unseal(sealed, subject, header).value ?? null;
  }

  /** When the last event was written, by the clock of whoever wrote it; null where there is none. */
  lastAt(): number | null {
    const header = this.db.prepare<[], Uint8Array>('SELECT header FROM event ORDER BY seq DESC LIMIT 1').pluck().get();
    return header === undefined ? null : decodeHeader(header).at;
  }

  /** The epoch of whoever wrote last. */
  writerEpoch(): number {
    return this.db.prepare<[], number>('SELECT epoch FROM writer').pluck().get() ?? 0;
  }

  /** How many keys of sealed parts there are, and what is damaged in their file. */
  keyFile(): { keys: number; problems: string[] } {
    return this.keys === null
      ? { keys: 0, problems: ['There is no key file.'] }
      : { keys: this.keys.count(), problems: this.keys.problems(this.origin) };
  }

  run(id: string): RunRow | null {
    const row = this.#run.get(id);
    return row === undefined ? null : toRunRow(row);
  }

  runByKey(key: string): RunRow | null {
    const row = new Query<[string], StoredRun>(this.db, `SELECT ${RUN_COLUMNS} FROM run WHERE key = ?`).get(key);
    return row === undefined ? null : toRunRow(row);
  }

  /** The first key after `after` that has started a run, in the order of their bytes; null where there is none. */
  nextKey(after: string): string | null {
    return (
      this.db.prepare<[string], string | null>('SELECT min(key) FROM run WHERE key > ?').pluck().get(after) ?? null
    );
  }

  /** Newest first; `after` is the last id of the page before. */
  runs(query: RunQuery): RunRow[] {
    const live = query.status !== undefined && !OVER.has(query.status);
    const where = new Conditions()
      .add(query.status, live ? 'status = ? AND ended IS NULL' : 'status = ?')
      .add(query.result, 'result = ?')
      .add(query.after, 'n < (SELECT n FROM run WHERE id = ?)');
    return new Query<unknown[], StoredRun>(
      this.db,
      `SELECT ${RUN_COLUMNS} FROM run ${where.sql} ORDER BY n DESC LIMIT ?`,
    )
      .all(...where.values, query.limit ?? -1)
      .map(toRunRow);
  }

  /**
   * Runs that have not ended and have an event of this type on record, of so many that are looked through. Looked for in
   * the events themselves, which no projection tells of. `next` is where to look further; null where none is left. A run
   * whose status changes in between may be passed by.
   */
  unendedWith(type: string, { from, most }: { from: UnendedPlace; most: number }): UnendedPart {
    const looked = new Query<[Uint8Array, string, number, number], { n: number; id: string; has: 0 | 1 }>(
      this.db,
      `SELECT n, id, EXISTS (SELECT 1 FROM event WHERE subject = 'run:' || id AND instr(header, ?) > 0) AS has
       FROM run INDEXED BY run_live WHERE ended IS NULL AND status = ? AND n > ? ORDER BY n LIMIT ?`,
    ).all(Buffer.from(`"type":${JSON.stringify(type)}`), from.status, from.n, most);
    const last = looked.at(-1);
    return {
      runs: looked.filter(({ has }) => has === 1).map(({ id }) => id),
      next: last === undefined || looked.length < most ? this.statusAfter(from) : { ...from, n: last.n },
    };
  }

  private statusAfter({ status }: UnendedPlace): UnendedPlace | null {
    const next = new Query<[string], { status: string }>(
      this.db,
      'SELECT status FROM run INDEXED BY run_live WHERE ended IS NULL AND status > ? ORDER BY status LIMIT 1',
    ).get(status);
    return next === undefined ? null : { status: next.status, n: 0 };
  }

  /** How many runs there are of each status and result, the most frequent first. */
  runCounts(): { status: string; result: string | null; runs: number }[] {
    return new Query<[], { status: string; result: string | null; runs: number }>(
      this.db,
      'SELECT status, result, count(*) AS runs FROM run GROUP BY status, result ORDER BY runs DESC, status, result',
    ).all();
  }

  runCountsByRelease(since: number): ReleaseRunCount[] {
    return new Query<[number], ReleaseRunCount>(
      this.db,
      `SELECT program, release, status, result, count(*) AS runs FROM run WHERE started >= ?
       GROUP BY program, release, status, result ORDER BY runs DESC, program, release, status, result`,
    ).all(since);
  }

  /** Open tasks by what they ask. */
  openTaskCounts(): { title: string; role: string; type: TaskRow['type']; tasks: number }[] {
    return new Query<[], { title: string; role: string; type: TaskRow['type']; tasks: number }>(
      this.db,
      "SELECT title, role, type, count(*) AS tasks FROM task WHERE status = 'open' GROUP BY title, role, type ORDER BY tasks DESC, title",
    ).all();
  }

  /** Effects by action and how they stand. */
  effectCounts(): { connection: string; action: string; status: EffectRow['status']; effects: number }[] {
    return new Query<[], { connection: string; action: string; status: EffectRow['status']; effects: number }>(
      this.db,
      'SELECT connection, action, status, count(*) AS effects FROM effect GROUP BY connection, action, status ORDER BY effects DESC, connection, action',
    ).all();
  }

  /** Runs in all and those that ended without a person; milliseconds from the first start to the last end so far. */
  runSummary(): {
    runs: number;
    byThemselves: number;
    first: number | null;
    lastStart: number | null;
    lastEnd: number | null;
  } {
    const row = new Query<
      [],
      { runs: number; byThemselves: number; first: number | null; lastStart: number | null; lastEnd: number | null }
    >(
      this.db,
      `SELECT count(*) AS runs, count(*) FILTER (WHERE status = 'completed' AND NOT person) AS byThemselves,
        min(started) AS first, max(started) AS lastStart, max(ended) AS lastEnd FROM run`,
    ).get();
    return row ?? { runs: 0, byThemselves: 0, first: null, lastStart: null, lastEnd: null };
  }

  /** Oldest first; `after` is the last id of the page before. */
  tasks(query: TaskQuery): TaskRow[] {
    // Spelt out for open tasks, so that their own index serves.
    const where = new Conditions(query.status === 'open' ? "status = 'open'" : null)
      .add(query.status === 'open' ? undefined : query.status, 'status = ?')
      .add(query.role, 'role = ?')
      .add(query.run, 'run = ?')
      .add(query.after, 'seq > (SELECT seq FROM task WHERE id = ?)')
      .add(query.since, 'EXISTS (SELECT 1 FROM run WHERE id = task.run AND ifnull(ended >= ?, 1))');
    return new Query<unknown[], TaskRow>(
      this.db,
      `SELECT ${TASK_COLUMNS} FROM task ${where.sql} ORDER BY seq LIMIT ?`,
    ).all(...where.values, query.limit ?? -1);
  }

  task(id: string): TaskRow | null {
    return new Query<[string], TaskRow>(this.db, `SELECT ${TASK_COLUMNS} FROM task WHERE id = ?`).get(id) ?? null;
  }

  dueTimers(now: number, limit: number, after: TimerPlace | null = null): TimerRow[] {
    return this.#timers.all(after?.at ?? Number.MIN_SAFE_INTEGER, after?.run ?? '', now, limit);
  }

  /** The timers of all nodes that wait for a time. */
  waitTimers(): { run: string; node: string; path: string; at: number }[] {
    return new Query<[], { run: string; node: string; path: string; at: number }>(
      this.db,
      "SELECT run, node, path, at FROM timer WHERE kind = 'wait' ORDER BY run, node, path",
    ).all();
  }

  get isOpen(): boolean {
    return this.db.open;
  }

  nextTimer(): number | null {
    return this.#nextTimer.get() ?? null;
  }

  unfinished(): string[] {
    return this.db
      .prepare<[], string>(
        `SELECT id FROM run WHERE ended IS NULL AND status IN ('running', 'calling', 'queued')
           AND (status <> 'queued' OR NOT EXISTS (
             SELECT 1 FROM run AS before WHERE before.line = run.line AND before.ended IS NULL AND before.n < run.n
           )) ORDER BY n`,
      )
      .pluck()
      .all();
  }

  withBusinessKey(business: string, after: number): StandingEffect[] {
    return this.#business.all(business, after);
  }

  counted({ connection, action }: { connection: string; action: string }, after: number): StandingEffect[] {
    return this.#counted.all(connection, action, after);
  }

  line(line: string, limit: number): { id: string; status: RunStatus }[] {
    return this.#line.all(line, limit);
  }

  waits(match: string): WaitRow[] {
    return new Query<[string], WaitRow>(
      this.db,
      'SELECT run, node, path, match, id FROM wait WHERE match = ? ORDER BY seq',
    ).all(match);
  }

  /** In the order of their intents. */
  effects(query: { run?: string; status?: EffectRow['status'] }): EffectRow[] {
    const where = new Conditions().add(query.run, 'run = ?').add(query.status, 'status = ?');
    return new Query<unknown[], EffectRow>(
      this.db,
      `SELECT ${EFFECT_COLUMNS} FROM effect ${where.sql} ORDER BY seq`,
    ).all(...where.values);
  }

  head(): { size: number; root: Uint8Array } {
    const range = readRange(this.db);
    return { size: range.size, root: range.root() };
  }

  close(): void {
    this.keys?.close();
    this.db.close();
  }

  #decode(raw: RawEvent, subject: string): StoredEvent {
    const header = decodeHeader(raw.header);
    if (header.seq !== raw.seq || header.subject !== subject)
      throw damaged(`Event ${raw.seq} has the header of another.`);
    const stored = { ...header, open: raw.open === null ? null : parseStored(raw.open, raw.seq) };
    if (raw.open === null) return { ...stored, sealed: null, erased: true };
    if (!isWhole(raw.header, raw.salt, raw.open, raw.sealed, raw.leaf))
      throw damaged(`Event ${raw.seq} is not what its leaf says: a byte of it was changed.`);
    if (raw.sealed === null) return { ...stored, sealed: null, erased: false };
    const { value, erased } = this.keys?.unseal(raw.sealed, subject, raw.header) ?? { value: null, erased: true };
    return { ...stored, sealed: value, erased };
  }
}

/** Statuses of a run that has ended; the others have an index of their own. */
const OVER: ReadonlySet<RunStatus> = new Set(['completed', 'failed', 'cancelled']);

/** P7: an event that was changed is never used; one whose hashes were worked out again is the audit's to find. */
function isWhole(
  header: Uint8Array,
  salt: Uint8Array | null,
  open: Uint8Array,
  sealed: Uint8Array | null,
  leaf: Uint8Array,
): boolean {
  return salt !== null && Buffer.compare(leafHash(header, innerHash(salt, open, sealed)), leaf) === 0;
}

/** Parts of a WHERE clause that were asked for, with their values. */
class Conditions {
  readonly #parts: string[];
  readonly values: (string | number)[] = [];

  constructor(fixed: string | null = null) {
    this.#parts = fixed === null ? [] : [fixed];
  }

  add(value: string | number | undefined, part: string): this {
    if (value !== undefined) {
      this.#parts.push(part);
      this.values.push(value);
    }
    return this;
  }

  get sql(): string {
    return this.#parts.length === 0 ? '' : `WHERE ${this.#parts.join(' AND ')}`;
  }
}

/** The running tree as stored; JOURNAL_DAMAGED when size and subtrees do not fit. */
export function readRange(db: Connection): CompactRange {
  const row = new Query<[], { size: number; range: Uint8Array }>(db, 'SELECT size, range FROM log').get();
  if (row === undefined) throw damaged('The journal has lost the head of its log.');
  try {
    return CompactRange.decode(row.size, row.range);
  } catch (error) {
    throw damaged('The stored head of the log does not fit its size.', error);
  }
}

/**
 * Opens a journal for reading only, also beside the engine that writes it; `keys.sqlite` beside it opens the sealed
 * parts, and without it they read as erased. Errors: FILE_UNREADABLE, JOURNAL_SCHEMA, JOURNAL_DAMAGED, also where a
 * restore was cut off: erasures are not repeated yet, and keys that are gone open again.
 *
 * @param path of `journal.sqlite`
 */
export function openJournalReader(path: string): JournalReader {
  checkNotRestoring(path);
  return openReaderAsItLies(path);
}

/** {@link openJournalReader} for the restore itself, which is also given one that was cut off. */
export function openReaderAsItLies(path: string): JournalReader {
  const db = openForReading(path, JOURNAL_SCHEMA);
  try {
    const keysPath = keysPathOf(path);
    const keys = existsSync(keysPath) ? new KeyStore(openForReading(keysPath, KEYS_SCHEMA), keysPath) : null;
    return new JournalReader(db, keys);
  } catch (error) {
    db.close();
    throw error;
  }
}
