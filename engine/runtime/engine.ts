/**
 * The shell around core: takes what arrives, lets core decide, journals, then acknowledges and performs.
 *
 * R1  Commit order: what has arrived is drained, core decides for all of it, one transaction, and only then is anything
 *     acknowledged or performed.
 * R2  After a failed commit the memory of every run is dropped, the journal reopened, and unfinished runs recovered from it.
 * R3  A run that waits costs rows, not memory: its state is folded again when something arrives for it.
 * R4  A key starts one run, whoever asks and how often.
 * R5  Of the runs of one line the first that has not ended runs; the next begins in the transaction in which it ends.
 */
import { begin, decide } from '../core/core.ts';
import { isAtRest } from '../core/frames.ts';
import type { Decision } from '../core/deciding.ts';
import type { Actor, Settlement } from '../core/event.ts';
import type { RunState, Stimulus } from '../core/state.ts';
import { digestOfValue } from '../core/digest.ts';
import { CountersignError, toErrorShape, type ErrorShape } from '../flow/error.ts';
import type { Draft, Journal } from '../journal/journal.ts';
import type { Program } from '../program/program.ts';
import type { PersonDecision } from '../../nodes/kind.ts';
import { admitNext } from './admit.ts';
import { beginsQueued, isTimer, tellFault } from './arrivals.ts';
import {
  goesOn,
  tell,
  type Arrival,
  type Batch,
  type Committed,
  type Message,
  type Started,
  type StartRequest,
} from './batch.ts';
import { collect, type Decided } from './collect.ts';
import { Commits } from './commits.ts';
import type { EngineOptions } from './engine-options.ts';
import { failure } from './errors.ts';
import { GoingOn } from './going-on.ts';
import { Holds } from './holds.ts';
import { EffectLedger } from './ledger.ts';
import { Lines } from './lines.ts';
import { outcomeOf, surprise } from './outcome-of.ts';
import { refusal } from './refusal.ts';
import { keptStart, knownStart } from './started-before.ts';
import { RunMemory } from './run-memory.ts';
import { RunTimers } from './run-timers.ts';
import { CallsOut } from './calls-out.ts';
import { addressed } from './message.ts';
import { newRun } from './run-id.ts';
import { Waiters } from './waiters.ts';

export type { Committed, Message, Started, StartRequest } from './batch.ts';

const REOPEN_DELAY_MS = 500;

export class Engine {
  private readonly options: EngineOptions;
  private journal: Journal | null;
  private down: CountersignError | null = null;
  private readonly runs: RunMemory;
  private readonly queue: Arrival[] = [];
  private readonly listeners = new Set<(committed: readonly Committed[]) => void>();
  private readonly waiters = new Waiters();
  private readonly commits = new Commits({
    written: (batch, live) => this.written(batch, live),
    failed: (error) => this.fallBack(error),
  });
  private calls = 0;
  private readonly callsOut = new CallsOut();
  private readonly goingOn = new GoingOn((run) => this.prompt(run, 'continued'));
  private readonly ledger = new EffectLedger(() => this.reader());
  private readonly lines: Lines;
  private readonly holds: Holds;
  private readonly timers: RunTimers;
  private reopenedAt = Number.NEGATIVE_INFINITY;
  private scheduled = false;
  private stopped = false;
  /** Another process has taken over, and recovers what is under way: nothing more leaves from here. */
  private isOver = false;
  private cancelReopening: (() => void) | null = null;

  constructor(options: EngineOptions) {
    this.options = options;
    this.runs = new RunMemory(options.programOf);
    this.lines = new Lines(
      () => this.reader(),
      (program, manifest) => options.flowOf?.(program.digest, manifest) ?? program.title,
    );
    this.holds = new Holds(options.isStopped, this.runs);
    this.timers = new RunTimers(options.environment.clock, (run) => this.prompt(run, 'due'), this.commits);
    this.journal = options.openJournal();
    this.recover();
    this.armTimer();
  }

  /** The open journal, for reading projections. Throws STOPPED or why it is down. */
  reader(): Journal {
    if (this.journal === null) throw this.down ?? failure.stopped();
    return this.journal;
  }

