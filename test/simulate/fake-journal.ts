import { hash } from 'node:crypto';
import { canonicalJson } from '../../engine/flow/json.ts';
import { ENGINE } from '../../engine/core/event.ts';
import { endErased, erasureDrafts, type ErasureRequest, type ErasureResult } from '../../engine/journal/erase.ts';
import { encodeActor, encodeHeader, innerHash, leafHash, SALT_BYTES } from '../../engine/journal/event-codec.ts';
import {
  NOT_STANDING,
  type Draft,
  type EffectRow,
  type RunQuery,
  type RunRow,
  type ReleaseRunCount,
  type RunStatus,
  type StandingEffect,
  type StoredEvent,
  type TaskQuery,
  type TaskRow,
  type TimerPlace,
  type TimerRow,
  type WaitRow,
} from '../../engine/journal/journal.ts';
import type { KeyName } from '../../engine/journal/keys.ts';
import type { PersonLink } from '../../engine/journal/person-links.ts';
import { checkFloor, prunedDraft, type PruneRequest, type PruneStep } from '../../engine/journal/prune.ts';
import type { RawEvent } from '../../engine/journal/reader.ts';
import { hasSealedUntil, untilIn } from '../../engine/journal/sealed-until.ts';
import type { RecordJournal } from '../../engine/journal/testing/erasing-conformance.ts';
import { runOf, type EffectState, type RunRows } from '../../engine/journal/projections.ts';
import { foldInto, type DiskPoint, type FakeDisk, type StoredRow, type Transaction } from './fake-disk.ts';
import { closedError, fenced, keyReused, locked, told } from './fake-errors.ts';
import { givenOf, rawOf } from './fake-rows.ts';

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
  /** Whom what is sealed in a batch is about. */
  personsIn?: (drafts: readonly Draft[]) => readonly PersonLink[];
  /** Controls that a test takes away to see that it is noticed. */
  without?:
    | 'epoch check'
    | 'projection'
    | 'leaf'
    | 'list of erasures'
    | 'keys erased'
    | 'inner hash'
    | 'end before pruning';
}

/** What stands for a text under the secret that lies beside the journal. */
export const fakeKeyed = (text: string): string => hash('sha256', `the secret beside the journal ${text}`).slice(0, 32);

/**
 * The journal of the simulation: the same events, leaves, projections and refusals as the one over SQLite, on a disk
 * that fails when it is told to. What it cannot show is said in docs/RELIABILITY.md.
 */
