import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { Checkpointer, type CheckpointState } from '../audit/checkpointer.ts';
import { Circuits, type ConnectionState } from '../connections/circuits.ts';
import { createHttpSystems, type HttpSystems } from '../connections/http-systems.ts';
import { Turns } from '../connections/turns.ts';
import { environmentSecrets } from '../connections/secrets.ts';
import { ENGINE, type Actor } from '../core/event.ts';
import { CountersignError, toErrorShape, type ErrorShape } from '../flow/error.ts';
import type { Draft } from '../journal/journal.ts';
import { jumpDraft } from '../journal/clock-jump.ts';
import { erasuresPathOf } from '../journal/erasure-list.ts';
import { openJournal, type SqliteJournal } from '../journal/sqlite-journal.ts';
import { keepManifest } from '../manifest/disk.ts';
import { peopleOf } from '../manifest/people.ts';
import type { HighestSeen } from '../manifest/verify.ts';
import { builtInModels } from '../models/ask.ts';
import { Engine } from '../runtime/engine.ts';
import type { Environment, Models } from '../runtime/environment.ts';
import type { Program } from '../program/program.ts';
import { circuitDraft, circuitPolicyOf } from './circuit-record.ts';
import { ClockWatch, readClocks } from './clock-watch.ts';
import { acceptedIn, type Accepted } from './accepted.ts';
import { isApartIn } from './apart.ts';
import { SuspendedCases, type SuspendedRow } from './cases-listed.ts';
import { CheckpointOutbox, erasureListIn, sinksIn, type SinkState } from './checkpoint-outbox.ts';
import { FlowsHeld, flowsWithin, withinFile } from './flows-held.ts';
import {
  currentPeople,
  makeRunnerFolders,
  readRunnerConfig,
  runnerPaths,
  type RunnerConfig,
  type RunnerPaths,
} from './folder.ts';
import { logSigner } from './log-signer.ts';
import { learnsPersons, personsIn } from './persons.ts';
import type { RecordInHand } from './record.ts';
import { loadRelease, type LoadedRelease } from './release.ts';
import { checkFlow, holding, stopDraft, StopSwitch, toldStop, type Lifted, type StopTold } from './stops.ts';
import { systemClock } from './system-clock.ts';
import { systemRandom } from './system-random.ts';

/** A release with what it asks and calls. */
interface Serving {
  program: Program;
  models: Models;
  systems: HttpSystems;
}

export interface RunnerOptions {
  folder: string;
  /** Environment variables that bindings may take secrets from. */
  secrets?: Readonly<Record<string, string | undefined>>;
  passphrase?: string | null;
  /** Goes ahead although another process writes the journal: for one that hangs. Once that one wakes, it ends itself. */
  takeOver?: boolean;
  /** It is there for this case alone: no other that was there before goes on. Nothing of that is on record. */
  only?: string;
}

/**
 * A runner at work on its folder: the engine, its journal, accepted releases and checkpoints. It verifies and never
 * signs a manifest or an approval; the one key it holds signs checkpoints of its own log.
 */