  /** Runs under way, neither waiting nor ended, and what has arrived and not been taken up. */
  get load(): number {
    return this.runs.size + this.queue.length;
  }

  /** Resolves when the load is below `limit`: how a feeder keeps from outrunning the engine. Rejects when the journal fails. */
  below(limit: number): Promise<void> {
    return new Promise((resolve, fail) => {
      if (this.stopped) return resolve();
      this.waiters.feeder(limit, resolve, fail);
      this.schedule();
    });
  }

  /** Something is queued or being called; it says nothing of what waits for the clock. */
  get busy(): boolean {
    return this.queue.length > 0 || this.scheduled || !this.commits.isEmpty;
  }

  /** Where a run stands now, from its events. Throws RUN_UNKNOWN. */
  look(run: string): { state: RunState; program: Program } {
    // What is not on disk yet has not happened for anybody who asks.
    if (this.commits.touches(run)) return this.runs.onDisk(this.reader(), run);
    const { program, state } = this.runs.at(this.reader(), run);
    this.evictAtRest(state);
    return { program, state };
  }

  /** Whether a run is in memory, has a call under way or is not all written; one that is not only waits on disk. */
  isMoving(run: string): boolean {
    return this.runs.has(run) || this.callsOut.has(run) || this.commits.touches(run);
  }

  /**
   * Puts something on record that is not a run's, after all that was decided before: a release accepted, a flow stopped. On
   * disk when it returns. Nothing to put there still finds out whether another process has taken over.
   */
  record(events: readonly Draft[]): void {
    // While it is down it is opened again by itself, and not once more for everybody who asks.
    const journal = this.reader();
    try {
      this.commits.flush(journal);
      journal.append(events);
    } catch (error) {
      const told = error instanceof CountersignError ? error : failure.defect(error);
      this.fallBack(told);
      throw told;
    }
  }

  /** Starts a run; resolves once its start is on disk. The same key gives the same run; with another input it is refused. */
  start(request: StartRequest): Promise<Started> {
    return new Promise((done, reject) => {
      const fail = (error: CountersignError) => reject(error);
      if (this.holds.start(request)) return fail(failure.flowStopped(request.program.title));
      if (this.load >= (this.options.maxUnderWay ?? 20_000)) return fail(failure.overloaded());
      this.arrive({ arrival: 'start', request, done, fail });
    });
  }

  /** A person's decision on a task; resolves once it is on disk, rejects with why it was refused. */
  decide(run: string, task: string, decision: PersonDecision): Promise<void> {
    return this.send(run, { stimulus: 'decided', task, decision });
  }

  /** A person's word on an effect in doubt. */
  settle(run: string, task: string, settlement: Settlement): Promise<void> {
    return this.send(run, { stimulus: 'settled', task, settlement });
  }

  /**
   * A message for whoever waits for one of this name about this key; the oldest takes it. Resolves once it is on disk,
   * also when it was taken before under the same id. MESSAGE_UNAWAITED, to be sent again, where nobody waits.
   */
  async message(message: Message): Promise<{ run: string; again: boolean }> {
    const { run, stimulus } = addressed(this.reader(), message);
    if (stimulus !== null) await this.send(run, stimulus);
    return { run, again: stimulus === null };
  }

  /**
   * Ends a run before it got there, on record with who and why. What may have reached other sides is settled first;
   * with `undo` what can be taken back is.
   */
  cancel(run: string, by: Actor, reason: string, undo: boolean): Promise<void> {
    return this.send(run, { stimulus: 'cancelled', by, reason, undo });
  }

  /** Nothing more is begun in a run until it is resumed; what comes back meanwhile is taken in. */
  suspend(run: string, by: Actor, reason: string): Promise<void> {
    return this.send(run, { stimulus: 'suspended', by, reason });
  }

  resume(run: string, by: Actor, reason: string): Promise<void> {
    return this.send(run, { stimulus: 'resumed', by, reason });
  }

  /** What `isStopped` says has changed, or runs were ended apart from here: runs that may go on do. */
  stopsChanged(): void {
    this.timers.letAllGo();
    this.recover();
    this.armTimer();
  }

