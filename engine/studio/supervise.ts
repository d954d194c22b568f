import { fork, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { CountersignError } from '../flow/error.ts';
import { hostNewsSchema, type HostNews, type HostOrder } from './host-message.ts';

export interface Supervised {
  port: number;
  link: string;
  /** Of the process that is the host now. */
  pid: () => number | undefined;
  /** Resolves when it was closed; rejects with STOPPED when it ends by itself again and again. */
  ended: Promise<void>;
  close(): Promise<void>;
}

export interface Supervision {
  open: Omit<Extract<HostOrder, { message: 'open' }>, 'message'>;
  /** Told when it ended by itself and is started again. */
  restarted: () => void;
  mayRestart: () => boolean;
}

const CLOSE_WITHIN_MS = 5000;

/**
 * Runs the browser host as a process of its own and starts it again when it ends by itself: on the same port and for the
 * same windows, which connect by themselves. Throws what keeps the first from opening: PORT_IN_USE, FILE_UNREADABLE, ….
 */
export async function superviseHost({ open, restarted, mayRestart }: Supervision): Promise<Supervised> {
  let child = start();
  let closing = false;
  const first = await opened(child, { message: 'open', ...open });
  const again: HostOrder = { message: 'open', ...open, port: first.port };
  const ended = (async () => {
    for (;;) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await gone(child);
      if (closing) return;
      if (!mayRestart()) throw endsAgain();
      restarted();
      child = start();
      // One that cannot open has ended too.
      // oxlint-disable-next-line no-await-in-loop
      await opened(child, again).catch(() => undefined);
    }
  })();
  return {
    port: first.port,
    link: first.link,
    pid: () => child.pid,
    ended,
    close: async () => {
      closing = true;
      if (child.connected) child.send({ message: 'close' } satisfies HostOrder);
      const late = setTimeout(() => child.kill('SIGKILL'), CLOSE_WITHIN_MS);
      await gone(child);
      clearTimeout(late);
    },
  };
}

const start = (): ChildProcess =>
  fork(join(import.meta.dirname, 'host-main.ts'), [], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });

const gone = (child: ChildProcess): Promise<void> =>
  child.exitCode !== null || child.signalCode !== null
    ? Promise.resolve()
    : new Promise((resolve) => child.once('exit', () => resolve()));

function opened(child: ChildProcess, order: HostOrder): Promise<Extract<HostNews, { message: 'ready' }>> {
  return new Promise((resolve, reject) => {
    child.once('exit', () => reject(endsAgain()));
    child.once('error', reject);
    child.once('message', (raw) => {
      const news = hostNewsSchema.parse(raw);
      if (news.message === 'ready') return resolve(news);
      const { cause, meaning, where, ...shape } = news.error;
      reject(
        new CountersignError({
          ...shape,
          ...(meaning === undefined ? {} : { meaning }),
          ...(where === undefined ? {} : { where }),
          ...(cause === undefined ? {} : { cause }),
        }),
      );
    });
    child.send(order);
  });
}

const endsAgain = (): CountersignError =>
  new CountersignError({
    code: 'STOPPED',
    message: 'The engine ended by itself, again and again.',
    meaning: 'Windows that are open keep what is drawn in them until they are closed.',
    hint: 'Start the studio again. If the engine ends again, report it with what it said.',
    fault: 'us',
  });
