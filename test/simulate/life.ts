/** Thrown where a process ends in the middle of what it does. Nobody in it sees it through. */
export class ProcessGone extends Error {
  override readonly name = 'ProcessGone';
}

/** One process of the runner, from its start to its end. What calls it back goes through {@link run}. */
export class Life {
  readonly number: number;
  /** Another process has taken the journal over from it. */
  replaced = false;
  private gone = false;
  private asleep = false;
  private held: (() => void)[] = [];

  constructor(number: number) {
    this.number = number;
  }

  get isAlive(): boolean {
    return !this.gone;
  }

  get isPaused(): boolean {
    return this.asleep;
  }

  /** Runs something in the process: now, when it wakes, or never. */
  run(what: () => void): void {
    if (this.gone) return;
    if (this.asleep) this.held.push(what);
    else what();
  }

  pause(): void {
    this.asleep = true;
  }

  wake(): void {
    this.asleep = false;
    for (const what of this.held.splice(0)) this.run(what);
  }

  end(): void {
    this.gone = true;
    this.held = [];
  }

  get name(): string {
    return `process ${this.number}`;
  }
}
