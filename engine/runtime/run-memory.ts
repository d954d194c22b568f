import { fold } from '../core/core.ts';
import type { RunState } from '../core/state.ts';
import type { Journal } from '../journal/journal.ts';
import type { Program } from '../program/program.ts';
import type { Batch } from './batch.ts';
import { failure } from './errors.ts';
import { eventsOf } from './events-of.ts';

/** R3: the runs that are in memory; any other is folded from its events when something arrives for it. */
export class RunMemory {
  private readonly states = new Map<string, RunState>();
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

  /** Whether a run that is in memory is suspended. */
  isSuspended(run: string): boolean {
    return this.states.get(run)?.suspended === true;
  }

  keep(state: RunState): void {
    this.states.set(state.run, state);
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
    return { program, state: fold(program, run, events) };
  }

  private programOf(digest: string, run: string): Program {
    const program = this.programs(digest);
    if (program === null) throw failure.programGone(run, digest);
    return program;
  }
}
