import { existsSync } from 'node:fs';
import type { CompactRange } from '../audit/compact-range.ts';
import { ENGINE } from '../core/event.ts';
import { CountersignError } from '../flow/error.ts';
import { endErased, erasureDrafts, type ErasureRequest, type ErasureResult } from './erase.ts';
import { addErasures, erasuresPathOf, readErasures, type Erasure } from './erasure-list.ts';
import { AppendThread } from './append-thread.ts';
import { BatchWriter, RANDOM_BYTES, type BatchMeans } from './batch-writer.ts';
import { jumpWhileDown } from './clock-jump.ts';
import { entryOf } from './draft-entry.ts';
import { encodeActor } from './event-codec.ts';
import type { Draft, Journal } from './journal.ts';
import { KeyStore, type KeyName, type SealKey } from './keys.ts';
import { acquireLock, type Lock } from './lock.ts';
import { newName } from './log-name.ts';
import { openForWriting, truncateLog, type Connection, type OpenOptions } from './open.ts';
import { LogRoom } from './log-room.ts';
import type { PersonLink } from './person-links.ts';
import { checkFloor, Pruner, type PruneRequest, type PruneStep } from './prune.ts';
import { JournalReader, keysPathOf, readRange } from './reader.ts';
import { checkNotRestoring } from './restoring.ts';
import { JOURNAL_SCHEMA, KEYS_SCHEMA } from './schema.ts';
import { journalError } from './sqlite-error.ts';
import { checkLog } from './wal-check.ts';

export interface JournalOptions {
  /** Of `journal.sqlite`; `keys.sqlite` lies beside it. */
  path: string;
  /** Milliseconds since 1970, for the event that says the journal was opened. */
  now(): number;
  /** Random bytes for salts, keys and nonces. */
  random(bytes: number): Uint8Array;
  /**
   * Goes ahead although another process holds the lock: for one that hangs and cannot be ended. Once it wakes it is
   * refused with JOURNAL_FENCED.
   */
  takeOver?: boolean;
  /** The lock, where whoever opens it has taken it already: in the middle of a restore. It goes with the journal. */
  lock?: Lock;
  /** Whom what is sealed in a batch is about, so that it can be found when they ask for it to be erased. */
  personsIn?: (drafts: readonly Draft[]) => readonly PersonLink[];
  /** A disk in small, for trying out a full one: pages of 4096 bytes. */
  maxPages?: number;
  /**
   * Large batches are written by a thread of its own, for an engine that has something to decide meanwhile. It is there from
   * the first of them on, or at once.
   */
  thread?: 'when needed' | 'at once';
  /** How many events make a batch large. */
  threadFrom?: number;
  /** Its logs, and those of the keys, get their full length once it has seen some commits: for one that is written for long. */
  logRoom?: boolean;
}

/** A journal that can also erase. */
export interface ErasingJournal extends Journal {
  /**
   * Destroys a key, and with it everything sealed under that name so far; proofs still hold. Returns whether there was
   * one. It puts nothing on record and on no list: {@link erase} does.
   */
  eraseKey(keyOf: string): boolean;
  /**
   * Destroys the keys of runs for good: the erasure is listed beside the checkpoints, so that a restored backup repeats
   * it, put on record, and carried out, in this order; what is cut off is finished at the next opening. Runs that have
   * not ended end as failed with RUN_ERASED: whoever calls makes sure that they are at rest.
   * Errors: DISK_FULL and ENVIRONMENT (nothing was erased); JOURNAL_LOCKED (a reader keeps old pages; call again).
   */
  erase(request: ErasureRequest): ErasureResult;
  /**
   * Replaces payloads of runs that ended long enough ago by their inner hashes, a bounded step at a time, each a
   * transaction that says so on record. Errors: RETENTION_FLOOR, JOURNAL_DAMAGED.
   */
  prune(request: PruneRequest): PruneStep;
  /** Gives free pages back to the disk, at most so many at a time; returns how many are left. */
  giveBack(pages: number): number;
}

const ORIGIN_BYTES = 8;

/**
 * Opens a journal for writing and makes it if there is none: takes the lock, begins a new epoch, and puts that on
 * record as `runner.opened` of subject `runner`.
 * Errors: JOURNAL_LOCKED, JOURNAL_SCHEMA, JOURNAL_SETTINGS, JOURNAL_DAMAGED, JOURNAL_WRITE, DISK_FULL.
 */
