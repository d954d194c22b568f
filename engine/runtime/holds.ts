import type { RunState } from '../core/state.ts';
import type { StartRequest } from './batch.ts';
import type { RunMemory } from './run-memory.ts';

/** What a case is of, as far as it matters to whether an operator holds it. */
export interface Held {
  /** Null where it is only about to be started. */
  run: string | null;
  /** Digest of its program. Flows that differ in their name alone have the same. */
  program: string;
  /** Digest of the manifest that it is pinned to; null where there is none, and in journals of the first versions. */
  manifest: string | null;
}

/** What an operator lets begin nothing: asked of each case by what it is pinned to, and each time anew. */
export class Holds {
  private readonly isStopped: (held: Held) => boolean;
  private readonly runs: Pick<RunMemory, 'manifestOf'>;

  constructor(isStopped: ((held: Held) => boolean) | undefined, runs: Pick<RunMemory, 'manifestOf'>) {
    this.isStopped = isStopped ?? (() => false);
    this.runs = runs;
  }

  /** Whether a case may not be started. */
  start({ program, manifest }: Pick<StartRequest, 'program' | 'manifest'>): boolean {
    return this.isStopped({ run: null, program: program.digest, manifest: manifest ?? null });
  }

  run(state: RunState): boolean {
    return this.isStopped({ run: state.run, program: state.program, manifest: this.runs.manifestOf(state) });
  }

  /** Tells, whenever it is asked, whether what a run has asked for may not leave any more. */
  leaving(held: Held): () => boolean {
    return () => this.isStopped(held);
  }

  /** Whether nothing begins in a run, for whatever reason. */
  rests(state: RunState): boolean {
    return state.suspended || state.queued || this.run(state);
  }
}
