import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { CountersignError, type ErrorShape, toErrorShape } from '../flow/error.ts';
import { canonicalJson, asJson } from '../flow/json.ts';
import { z } from '../flow/zod.ts';
import { openJournalReader } from '../journal/reader.ts';
import { runnerPaths } from '../runner/folder.ts';
import type { LoadedRelease } from '../runner/release.ts';
import { Runner } from '../runner/runner.ts';
import type { Committed } from '../runtime/engine.ts';
import { signPolicy } from '../manifest/sign-policy.ts';
import { localFolder, writeLocalDocuments } from './local-documents.ts';
import { localHome } from './local-home.ts';
import { localKeys, localPublicKey, type LocalKeys } from './local-keys.ts';
import type { RunningSystems, StartSystems } from './systems.ts';
import type { Workspace } from './workspace.ts';

export interface LocalRunnerOptions {
  root: string;
  workspace: () => Workspace;
  person: string;
  passphrase: () => Promise<string | null>;
  startSystems: StartSystems;
  /** Called when it became ready or stopped. */
  changed: (state: 'ready' | 'stopped') => void;
  committed: (events: readonly Committed[]) => void;
}

/**
 * The workspace's own runner in `.countersign/runner`, for rehearsal: real engine, real journal, real signatures, and
 * simulated systems alone. It is made when the first release is exported, and found again when the studio starts.
 */
export class LocalRunner {
  /** Why it is stopped; null while it works or was never needed. */
  problem: ErrorShape | null = null;
  private readonly options: LocalRunnerOptions;
  private runner: Runner | null = null;
  private systems: { of: string; running: RunningSystems } | null = null;
  private newestFlow: string | null = null;
  private notAccepted: ErrorShape | null = null;
  private turn: Promise<unknown> = Promise.resolve();
  private closed = false;

  constructor(options: LocalRunnerOptions) {
    this.options = options;
  }

  get state(): 'ready' | 'stopped' {
    return this.problem === null && !this.closed ? 'ready' : 'stopped';
  }

  /** A release was exported here at some time. */
  get wasMade(): boolean {
    return existsSync(runnerPaths(localFolder(this.options.root)).trust);
  }

  /** The runner at work, or null when no release was ever exported here. Throws why it cannot work. */
  async find(): Promise<Runner | null> {
    if (this.runner !== null) return this.runner;
    if (!this.wasMade) return null;
    return this.inTurn(() => this.open());
  }

  /** The person's keys, made at first use. */
  async keys(): Promise<LocalKeys> {
    return localKeys(this.options.root, this.options.person, await this.options.passphrase());
  }

  /**
   * Takes up a release that was just exported. That it is refused here does not make the export worse, so the reason is
   * kept and told when a case is to start.
   */
  async accept(manifest: string): Promise<void> {
    try {
      await this.inTurn(async () => {
        const runner = await this.open(true);
        this.newestFlow = runner.accept(manifest).flowPath;
      });
      this.notAccepted = null;
    } catch (error) {
      this.notAccepted = toErrorShape(error);
    }
  }

  /** The release that was accepted last. Throws NOT_FOUND when there is none, or why the last export was not accepted. */
  async newest(): Promise<{ runner: Runner; release: LoadedRelease }> {
    const runner = await this.find();
    if (this.notAccepted !== null) throw new CountersignError(this.notAccepted);
    if (runner === null || this.newestFlow === null)
      throw new CountersignError({
        code: 'NOT_FOUND',
        message: 'There is no release yet that a case could start from.',
        hint: 'Export the flow first: its tests run, its safety is proved, and it is signed.',
      });
    return { runner, release: runner.current(this.newestFlow) };
  }

  async close(): Promise<void> {
    this.closed = true;
    await this.turn;
    await this.stop();
    await this.systems?.running.close();
    this.systems = null;
  }

  /** One after the other: opening, and what changes the folder. */
  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.turn.then(work);
    this.turn = done.catch(() => undefined);
    return done;
  }

  /** Opens the runner; with `renew` also brings its documents up to date with the workspace when it is open already. */
  private async open(renew = false): Promise<Runner> {
    if (this.closed) throw stopped();
    if (this.runner !== null && !renew) return this.runner;
    try {
      const runner = await this.opened();
      this.say(null);
      return runner;
    } catch (error) {
      await this.stop();
      this.say(toErrorShape(error));
      throw error;
    }
  }

  private async opened(): Promise<Runner> {
    const { root, person } = this.options;
    const workspace = this.options.workspace();
    const passphrase = await this.options.passphrase();
    const systems = await this.systemsOf(workspace);
    const publicKey = (purpose: 'release' | 'approver' | 'policy') => localPublicKey(root, person, purpose, passphrase);
    const local = {
      id: person,
      release: publicKey('release'),
      approver: publicKey('approver'),
      policy: publicKey('policy'),
      signPolicy: (file: Uint8Array) => signPolicy(localKeys(root, person, passphrase).policy, file),
    };
    const changed = writeLocalDocuments(workspace, local, systems);
    if (this.runner !== null && !changed) return this.runner;
    await this.stop();
    const runner = new Runner({ folder: localFolder(root), passphrase });
    runner.engine.watch(this.options.committed);
    this.runner = runner;
    this.newestFlow = newestIn(runner.paths.journal);
    return runner;
  }

  /** The workspace's simulated systems, started again when their documents changed. */
  private async systemsOf(workspace: Workspace): Promise<Readonly<Record<string, string>>> {
    const of = canonicalJson(asJson([workspace.systems, workspace.surroundings.connections]));
    if (this.systems?.of === of) return this.systems.running.connections;
    await this.stop();
    await this.systems?.running.close();
    this.systems = null;
    if (Object.keys(workspace.systems).length === 0) return {};
    const { root, startSystems } = this.options;
    const data = join(localHome(root), 'systems.sqlite');
    const running = await startSystems({ root, data, ended: (error) => this.systemsEnded(error) });
    this.systems = { of, running };
    return running.connections;
  }

  /** Without its systems nothing is sent that could not arrive: the runner stops, and opens again when it is next needed. */
  private systemsEnded(error: CountersignError): void {
    void this.inTurn(async () => {
      this.systems = null;
      await this.stop();
      if (!this.closed) this.say(error.toShape());
    });
  }

  private async stop(): Promise<void> {
    const runner = this.runner;
    this.runner = null;
    await runner?.close();
  }

  private say(problem: ErrorShape | null): void {
    const before = this.state;
    this.problem = problem;
    if (this.state !== before) this.options.changed(this.state);
  }
}

const acceptedSchema = z.object({ flow: z.string() });

/** The flow whose release was accepted last, from the record. */
function newestIn(journalPath: string): string | null {
  const reader = openJournalReader(journalPath);
  try {
    const accepted = reader
      .subjects('release:')
      .flatMap((subject) => reader.events(subject))
      .filter((event) => event.type === 'release.accepted')
      .sort((a, b) => a.seq - b.seq)
      .at(-1);
    return accepted === undefined ? null : acceptedSchema.parse(accepted.open).flow;
  } finally {
    reader.close();
  }
}

const stopped = (): CountersignError =>
  new CountersignError({
    code: 'STOPPED',
    message: 'The studio is closing.',
    hint: 'Start it again.',
    retryable: true,
    fault: 'operator',
  });
