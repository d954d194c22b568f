import { existsSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { CountersignError, type ErrorShape } from '../flow/error.ts';
import { parseNote } from './checkpoint.ts';
import { verifyJournal, type AuditReport, type VerifyPhase } from './verify.ts';

/** What a verification in a thread of its own is given: plain data, checkpoints as the texts of their notes. */
export interface AsideOptions {
  checkpoints: readonly string[];
  publicKeys: readonly Uint8Array[];
}

/** What the thread says: how far it is, and what came of it. */
export type Said =
  | { said: 'progress'; phase: VerifyPhase; done: number; all: number }
  | { said: 'report'; report: AuditReport }
  | { said: 'error'; error: ErrorShape };

export interface Aside {
  /** Null when it was stopped. Rejects as `verifyJournal` throws. */
  report: Promise<AuditReport | null>;
  stop(): void;
}

const THREAD = new URL('./verify-worker.ts', import.meta.url);

/**
 * Verifies a journal in a thread of its own, so that whoever asks stays answerable, hears how far it is, and can stop it.
 * Where no thread can be had, this one does it, without a stop.
 */
export function verifyAside(
  path: string,
  options: AsideOptions,
  progress: (phase: VerifyPhase, done: number, all: number) => void,
): Aside {
  if (!existsSync(THREAD)) return { report: Promise.resolve(verifyHere(path, options)), stop: () => undefined };
  const stopped = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  const worker = new Worker(THREAD, { workerData: { path, ...options, stopped } });
  const report = new Promise<AuditReport | null>((resolve, reject) => {
    worker.on('message', (said: Said) => {
      if (isStopped(stopped)) return;
      if (said.said === 'progress') progress(said.phase, said.done, said.all);
      else if (said.said === 'report') resolve(said.report);
      else reject(new CountersignError(said.error));
    });
    worker.once('error', reject);
    // Whoever was stopped has nothing to say.
    worker.once('exit', () => resolve(null));
  });
  // The thread ends by itself: torn out of loading SQLite, or of a call into it, it takes this whole process along.
  return { report, stop: () => void Atomics.store(stopped, 0, 1) };
}

/** Whether a verification was stopped, as both threads see it. */
export const isStopped = (stopped: Int32Array): boolean => Atomics.load(stopped, 0) !== 0;

/** The verification itself, by the calling thread. */
export const verifyHere = (
  path: string,
  { checkpoints, publicKeys }: AsideOptions,
  progress?: (phase: VerifyPhase, done: number, all: number) => void,
): AuditReport =>
  verifyJournal(path, {
    checkpoints: checkpoints.map(parseNote),
    ...(publicKeys.length === 0 ? {} : { publicKey: publicKeys }),
    ...(progress === undefined ? {} : { progress }),
  });
