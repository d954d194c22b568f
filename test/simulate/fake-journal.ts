import { hash } from 'node:crypto';
import { CountersignError } from '../../engine/flow/error.ts';
import { canonicalJson, parseStrict } from '../../engine/flow/json.ts';
import { ENGINE } from '../../engine/core/event.ts';
import { decodeHeader, encodeHeader, innerHash, leafHash, SALT_BYTES } from '../../engine/journal/event-codec.ts';
import {
  NOT_STANDING,
  type Draft,
  type EffectRow,
  type Journal,
  type RunQuery,
  type RunRow,
  type RunStatus,
  type StandingEffect,
  type StoredEvent,
  type TaskRow,
  type TimerRow,
  type WaitRow,
} from '../../engine/journal/journal.ts';
import { runOf, type EffectState } from '../../engine/journal/projections.ts';
import { parseStored } from '../../engine/journal/rebuild.ts';
import { journalError } from '../../engine/journal/sqlite-error.ts';
import {
  DiskError,
  foldInto,
  type DiskPoint,
  type FakeDisk,
  type RowsOfRun,
  type StoredRow,
  type Transaction,
} from './fake-disk.ts';

export interface FakeJournalOptions {
  disk: FakeDisk;
  now(): number;
  random(bytes: number): Uint8Array;
  takeOver?: boolean;
  /** Hears why the journal was closed. */
  failed?: (error: unknown) => void;
  /** Asked at each point of the disk; throws what goes wrong there. */
  at?: (point: DiskPoint) => void;
  /** Does something a moment later, as another thread would. Null where the batch is to be written at once. */
  aside?: () => ((work: () => void) => void) | null;
  /** Controls that a test takes away to see that it is noticed. */
  without?: 'epoch check' | 'projection' | 'leaf';
}

const PATH = 'journal in memory';

/**
 * The journal of the simulation: the same events, leaves, projections and refusals as the one over SQLite, on a disk
 * that fails when it is told to. What it cannot show is said in docs/RELIABILITY.md.
 */
export class FakeJournal implements Journal {
  readonly epoch: number;
  private readonly disk: FakeDisk;
  private readonly options: FakeJournalOptions;
  private readonly at: (point: DiskPoint) => void;
  private closed = false;
  /** What another thread is writing. */
  private pending: (() => void) | null = null;

  /** Errors as of the real one: JOURNAL_LOCKED, JOURNAL_WRITE, DISK_FULL. */
  constructor(options: FakeJournalOptions) {
    this.options = options;
    this.disk = options.disk;
    this.at = options.at ?? (() => undefined);
    if (this.disk.holder !== null && options.takeOver !== true) throw locked();
    this.disk.holder ??= this;
    try {
      this.at('open');
      this.epoch = this.disk.image.epoch + 1;
      this.disk.commit({ epoch: this.epoch, rows: [] }, new Map(), this.disk.image.tree, this.at);
    } catch (error) {
      this.close();
      throw told(error);
    }
    this.append([
      { subject: 'runner', type: 'runner.opened', v: 1, at: options.now(), actor: ENGINE, open: { pid: 1 } },
    ]);
  }

  appendMeanwhile(drafts: readonly Draft[]): Promise<void> | null {
    const later = this.closed || this.pending !== null || drafts.length === 0 ? null : (this.options.aside?.() ?? null);
    if (later === null) return null;
    return new Promise((resolve, reject) => {
      this.pending = () => {
        this.pending = null;
        try {
          this.append(drafts);
          resolve();
        } catch (error) {
          reject(error instanceof Error ? error : new Error(String(error)));
        }
      };
      later(() => this.settle());
    });
  }

  settle(): void {
    this.pending?.();
  }

  append(drafts: readonly Draft[]): number {
    this.settle();
    if (this.closed) throw closedError();
    const { image } = this.disk;
    const first = image.tree.size + 1;
    if (drafts.length === 0) return first;
    try {
      if (image.epoch !== this.epoch && this.options.without !== 'epoch check') throw fenced(image.epoch, this.epoch);
      const tree = image.tree.clone();
      const folded = new Map<string, RowsOfRun>();
      const rows = drafts.map((draft, i): StoredRow => {
        const row = this.rowOf(draft, first + i);
        if (!(this.options.without === 'leaf' && draft.type === 'task.created')) tree.append(row.leaf);
        if (!(this.options.without === 'projection' && draft.type === 'task.voted')) this.fold(folded, draft, row.seq);
        return row;
      });
      this.checkKeys(folded);
      const transaction: Transaction = { epoch: null, rows };
      this.disk.commit(transaction, folded, tree, this.at);
      return first;
    } catch (error) {
      this.close();
      this.options.failed?.(error);
      throw told(error);
    }
  }

  events(subject: string): StoredEvent[] {
    this.checkOpen();
    return (this.disk.image.bySubject.get(subject) ?? []).map(storedOf);
  }

