import { parentPort, workerData } from 'node:worker_threads';
import { z } from '../flow/zod.ts';
import { openForReading } from '../journal/open.ts';
import { JOURNAL_SCHEMA } from '../journal/schema.ts';
import { LeafReader } from './leaf-blocks.ts';
import { CHUNK, scanStretch } from './leaf-scan.ts';

/**
 * A thread that works out stretches of a journal until none is left. `next` is shared by all who do: the number of the
 * next stretch that nobody has taken. Events up to `events` were committed before it began, and what was committed never
 * changes, so that it needs no snapshot of its own.
 */
const work = z
  .object({ path: z.string(), events: z.int(), sizes: z.array(z.int()), next: z.instanceof(SharedArrayBuffer) })
  .parse(workerData);

const taken = new Int32Array(work.next);
const db = openForReading(work.path, JOURNAL_SCHEMA);
try {
  const reader = new LeafReader(db);
  for (;;) {
    const index = Atomics.add(taken, 0, 1);
    const start = index * CHUNK;
    if (start >= work.events) break;
    const end = Math.min(start + CHUNK, work.events);
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread’s port, not a window
    parentPort?.postMessage({ index, stretch: scanStretch(reader, start, end, work.sizes) });
  }
} finally {
  db.close();
}