export class FakeJournal implements RecordJournal {
  readonly epoch: number;
  readonly origin = 'countersign.invalid/journal/simulated';
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
    try {
      this.repeatErasures();
    } catch (error) {
      this.close();
      throw told(error);
    }
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
    this.ready();
    return this.write(drafts);
  }

  eraseKey(keyOf: string): boolean {
    this.ready();
    this.checkEpoch();
    return this.disk.keys.erase(this.disk.keys.named([keyOf])) > 0;
  }

  erase({ runs, basis, actor, at }: ErasureRequest): ErasureResult {
    this.ready();
    this.checkEpoch();
    const keys = this.disk.keys.named(new Set(runs.map((run) => `run:${run}`)));
    if (keys.length > 0 && this.options.without !== 'list of erasures')
      this.disk.erasures = [...this.disk.erasures, { at, by: encodeActor(actor), basis, keys }];
    this.at('listed');
    return this.eraseListed(keys, erasureDrafts(keys, { actor, at, basis }), { actor, at });
  }

  prune(request: PruneRequest): PruneStep {
    this.ready();
    checkFloor(request);
    const { image } = this.disk;
    const isDone = ({ ended }: { ended: number | null }): boolean =>
      ended !== null || this.options.without === 'end before pruning';
    const ended = [...image.runs.values()].flatMap(({ run }) => (run !== null && isDone(run) ? [run] : []));
    const due = ended.filter((run) => run.n > request.after && (run.ended ?? 0) <= request.before);
    const pruned = due.filter(({ id }) => !image.pruned.has(`run:${id}`));
    const subjects = pruned.map(({ id }) => `run:${id}`);
    const events = subjects.reduce((sum, subject) => sum + (image.bySubject.get(subject)?.length ?? 0), 0);
    const drafts = pruned.length === 0 ? [] : [prunedDraft(request, pruned, events)];
    if (drafts.length > 0) this.write(drafts, subjects);
    this.disk.keys.drop(subjects);
    return { runs: pruned.length, events, next: null };
  }

  /** A disk without pages has none to give back. */
  giveBack(): number {
    this.ready();
    return 0;
  }

  personRuns(value: string, field: string | null = null): { run: string; field: string }[] {
    return this.disk.keys.of(value, field).map(({ of, field: by }) => ({ run: runOf(of) ?? '', field: by }));
  }

  rawEvents(subject: string): RawEvent[] {
    this.checkOpen();
    const { image } = this.disk;
    return (image.bySubject.get(subject) ?? []).map((row) => rawOf(row, image.pruned.has(subject), this.options));
  }

  leaves(size: number, after = 0): Uint8Array {
    this.checkOpen();
    return Buffer.concat(this.disk.image.rows.slice(after, size).map(({ leaf }) => leaf));
  }

  /** What the list says was erased and is there still: an erasure that was cut off. */
  private repeatErasures(): void {
    for (const erasure of this.disk.erasures) {
      const there = new Map(this.disk.keys.named(erasure.keys.map(({ of }) => of)).map(({ of, id }) => [of, id]));
      const keys = erasure.keys.filter(({ of, id }) => there.get(of) === id);
      if (keys.length === 0) continue;
      const by = { actor: ENGINE, at: this.options.now() };
      const more = { replayed: true, erasedAt: erasure.at, erasedBy: erasure.by } as const;
      this.eraseListed(keys, erasureDrafts(keys, { ...by, basis: erasure.basis }, more), by);
    }
  }

  private eraseListed(
    keys: readonly KeyName[],
    drafts: readonly Draft[],
    by: Pick<ErasureRequest, 'actor' | 'at'>,
  ): ErasureResult {
    const ended = keys.flatMap(({ of }) => {
      const row = this.run(runOf(of) ?? '');
      return row === null || row.ended !== null ? [] : [row.id];
    });
    this.append([...drafts, ...ended.map((run) => endErased(run, by))]);
    this.at('erase keys');
    return { runs: this.options.without === 'keys erased' ? keys.length : this.disk.keys.erase(keys), ended };
  }

  private ready(): void {
    this.settle();
    if (this.closed) throw closedError();
  }

  private checkEpoch(): void {
    const { epoch } = this.disk.image;
    if (epoch !== this.epoch && this.options.without !== 'epoch check') throw fenced(epoch, this.epoch);
  }

  private write(drafts: readonly Draft[], pruned: readonly string[] = []): number {
    const { image } = this.disk;
    const first = image.tree.size + 1;
    if (drafts.length === 0 && image.epoch === this.epoch) return first;
    try {
      this.checkEpoch();
      if (drafts.length === 0) return first;
      const names = new Set(drafts.flatMap(({ sealed }) => sealed?.keyOf ?? []));
      if (names.size > 0) this.disk.keys.ensure(names, this.options.personsIn?.(drafts) ?? []);
      const tree = image.tree.clone();
      const folded = new Map<string, RunRows>();
      const rows = drafts.map((draft, i): StoredRow => {
        const row = this.rowOf(draft, first + i);
        if (!(this.options.without === 'leaf' && draft.type === 'task.created')) tree.append(row.leaf);
        if (!(this.options.without === 'projection' && draft.type === 'task.voted')) this.fold(folded, draft, row.seq);
        return row;
      });
      this.checkKeys(folded);
      const transaction: Transaction = { epoch: null, rows, pruned };
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
    const { image, keys } = this.disk;
    const isPruned = image.pruned.has(subject);
    return (image.bySubject.get(subject) ?? []).map((row) => givenOf(row, isPruned, keys));
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

  runCountsByRelease(since: number): ReleaseRunCount[] {
    const alike = Map.groupBy(
      this.all().filter(({ started }) => started >= since),
      ({ program, release, status, result }) => JSON.stringify([program, release, status, result]),
    );
    return [...alike.values()]
      .flatMap(([first, ...more]): ReleaseRunCount[] => {
        if (first === undefined) return [];
        const { program, release, status, result } = first;
        return [{ program, release, status, result, runs: more.length + 1 }];
      })
      .sort(
        (a, b) =>
          b.runs - a.runs ||
          compare(a.program, b.program) ||
          compare(a.release ?? '', b.release ?? '') ||
          compare(a.status, b.status) ||
          compare(a.result ?? '', b.result ?? ''),
      );
  }

  tasks(query: TaskQuery): TaskRow[] {
    const { since } = query;
    const found = this.rows()
      .filter(({ run }) => since === undefined || (run !== null && (run.ended ?? Infinity) >= since))
      .flatMap((rows) => [...rows.tasks.values()])
      .filter(
        (task) =>
          (query.run === undefined || task.run === query.run) &&
          (query.status === undefined || task.status === query.status) &&
          (query.role === undefined || task.role === query.role),
      )
      .sort((a, b) => a.seq - b.seq)
      .filter(({ seq }) => query.after === undefined || seq > (this.task(query.after)?.seq ?? Infinity))
      .map((task) => without(task, 'path', 'visit'));
    return query.limit === undefined ? found : found.slice(0, query.limit);
  }

  task(id: string): TaskRow | null {
    return this.tasks({}).find((task) => task.id === id) ?? null;
  }

  dueTimers(now: number, limit: number, after: TimerPlace | null = null): TimerRow[] {
    return this.timers()
      .filter((timer) => timer.at <= now && (after === null || byTime(timer, after) > 0))
      .slice(0, limit);
  }

  get isOpen(): boolean {
    return !this.closed;
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
    return fakeKeyed(text);
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
    const hidden = sealed === undefined ? null : this.disk.keys.seal(sealed);
    const salt = this.options.random(SALT_BYTES);
    return { seq, subject, header, open, sealed: hidden, salt, leaf: leafHash(header, innerHash(salt, open, hidden)) };
  }

  private fold(folded: Map<string, RunRows>, draft: Draft, seq: number): void {
    const { subject, type, at, open, sealed } = draft;
    const event = { seq, subject, type, at, node: draft.node ?? null, path: draft.path ?? null, open };
    const isHidden = hasSealedUntil(type, open);
    foldInto(this.disk.image, folded, isHidden ? { ...event, until: untilIn(sealed?.value ?? null) } : event);
  }

  private checkKeys(folded: ReadonlyMap<string, RunRows>): void {
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

  private rows(): RunRows[] {
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
      .sort(byTime)
      .map(({ run, at, kind }) => ({ run, at, kind }));
  }

  private checkOpen(): void {
    if (this.closed) throw new TypeError('The database connection is not open');
  }
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const byTime = (a: TimerPlace, b: TimerPlace): number => a.at - b.at || compare(a.run, b.run);

const rowOfRun = (run: NonNullable<RunRows['run']>): RunRow => without(run, 'n', 'line');

/** A row as the runtime sees it: without what only the fold needs. */
function without<T extends object, K extends keyof T>(row: T, ...names: readonly K[]): Omit<T, K> {
  const copy = { ...row };
  for (const name of names) delete copy[name];
  return copy;
}
