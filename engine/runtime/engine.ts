/**
 * The shell around core: takes what arrives, lets core decide, journals, then acknowledges and performs.
 *
 * R1  Commit order: what has arrived is drained, core decides for all of it, one transaction, and only then is anything
 *     acknowledged or performed.
 * R2  After a failed commit the memory of every run is dropped, the journal reopened, and unfinished runs recovered from it.
 * R3  A run that waits costs rows, not memory: its state is folded again when something arrives for it.
 * R4  A key starts one run, whoever asks and how often.
 */
import { begin, decide, fold } from '../core/core.ts';
import type { Decision } from '../core/deciding.ts';
import { isAtRest } from '../core/frames.ts';
import type { Actor, Settlement } from '../core/event.ts';
import type { Command, RunState, Stimulus } from '../core/state.ts';
import { digestOfValue } from '../core/digest.ts';
import { CountersignError, toErrorShape, type ErrorShape } from '../flow/error.ts';
import type { Draft, Journal } from '../journal/journal.ts';
import type { Program } from '../program/program.ts';
import type { PersonDecision } from '../../nodes/kind.ts';
import { isTimer, ofHeldRelease } from './arrivals.ts';
import {
  emptyBatch,
  startingNow,
  tell,
  type Arrival,
  type Batch,
  type Committed,
  type Message,
  type Started,
  type Starting,
  type StartRequest,
} from './batch.ts';
import { drafts } from './drafts.ts';
import type { Environment } from './environment.ts';
import { failure } from './errors.ts';
import { eventsOf } from './events-of.ts';
import { outcomeOf, surprise } from './outcome-of.ts';
import { refusal } from './refusal.ts';
import { startedBefore } from './started-before.ts';
import { RunTimers } from './run-timers.ts';
import { CallsOut } from './calls-out.ts';
import { addressed } from './message.ts';
import { newRunId } from './run-id.ts';

export type { Committed, Message, Started, StartRequest } from './batch.ts';

export interface EngineOptions {
  /** Opens the journal; called again after a failed commit. */
  openJournal: () => Journal;
  environment: Environment;
  /** The verified program with this digest, or null when no accepted release has it. */
  programOf: (digest: string) => Program | null;
  /** Whether an operator has stopped the flow of this program, or everything: then nothing is begun. */
  isStopped?: (program: string) => boolean;
  /** Runs that may be under way at once; past it starting is refused with OVERLOADED. Waiting runs do not count. */
  maxUnderWay?: number;
}

/**
 * What one transaction takes at most: enough that syncing the disk is a small part of it, little enough that whoever
 * shares the thread waits some ten milliseconds. Ten times as many cost more processor time a run, not less.
 */
const MAX_BATCH = 128;
const REOPEN_DELAY_MS = 500;

export class Engine {
  private readonly options: EngineOptions;
  private journal: Journal | null;
  private down: CountersignError | null = null;
  private readonly states = new Map<string, RunState>();
  private readonly queue: Arrival[] = [];
  private readonly listeners = new Set<(committed: readonly Committed[]) => void>();
  private idlers: { resolve: () => void; fail: ((error: CountersignError) => void) | null }[] = [];
  private feeders: { limit: number; resolve: () => void; fail: (error: CountersignError) => void }[] = [];
  private calls = 0;
  private readonly callsOut = new CallsOut();
  private readonly timers: RunTimers;
  private reopenedAt = Number.NEGATIVE_INFINITY;
  private scheduled = false;
  private stopped = false;
  private cancelReopening: (() => void) | null = null;

  constructor(options: EngineOptions) {
    this.options = options;
    this.timers = new RunTimers(options.environment.clock, (run) =>
      this.arrive({ arrival: 'stimulus', run, stimulus: { stimulus: 'due' }, done: null, fail: null }),
    );
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
    return this.states.size + this.queue.length;
  }

  /** Resolves when the load is below `limit`: how a feeder keeps from outrunning the engine. Rejects when the journal fails. */
  below(limit: number): Promise<void> {
    return new Promise((resolve, fail) => {
      if (this.stopped) return resolve();
      this.feeders.push({ limit, resolve, fail });
      this.schedule();
    });
  }