  run(id: string): RunRow | null {
    this.checkOpen();
    const run = this.disk.image.runs.get(id)?.run ?? null;
    return run === null ? null : rowOfRun(run);
  }

  runByKey(key: string): RunRow | null {
    return this.all().find((run) => run.key === key) ?? null;
  }

  runs({ status, result, limit, after }: RunQuery): RunRow[] {
    const newest = this.all().toReversed();
    const from = after === undefined ? 0 : newest.findIndex((run) => run.id === after) + 1;
    // After a run that is not there comes nothing.
    const page = after !== undefined && from === 0 ? [] : newest.slice(from);
    const found = page.filter(
      (run) => (status === undefined || run.status === status) && (result === undefined || run.result === result),
    );
    return limit === undefined ? found : found.slice(0, limit);
  }

  runCounts(): { status: string; result: string | null; runs: number }[] {
    const counts = new Map<string, { status: string; result: string | null; runs: number }>();
    for (const { status, result } of this.all()) {
      const name = JSON.stringify([status, result]);
      counts.set(name, { status, result, runs: (counts.get(name)?.runs ?? 0) + 1 });
    }
    return [...counts.values()].sort(
      (a, b) => b.runs - a.runs || compare(a.status, b.status) || compare(a.result ?? '', b.result ?? ''),
    );
  }

  tasks(query: { run?: string; status?: TaskRow['status']; role?: string; limit?: number }): TaskRow[] {
    const found = this.rows()
      .flatMap((rows) => [...rows.tasks.values()])
      .filter(
        (task) =>
          (query.run === undefined || task.run === query.run) &&
          (query.status === undefined || task.status === query.status) &&
          (query.role === undefined || task.role === query.role),
      )
      .sort((a, b) => a.seq - b.seq)
      .map((task) => without(task, 'path', 'visit'));
    return query.limit === undefined ? found : found.slice(0, query.limit);
  }

  task(id: string): TaskRow | null {
    return this.tasks({}).find((task) => task.id === id) ?? null;
  }

  dueTimers(now: number, limit: number): TimerRow[] {
    return this.timers()
      .filter((timer) => timer.at <= now)
      .slice(0, limit);
  }

  nextTimer(): number | null {
    return this.timers()[0]?.at ?? null;
  }

  unfinished(): string[] {
    return this.rows()
      .flatMap(({ run }) => (run === null || run.ended !== null ? [] : [run]))
      .sort((a, b) => a.n - b.n)
      .filter(
        ({ id, status, line }) =>
          status === 'running' ||
          status === 'calling' ||
          (status === 'queued' && line !== null && this.line(line, 1)[0]?.id === id),
      )
      .map(({ id }) => id);
  }

  waits(match: string): WaitRow[] {
    return this.rows()
      .flatMap((rows) => [...rows.waits.values()])
      .filter((wait) => wait.match === match)
      .sort((a, b) => a.seq - b.seq)
      .map((wait) => without(wait, 'seq', 'visit'));
  }

  keyed(text: string): string {
    return hash('sha256', `the secret beside the journal ${text}`).slice(0, 32);
  }

  withBusinessKey(business: string, after: number): StandingEffect[] {
    return this.standing((effect) => effect.business === business, after).toReversed();
  }

  counted(of: { connection: string; action: string }, after: number): StandingEffect[] {
    return this.standing(
      ({ connection, action, counts }) => counts !== null && connection === of.connection && action === of.action,
      after,
    );
  }

  line(line: string, limit: number): { id: string; status: RunStatus }[] {
    return this.rows()
      .flatMap(({ run }) => (run === null || run.line !== line || run.ended !== null ? [] : [run]))
      .sort((a, b) => a.n - b.n)
      .slice(0, limit)
      .map(({ id, status }) => ({ id, status }));
  }

  effects(query: { run?: string; status?: EffectRow['status'] }): EffectRow[] {
    return this.rows()
      .flatMap((rows) => [...rows.effects.values()])
      .filter(
        (effect) =>
          (query.run === undefined || effect.run === query.run) &&
          (query.status === undefined || effect.status === query.status),
      )
      .sort((a, b) => a.seq - b.seq)
      .map((effect) => without(effect, 'path', 'visit', 'at', 'business', 'counts'));
  }

  head(): { size: number; root: Uint8Array } {
    const { tree } = this.disk.image;
    return { size: tree.size, root: tree.root() };
  }

  close(): void {
    this.closed = true;
    if (this.disk.holder === this) this.disk.holder = null;
  }

  private rowOf(draft: Draft, seq: number): StoredRow {
    const { subject, type, v, at, actor, sealed } = draft;
    const node = draft.node ?? null;
    const path = draft.path ?? null;
    const header = Buffer.from(encodeHeader({ seq, subject, epoch: this.epoch, type, v, at, actor, node, path }));
    const open = Buffer.from(canonicalJson(draft.open));
    const hidden = sealed === undefined ? null : Buffer.from(canonicalJson(sealed.value));
    if (sealed !== undefined) this.disk.keys.add(sealed.keyOf);
    const salt = this.options.random(SALT_BYTES);
    return { seq, subject, header, open, sealed: hidden, salt, leaf: leafHash(header, innerHash(salt, open, hidden)) };
  }

