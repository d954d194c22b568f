import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ENGINE } from '../../engine/core/event.ts';
import { end, programOf } from '../../engine/core/testing/flows.ts';
import { inputOf } from '../../engine/flow/input.ts';
import { flowOf } from '../../engine/flow/testing/build.ts';
import { openJournal } from '../../engine/journal/sqlite-journal.ts';
import type { Program } from '../../engine/program/program.ts';
import { Engine } from '../../engine/runtime/engine.ts';
import type { Clock, Environment } from '../../engine/runtime/environment.ts';
import { systemClock } from '../../engine/runner/system-clock.ts';
import { systemRandom } from '../../engine/runner/system-random.ts';
import { compileW2, workedOut } from '../bench/w2/engine-load.ts';
import { caseOf } from '../bench/w2/workload.ts';
import { atMost, exactly, told, type Check, type Soak } from './check.ts';
import { quantile } from './statistics.ts';

const IN_FLIGHT = 1_000;
/** New runs that arrive meanwhile, whatever became of those before: one each so many milliseconds. */
const EVERY_MS = 5;
const NEVER_LONGER_MS = 10 * 60_000;
const WOKEN = 'woken';
const AHEAD_MS = 24 * 3_600_000;

/** Waits until a time that its input names, and ends. */
const waiting = (): Program =>
  programOf(
    flowOf('Waits')
      .input({ at: { type: 'date and time' } })
      .node('Start', 'trigger', { columns: {} })
      .node('Sleep', 'wait', {
        until: 'time',
        duration: 'PT1H',
        time: 'input.at',
        name: '',
        key: '',
        fields: {},
        giveUp: null,
      })
      .node('Woken', 'end', end(WOKEN))
      .chain('Start', 'Sleep', 'Woken')
      .build(),
  );

/** The machine's clock, which can be set forward. */
class SetClock implements Clock {
  readonly #clock = systemClock();
  #ahead = 0;

  set(aheadMs: number): void {
    this.#ahead = aheadMs;
  }

  now(): number {
    return this.#clock.now() + this.#ahead;
  }

  wakeAt(at: number, wake: () => void): () => void {
    return this.#clock.wakeAt(at - this.#ahead, wake);
  }

  wakeIn(ms: number, wake: () => void): () => void {
    return this.#clock.wakeIn(ms, wake);
  }
}

export const timersSoak: Soak = {
  about: 'timers that are due in the same second (--runs, 100,000): draining them, and new runs meanwhile',
  run: (progress, { runs }) => timers(progress, runs, 5_000),
};