  /** Something is queued or being called; it says nothing of what waits for the clock. */
  get busy(): boolean {
    return this.queue.length > 0 || this.scheduled;
  }

  /** Where a run stands now, from its events. Throws RUN_UNKNOWN. */
  look(run: string): { state: RunState; program: Program } {
    const { program, state } = this.stateOf(this.reader(), run);
    this.evictAtRest(state);
    return { program, state };
  }

  /** Whether a run is in memory or has a call under way; one that is not only waits on disk. */
  isMoving(run: string): boolean {
    return this.states.has(run) || this.callsOut.has(run);
  }

  /** Puts something on record that is not a run's: a release accepted, a key changed. On disk when it returns. */
  record(events: readonly Draft[]): void {
    try {
      this.reader().append(events);
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
      if (this.isHeld(request.program.digest)) return fail(failure.flowStopped(request.program.title));
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

  /** What `isStopped` says has changed: runs that may go on do. */
  stopsChanged(): void {
    this.timers.letAllGo();
    this.recover();
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
      this.idlers.push({ resolve, fail: orFail ? reject : null });
      this.schedule();
    });
  }

  /** Takes nothing more, and closes the journal; who waits goes on. Calls under way are left to be recovered at the next start. */
  stop(): void {
    this.stopped = true;
    this.timers.stop();
    this.cancelReopening?.();
    for (const arrival of this.queue.splice(0)) arrival.fail?.(failure.stopped());
    this.journal?.close();
    this.journal = null;
    for (const { resolve } of this.feeders.splice(0)) resolve();
    for (const { resolve } of this.idlers.splice(0)) resolve();
  }

  private send(run: string, stimulus: Stimulus): Promise<void> {
    return new Promise((done, reject) => this.arrive({ arrival: 'stimulus', run, stimulus, done, fail: reject }));
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
    const arrivals = this.queue.splice(0, MAX_BATCH);
    if (journal === null) {
      for (const arrival of arrivals) {
        this.callsOut.landed(arrival);
        arrival.fail?.(this.down ?? failure.stopped());
      }
      return this.giveUp(this.down ?? failure.stopped());
    }
    const batch = emptyBatch();
    const starting = new Map<string, Starting>();
    for (const arrival of arrivals) {
      this.callsOut.landed(arrival);
      this.take(journal, batch, arrival, starting);
    }
    if (this.commit(journal, batch)) this.afterCommit(batch);
    // A timer that came to nothing would otherwise leave the later ones without a wake.
    if (batch.committed.length === 0 && arrivals.some(isTimer)) this.armTimer();
    this.feeders = this.feeders.filter(({ limit, resolve }) => (this.load < limit ? (resolve(), false) : true));
    // While the journal is down nothing has come to rest: what is unfinished is recovered once it is back.
    if (this.journal === null) return;
    if (this.queue.length > 0) this.schedule();
    else if (this.calls === 0) for (const { resolve } of this.idlers.splice(0)) resolve();
  }

  private take(journal: Journal, batch: Batch, arrival: Arrival, starting: Map<string, Starting>): void {
    try {
      if (arrival.arrival === 'start') this.takeStart(journal, batch, arrival, starting);
      else this.takeStimulus(journal, batch, arrival);
    } catch (error) {
      // A defect in one run must not take the others with it: it is told to whoever asked, and the run is left as it is
      // on disk.
      if (arrival.arrival !== 'start') {
        this.states.delete(arrival.run);
        if (arrival.stimulus.stimulus === 'due') this.timers.setAside(arrival.run);
      }
      const told = error instanceof CountersignError ? error : failure.defect(error);
      // A release that is held is told of once, where it is held, and not for each of its cases.
      if (arrival.fail === null && !ofHeldRelease(arrival, told))
        process.emitWarning(told.message, { code: told.code });
      else arrival.fail?.(told);
    }
  }