  private fold(folded: Map<string, RowsOfRun>, draft: Draft, seq: number): void {
    const { subject, type, at, open } = draft;
    const event = { seq, subject, type, at, node: draft.node ?? null, path: draft.path ?? null, open };
    foldInto(this.disk.image, folded, event);
  }

  private checkKeys(folded: ReadonlyMap<string, RowsOfRun>): void {
    const started = [...folded.values()].filter(({ run }) => run !== null && run.key !== null);
    for (const { run } of started) {
      const others = [...this.disk.image.runs.values(), ...started];
      if (others.some((other) => other.run?.key === run?.key && other.run?.id !== run?.id)) throw keyReused();
    }
  }

  private standing(which: (effect: EffectState) => boolean, after: number): StandingEffect[] {
    return this.rows()
      .flatMap(({ effects }) => [...effects.values()])
      .filter((effect) => which(effect) && (effect.at ?? 0) > after && !NOT_STANDING.includes(effect.status))
      .sort((a, b) => (a.at ?? 0) - (b.at ?? 0) || a.seq - b.seq)
      .map(({ run, key, at, counts }) => ({ run, key, at: at ?? 0, counts }));
  }

  private rows(): RowsOfRun[] {
    this.checkOpen();
    return [...this.disk.image.runs.values()];
  }

  /** Every run, in the order in which they began. */
  private all(): RunRow[] {
    return this.rows()
      .flatMap(({ run }) => (run === null ? [] : [run]))
      .sort((a, b) => a.n - b.n)
      .map(rowOfRun);
  }

  private timers(): TimerRow[] {
    return this.rows()
      .flatMap((rows) => [...rows.timers.values()])
      .sort((a, b) => a.at - b.at || compare(a.run, b.run))
      .map(({ run, at, kind }) => ({ run, at, kind }));
  }

  private checkOpen(): void {
    if (this.closed) throw new TypeError('The database connection is not open');
  }
}

/** Runs whose events are read by the subject that names them. */
export const runsOf = (disk: FakeDisk): string[] =>
  [...disk.image.bySubject.keys()].flatMap((subject) => runOf(subject) ?? []);

export function storedOf(row: StoredRow): StoredEvent {
  const sealed = row.sealed === null ? null : parseStrict(row.sealed.toString('utf8'));
  return { ...decodeHeader(row.header), open: parseStored(row.open, row.seq), sealed, erased: false };
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const rowOfRun = (run: NonNullable<RowsOfRun['run']>): RunRow => without(run, 'n', 'line');

/** A row as the runtime sees it: without what only the fold needs. */
function without<T extends object, K extends keyof T>(row: T, ...names: readonly K[]): Omit<T, K> {
  const copy = { ...row };
  for (const name of names) delete copy[name];
  return copy;
}

function told(error: unknown): unknown {
  if (error instanceof DiskError) return error.fault === 'full' ? full(error) : unwritten(error);
  // A process that ends in the middle is nobody's error.
  return error instanceof Error && error.name === 'ProcessGone' ? error : journalError(error, PATH);
}

const full = (cause: Error): CountersignError =>
  new CountersignError({
    code: 'DISK_FULL',
    message: `There is no room left to write the ${PATH}.`,
    hint: 'Make room on that disk. The engine goes on by itself when it can write again.',
    retryable: true,
    fault: 'operator',
    cause,
  });

const unwritten = (cause: Error): CountersignError =>
  new CountersignError({
    code: 'JOURNAL_WRITE',
    message: `The ${PATH} could not be written: ${cause.message}.`,
    hint: 'Check the disk.',
    retryable: true,
    fault: 'operator',
    cause,
  });

const closedError = (): CountersignError =>
  new CountersignError({
    code: 'JOURNAL_WRITE',
    message: `The ${PATH} was closed, by a failed write or on purpose.`,
    hint: 'Open the journal again and read from it where things stand.',
    retryable: true,
    fault: 'operator',
  });

const locked = (): CountersignError =>
  new CountersignError({
    code: 'JOURNAL_LOCKED',
    message: `The ${PATH} is being written by another process.`,
    hint: 'Stop it and try again.',
    retryable: true,
    fault: 'operator',
  });

const fenced = (now: number, ours: number): CountersignError =>
  new CountersignError({
    code: 'JOURNAL_FENCED',
    message: `Another process took over the ${PATH}: its epoch is ${now}, and ours was ${ours}.`,
    hint: 'Leave the work to the process that took over, and end this one.',
    fault: 'operator',
  });

const keyReused = (): CountersignError =>
  new CountersignError({
    code: 'RUN_KEY_REUSED',
    message: 'A second run was to be started with the idempotency key of another one.',
    hint: 'Look the key up before starting a run, also among those of the same batch.',
    fault: 'us',
  });
