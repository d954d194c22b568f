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
import type { StudioAnswer } from './contract.ts';
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
  /** By path of the flow, why its last export was not accepted here. */
  private readonly notAccepted = new Map<string, ErrorShape>();
  private turn: Promise<unknown> = Promise.resolve();
  private closed = false;
  /** Another process works on the folder: to open it again here would be to take it back. */
  private replaced: CountersignError | null = null;

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
   * Takes up a release of a flow that was just exported. That it is refused here does not make the export worse, so the
   * reason is kept and told when a case of that flow is to start.
   */
  async accept(manifest: string, flow: string): Promise<void> {
    try {
      await this.inTurn(async () => {
        const runner = await this.open(true);
        this.newestFlow = runner.accept(manifest).flowPath;
      });
      this.notAccepted.delete(flow);
    } catch (error) {
      this.notAccepted.set(flow, toErrorShape(error));
      this.newestFlow = flow;
    }
  }

  /** The newest release of a flow. Throws NOT_FOUND when there is none, or why its last export was not accepted. */
  async newestOf(flow: string): Promise<{ runner: Runner; release: LoadedRelease }> {
    const runner = await this.find();
    const refused = this.notAccepted.get(flow);
    if (refused !== undefined) throw new CountersignError(refused);
    if (runner === null)
      throw new CountersignError({
        code: 'NOT_FOUND',
        message: 'There is no release yet that a case could start from.',
        hint: 'Export the flow first: its tests run, its safety is proved, and it is signed.',
      });
    return { runner, release: runner.current(flow) };
  }

  /** The flows that have releases here, the one exported last first. */
  async startable(): Promise<StudioAnswer<'startable'>['flows']> {
    const runner = await this.find();
    if (runner === null) return [];
    const newest = new Map(
      runner.releases.toSorted((a, b) => a.release - b.release).map((release) => [release.flowPath, release]),
    );
    const flows = [...newest].map(([flow, { release, program }]) => ({
      flow,
      title: program.title,
      release,
      input: program.flow.input,
      problem: this.notAccepted.get(flow) ?? problemOf(() => runner.current(flow)),
    }));
    const byTitle = flows.toSorted((a, b) => (a.title < b.title ? -1 : 1));
    return byTitle.sort((a, b) => Number(b.flow === this.newestFlow) - Number(a.flow === this.newestFlow));
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
    if (this.replaced !== null) throw this.replaced;
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
    void runner.replaced.then(() => this.runnerReplaced(runner));
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

  /** Who was replaced writes nothing more: its engine ends, and stays so for as long as this studio is open. */
  private runnerReplaced(runner: Runner): void {
    void this.inTurn(async () => {
      if (this.closed || this.runner !== runner) return;
      this.replaced = replaced(runner.folder);
      await this.stop();
      this.say(this.replaced.toShape());
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

function problemOf(work: () => unknown): ErrorShape | null {
  try {
    work();
    return null;
  } catch (error) {
    return toErrorShape(error);
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

const replaced = (folder: string): CountersignError =>
  new CountersignError({
    code: 'JOURNAL_FENCED',
    message: `Another process took over the engine of this workspace, in ${folder}.`,
    meaning: 'Cases, tasks and releases are in its hands; drawing and testing go on here.',
    hint: 'Close the studio and leave the cases to that process, or end it and open the workspace again.',
    fault: 'operator',
  });

const stopped = (): CountersignError =>
  new CountersignError({
    code: 'STOPPED',
    message: 'The studio is closing.',
    hint: 'Start it again.',
    retryable: true,
    fault: 'operator',
  });
