import { parentPort, workerData } from 'node:worker_threads';
import { toErrorShape } from '../flow/error.ts';
import { z } from '../flow/zod.ts';
import { isStopped, verifyHere, type Said } from './verify-aside.ts';

/** The thread of {@link verifyAside}. */
const work = z
  .object({
    path: z.string(),
    checkpoints: z.array(z.string()),
    publicKeys: z.array(z.instanceof(Uint8Array)),
    stopped: z.instanceof(Int32Array),
  })
  .parse(workerData);

// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread’s port, not a window
const say = (said: Said): void => parentPort?.postMessage(said);

/** Not more often than a person can see. */
const EACH_MS = 50;
let saidAt = 0;

/** Goes no further once it was stopped; what comes of it then is heard by nobody. */
const goOn = (): void => {
  if (isStopped(work.stopped)) throw new Error('It was stopped.');
};

try {
  goOn();
  const report = verifyHere(work.path, work, (phase, done, all) => {
    goOn();
    const now = performance.now();
    if (now - saidAt < EACH_MS) return;
    saidAt = now;
    say({ said: 'progress', phase, done, all });
  });
  say({ said: 'report', report });
} catch (error) {
  say({ said: 'error', error: toErrorShape(error) });
}