export function openJournal(options: JournalOptions): SqliteJournal {
  const { path } = options;
  const keysPath = keysPathOf(path);
  if (options.lock === undefined) checkNotRestoring(path);
  const lock = options.lock ?? (options.takeOver === true ? lockedOrNot(path) : locked(path));
  const opened: Connection[] = [];
  const openOne = (file: string, schema: typeof JOURNAL_SCHEMA, more: OpenOptions): Connection => {
    const db = openForWriting(file, schema, more);
    opened.push(db);
    return db;
  };
  try {
    const isNew = !existsSync(path);
    // Whoever is replaced may be in the middle of writing it.
    if (options.takeOver !== true) for (const file of [path, keysPath]) checkLog(file);
    const openKeys = (): Connection => openOne(keysPath, KEYS_SCHEMA, { mode: 0o600 });
    // A new journal gets its keys first, as one without them counts as damaged. A journal that is there is looked at
    // first: where another program or a newer version wrote it, nothing beside it is touched either.
    const newKeys = isNew ? openKeys() : null;
    const db = openOne(path, JOURNAL_SCHEMA, options.maxPages === undefined ? {} : { maxPages: options.maxPages });
    if (!isNew && !existsSync(keysPath)) throw keysMissing({ path, keysPath });
    const keys = new KeyStore(newKeys ?? openKeys(), keysPath, options.logRoom);
    matchOrigins(db, keys, { path, keysPath }, () => newName(options.random(ORIGIN_BYTES)));
    const since = options.now();
    const epoch = nextEpoch(db, since);
    const journal = new SqliteJournal({ ...options, db, keys, lock, epoch });
    const open = { pid: process.pid };
    const jump = jumpWhileDown(journal.lastAt(), since);
    const drafts: Draft[] = [{ subject: 'runner', type: 'runner.opened', v: 1, at: since, actor: ENGINE, open }];
    journal.append(jump === null ? drafts : [jump, ...drafts]);
    journal.repeatErasures(since);
    return journal;
  } catch (error) {
    for (const db of opened.toReversed()) db.close();
    lock.release();
    throw journalError(error, path);
  }
}

/** Begins a new epoch: from here on the appends of every earlier one are refused. */
function nextEpoch(db: Connection, since: number): number {
  return db
    .transaction(() => {
      const epoch = (db.prepare<[], number>('SELECT epoch FROM writer').pluck().get() ?? 0) + 1;
      db.prepare<[number, number, number]>('UPDATE writer SET epoch = ?, pid = ?, since = ?').run(
        epoch,
        process.pid,
        since,
      );
      return epoch;
    })
    .immediate();
}

/** Taking over does without the lock where it has to: its holder cannot be made to let go, only refused by the epoch. */
function lockedOrNot(path: string): Lock {
  try {
    return acquireLock(path);
  } catch (error) {
    if (error instanceof CountersignError && error.code === 'JOURNAL_LOCKED') return { release: () => undefined };
    throw journalError(error, path);
  }
}

function locked(path: string): Lock {
  try {
    return acquireLock(path);
  } catch (error) {
    throw journalError(error, path);
  }
}

/**
 * One name for journal and keys, so that the keys of another journal are not taken for lost ones. A new journal is named
 * after its keys: where only these have a name, its making was cut off in between.
 */
function matchOrigins(
  db: Connection,
  keys: KeyStore,
  paths: { path: string; keysPath: string },
  named: () => string,
): void {
  const known = db.prepare<[], string>('SELECT origin FROM log').pluck().get();
  const keysKnown = keys.origin();
  if (known !== undefined && keysKnown === null) throw keysMissing(paths);
  if (known !== undefined && keysKnown !== known) throw keysOfAnother(paths.keysPath);
  const origin = keysKnown ?? named();
  if (keysKnown === null) keys.belongTo(origin);
  if (known === undefined)
    db.prepare<[string, Uint8Array]>('INSERT INTO log VALUES (1, ?, 0, ?)').run(origin, new Uint8Array(0));
}

function keysOfAnother(keysPath: string): CountersignError {
  return new CountersignError({
    code: 'JOURNAL_SCHEMA',
    message: `${keysPath} holds the keys of another journal.`,
    where: { file: keysPath },
    hint: 'Put the key file that was made with this journal beside it.',
    fault: 'operator',
  });
}

function keysMissing({ path, keysPath }: { path: string; keysPath: string }): CountersignError {
  return new CountersignError({
    code: 'JOURNAL_DAMAGED',
    message: `${path} has no key file: ${keysPath} is missing or empty.`,
    meaning: 'Without it everything sealed in the journal would be lost for good.',
    where: { file: keysPath },
    hint: 'Put the key file back beside the journal.',
    fault: 'operator',
  });
}