  /** The clock of the day was set: what is due by it now is taken up now. */
  clockChanged(): void {
    this.armTimer();
  }

  /** Calls back after each commit, in order. Returns how to stop. */
  watch(listener: (committed: readonly Committed[]) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Resolves when nothing is queued or called: every run has ended or waits. With `orFail` a failing journal rejects. */
  idle(orFail = false): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.stopped) return resolve();
      this.waiters.idler(resolve, orFail ? reject : null);
      this.schedule();
    });
  }

  /** Takes nothing more, and closes the journal; who waits goes on. Calls under way are left to be recovered at the next start. */
  stop(): void {
    this.stopped = true;
    this.timers.stop();
    this.cancelReopening?.();
    for (const arrival of this.queue.splice(0)) arrival.fail?.(failure.stopped());
    this.commits.drop(failure.stopped());
    this.journal?.close();
    this.journal = null;
    this.waiters.letGo();
  }

  private send(run: string, stimulus: Stimulus): Promise<void> {
    return new Promise((done, reject) => this.arrive({ arrival: 'stimulus', run, stimulus, done, fail: reject }));
  }

  /** Says something to a run that nobody waits for an answer to. */
  private prompt(run: string, stimulus: 'admitted' | 'continued' | 'due' | 'recovered'): void {
    this.arrive({ arrival: 'stimulus', run, stimulus: { stimulus }, done: null, fail: null });
  }

  private arrive(arrival: Arrival): void {
    if (this.stopped) return arrival.fail?.(failure.stopped());
    this.queue.push(arrival);
    this.schedule();
  }

  private schedule(): void {
    if (this.scheduled || this.stopped) return;
    this.scheduled = true;
    const soon = this.options.environment.soon ?? setImmediate;
    soon(() => {
      this.scheduled = false;
      this.pump();
    });
  }

  private pump(): void {
    if (this.stopped) return;
    const journal = this.journal;
    if (journal === null) {
      for (const arrival of this.queue.splice(0)) {
        this.landed(arrival);
        arrival.fail?.(this.down ?? failure.stopped());
      }
      return this.waiters.giveUp(this.down ?? failure.stopped());
    }
    const arrivals = this.queue.splice(0, this.commits.room);
    if (arrivals.length > 0) this.takeAll(journal, arrivals);
    this.commits.commit(journal);
    this.rest();
  }

  private takeAll(journal: Journal, arrivals: readonly Arrival[]): void {
    const { batch } = this.commits;
    for (const [i, arrival] of arrivals.entries()) {
      // It is full before it has taken as many: the rest is for the next.
      if (this.commits.room === 0) return void this.queue.unshift(...arrivals.slice(i));
      batch.arrivals += 1;
      this.landed(arrival);
      if (isTimer(arrival)) {
        batch.timers = true;
        this.timers.takenUp(arrival.run);
      }
      this.take(journal, batch, arrival);
    }
  }

  private landed(arrival: Arrival): void {
    this.callsOut.landed(arrival);
    this.goingOn.landed(arrival);
  }

  /** Goes on with what has arrived, or tells those who wait for a rest. */
  private rest(): void {
    this.waiters.loadIs(() => this.load);
    // While the journal is down nothing has come to rest: what is unfinished is recovered once it is back.
    if (this.journal === null) return;
    // A batch that is full waits for the one before it.
    if (this.queue.length > 0 && this.commits.room > 0) this.schedule();
    else if (this.queue.length === 0 && this.calls === 0 && this.commits.isEmpty) this.waiters.isIdle();
  }

  private take(journal: Journal, batch: Batch, arrival: Arrival): void {
    const mark = this.ledger.mark();
    try {
      if (arrival.arrival === 'start') this.takeStart(journal, batch, arrival);
      else this.takeStimulus(journal, batch, arrival);
    } catch (error) {
      // A defect in one run must not take the others with it: it is told to whoever asked, and the run is left as it is
      // on disk.
      this.ledger.backTo(mark);
      if (arrival.arrival !== 'start') {
        this.runs.forget(arrival.run);
        if (arrival.stimulus.stimulus === 'due') this.timers.setAside(arrival.run);
      }
      tellFault(arrival, error instanceof CountersignError ? error : failure.defect(error));
    }
  }

  private takeStart(journal: Journal, batch: Batch, arrival: Extract<Arrival, { arrival: 'start' }>): void {
    const { request } = arrival;
    const known = knownStart(journal, request, this.commits.unwritten);
    if (known !== null) {
      batch.acknowledge.push(() => arrival.done({ run: known.run, again: true }));
      batch.refuse.push(arrival.fail);
      return;
    }
    // It may have been stopped since this was queued.
    if (this.holds.start(request)) throw failure.flowStopped(request.program.title);
    const { environment } = this.options;
    const now = environment.clock.now();
    const { run, salt } = newRun(environment, request.program, now);
    const { program, ...rest } = keptStart(journal, request);
    const line = this.lines.of(request, now);
    const queued = line !== null && this.lines.first(line) !== null;
    const { state, decision } = begin(program, { run, salt, line, queued, ...rest }, now, this.ledger);
    this.runs.pin(state, request.manifest ?? null);
    if (collect(batch, this.decided(program, state, now), decision)) this.goingOn.later(run);
    this.runs.keep(state);
    if (request.key !== null)
      batch.starting.set(request.key, { run, again: false, input: digestOfValue(request.input) });
    batch.acknowledge.push(() => arrival.done({ run, again: false }));
    batch.refuse.push(arrival.fail);
    if (line !== null) this.lines.accept(line, run);
    this.nextInLine(journal, batch, state);
  }

  private takeStimulus(journal: Journal, batch: Batch, arrival: Exclude<Arrival, { arrival: 'start' }>): void {
    const { program, state } = this.stateOf(journal, arrival.run, batch);
    // Said of one that was first in its line, by what was lost since.
    if (state.queued && beginsQueued(arrival) && this.lines.first(state.line ?? '') !== state.run) return;
    const refused = refusal(this.options.environment.people, state, arrival.stimulus);
    if (refused !== null) return this.refuse(arrival, state, refused);
    const stimulus = this.callsOut.toldOf(arrival.run, arrival.stimulus, this.commits.unwritten);
    const decision = this.decideOn(batch, program, state, stimulus);
    if (decision.refused !== null) return this.refuse(arrival, state, decision.refused);
    // What is held takes no timers: it is asked again when it may go on.
    if (stimulus.stimulus === 'due' && decision.events.length === 0 && this.holds.rests(state))
      this.timers.setAside(arrival.run);
    else this.timers.letGo(arrival.run);
    if (arrival.done !== null) batch.acknowledge.push(arrival.done);
    if (arrival.fail !== null) batch.refuse.push(arrival.fail);
    this.nextInLine(journal, batch, state);
  }

  private stateOf(journal: Journal, run: string, batch: Batch): { program: Program; state: RunState } {
    // Lost from memory, it is read from a disk that has all of it.
    if (!this.runs.has(run) && this.commits.isWriting(run)) journal.settle?.();
    return this.runs.at(journal, run, batch);
  }

  private decideOn(batch: Batch, program: Program, state: RunState, stimulus: Stimulus): Decision {
    const now = this.options.environment.clock.now();
    const decision = decide(program, state, stimulus, now, this.holds.run(state), this.ledger);
    if (decision.refused === null && collect(batch, this.decided(program, state, now), decision))
      this.goingOn.later(state.run);
    return decision;
  }

  private nextInLine(journal: Journal, batch: Batch, ended: RunState): void {
    admitNext({ lines: this.lines, ledger: this.ledger }, ended, {
      admit: (run) => {
        const { program, state } = this.stateOf(journal, run, batch);
        this.decideOn(batch, program, state, { stimulus: 'admitted' });
        return state;
      },
      drop: (run) => this.runs.forget(run),
      later: (run) => this.prompt(run, 'admitted'),
    });
  }

  private decided(program: Program, state: RunState, now: number): Decided {
    const models = this.options.environment.modelsOf(program.digest);
    return { program, manifest: this.runs.manifestOf(state), state, models, ledger: this.ledger, now };
  }

  /** A refusal changes nothing: what is known of a call under way, and what is not written yet, stays in memory. */
  private refuse({ fail }: Arrival, state: RunState, why: ErrorShape): void {
    this.evictAtRest(state);
    fail?.(failure.refused(why));
  }

  /** R1: it is on disk, and only now is anybody told and anything done. */
  private written(batch: Batch, live: boolean): void {
    for (const acknowledge of batch.acknowledge) acknowledge();
    if (!live || this.stopped) return;
    this.ledger.committed(batch.committed);
    this.lines.committed(batch.committed);
    if (batch.committed.length > 0) for (const listener of this.listeners) tell(listener, batch.committed);
    // A timer that came to nothing would otherwise leave the later ones without a wake.
    if (batch.timers || goesOn(batch)) this.armTimer();
    for (const asked of batch.commands) this.perform(asked);
    // Once its calls are made: what was suspended meanwhile stays in memory for them, which are asked whether they may leave.
    for (const state of batch.touched.values()) this.evictAtRest(state);
    this.schedule();
  }

  /** R3. */
  private evictAtRest(state: RunState): void {
    if (this.commits.touches(state.run)) return;
    const held = state.suspended || this.holds.run(state);
    if (isAtRest(state) || (held && !this.callsOut.has(state.run))) this.runs.forget(state.run);
  }

  private perform({ command, ...of }: Batch['commands'][number]): void {
    const { run, program } = of;
    this.calls += 1;
    this.callsOut.made(run, command);
    const isWanted = this.runs.wanted(run, command);
    const isHeld = this.holds.leaving(of);
    const mayLeave = () => !this.stopped && !this.isOver && !isHeld() && isWanted();
    outcomeOf(this.options.environment, program, command, mayLeave)
      .catch((error: unknown) => surprise(command, error))
      .then((stimulus) => {
        this.calls -= 1;
        this.arrive({ arrival: 'outcome', run, stimulus, done: null, fail: null });
      })
      .catch((error: unknown) => process.emitWarning(toErrorShape(error).message));
  }

  /** R2. */
  private fallBack(error: CountersignError): void {
    this.runs.clear();
    this.ledger.lost();
    this.lines.lost();
    this.commits.drop(error);
    this.timers.stop();
    this.down = error;
    this.journal = null;
    this.waiters.giveUp(error);
    if (this.isReplaced(error)) return;
    this.cancelReopening?.();
    // At most once a while: what is recovered is sent again, and a disk that takes an opening may refuse what follows.
    // A clock that was set back says nothing of how long ago that was.
    const { clock } = this.options.environment;
    const since = clock.now() - this.reopenedAt;
    if (since >= REOPEN_DELAY_MS || since < 0) this.reopen();
    else this.cancelReopening = clock.wakeIn(REOPEN_DELAY_MS - since, () => this.reopen());
  }

  /** Another process has taken over. To open the journal again would be to take it back: this one is at its end. */
  private isReplaced(error: CountersignError): boolean {
    if (error.code !== 'JOURNAL_FENCED') return false;
    this.isOver = true;
    this.waiters.isIdle();
    this.options.replaced?.(error);
    return true;
  }

  private reopen(): void {
    if (this.stopped) return;
    try {
      this.journal = this.options.openJournal();
      this.down = null;
      this.reopenedAt = this.options.environment.clock.now();
      this.recover();
      this.armTimer();
      this.schedule();
    } catch (error) {
      this.down = error instanceof CountersignError ? error : failure.defect(error);
      if (this.isReplaced(this.down)) return;
      this.cancelReopening = this.options.environment.clock.wakeIn(REOPEN_DELAY_MS, () => this.reopen());
    }
  }

  /** A call that is still under way after a failed commit is waited for: asking or repeating beside it would be twice. */
  private recover(): void {
    for (const run of this.reader().unfinished()) this.prompt(run, 'recovered');
  }

  private armTimer(): void {
    if (this.journal !== null && !this.stopped) this.timers.arm(this.journal);
  }
}
