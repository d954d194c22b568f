import { fold } from '../core/core.ts';
import { mayStillLeave } from '../core/leaving.ts';
import type { Command, RunState } from '../core/state.ts';
import type { Journal } from '../journal/journal.ts';
import type { Program } from '../program/program.ts';
import type { Batch } from './batch.ts';
import { failure } from './errors.ts';
import { eventsOf } from './events-of.ts';

/** R3: the runs that are in memory; any other is folded from its events when something arrives for it. */
export class RunMemory {
  private readonly states = new Map<string, RunState>();
  /** Digest of the manifest that each is pinned to. */
  private readonly manifests = new WeakMap<RunState, string | null>();
  private readonly programs: (digest: string) => Program | null;

  /** @param programs the verified program with a digest, or null when no accepted release has it */
  constructor(programs: (digest: string) => Program | null) {
    this.programs = programs;
  }

  get size(): number {
    return this.states.size;
  }

  has(run: string): boolean {
    return this.states.has(run);
  }

  /**
   * Tells, whenever it is asked, whether a call of a run may still leave as the run stands. Where memory is lost while the
   * call waits for its turn, what was known when it was made counts.
   */
  wanted(run: string, command: Command): () => boolean {
    const known = this.states.get(run);
    return () => {
      const state = this.states.get(run) ?? known;
      return state === undefined || mayStillLeave(state, command);
    };
  }

  keep(state: RunState): void {
    this.states.set(state.run, state);
  }

  /** Says of a run that begins what it is pinned to. */
  pin(state: RunState, manifest: string | null): void {
    this.manifests.set(state, manifest);
  }

  /** Digest of the manifest that a run is pinned to; null where its start names none. */
  manifestOf(state: RunState): string | null {
    return this.manifests.get(state) ?? null;
  }

  forget(run: string): void {
    this.states.delete(run);
  }

  clear(): void {
    this.states.clear();
  }

  /** Where a run stands, by its events on disk and those that a batch has decided. Throws RUN_UNKNOWN. */
  at(journal: Journal, run: string, batch: Batch | null = null): { program: Program; state: RunState } {
    const cached = this.states.get(run);
    if (cached !== undefined) return { program: this.programOf(cached.program, run), state: cached };
    const found = this.folded(journal, run, batch);
    this.keep(found.state);
    return found;
  }

  /** Where a run stands by its events on disk alone, whatever was decided since. Throws RUN_UNKNOWN. */
  onDisk(journal: Journal, run: string): { program: Program; state: RunState } {
    return this.folded(journal, run, null);
  }

  private folded(journal: Journal, run: string, batch: Batch | null): { program: Program; state: RunState } {
    const undecided = batch?.touched.has(run) === true ? batch.committed.filter((one) => one.run === run) : [];
    const events = [...eventsOf(journal, run), ...undecided];
    const first = events[0]?.event;
    if (first?.type !== 'run.started') throw failure.unknownRun(run);
    const program = this.programOf(first.body.program, run);
    const state = fold(program, run, events);
    this.pin(state, first.body.manifest ?? null);
    return { program, state };
  }

  private programOf(digest: string, run: string): Program {
    const program = this.programs(digest);
    if (program === null) throw failure.programGone(run, digest);
    return program;
  }
}