/** The journal over SQLite. Made by {@link openJournal}. */
export class SqliteJournal extends JournalReader implements ErasingJournal {
  readonly epoch: number;
  /** Keys that had been erased before and were there again when this journal was opened. */
  erasedAtOpening = 0;
  readonly #path: string;
  readonly #random: (bytes: number) => Uint8Array;
  readonly #personsIn: ((drafts: readonly Draft[]) => readonly PersonLink[]) | null;
  readonly #lock: Lock;
  readonly #keys: KeyStore;
  readonly #pruner: Pruner;
  readonly #writer: BatchWriter;
  readonly #room: LogRoom | null;
  readonly #makeThread: (() => AppendThread) | null;
  readonly #threadFrom: number;
  #thread: AppendThread | null;
  #range: CompactRange;
  #closed = false;
  /** Why it closed itself while somebody waited elsewhere. */
  #failure: CountersignError | null = null;

  constructor(parts: JournalOptions & { db: Connection; keys: KeyStore; lock: Lock; epoch: number }) {
    const { db, keys } = parts;
    super(db, keys);
    this.#path = parts.path;
    this.#random = (bytes) => parts.random(bytes);
    this.#personsIn = parts.personsIn ?? null;
    this.#lock = parts.lock;
    this.#keys = keys;
    this.#pruner = new Pruner(db);
    this.#writer = new BatchWriter(db, parts.path, parts.epoch);
    this.#room = parts.logRoom === true ? new LogRoom(db, parts.path) : null;
    this.#threadFrom = parts.threadFrom ?? WORTH_A_THREAD;
    this.#makeThread = parts.thread === undefined ? null : () => new AppendThread(parts);
    this.#thread = parts.thread === 'at once' ? new AppendThread(parts) : null;
    this.epoch = parts.epoch;
    // Read after the epoch was taken: from then on nobody else appends.
    this.#range = readRange(db);
  }

