import { MessageChannel, receiveMessageOnPort, Worker, type MessagePort } from 'node:worker_threads';
import { CompactRange } from '../audit/compact-range.ts';
import { errorShapeSchema } from '../flow/error-schema.ts';
import { CountersignError } from '../flow/error.ts';
import { z } from '../flow/zod.ts';
import type { BatchMeans, Entry } from './batch-writer.ts';
import { Packer, type AppendJob } from './append-job.ts';

/** What the thread says back: that it is ready, or what came of the batch it was given. */
const answerSchema = z.union([
  z.object({ said: z.literal('ready') }),
  z.object({ said: z.literal('written'), size: z.int(), range: z.instanceof(Uint8Array) }),
  z.object({ said: z.literal('failed'), error: errorShapeSchema }),
]);

/** What came of a batch: the tree that follows, or why nothing of it was written. */
export type Appended = { range: CompactRange } | { error: unknown };

/** How long whoever needs the journal now waits for a batch under way; a disk that takes longer has failed. */
const PATIENCE_MS = 30_000;

/**
 * A thread that writes batches through a connection of its own, so that the engine decides the next batch meanwhile. One
 * batch at a time: whoever hands over the next has waited for the one before. The epoch is checked in each transaction, so
 * that a thread which was given up writes nothing after the journal was opened again.
 */
export class AppendThread {
  readonly #worker: Worker;
  readonly #port: MessagePort;
  /** Counts the thread's answers: whoever cannot wait for an event waits for this. The second says that it is not needed any more. */
  readonly #answers = new Int32Array(new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT));
  #pending: ((appended: Appended) => void) | null = null;
  readonly #packer = new Packer();
  #ready = false;

  constructor(of: { path: string; epoch: number; maxPages?: number | undefined }) {
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    this.#port.on('message', (said: unknown) => this.#take(said));
    this.#worker = new Worker(new URL('./append-worker.ts', import.meta.url), {
      workerData: { path: of.path, epoch: of.epoch, maxPages: of.maxPages, port: port2, answers: this.#answers },
      transferList: [port2],
    });
    this.#worker.on('error', (error) => this.#fail(error));
    this.#worker.on('exit', () => {
      this.#ready = false;
      this.#fail(gone());
    });
    // It is there for the engine and keeps nobody else up.
    this.#worker.unref();
    this.#port.unref();
  }

  /** It has opened the journal and takes batches. */
  get ready(): boolean {
    return this.#ready;
  }

  get busy(): boolean {
    return this.#pending !== null;
  }

  /**
   * Writes a batch in one transaction, and tells what came of it once: as soon as the thread has said so, or while somebody
   * is in {@link wait}.
   */
  write(entries: readonly Entry[], { range, keys, random }: BatchMeans, then: (appended: Appended) => void): void {
    if (this.#pending !== null) throw new Error('a batch is still under way');
    const job: AppendJob = {
      entries: this.#packer.pack(entries),
      keys,
      random,
      size: range.size,
      range: range.encode(),
    };
    this.#pending = then;
    // While a batch is under way the process stays up: somebody waits for it.
    this.#port.ref();
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread’s port, not a window
    this.#port.postMessage(job);
  }

  /** Waits, and lets nothing else happen meanwhile, until no batch is under way. */
  wait(): void {
    const until = performance.now() + PATIENCE_MS;
    while (this.#pending !== null) {
      const seen = Atomics.load(this.#answers, 0);
      const received = receiveMessageOnPort(this.#port);
      if (received !== undefined) this.#take(received.message);
      else if (performance.now() > until) this.#fail(gone());
      else Atomics.wait(this.#answers, 0, seen, 1_000);
    }
  }

  /** Lets the thread go, once it has closed its connection. */
  end(): void {
    this.wait();
    const seen = Atomics.load(this.#answers, 0);
    Atomics.store(this.#answers, 1, 1);
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread’s port, not a window
    this.#port.postMessage(null);
    // One that is still coming up finds out by itself, and is not torn out of loading what it needs.
    if (!this.#ready) return;
    Atomics.wait(this.#answers, 0, seen, 2_000);
    this.#port.close();
    void this.#worker.terminate();
  }

  #take(said: unknown): void {
    const answer = answerSchema.parse(said);
    if (answer.said === 'ready') this.#ready = true;
    else if (answer.said === 'failed') this.#fail(new CountersignError(answer.error));
    else this.#settle({ range: CompactRange.decode(answer.size, answer.range) });
  }

  #fail(error: unknown): void {
    this.#settle({ error });
  }

  #settle(appended: Appended): void {
    const then = this.#pending;
    if (then === null) return;
    this.#pending = null;
    this.#port.unref();
    then(appended);
  }
}

const gone = (): CountersignError =>
  new CountersignError({
    code: 'JOURNAL_WRITE',
    message: 'The thread that writes the journal does not answer.',
    meaning: 'Whether the last batch was written shows when the journal is opened again.',
    hint: 'Look at the disk that holds the runner folder, and at what the process said before.',
    retryable: true,
    fault: 'operator',
  });
