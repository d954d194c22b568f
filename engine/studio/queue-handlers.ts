import { setImmediate } from 'node:timers/promises';
import type { Journal, TaskRow } from '../journal/journal.ts';
import { settledTasks } from '../journal/task-times.ts';
import type { Handlers, Room } from './handlers.ts';
import { queueOf, type TaskSpan } from './queue.ts';

const MOST_SLOTS = 1000;

/** How many tasks waited over time. */
export function queueHandlers({ local, now }: Room): Pick<Handlers, 'queue'> {
  return {
    queue: async ({ from: asked, slotMs }) => {
      const to = now();
      const from = Math.max(Math.min(asked, to), to - MOST_SLOTS * slotMs);
      // As with the list of tasks: why the runner is stopped is told in “workspace”.
      const runner = await local.find().catch(() => null);
      const { spans, cut } =
        runner === null ? { spans: [], cut: false } : await spansSince(() => runner.engine.reader(), from, now);
      return { ...queueOf(spans, { from, to, slotMs }), cut };
    },
  };
}

/** So many cases are looked through before others are heard, and so many at most. */
const AT_ONCE = 25;
const MOST = 20_000;
/** So long is counted at most. */
const LONGEST_MS = 4000;

/**
 * From when to when each task was open that may have been since then. When one was settled stands in the events of its
 * case: these are read from the newest case on, and of cases that are left out only the open tasks are told.
 */
export async function spansSince(
  reader: () => Pick<Journal, 'tasks' | 'events' | 'run'>,
  since: number,
  now: () => number,
): Promise<{ spans: TaskSpan[]; cut: boolean }> {
  const rows = reader().tasks({ since });
  const spans: TaskSpan[] = rows.flatMap((row) => (row.status === 'open' ? [spanOf(row, null)] : []));
  const over = Map.groupBy(
    rows.filter(({ status }) => status !== 'open'),
    ({ run }) => run,
  );
  const until = now() + LONGEST_MS;
  let read = 0;
  for (const [run, tasks] of [...over].toReversed()) {
    if (read === MOST || now() > until) return { spans, cut: true };
    const settled = settledIn(reader(), run);
    spans.push(...tasks.map((row) => spanOf(row, settled(row.id) ?? row.created)));
    read += 1;
    // oxlint-disable-next-line no-await-in-loop -- cases that run meanwhile are not to wait
    if (read % AT_ONCE === 0) await setImmediate();
  }
  return { spans, cut: false };
}

const spanOf = ({ created, due }: TaskRow, settled: number | null): TaskSpan => ({ asked: created, settled, due });

/** When tasks of a case were settled; where its content was pruned, when it ended is all that is known. */
function settledIn(reader: Pick<Journal, 'events' | 'run'>, run: string): (task: string) => number | null | undefined {
  const events = reader.events(`run:${run}`);
  if (events.some(({ open }) => open === null)) {
    const ended = reader.run(run)?.ended;
    return () => ended;
  }
  const settled = settledTasks(run, events);
  return (task) => settled.get(task);
}