  append(drafts: readonly Draft[]): number {
    this.#ready();
    const first = this.#range.size + 1;
    try {
      if (drafts.length === 0) this.#writer.checkEpoch();
      else {
        this.#range = this.#writer.write(drafts.map(entryOf), this.#means(drafts));
        this.#room?.committed();
      }
      return first;
    } catch (error) {
      this.close();
      throw journalError(error, this.#path);
    }
  }

  /** Large batches are written by a thread of their own from now on. */
  get hasThread(): boolean {
    return this.#thread?.ready === true;
  }

  appendMeanwhile(drafts: readonly Draft[]): Promise<void> | null {
    if (this.#closed || this.#makeThread === null || drafts.length < this.#threadFrom) return null;
    this.#thread ??= this.#makeThread();
    const thread = this.#thread;
    if (!thread.ready || thread.busy) return null;
    return new Promise((resolve, reject) => {
      const fail = (error: unknown): void => {
        this.#failure = journalError(error, this.#path);
        this.close();
        reject(this.#failure);
      };
      try {
        thread.write(drafts.map(entryOf), this.#means(drafts), (appended) => {
          if ('error' in appended) return fail(appended.error);
          this.#range = appended.range;
          resolve();
        });
      } catch (error) {
        // Not at once: whoever hands it over still reads, to tell of the batch before.
        queueMicrotask(() => fail(error));
      }
    });
  }

  settle(): void {
    this.#thread?.wait();
  }

  /** What a batch is written with. Keys first: a key too many harms nobody, a sealed part without its key is lost. */
  #means(drafts: readonly Draft[]): BatchMeans {
    const names = new Set<string>();
    for (const { sealed } of drafts) if (sealed !== undefined) names.add(sealed.keyOf);
    const links = names.size === 0 ? NO_LINKS : (this.#personsIn?.(drafts) ?? NO_LINKS);
    const keys = names.size === 0 ? NO_KEYS : this.#keys.ensure(names, links, this.#random);
    return { range: this.#range, keys, random: this.#random(drafts.length * RANDOM_BYTES) };
  }

  /** Whoever writes here waits for what the thread is writing; JOURNAL_WRITE when that failed, or all is closed. */
  #ready(): void {
    this.settle();
    if (this.#closed) throw this.#failure ?? closedError(this.#path);
  }

  keyed(text: string): string {
    try {
      return this.#keys.persons.keyed(text, this.#random);
    } catch (error) {
      // It is made when first asked for, and there may be no room for it.
      throw journalError(error, this.#path);
    }
  }

  eraseKey(keyOf: string): boolean {
    this.#ready();
    this.#writer.checkEpoch();
    return this.#keys.erase(this.#keys.named([keyOf])) > 0;
  }

  erase({ runs, basis, actor, at }: ErasureRequest): ErasureResult {
    this.#ready();
    this.#writer.checkEpoch();
    const keys = this.#keys.named(new Set(runs.map((run) => `run:${run}`)));
    if (keys.length > 0) addErasures(erasuresPathOf(this.#path), [{ at, by: encodeActor(actor), basis, keys }]);
    return this.#eraseListed(keys, erasureDrafts(keys, { actor, at, basis }), { actor, at });
  }

  /**
   * Erases what the list says was erased and is there again, or still: after a backup was restored, or an erasure cut
   * off. Part of opening.
   */
  repeatErasures(at: number): void {
    const known = (erasure: Erasure): KeyName[] => {
      const there = new Map(this.#keys.named(erasure.keys.map(({ of }) => of)).map(({ of, id }) => [of, id]));
      return erasure.keys.filter(({ of, id }) => there.get(of) === id);
    };
    for (const erasure of readErasures(erasuresPathOf(this.#path))) {
      const keys = known(erasure);
      if (keys.length === 0) continue;
      const by = { actor: ENGINE, at };
      const more = { replayed: true, erasedAt: erasure.at, erasedBy: erasure.by } as const;
      this.erasedAtOpening += this.#eraseListed(
        keys,
        erasureDrafts(keys, { ...by, basis: erasure.basis }, more),
        by,
      ).runs;
    }
  }

  prune(request: PruneRequest): PruneStep {
    this.#ready();
    checkFloor(request);
    try {
      const step = this.db
        .transaction(() => {
          const made = this.#pruner.step(request);
          return {
            ...made,
            range:
              made.drafts.length === 0
                ? this.#range
                : this.#writer.within(made.drafts.map(entryOf), this.#means(made.drafts)),
          };
        })
        .immediate();
      this.#range = step.range;
      this.#keys.drop(step.subjects);
      return { runs: step.runs, events: step.events, next: step.next };
    } catch (error) {
      // What we refuse ourselves was rolled back; after what the disk refused, nothing in memory counts.
      if (!(error instanceof CountersignError)) this.close();
      throw journalError(error, this.#path);
    }
  }

  giveBack(pages: number): number {
    this.#ready();
    try {
      this.db.exec(`PRAGMA incremental_vacuum(${pages})`);
      const left = Number(this.db.pragma('freelist_count', { simple: true }));
      // The file itself gets shorter at a checkpoint; one that a reader holds up comes with the next.
      if (left === 0) {
        truncateLog(this.db, 100);
        this.#keys.shorten();
      }
      return left;
    } catch (error) {
      throw journalError(error, this.#path);
    }
  }

  #eraseListed(keys: readonly KeyName[], drafts: readonly Draft[], by: Pick<ErasureRequest, 'actor' | 'at'>) {
    const ended = keys.flatMap(({ of }) => {
      const row = of.startsWith('run:') ? this.run(of.slice('run:'.length)) : null;
      return row === null || row.ended !== null ? [] : [row.id];
    });
    this.append([...drafts, ...ended.map((run) => endErased(run, by))]);
    const runs = this.#keys.erase(keys);
    // Timers of what was sealed are gone from the file; the log may still hold pages with them.
    if (ended.length > 0) truncateLog(this.db, 100);
    return { runs, ended };
  }

  /** Of what is known to be on disk; what is being appended is not waited for, see {@link settle}. */
  override head(): { size: number; root: Uint8Array } {
    return { size: this.#range.size, root: this.#range.root() };
  }

  override close(): void {
    if (this.#closed) return;
    this.#closed = true;
    try {
      this.#thread?.end();
      super.close();
    } finally {
      this.#lock.release();
    }
  }
}

/** Below, those who wait for the batch are all there is, and nothing would be decided meanwhile. */
const WORTH_A_THREAD = 300;
const NO_KEYS: ReadonlyMap<string, SealKey> = new Map();
const NO_LINKS: readonly PersonLink[] = [];

function closedError(path: string): CountersignError {
  return new CountersignError({
    code: 'JOURNAL_WRITE',
    message: `${path} was closed, by a failed write or on purpose.`,
    where: { file: path },
    hint: 'Open the journal again and read from it where things stand.',
    retryable: true,
    fault: 'operator',
  });
}