export class Runner {
  readonly folder: string;
  readonly paths: RunnerPaths;
  /** What restrains it, as it was read when it started, or when something held was looked at again. */
  config: RunnerConfig;
  readonly engine: Engine;
  /** By digest of the program: everything that runs in flight may need. */
  private readonly serving = new Map<string, Serving>();
  /** By path of the flow: the newest that was accepted and may start cases here. */
  private readonly newest = new Map<string, LoadedRelease>();
  /** Every release that is served, by flow and number. */
  private readonly loaded = new Map<string, LoadedRelease>();
  /** Accepted releases that this runner may not serve as it is restrained now; their cases wait. */
  readonly held: { flow: string; release: number; error: ErrorShape }[] = [];
  private readonly accepted = new Map<string, Accepted>();
  /** Which flow each release is of, and what stands in it. */
  readonly flows = new FlowsHeld();
  /** Some release learns from a system's answer whom a case is about. */
  private learns = false;
  private readonly switch = new StopSwitch((flow, held) => this.flows.holds(flow, held));
  private readonly suspendedCases = new SuspendedCases();
  private readonly circuits: Circuits;
  /** A binding says how many requests its system takes at once, of all releases together. */
  private readonly turns = new Turns();
  private readonly checkpointer: Checkpointer;
  private readonly outbox: CheckpointOutbox;
  private readonly secrets: Readonly<Record<string, string | undefined>>;
  private journal: SqliteJournal;
  private readonly checkpointTimer: NodeJS.Timeout;
  private readonly clockTimer: NodeJS.Timeout;
  private continuing: NodeJS.Timeout | undefined;
  /** Resolves with why, once another process has taken over this folder: then there is nothing left to do but to close. */
  readonly replaced: Promise<CountersignError>;
  private isReplaced = false;

  constructor(options: RunnerOptions) {
    this.folder = options.folder;
    this.paths = runnerPaths(options.folder);
    this.config = readRunnerConfig(options.folder, Date.now());
    this.secrets = options.secrets ?? {};
    makeRunnerFolders(this.paths);
    const clock = systemClock();
    this.outbox = new CheckpointOutbox(
      sinksIn(this.paths.sinks, this.secrets, clock),
      erasureListIn(erasuresPathOf(this.paths.journal)),
    );
    this.circuits = new Circuits({
      clock,
      policyOf: (connection) => circuitPolicyOf(this.config.bindings, connection),
      tell: (told) => this.note(circuitDraft(told)),
    });
    const random = systemRandom();
    const open = (takeOver = false) =>
      openJournal({
        path: this.paths.journal,
        takeOver,
        thread: 'when needed',
        logRoom: true,
        now: () => clock.now(),
        random,
        personsIn: (drafts) =>
          personsIn(
            drafts,
            (digest) => this.programOf(digest),
            (run) => (this.learns ? (this.journal.run(run)?.program ?? null) : null),
          ),
      });
    this.journal = open(options.takeOver);
    try {
      this.checkpointer = new Checkpointer(this.paths.checkpoints, logSigner(this.paths, options.passphrase ?? null));
      for (const accepted of acceptedIn(this.journal)) this.remember(accepted);
      this.switch.opened(this.journal);
    } catch (error) {
      this.journal.close();
      throw error;
    }
    const environment: Environment = {
      clock,
      random,
      modelsOf: (program) => this.servingOf(program).models,
      systemsOf: (program) => this.servingOf(program).systems,
      people: peopleOf(currentPeople(this.paths.people, this.config.people)),
    };
    const isApart = isApartIn(options.only, this.journal.head().size, () => this.journal);
    let first: SqliteJournal | null = this.journal;
    const { promise, resolve } = Promise.withResolvers<CountersignError>();
    this.replaced = promise;
    this.engine = new Engine({
      openJournal: () => {
        this.journal = first ?? open();
        if (first === null) this.reopened();
        first = null;
        return this.journal;
      },
      environment,
      programOf: (digest) => this.programOf(digest),
      flowOf: (program, manifest) => this.flows.flowOf({ program, manifest }),
      isStopped: (held) => isApart(held) || this.switch.isStopped(held),
      replaced: (error) => {
        this.isReplaced = true;
        resolve(error);
      },
    });
    this.engine.watch((committed) => this.suspendedCases.written(committed));
    this.engine.watch(() => this.observeNow());
    this.checkpointTimer = setInterval(() => this.observe(), 60_000).unref();
    const watch = this.clockWatch();
    this.clockTimer = setInterval(() => {
      watch.look();
      this.lookForReplacement();
    }, 5000).unref();
    this.outbox.offer(this.checkpointer, Date.now());
    this.checkContinues();
  }

