import { branchKey, type BranchState } from './branch-rows.ts';
import type { RunRow } from './journal.ts';
import type { ProjectedEvent } from './open-part.ts';
import type { Connection } from './open.ts';
import { Query } from './query.ts';
import {
  foldRunEvent,
  runOf,
  timerKey,
  waitKey,
  type EffectState,
  type RowMap,
  type RunRows,
  type RunState,
  type TaskState,
  type TimerState,
  type WaitState,
} from './projections.ts';

type Stored<T extends RunRow> = Omit<T, 'person'> & { person: number };

/** Rows by key that are read when first asked for and know what was changed. */
class TrackedRows<V> implements RowMap<V> {
  readonly #load: (() => V[]) | null;
  readonly #keyOf: (row: V) => string;
  #rows: Map<string, V> | null = null;
  #changed: Set<string> | null = null;

  /** @param load reads the rows that are stored; null when none can be, as in a new run, most of which never have one */
  constructor(load: (() => V[]) | null, keyOf: (row: V) => string) {
    this.#load = load;
    this.#keyOf = keyOf;
  }

  values(): Iterable<V> {
    return this.#rows === null && this.#load === null ? NONE : this.#all().values();
  }

  set(key: string, value: V): void {
    this.#all().set(key, value);
    this.#change(key);
  }

  delete(key: string): void {
    this.#all().delete(key);
    this.#change(key);
  }

  /** Every changed row by key, null where it is gone. */
  changes(): Iterable<readonly [string, V | null]> {
    if (this.#changed === null) return NONE;
    const rows = this.#all();
    return [...this.#changed].map((key) => [key, rows.get(key) ?? null] as const);
  }

  #change(key: string): void {
    this.#changed ??= new Set();
    this.#changed.add(key);
  }

  #all(): Map<string, V> {
    this.#rows ??= new Map((this.#load?.() ?? []).map((row) => [this.#keyOf(row), row] as const));
    return this.#rows;
  }
}

const NONE: readonly never[] = [];
const taskKey = (task: TaskState): string => task.id;
const effectKey = (effect: EffectState): string => effect.key;

interface Touched extends RunRows {
  readonly before: RunState | null;
  readonly tasks: TrackedRows<TaskState>;
  readonly effects: TrackedRows<EffectState>;
  readonly timers: TrackedRows<TimerState>;
  readonly branches: TrackedRows<BranchState>;
  readonly waits: TrackedRows<WaitState>;
}

/** All statements that projections are written with; prepared once for a connection. */
function prepareAll(db: Connection) {
  return {
    run: new Query<[string], Stored<RunState>>(db, 'SELECT * FROM run WHERE id = ?'),
    tasks: new Query<[string], TaskState>(db, 'SELECT * FROM task WHERE run = ?'),
    effects: new Query<[string], EffectState>(db, 'SELECT * FROM effect WHERE run = ?'),
    timers: new Query<[string], TimerState>(db, 'SELECT * FROM timer WHERE run = ?'),
    waits: new Query<[string], WaitState>(db, 'SELECT * FROM wait WHERE run = ?'),
    branches: new Query<[string], BranchState>(db, 'SELECT * FROM branch WHERE run = ?'),
    insertRun: db.prepare('INSERT INTO run VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)'),
    updateRun: db.prepare(
      'UPDATE run SET status = ?, ended = ?, result = ?, node = ?, error = ?, person = ? WHERE n = ?',
    ),
    task: db.prepare('INSERT OR REPLACE INTO task VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)'),
    timer: db.prepare('INSERT OR REPLACE INTO timer VALUES (?, ?, ?, ?, ?)'),
    effect: db.prepare('INSERT OR REPLACE INTO effect VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)'),
    branch: db.prepare('INSERT OR REPLACE INTO branch VALUES (?, ?, ?, ?, ?, ?, ?, ?)'),
    wait: db.prepare('INSERT OR REPLACE INTO wait VALUES (?, ?, ?, ?, ?, ?, ?)'),
    noWait: db.prepare('DELETE FROM wait WHERE run = ? AND node = ? AND path = ? AND visit = ?'),
    noBranch: db.prepare('DELETE FROM branch WHERE run = ? AND path = ?'),
    noTimer: db.prepare('DELETE FROM timer WHERE run = ? AND node = ? AND path = ? AND kind = ?'),
  };
}

/**
 * Folds events into the projection tables, a batch at a time: rows are kept in memory until {@link flush}, so that
 * however often a run changes within a batch it is written once.
 */
export class ProjectionWriter {
  readonly #sql: ReturnType<typeof prepareAll>;
  readonly #touched = new Map<string, Touched>();

