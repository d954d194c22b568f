import { MessagePort, workerData } from 'node:worker_threads';
import { CompactRange } from '../audit/compact-range.ts';
import { toErrorShape } from '../flow/error.ts';
import { z } from '../flow/zod.ts';
import { unpack, type AppendJob } from './append-job.ts';
import { BatchWriter } from './batch-writer.ts';
import { openForWriting } from './open.ts';
import { JOURNAL_SCHEMA } from './schema.ts';
import { journalError } from './sqlite-error.ts';

/** The thread of {@link AppendThread}: writes each batch it is given and says what came of it, until it is given null. */
const { path, epoch, maxPages, port, answers } = z
  .object({
    path: z.string(),
    epoch: z.int(),
    maxPages: z.int().optional(),
    port: z.instanceof(MessagePort),
    answers: z.instanceof(Int32Array),
  })
  .parse(workerData);

// It comes from our own process, what is in it is checked as it is read.
const isJob = (said: unknown): said is AppendJob => typeof said === 'object' && said !== null && 'entries' in said;

function say(answer: object | null): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread’s port, not a window
  if (answer !== null) port.postMessage(answer);
  Atomics.add(answers, 0, 1);
  Atomics.notify(answers, 0);
}

function serve(): void {
  const db = openForWriting(path, JOURNAL_SCHEMA, maxPages === undefined ? {} : { maxPages });
  const writer = new BatchWriter(db, path, epoch);
  port.on('message', (said: unknown) => {
    if (said === null) {
      db.close();
      say(null);
      port.close();
      return;
    }
    try {
      if (!isJob(said)) throw new TypeError('that is no batch');
      const { entries, keys, random, size, range } = said;
      const after = writer.write(unpack(entries), { range: CompactRange.decode(size, range), keys, random });
      say({ said: 'written', size: after.size, range: after.encode() });
    } catch (error) {
      say({ said: 'failed', error: toErrorShape(journalError(error, path)) });
    }
  });
  say({ said: 'ready' });
}

// The journal may have been closed meanwhile, and be somebody else's.
if (Atomics.load(answers, 1) === 0) serve();
else port.close();