  /**
   * Accepts a release: verified as the trust file asks, not older than what was accepted, granted by the bindings, safe
   * under this runner's policy. That it was accepted is on record before it can start anything. Accepting it again
   * changes nothing on record, and puts back what was changed on disk.
   */
  accept(manifestPath: string): LoadedRelease {
    const now = Date.now();
    const release = loadRelease(manifestPath, this.config, { now, highestSeen: (flow) => this.highestSeen(flow) });
    const digest = release.manifest.digest;
    const before = this.accepted.get(release.flowPath);
    const file = keepManifest(release.manifest, this.paths.releases);
    if (before?.digest !== digest) {
      const body: Accepted = {
        flow: release.flowPath,
        release: release.release,
        digest,
        program: release.program.digest,
        file,
      };
      this.engine.record([
        { subject: `release:${release.flowPath}`, type: 'release.accepted', v: 1, at: now, actor: ENGINE, open: body },
      ]);
      this.accepted.set(release.flowPath, body);
    }
    if (this.take(release)) this.engine.stopsChanged();
    return release;
  }

  /**
   * Looks once more at what is held, by what the runner folder says now: what may be served again is, and its cases go on.
   * It is looked at by itself every minute. Throws what makes the folder itself unreadable.
   */
  lookAtHeld(): void {
    if (this.held.length === 0) return;
    this.config = readRunnerConfig(this.folder, Date.now());
    const isHeld = ({ flow, release }: Accepted): boolean =>
      this.held.some((one) => one.flow === flow && one.release === release);
    const goesOn = acceptedIn(this.journal)
      .filter(isHeld)
      .map((accepted) => this.load(accepted));
    if (goesOn.includes(true)) this.engine.stopsChanged();
  }

  /** The newest accepted release of a flow, or of the only flow there is. */
  current(flowPath?: string): LoadedRelease {
    const path = flowPath ?? ([...this.accepted.keys()].length === 1 ? [...this.accepted.keys()][0] : undefined);
    const accepted = path === undefined ? undefined : this.accepted.get(path);
    const release = path === undefined ? undefined : this.newest.get(path);
    const held = this.held.find((one) => one.flow === path && one.release === accepted?.release);
    if (release === undefined && held !== undefined) throw new CountersignError(held.error);
    if (release === undefined)
      throw new CountersignError({
        code: 'NOT_FOUND',
        message:
          path === undefined
            ? 'This runner has accepted no release, or several flows.'
            : `No release of ${path} was accepted here.`,
        hint: 'Accept one with “countersign run MANIFEST”, or name the flow.',
        fault: 'operator',
      });
    if (Date.now() > (Date.parse(release.manifest.statement.predicate.notAfter) || 0))
      throw new CountersignError({
        code: 'MANIFEST_EXPIRED',
        message: `Release ${release.release} was good until ${release.manifest.statement.predicate.notAfter}.`,
        hint: 'Export and sign a new release with a later date. Cases under way finish on the old one.',
        fault: 'operator',
      });
    return release;
  }

  /** Every release that is served here: cases go on with those that they began with. */
  get releases(): LoadedRelease[] {
    return [...this.loaded.values()];
  }

  /** What an operator has stopped here, and has not let go on. */
  get stops(): StopTold[] {
    return this.switch.stops.map((stop) => toldStop(stop, this.flows));
  }

  /**
   * The stop switch, for one flow or for everything. From when it returns nothing new is begun there, also after a
   * restart; what is out comes back and is taken in.
   */
  stop(flow: string | null, by: Actor, reason: string): void {
    checkFlow(flow, this.flows, this.switch.stops);
    this.switch.turn(this.engine, stopDraft('stop', flow, by, reason, Date.now()));
  }

  /** Lets go on what was stopped under the same name; of what was not nothing is put on record. */
  goOn(flow: string | null, by: Actor, reason: string): Lifted {
    checkFlow(flow, this.flows, this.switch.stops);
    const was = this.switch.stops.some((stop) => stop.flow === flow);
    if (was) this.switch.turn(this.engine, stopDraft('go on', flow, by, reason, Date.now()));
    return { was, still: holding(this.switch.stops, flow, this.flows) };
  }

