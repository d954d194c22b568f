import type { Command, Stimulus } from '../core/state.ts';
import type { Arrival, Batch } from './batch.ts';
import { callName } from '../core/call-name.ts';

/** Calls that were made and whose outcome has not been taken up yet, by run. */
export class CallsOut {
  private readonly byRun = new Map<string, string[]>();

  has(run: string): boolean {
    return this.byRun.has(run);
  }

  made(run: string, command: Command): void {
    const out = this.byRun.get(run);
    if (out === undefined) this.byRun.set(run, [callName(command)]);
    else out.push(callName(command));
  }

  landed(arrival: Arrival): void {
    if (arrival.arrival !== 'outcome') return;
    const out = this.byRun.get(arrival.run);
    if (out === undefined) return;
    out.splice(out.indexOf(callName(arrival.stimulus)), 1);
    if (out.length === 0) this.byRun.delete(arrival.run);
  }

  /** Those of a run that somebody waits for, with those that were decided and are made once that is on disk. */
  private awaited(run: string, batches: readonly (Batch | null)[]): ReadonlySet<string> {
    const commands = batches.flatMap((batch) => batch?.commands ?? []);
    const decided = commands.flatMap((one) => (one.run === run ? [callName(one.command)] : []));
    return new Set([...(this.byRun.get(run) ?? []), ...decided]);
  }

  /** Whoever lets a run go on does not know which of its calls are still waited for, or about to be made; this adds it. */
  toldOf(run: string, stimulus: Stimulus, batches: readonly (Batch | null)[]): Stimulus {
    const { stimulus: what } = stimulus;
    if (what !== 'resumed' && what !== 'recovered' && what !== 'cancelled') return stimulus;
    return { ...stimulus, awaited: this.awaited(run, batches) };
  }
}
