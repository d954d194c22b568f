import type { Arrival } from './batch.ts';

/**
 * Runs of which there is more to do at once than one decision does: each has one prompt among what has arrived, behind all
 * that came before, so that others and the stop switch have their turn in between. After a crash they are recovered.
 */
export class GoingOn {
  private readonly runs = new Set<string>();
  private readonly prompt: (run: string) => void;

  /** @param prompt says to a run that it goes on, in a later turn */
  constructor(prompt: (run: string) => void) {
    this.prompt = prompt;
  }

  later(run: string): void {
    // One that was recovered meanwhile would otherwise be prompted twice, and twice each time from then on.
    if (this.runs.has(run)) return;
    this.runs.add(run);
    this.prompt(run);
  }

  /** What has arrived is taken up, or given up. */
  landed(arrival: Arrival): void {
    if (arrival.arrival === 'stimulus' && arrival.stimulus.stimulus === 'continued') this.runs.delete(arrival.run);
  }
}