  /** The cases that are suspended, the newest first. Throws why the journal is down. */
  get suspended(): SuspendedRow[] {
    this.engine.reader();
    return this.suspendedCases.in(this.journal);
  }

  /** Until all cases were looked through for {@link suspended}: P26, of many a step at a time. */
  async suspendedKnown(): Promise<void> {
    // oxlint-disable-next-line no-await-in-loop -- one step after the other
    while (!this.lookForSuspended()) await setImmediate();
  }

  programOf(digest: string): Program | null {
    return this.serving.get(digest)?.program ?? null;
  }

  /** How far checkpoints lag, whether the folder takes them, and how far each sink outside of this machine has them. */
  checkpoints(): CheckpointState & { sinks: SinkState[] } {
    const { size } = this.engine.reader().head();
    return { ...this.checkpointer.state(size), sinks: this.outbox.state(size) };
  }

  /** Connections that are paused or probed; the others are as they should be. */
  connections(): ConnectionState[] {
    return this.circuits.state();
  }

  /** Writes a checkpoint of all there is now. */
  checkpoint(): CheckpointState {
    this.journal.settle();
    return this.checkpointer.flush(this.journal, Date.now());
  }

  /** {@link checkpoint} for whoever asks while others are served: P26, of a long log a step at a time. */
  async checkpointInSteps(): Promise<CheckpointState> {
    // oxlint-disable-next-line no-await-in-loop -- one step after the other
    while (!this.checkpointer.goOn(this.journal)) await setImmediate();
    return this.checkpoint();
  }

  /** The record as the commands on it take it: erasing, pruning. */
  recordInHand(): RecordInHand {
    return {
      journal: () => {
        // Writes what was decided and is not on disk yet; says why when there is no journal open.
        this.engine.record([]);
        return this.journal;
      },
      isAtRest: (run) => !this.engine.isMoving(run),
      now: () => Date.now(),
      endedApart: () => this.engine.stopsChanged(),
      failed: () => this.lookForReplacement(),
    };
  }

  /**
   * Writes the last checkpoint and closes everything; gives why there is none, or null. Cases under way are recovered at
   * the next start. Who was replaced leaves everything to whoever took over.
   */
  async close(): Promise<ErrorShape | null> {
    clearInterval(this.checkpointTimer);
    clearInterval(this.clockTimer);
    clearTimeout(this.continuing);
    const outage = this.isReplaced ? null : this.checkpoint().outage;
    await this.outbox.close(this.isReplaced ? { note: null } : this.checkpointer, Date.now());
    this.engine.stop();
    await Promise.all([...this.serving.values()].map(({ systems }) => systems.close()));
    return outage;
  }

  private observeNow(): void {
    const now = Date.now();
    this.checkpointer.observe(this.journal, now);
    this.outbox.offer(this.checkpointer, now);
  }

  private clockWatch(): ClockWatch {
    return new ClockWatch(readClocks, {
      jumped: (by, from) => this.noteJump(by, from),
      slept: () => this.engine.clockChanged(),
    });
  }

  /** Order comes from sequence numbers; that times on record are not to be compared across this one is on record too. */
  private noteJump(by: number, from: number): void {
    this.note(jumpDraft(by, from, Date.now()));
    this.engine.clockChanged();
  }

  /** What happens to the runner itself is on record if the journal takes it; nobody waits for it. */
  private note(draft: Draft): void {
    try {
      this.engine.record([draft]);
    } catch (error) {
      process.emitWarning(toErrorShape(error).message);
    }
  }

  /** Who was paused while another took over, and has nothing to write, would otherwise never learn of it. */
  private lookForReplacement(): void {
    try {
      this.engine.record([]);
    } catch {
      // Told where it matters: who was replaced by `replaced`, any other failure to whoever wants something written.
    }
  }