/** @param beforeMs how long new runs are watched before any timer is due */
export async function timers(progress: (line: string) => void, runs: number, beforeMs: number): Promise<Check[]> {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-soak-'));
  try {
    return await new TimersSoak(folder, runs, progress).run(beforeMs);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

class TimersSoak {
  readonly #clock = new SetClock();
  readonly #engine: Engine;
  readonly #runs: number;
  readonly #progress: (line: string) => void;
  readonly #programs: { waits: Program; short: Program };
  /** Runs of the waiting flow that ended, with how often. */
  readonly #woken = new Map<string, number>();

  constructor(folder: string, runs: number, progress: (line: string) => void) {
    this.#runs = runs;
    this.#progress = progress;
    this.#programs = { waits: waiting(), short: compileW2() };
    const environment: Environment = { ...workedOut(), clock: this.#clock, random: systemRandom() };
    const path = join(folder, 'journal.sqlite');
    const { waits, short } = this.#programs;
    this.#engine = new Engine({
      openJournal: () =>
        openJournal({
          path,
          now: () => this.#clock.now(),
          random: (bytes) => environment.random(bytes),
          thread: 'at once',
        }),
      environment,
      programOf: (digest) => [waits, short].find((program) => program.digest === digest) ?? null,
    });
    this.#engine.watch((committed) => {
      for (const { run, event } of committed)
        if (event.type === 'run.ended' && event.body.result === WOKEN)
          this.#woken.set(run, (this.#woken.get(run) ?? 0) + 1);
    });
  }

  async run(beforeMs: number): Promise<Check[]> {
    this.#progress(`setting ${this.#runs.toLocaleString('en-US')} timers`);
    const begun = performance.now();
    const due = Date.now() + AHEAD_MS;
    await this.#set(due);
    const seconds = (performance.now() - begun) / 1000;
    this.#progress('new runs, with no timer due');
    const before = await this.#arrivals((since) => since >= beforeMs);
    this.#progress('the timers are due');
    const from = performance.now();
    this.#clock.set(AHEAD_MS);
    this.#engine.clockChanged();
    const during = await this.#arrivals(() => this.#woken.size >= this.#runs);
    const drained = (performance.now() - from) / 1000;
    await this.#engine.idle();
    const left = this.#engine.reader().nextTimer() === null ? 0 : 1;
    const asleep = this.#engine.reader().runs({ status: 'waiting', limit: 1 }).length;
    this.#engine.stop();
    const p99 = quantile(during, 0.99);
    return [
      told('timers set a second', this.#runs / seconds, 'runs/s'),
      ...exactly('runs woken', this.#woken.size, 'runs', this.#runs).slice(0, 1),
      atMost('runs woken twice', [...this.#woken.values()].filter((times) => times > 1).length, 'runs', 0),
      atMost('timers or runs left over', left + asleep, '', 0),
      atMost('drained in', drained, 's', Math.max(5, this.#runs / 2_000)),
      told('drained a second', this.#runs / drained, 'runs/s'),
      told('new runs meanwhile', during.length, 'runs'),
      told('new runs, none due: on disk after, p50', quantile(before, 0.5), 'ms'),
      told('new runs, none due: on disk after, p99', quantile(before, 0.99), 'ms'),
      atMost('new runs, all due: on disk after, p50', quantile(during, 0.5), 'ms', 100),
      atMost('new runs, all due: on disk after, p99', p99, 'ms', 250),
      told('p99 of that with none due', p99 / quantile(before, 0.99), 'times'),
    ];
  }

  /** Starts the runs that wait: all until the same second. */
  async #set(due: number): Promise<void> {
    const { waits } = this.#programs;
    let next = 0;
    const caller = async (): Promise<void> => {
      for (let i = next++; i < this.#runs; i = next++) {
        const at = new Date(due + (i % 1_000)).toISOString();
        // oxlint-disable-next-line no-await-in-loop -- a caller has one start under way at a time
        await this.#engine.start({
          program: waits,
          release: null,
          key: null,
          initiator: ENGINE,
          input: inputOf(waits.flow.input, { at }),
        });
      }
    };
    await Promise.all(Array.from({ length: IN_FLIGHT }, caller));
  }

  /** New runs at a steady pace until it is enough. Gives how long each took to be on disk, from when it was to begin. */
  async #arrivals(enough: (sinceMs: number) => boolean): Promise<number[]> {
    const { short } = this.#programs;
    const waits: number[] = [];
    const begun = performance.now();
    const starts: Promise<void>[] = [];
    await new Promise<void>((resolve, reject) => {
      const pace = setInterval(() => {
        const now = performance.now();
        // A late turn makes up for those that were to come before.
        for (let due = begun + starts.length * EVERY_MS; due <= now; due += EVERY_MS)
          starts.push(this.#start(short, starts.length, due, waits));
        if (now - begun > NEVER_LONGER_MS) reject(new Error(`${this.#woken.size} of ${this.#runs} runs were woken`));
        if (!enough(now - begun) && now - begun <= NEVER_LONGER_MS) return;
        clearInterval(pace);
        resolve();
      }, EVERY_MS);
    });
    await Promise.all(starts);
    return waits;
  }

  async #start(program: Program, number: number, due: number, waits: number[]): Promise<void> {
    const input = inputOf(program.flow.input, { ...caseOf(number) });
    await this.#engine.start({ program, release: null, key: null, initiator: ENGINE, input });
    waits.push(performance.now() - due);
  }
}
