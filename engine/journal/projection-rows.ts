import type { BranchState } from './branch-rows.ts';
import type { RunRow } from './journal.ts';
import type { ProjectedEvent } from './open-part.ts';
import type { Connection } from './open.ts';
import { Query } from './query.ts';
import {
  foldRunEvent,
  rowsOf,
  runOf,
  type EffectState,
  type RunRows,
  type RunState,
  type TaskState,
  type TimerState,
  type WaitState,
} from './projections.ts';

type Stored<T extends RunRow> = Omit<T, 'person'> & { person: number };

/** A run's rows, and what is stored of the run itself. */
interface Touched {
  readonly rows: RunRows;
  before: RunState | null;
}

/** A run that has more rows than this keeps them in memory for a while, rather than reading them for each batch. */
const MANY_ROWS = 64;
/** How many such runs do. */
const MOST_KEPT = 8;

const rowsInMemory = ({ tasks, effects, timers, branches, waits }: RunRows): number =>
  tasks.inMemory + effects.inMemory + timers.inMemory + branches.inMemory + waits.inMemory;

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
  /** Runs with many rows, as they are stored; the one that was touched last is the last. */
  readonly #kept = new Map<string, Touched>();

  constructor(db: Connection) {
    this.#sql = prepareAll(db);
  }

  fold(event: ProjectedEvent): void {
    const id = runOf(event.subject);
    if (id === null) return;
    let touched = this.#touched.get(id);
    if (touched === undefined) {
      touched = this.#kept.get(id) ?? this.#load(id);
      this.#touched.set(id, touched);
    }
    foldRunEvent(touched.rows, id, event);
  }

  /** Writes what changed since the last flush; to be called within the transaction of the events. */
  flush(): void {
    for (const [id, touched] of this.#touched) {
      this.#write(touched);
      this.#keep(id, touched);
    }
    this.#touched.clear();
  }

  /** Forgets what was not flushed, and what is kept: somebody else has written since, or what was written came to nothing. */
  clear(): void {
    this.#touched.clear();
    this.#kept.clear();
  }

  #keep(id: string, touched: Touched): void {
    const { rows } = touched;
    if (this.#kept.size > 0) this.#kept.delete(id);
    if (rows.run === null || rows.run.ended !== null || rowsInMemory(rows) <= MANY_ROWS) return;
    touched.before = rows.run;
    for (const one of [rows.tasks, rows.effects, rows.timers, rows.branches, rows.waits]) one.stored();
    this.#kept.set(id, touched);
    if (this.#kept.size <= MOST_KEPT) return;
    for (const oldest of this.#kept.keys()) {
      this.#kept.delete(oldest);
      break;
    }
  }

  #load(id: string): Touched {
    const known = this.#sql.run.get(id);
    const before = known === undefined ? null : { ...known, person: known.person === 1 };
    // A run without a row has none elsewhere either.
    if (before === null) return { before, rows: rowsOf(null) };
    const stored = {
      tasks: () => this.#sql.tasks.all(id),
      effects: () => this.#sql.effects.all(id),
      timers: () => this.#sql.timers.all(id),
      waits: () => this.#sql.waits.all(id),
      branches: () => this.#sql.branches.all(id),
    };
    return { before, rows: rowsOf(before, stored) };
  }

  #write({ rows, before }: Touched): void {
    const { run } = rows;
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