  /** P26: a step at a time, with as long for everybody else in between. */
  private checkContinues(): void {
    const begun = performance.now();
    if (this.checkpointer.goOn(this.journal) && this.lookForSuspended()) return;
    this.checkAfter(performance.now() - begun);
  }

  private reopened(): void {
    this.suspendedCases.opened();
    this.switch.opened(this.journal);
    this.checkAfter(0);
  }

  private checkAfter(ms: number): void {
    clearTimeout(this.continuing);
    this.continuing = setTimeout(() => this.checkContinues(), ms).unref();
  }

  /** Whether all cases were looked through. Of a journal that cannot be read whoever asks is told. */
  private lookForSuspended(): boolean {
    try {
      return this.suspendedCases.goOn(this.journal);
    } catch {
      return true;
    }
  }

  private observe(): void {
    try {
      this.observeNow();
      this.lookAtHeld();
    } catch (error) {
      // The engine reopens a journal that failed; the next minute looks again.
      process.emitWarning(error instanceof Error ? error.message : String(error));
    }
  }

  private highestSeen(flow: string): HighestSeen | null {
    const accepted = this.accepted.get(flow);
    return accepted === undefined ? null : { release: accepted.release, digest: accepted.digest };
  }

  /** A release accepted in an earlier life: verified again, since runs in flight go on with it. */
  private remember(accepted: Accepted): void {
    this.accepted.set(accepted.flow, accepted);
    this.newest.delete(accepted.flow);
    this.load(accepted);
  }

  /** Whether it was held before and is served now. */
  private load(accepted: Accepted): boolean {
    try {
      const release = loadRelease(join(this.paths.releases, accepted.file), this.config, {
        // It was in force when it was accepted; whether it may still start cases is asked when one starts.
        now: 0,
        highestSeen: () => ({ release: accepted.release, digest: accepted.digest }),
      });
      return this.take(release);
    } catch (error) {
      // Restraining a runner must not stop what is not concerned: this release starts nothing, and its cases wait.
      this.letGo(accepted);
      this.flows.add(accepted, withinFile(join(this.paths.releases, accepted.file), accepted.digest));
      this.held.push({ flow: accepted.flow, release: accepted.release, error: toErrorShape(error) });
      return false;
    }
  }

  /** Takes it off those that are held; whether it was one. */
  private letGo({ flow, release }: { flow: string; release: number }): boolean {
    const held = this.held.findIndex((one) => one.flow === flow && one.release === release);
    if (held >= 0) this.held.splice(held, 1);
    return held >= 0;
  }

  /**
   * Each release keeps its own models and contracts: a case finishes on those it started with. Whether it was held: then
   * its cases have waited for it.
   */
  private take(release: LoadedRelease): boolean {
    const { flowPath: flow } = release;
    const { digest, statement } = release.manifest;
    this.flows.add({ flow, digest, program: release.program.digest }, flowsWithin(statement));
    // An older one that is served again starts no cases.
    if (this.accepted.get(flow)?.digest === release.manifest.digest) this.newest.set(flow, release);
    this.loaded.set(`${release.release} ${flow}`, release);
    const wasHeld = this.letGo({ flow, release: release.release });
    this.learns ||= learnsPersons(release.program);
    if (this.serving.has(release.program.digest)) return wasHeld;
    this.serving.set(release.program.digest, {
      program: release.program,
      models: builtInModels(release.models, () => performance.now()),
      systems: createHttpSystems({
        connections: release.connections,
        bindings: this.config.bindings,
        secrets: environmentSecrets(this.secrets),
        clock: systemClock(),
        circuits: this.circuits,
        turns: this.turns,
      }),
    });
    return wasHeld;
  }

  private servingOf(program: string): Serving {
    const serving = this.serving.get(program);
    if (serving === undefined) throw new Error(`no accepted release has the program ${program}`);
    return serving;
  }
}
