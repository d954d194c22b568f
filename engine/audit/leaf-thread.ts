import { Worker } from 'node:worker_threads';
import { z } from '../flow/zod.ts';
import type { LeafReader } from './leaf-blocks.ts';
import { CHUNK, scanStretch, type Stretch } from './leaf-scan.ts';

const finding = z.looseObject({ code: z.string(), message: z.string() });
const message = z.object({
  index: z.int(),
  stretch: z.object({
    size: z.int(),
    range: z.instanceof(Uint8Array),
    within: z.array(z.object({ size: z.int(), range: z.instanceof(Uint8Array) })),
    findings: z.array(finding),
  }),
});

/**
 * A journal's stretches, worked out by a second thread and by this one, whichever comes first. Where no second thread
 * can be had, this one does them all.
 */
export class SharedStretches {
  readonly #events: number;
  readonly #sizes: readonly number[];
  readonly #next = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
  readonly #done = new Map<number, Stretch>();
  readonly #worker: Worker;
  readonly #ended: Promise<void>;

  constructor(path: string, events: number, sizes: readonly number[]) {
    this.#events = events;
    this.#sizes = sizes;
    this.#worker = new Worker(new URL('./leaf-worker.ts', import.meta.url), {
      workerData: { path, events, sizes, next: this.#next },
    });
    this.#worker.on('message', (said: unknown) => this.#take(said));
    // What it could not read is missing in the end, which is what counts.
    this.#worker.on('error', () => undefined);
    this.#ended = new Promise((resolve) => this.#worker.once('exit', () => resolve()));
  }

  /** Takes part until no stretch is left that nobody has taken. */
  help(reader: LeafReader): void {
    const next = new Int32Array(this.#next);
    for (;;) {
      const index = Atomics.add(next, 0, 1);
      const start = index * CHUNK;
      if (start >= this.#events) return;
      this.#done.set(index, scanStretch(reader, start, Math.min(start + CHUNK, this.#events), this.#sizes));
    }
  }

  /** All stretches in order, once the other thread is through; null when one is missing, as it could not be read there. */
  async all(): Promise<Stretch[] | null> {
    await this.#ended;
    const stretches: Stretch[] = [];
    for (let index = 0; index * CHUNK < this.#events; index++) {
      const stretch = this.#done.get(index);
      if (stretch === undefined) return null;
      stretches.push(stretch);
    }
    return stretches;
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
  }

  #take(said: unknown): void {
    const { index, stretch } = message.parse(said);
    if (isStretch(stretch)) this.#done.set(index, stretch);
  }
}

// It comes from our own thread; findings keep the closed set of their codes.
const isStretch = (stretch: z.infer<typeof message>['stretch']): stretch is typeof stretch & Stretch => true;
