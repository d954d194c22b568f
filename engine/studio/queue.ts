import type { Queue } from './contract-queue.ts';

/** From when to when a task was open; all in milliseconds since 1970. */
export interface TaskSpan {
  asked: number;
  /** Null while it is open. */
  settled: number | null;
  due: number | null;
}

interface Over {
  from: number;
  to: number;
  slotMs: number;
}

/**
 * How many tasks were open over a time.
 *
 * - Q1 A slot's `most` is how many were open at one moment of it, and never fewer than at any other.
 * - Q2 Open at the beginning, and asked, less settled, is open at the end.
 * - Q3 Who is asked once more at the moment at which their task is settled waits as one: of what happens at one moment,
 *   what ends goes before what begins.
 *
 * A task that is settled before it was asked, by a clock that was set back, was open at no time.
 */
export function queueOf(tasks: readonly TaskSpan[], { from, to, slotMs }: Over): Queue {
  const open = tasks.filter(({ settled }) => settled === null);
  const queue: Queue = {
    from,
    to,
    slots: [],
    most: null,
    open: open.length,
    overdue: open.filter(({ due }) => due !== null && due < to).length,
  };
  let waiting = tasks.filter((task) => isOpenBefore(task, from)).length;
  if (waiting > 0) queue.most = { at: from, open: waiting };
  const turns = turnsOf(tasks, from, to);
  let next = 0;
  for (let at = from; at < to; at += slotMs) {
    const end = Math.min(to, at + slotMs);
    const slot = { at, most: waiting, asked: 0, settled: 0 };
    for (; ; next++) {
      const turn = turns[next];
      // What happens just now belongs to the last slot.
      if (turn === undefined || (turn.at >= end && end !== to)) break;
      waiting += turn.by;
      if (turn.by > 0) slot.asked += 1;
      else slot.settled += 1;
      slot.most = Math.max(slot.most, waiting);
      if (waiting > (queue.most?.open ?? 0)) queue.most = { at: turn.at, open: waiting };
    }
    queue.slots.push(slot);
  }
  return queue;
}

const wasOpen = ({ asked, settled }: TaskSpan): boolean => settled === null || settled > asked;
const isOpenBefore = (task: TaskSpan, at: number): boolean =>
  wasOpen(task) && task.asked < at && (task.settled ?? Infinity) >= at;

/** Each time that one more waited, or one fewer, in order. A moment ahead of this clock is taken for now. */
function turnsOf(tasks: readonly TaskSpan[], from: number, to: number): { at: number; by: 1 | -1 }[] {
  return tasks
    .filter(wasOpen)
    .flatMap(({ asked, settled }) => [
      { at: Math.min(asked, to), by: 1 as const },
      ...(settled === null ? [] : [{ at: Math.min(settled, to), by: -1 as const }]),
    ])
    .filter(({ at }) => at >= from)
    .sort((a, b) => a.at - b.at || a.by - b.by);
}
