/**
 * What is tried in the sandbox now, so that whoever asked for it can stop it: cases, and suites of them, each under the id
 * of its asking. Two windows that try the same flow have trials of their own.
 */
export class Trials {
  readonly #running = new Map<string, Set<{ stopped: boolean }>>();

  /** Does `work`, which is given a way to hear whether it was stopped; what is asked for under no id never is. */
  async during<T>(asking: string | undefined, work: (isStopped: () => boolean) => Promise<T>): Promise<T> {
    if (asking === undefined) return work(() => false);
    const trial = { stopped: false };
    const beside = this.#running.get(asking) ?? new Set();
    this.#running.set(asking, beside.add(trial));
    try {
      return await work(() => trial.stopped);
    } finally {
      beside.delete(trial);
      if (beside.size === 0) this.#running.delete(asking);
    }
  }

  /** Stops what is tried under that id now, and nothing that begins later. */
  stop(asking: string): void {
    for (const trial of this.#running.get(asking) ?? []) trial.stopped = true;
  }
}