  private takeStart(
    journal: Journal,
    batch: Batch,
    arrival: Extract<Arrival, { arrival: 'start' }>,
    starting: Map<string, Starting>,
  ): void {
    const { request } = arrival;
    const known =
      request.key === null ? null : (startingNow(request.key, request, starting) ?? startedBefore(journal, request));
    if (known !== null) {
      batch.acknowledge.push(() => arrival.done({ run: known.run, again: true }));
      batch.refuse.push(arrival.fail);
      return;
    }
    // It may have been stopped since this was queued.
    if (this.isHeld(request.program.digest)) throw failure.flowStopped(request.program.title);
    const { environment } = this.options;
    const now = environment.clock.now();
    const run = newRunId(now, environment.random(10));
    const salt = request.program.sealsAnything ? Buffer.from(environment.random(16)).toString('hex') : null;
    const { program, ...rest } = request;
    const { state, decision } = begin(program, { run, salt, ...rest }, now);
    this.collect(batch, program, state, decision, now);
    this.states.set(run, state);
    if (request.key !== null) starting.set(request.key, { run, again: false, input: digestOfValue(request.input) });
    batch.acknowledge.push(() => arrival.done({ run, again: false }));
    batch.refuse.push(arrival.fail);
  }

  private takeStimulus(journal: Journal, batch: Batch, arrival: Exclude<Arrival, { arrival: 'start' }>): void {
    const { program, state } = this.stateOf(journal, arrival.run, batch);
    const now = this.options.environment.clock.now();
    const refused = refusal(this.options.environment.people, state, arrival.stimulus);
    if (refused !== null) return this.refuse(batch, arrival, state, refused);
    const stimulus = this.withCalls(batch, arrival);
    const decision = decide(program, state, stimulus, now, this.isHeld(program.digest));
    if (decision.refused !== null) return this.refuse(batch, arrival, state, decision.refused);
    this.collect(batch, program, state, decision, now);
    // What is held takes no timers: it is asked again when it may go on.
    if (stimulus.stimulus === 'due' && decision.events.length === 0 && this.rests(program, state))
      this.timers.setAside(arrival.run);
    else this.timers.letGo(arrival.run);
    if (arrival.done !== null) batch.acknowledge.push(arrival.done);
    if (arrival.fail !== null) batch.refuse.push(arrival.fail);
  }

  private rests(program: Program, state: RunState): boolean {
    return state.suspended || this.isHeld(program.digest);
  }

  private isHeld(program: string): boolean {
    return this.options.isStopped?.(program) ?? false;
  }

  /** Whoever lets a run go on does not know which of its calls are still waited for, or about to be made; the engine does. */
  private withCalls(batch: Batch, { run, stimulus }: Exclude<Arrival, { arrival: 'start' }>): Stimulus {
    const { stimulus: what } = stimulus;
    if (what !== 'resumed' && what !== 'recovered' && what !== 'cancelled' && what !== 'due') return stimulus;
    return { ...stimulus, awaited: this.callsOut.awaited(run, batch) };
  }

  /** A refusal changes nothing: what is known of a call under way, and what this batch has decided, stays in memory. */
  private refuse(batch: Batch, arrival: Arrival, state: RunState, why: ErrorShape): void {
    if (!batch.touched.has(state.run)) this.evictAtRest(state);
    arrival.fail?.(failure.refused(why));
  }

  /** Takes what core decided into the batch, and answers at once what can be answered without leaving the process. */
  private collect(batch: Batch, program: Program, state: RunState, first: Decision, now: number): void {
    const models = this.options.environment.modelsOf(program.digest);
    const events = [...first.events];
    const commands: Command[] = [];
    const asked = [...first.commands];
    for (let command = asked.shift(); command !== undefined; command = asked.shift()) {
      const answer = command.command === 'ask' ? models.answerNow(command) : null;
      if (command.command !== 'ask' || answer === null) {
        commands.push(command);
        continue;
      }
      const { path, node, visit } = command;
      const next = decide(program, state, { stimulus: 'answered', path, node, visit, outcome: answer }, now);
      events.push(...next.events);
      asked.push(...next.commands);
    }
    const committed = events.map((event): Committed => ({ run: state.run, at: now, event }));
    const own = drafts(committed, program);
    // Only now: had anything above thrown, nothing of the run would be in the batch.
    batch.drafts.push(...own);
    batch.committed.push(...committed);
    for (const command of commands) batch.commands.push({ run: state.run, program: program.digest, command });
    batch.touched.set(state.run, state);
  }

