import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** How long whoever is asked to end may take. */
const END_WITHIN_MS = 8000;

/**
 * Starts a peer's processes, which print into a file in `folder`. Where that fails they are ended, and the error says what
 * they printed last.
 *
 * @param start puts what it starts into `children`, last to end first; `out` is the file to print into
 */
export async function startProcesses<T>(
  name: string,
  folder: string,
  start: (children: ChildProcess[], out: number) => Promise<T>,
): Promise<{ started: T; stop: () => Promise<void> }> {
  const log = join(folder, 'log.txt');
  const out = openSync(log, 'w');
  const children: ChildProcess[] = [];
  const stop = async () => {
    // oxlint-disable-next-line no-await-in-loop -- whoever leans on another goes before it
    for (const child of children.toReversed()) await end(child);
  };
  try {
    return { started: await start(children, out), stop };
  } catch (error) {
    await stop();
    throw new Error(`${name} did not start; it said:\n${readFileSync(log, 'utf8').slice(-2000)}`, { cause: error });
  } finally {
    closeSync(out);
  }
}

/** The first message of a process. Rejects when it ends without one. */
export const firstMessage = (child: ChildProcess): Promise<unknown> =>
  new Promise((resolve, reject) => {
    child.once('message', resolve);
    child.once('exit', () => reject(new Error('a process ended before it was ready')));
  });

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const gone = await Promise.race([ended.then(() => true), sleep(END_WITHIN_MS, false)]);
  if (gone) return;
  child.kill('SIGKILL');
  await ended;
}
