/** What is tried in the sandbox now, so that a person can stop it: cases, and suites of them, each of one flow. */
export class Trials {
  readonly #running = new Map<string, Set<{ stopped: boolean }>>();

  /** Does `work` on the flow at `path`, which is given a way to hear whether anybody has stopped it. */
  async during<T>(path: string, work: (isStopped: () => boolean) => Promise<T>): Promise<T> {
    const trial = { stopped: false };
    const beside = this.#running.get(path) ?? new Set();
    this.#running.set(path, beside.add(trial));
    try {
      return await work(() => trial.stopped);
    } finally {
      beside.delete(trial);
      if (beside.size === 0) this.#running.delete(path);
    }
  }

  /** Stops what is tried of the flow now, and nothing that begins later. */
  stop(path: string): void {
    for (const trial of this.#running.get(path) ?? []) trial.stopped = true;
  }
}