  private stateOf(journal: Journal, run: string, batch: Batch | null = null): { program: Program; state: RunState } {
    const cached = this.states.get(run);
    if (cached !== undefined) return { program: this.programOf(cached.program, run), state: cached };
    const undecided = batch?.touched.has(run) === true ? batch.committed.filter((one) => one.run === run) : [];
    const events = [...eventsOf(journal, run), ...undecided];
    const first = events[0]?.event;
    if (first?.type !== 'run.started') throw failure.unknownRun(run);
    const program = this.programOf(first.body.program, run);
    const state = fold(program, run, events);
    this.states.set(run, state);
    return { program, state };
  }

  private programOf(digest: string, run: string): Program {
    const program = this.options.programOf(digest);
    if (program === null) throw failure.programGone(run, digest);
    return program;
  }

  /** R1: one transaction for everything that was decided. Returns whether it holds. */
  private commit(journal: Journal, batch: Batch): boolean {
    if (batch.committed.length === 0) return true;
    try {
      journal.append(batch.drafts);
      return true;
    } catch (error) {
      const told = error instanceof CountersignError ? error : failure.defect(error);
      this.fallBack(told);
      for (const refuse of batch.refuse) refuse(told);
      return false;
    }
  }

  private afterCommit(batch: Batch): void {
    for (const state of batch.touched.values()) this.evictAtRest(state);
    for (const acknowledge of batch.acknowledge) acknowledge();
    if (batch.committed.length > 0) {
      for (const listener of this.listeners) tell(listener, batch.committed);
      this.armTimer();
    }
    for (const { run, program, command } of batch.commands) this.perform(run, program, command);
  }

  /** R3. */
  private evictAtRest(state: RunState): void {
    const held = state.suspended || this.isHeld(state.program);
    if (isAtRest(state) || (held && !this.callsOut.has(state.run))) this.states.delete(state.run);
  }

  private perform(run: string, program: string, command: Command): void {
    this.calls += 1;
    this.callsOut.made(run, command);
    outcomeOf(this.options.environment, program, command)
      .catch((error: unknown) => surprise(command, error))
      .then((stimulus) => {
        this.calls -= 1;
        this.arrive({ arrival: 'outcome', run, stimulus, done: null, fail: null });
      })
      .catch((error: unknown) => process.emitWarning(toErrorShape(error).message));
  }

  /** R2. */
  private fallBack(error: CountersignError): void {
    this.states.clear();
    this.timers.stop();
    this.down = error;
    this.journal = null;
    this.giveUp(error);
    if (this.isReplaced(error)) return;
    // At most once a while: what is recovered is sent again, and a disk that takes an opening may refuse what follows.
    const { clock } = this.options.environment;
    const since = clock.now() - this.reopenedAt;
    // A clock that was set back says nothing of how long ago that was.
    if (since >= REOPEN_DELAY_MS || since < 0) this.reopen();
    else this.cancelReopening = clock.wakeIn(REOPEN_DELAY_MS - since, () => this.reopen());
  }

  /** Another process has taken over. To open the journal again would be to take it back: this one is at its end. */
  private isReplaced(error: CountersignError): boolean {
    if (error.code !== 'JOURNAL_FENCED') return false;
    for (const { resolve } of this.idlers.splice(0)) resolve();
    return true;
  }

  /** Those who do not wait for a journal that fails. */
  private giveUp(error: CountersignError): void {
    for (const { fail } of this.feeders.splice(0)) fail(error);
    this.idlers = this.idlers.filter(({ fail }) => fail === null || (fail(error), false));
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
      const { clock } = this.options.environment;
      this.cancelReopening = clock.wakeIn(REOPEN_DELAY_MS, () => this.reopen());
    }
  }

  /** A call that is still under way after a failed commit is waited for: asking or repeating beside it would be twice. */
  private recover(): void {
    for (const run of this.reader().unfinished())
      this.arrive({ arrival: 'stimulus', run, stimulus: { stimulus: 'recovered' }, done: null, fail: null });
  }

  private armTimer(): void {
    if (this.journal !== null && !this.stopped) this.timers.arm(this.journal);
  }
}
