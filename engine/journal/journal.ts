import type { Actor } from '../core/event.ts';
import type { JsonInput, JsonValue } from '../flow/json.ts';

/** An event before it has a place in the journal. */
export interface Draft {
  /** `run:<id>`, `release:<n>`, `runner`, `key:<id>`, `person:<id>` … */
  subject: string;
  type: string;
  /** Version of the body's shape. */
  v: number;
  /** Milliseconds since 1970; order never comes from it. */
  at: number;
  actor: Actor;
  node?: string;
  path?: string;
  /** What may stay readable for ever; projections are derived from the header and this part only. */
  open: JsonInput;
  /** Personal content, encrypted with the key of `keyOf`; deleting that key erases it and nothing else. */
  sealed?: { keyOf: string; value: JsonInput };
  /** The canonical JSON of `open` and of the sealed value, where whoever made the draft has written it already. */
  texts?: { open: string; sealed: string | null };
}

/** An event as read back. `sealed` is null when there is none, `erased` when its key was destroyed. */
export interface StoredEvent {
  seq: number;
  subject: string;
  epoch: number;
  type: string;
  v: number;
  at: number;
  actor: Actor;
  node: string | null;
  path: string | null;
  open: JsonValue;
  sealed: JsonValue | null;
  erased: boolean;
}

/** What a run may be doing; one that is queued was accepted, and waits for the one before it. */
export const RUN_STATUSES = [
  'queued',
  'running',
  'calling',
  'retrying',
  'waiting',
  'in doubt',
  'completed',
  'failed',
  'cancelled',
] as const;
export type RunStatus = (typeof RUN_STATUSES)[number];

/** Projection of a run; can be rebuilt from events. */
export interface RunRow {
  id: string;
  status: RunStatus;
  program: string;
  release: string | null;
  key: string | null;
  started: number;
  ended: number | null;
  result: string | null;
  /** The node the run stands at, or ended at. */
  node: string | null;
  error: string | null;
  /** Whether a person took part. */
  person: boolean;
}

export interface TaskRow {
  id: string;
  run: string;
  node: string;
  type: 'approve' | 'choose' | 'fill in' | 'settle';
  role: string;
  title: string;
  due: number | null;
  created: number;
  /** `withdrawn` when the case went on without the branch that asked. */
  status: 'open' | 'decided' | 'timed out' | 'withdrawn';
  decision: string | null;
  /** Digest of what was shown. */
  shown: string;
  /** The event that holds what was shown. */
  seq: number;
}

export interface TimerRow {
  run: string;
  at: number;
  kind: 'retry' | 'due' | 'deadline' | 'wait';
}

/** Where a timer stands in the order of all. */
export type TimerPlace = Pick<TimerRow, 'at' | 'run'>;

/** A node that waits for a message, or did and took the one that is known by `id`. */
export interface WaitRow {
  run: string;
  node: string;
  path: string;
  match: string;
  id: string | null;
}

export interface EffectRow {
  key: string;
  run: string;
  node: string;
  connection: string;
  action: string;
  class: 'reversible' | 'irreversible';
  /** `undone` and `not undone` of an effect that was to be taken back. */
  status: 'intended' | 'done' | 'refused' | 'failed' | 'in doubt' | 'undone' | 'not undone';
  seq: number;
}

/** An effect that stands, as far as contracts count effects across runs. */
export interface StandingEffect {
  run: string;
  key: string;
  /** Milliseconds since 1970 of its intent. */
  at: number;
  /** Canonical JSON of what it adds to each sum, each null where it is sealed; null where its contract has no limits. */
  counts: string | null;
}

/** Effects that other runs do not count: nothing came of them, or it was taken back. */
export const NOT_STANDING: readonly EffectRow['status'][] = ['refused', 'failed', 'undone'];

/** How many runs of a program, as it was in a release, came out alike. */
export interface ReleaseRunCount {
  program: string;
  release: string | null;
  status: string;
  result: string | null;
  runs: number;
}

export interface RunQuery {
  status?: RunStatus;
  result?: string;
  limit?: number;
  after?: string;
}

export interface TaskQuery {
  run?: string;
  status?: TaskRow['status'];
  role?: string;
  /** Tasks of runs that had not ended by then (milliseconds since 1970): no others can have been open then or later. */
  since?: number;
  limit?: number;
  /** Only those that were asked after this one, by its id; none where there is none of that id. */
  after?: string;
}

/**
 * What the runtime asks of a journal: lifecycle, not tables.
 * One writer: opening takes the lock and a new epoch; every append checks it in the same transaction.
 */
export interface Journal {
  readonly epoch: number;
  /**
   * Appends all drafts, their leaves and projections in one transaction (`synchronous=FULL`), in order.
   * Returns the sequence number of the first. Of no drafts nothing is written; the epoch is looked at. On any error nothing of the batch is held to be written, the journal is
   * closed and must be reopened and re-read: codes DISK_FULL, JOURNAL_WRITE, JOURNAL_FENCED.
   */
  append(drafts: readonly Draft[]): number;
  /**
   * {@link append} in a thread of its own while the caller goes on, where that is worth it; null where it is not, or cannot
   * be: then append. The next batch is handed over when this one has come to its end; reading and everything else that
   * writes waits for it by itself.
   */
  appendMeanwhile?(drafts: readonly Draft[]): Promise<void> | null;
  /** Waits, and lets nothing else happen meanwhile, for what is being appended. */
  settle?(): void;
  /** It has not been closed, on purpose or by a failed write: what is closed answers nothing any more. */
  readonly isOpen: boolean;
  /** Events of one subject in order. */
  events(subject: string): StoredEvent[];
  run(id: string): RunRow | null;
  runByKey(key: string): RunRow | null;
  runs(query: RunQuery): RunRow[];
  /** How many runs there are of each status and result, the most frequent first. */
  runCounts(): { status: string; result: string | null; runs: number }[];
  /** The same of each release, of runs that started at `since` (milliseconds since 1970) or later. */
  runCountsByRelease(since: number): ReleaseRunCount[];
  tasks(query: TaskQuery): TaskRow[];
  task(id: string): TaskRow | null;
  /** Timers due at or before `now`, oldest first and by run; those after the given one only, where there is one. */
  dueTimers(now: number, limit: number, after?: TimerPlace | null): TimerRow[];
  nextTimer(): number | null;
  /** Runs that were in the middle of something when the journal was last closed: running, calling, or queued with none before them. */
  unfinished(): string[];
  /** Nodes that wait for a message of this digest, or have taken one, the oldest first. */
  waits(match: string): WaitRow[];
  effects(query: { run?: string; status?: EffectRow['status'] }): EffectRow[];
  /** 32 hex digits that stand for a text: a hash under a secret that lies beside the journal, made when first asked for. */
  keyed(text: string): string;
  /** Effects with this business key that were intended after `after` and stand, the latest first. */
  withBusinessKey(business: string, after: number): StandingEffect[];
  /** Effects of an action with limits that were intended after `after` and stand, the earliest first. */
  counted(of: { connection: string; action: string }, after: number): StandingEffect[];
  /** Runs of a line that have not ended, in the order in which they were accepted. */
  line(line: string, limit: number): { id: string; status: RunStatus }[];
  /** Leaves in the log and the RFC 9162 root over them. */
  head(): { size: number; root: Uint8Array };
  close(): void;
}