  constructor(db: Connection) {
    this.#sql = prepareAll(db);
  }

  fold(event: ProjectedEvent): void {
    const id = runOf(event.subject);
    if (id === null) return;
    let rows = this.#touched.get(id);
    if (rows === undefined) {
      rows = this.#load(id);
      this.#touched.set(id, rows);
    }
    foldRunEvent(rows, id, event);
  }

  /** Writes what changed since the last flush; to be called within the transaction of the events. */
  flush(): void {
    for (const rows of this.#touched.values()) this.#write(rows);
    this.#touched.clear();
  }

  /** Forgets what was not flushed. */
  clear(): void {
    this.#touched.clear();
  }

  #load(id: string): Touched {
    const stored = this.#sql.run.get(id);
    const before = stored === undefined ? null : { ...stored, person: stored.person === 1 };
    // A run without a row has none elsewhere either.
    const isNew = before === null;
    return {
      before,
      run: before,
      tasks: new TrackedRows(isNew ? null : () => this.#sql.tasks.all(id), taskKey),
      effects: new TrackedRows(isNew ? null : () => this.#sql.effects.all(id), effectKey),
      timers: new TrackedRows(isNew ? null : () => this.#sql.timers.all(id), timerKey),
      waits: new TrackedRows(isNew ? null : () => this.#sql.waits.all(id), waitKey),
      branches: new TrackedRows(isNew ? null : () => this.#sql.branches.all(id), branchKey),
    };
  }

  #write(rows: Touched): void {
    const { run, before } = rows;
    if (run === null) return;
    if (before === null) {
      this.#sql.insertRun.run(
        run.n,
        run.id,
        run.status,
        run.program,
        run.release,
        run.key,
        run.started,
        run.ended,
        run.result,
        run.node,
        run.error,
        run.person ? 1 : 0,
        run.line,
      );
    } else if (run !== before) {
      this.#sql.updateRun.run(run.status, run.ended, run.result, run.node, run.error, run.person ? 1 : 0, run.n);
    }
    for (const [, t] of rows.tasks.changes()) {
      if (t === null) continue;
      this.#sql.task.run(
        t.seq,
        t.id,
        t.run,
        t.node,
        t.path,
        t.visit,
        t.type,
        t.role,
        t.title,
        t.due,
        t.created,
        t.status,
        t.decision,
        t.shown,
      );
    }
    for (const [, e] of rows.effects.changes()) {
      if (e === null) continue;
      this.#sql.effect.run(
        e.run,
        e.key,
        e.node,
        e.path,
        e.visit,
        e.connection,
        e.action,
        e.class,
        e.status,
        e.seq,
        e.at,
        e.business,
        e.counts,
      );
    }
    for (const [key, w] of rows.waits.changes()) {
      if (w !== null) this.#sql.wait.run(w.run, w.node, w.path, w.visit, w.match, w.id, w.seq);
      else if (before !== null) this.#sql.noWait.run(run.id, ...timerParts(key));
    }
    for (const [path, b] of rows.branches.changes()) {
      if (b !== null) this.#sql.branch.run(b.run, b.path, b.node, b.status, b.joins, b.total, b.next, b.settling);
      else if (before !== null) this.#sql.noBranch.run(run.id, path);
    }
    for (const [key, t] of rows.timers.changes()) {
      if (t !== null) this.#sql.timer.run(t.run, t.node, t.path, t.kind, t.at);
      // Set and dropped within one batch of a new run: it was never written.
      else if (before !== null) this.#sql.noTimer.run(run.id, ...timerParts(key));
    }
  }
}

const timerParts = (key: string): unknown[] => {
  const parts: unknown = JSON.parse(key);
  return Array.isArray(parts) ? parts : [];
};

/** A stored row as the runtime sees it: without what only the fold needs. */
export const toRunRow = (r: Stored<RunState>): RunRow => ({
  id: r.id,
  status: r.status,
  program: r.program,
  release: r.release,
  key: r.key,
  started: r.started,
  ended: r.ended,
  result: r.result,
  node: r.node,
  error: r.error,
  person: r.person === 1,
});

export const RUN_COLUMNS = 'n, id, status, program, release, key, started, ended, result, node, error, person, line';
export const TASK_COLUMNS = 'id, run, node, type, role, title, due, created, status, decision, shown, seq';
export const TIMER_COLUMNS = 'run, at, kind';
export const EFFECT_COLUMNS = 'key, run, node, connection, action, class, status, seq';

export type StoredRun = Stored<RunState>;
