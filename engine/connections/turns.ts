import type { ErrorShape } from '../flow/error.ts';
import type { Clock } from '../runtime/environment.ts';
import { heldBack, type Carrier } from './carried-systems.ts';

/** Requests at once to one system, where its binding says nothing. */
export const MOST_AT_ONCE = 16;

/** How long a call waits for its turn before it comes again later. */
export const LONGEST_TURN_MS = 60_000;

/** When who waited in vain comes again at the earliest; the longer it goes on, the later. */
const COME_AGAIN_MS = 1_000;

export interface TurnsParts {
  clock: Pick<Clock, 'now' | 'wakeIn'>;
  /** By name of the connection: how many requests are under way at once; {@link MOST_AT_ONCE} where it says nothing. */
  mostOf: (connection: string) => number | undefined;
  longestMs?: number;
  /** Shared by all that reach the same systems; turns of its own where it is left out. */
  turns?: Turns | undefined;
}

/** Who waits for which connection. Whatever shares these shares its places, however many releases reach one system. */
export class Turns {
  private readonly queues = new Map<string, Queue>();

  of(connection: string, clock: TurnsParts['clock']): Queue {
    const known = this.queues.get(connection);
    if (known !== undefined) return known;
    const queue = new Queue(clock);
    this.queues.set(connection, queue);
    return queue;
  }
}

/**
 * The same carrier, with so many requests at once on a connection and the others behind them in the order in which they
 * came. The time limit of a call begins with its turn. One that had none within `longestMs` was not sent: it comes again
 * later, which counts as no attempt, as for a connection that is paused. Whether it may leave is asked when its turn has
 * come: of what was stopped meanwhile nothing is sent.
 */
export function inTurn(carrier: Carrier, parts: TurnsParts): Carrier {
  const turns = parts.turns ?? new Turns();
  return {
    refuse: (name) => carrier.refuse(name),
    send: async (name, request, timeoutMs, mayLeave) => {
      const queue = turns.of(name.connection, parts.clock);
      const most = parts.mostOf(name.connection) ?? MOST_AT_ONCE;
      const longestMs = parts.longestMs ?? LONGEST_TURN_MS;
      if (!(await queue.turn(most, longestMs))) {
        const error = busy(name.connection, most, longestMs);
        return { answered: false, sent: 'no', error, pausedUntil: parts.clock.now() + COME_AGAIN_MS };
      }
      try {
        if (mayLeave?.() === false) return heldBack(name);
        return await carrier.send(name, request, timeoutMs, mayLeave);
      } finally {
        queue.next();
      }
    },
  };
}

class Queue {
  private readonly clock: TurnsParts['clock'];
  private underWay = 0;
  /** In the order in which they came. */
  private readonly waiting = new Set<() => void>();

  constructor(clock: TurnsParts['clock']) {
    this.clock = clock;
  }

  /** Whether it is one's turn, as one of so many at once and within so many milliseconds; whoever has had it says {@link next}. */
  async turn(most: number, longestMs: number): Promise<boolean> {
    if (this.underWay < most) {
      this.underWay += 1;
      return true;
    }
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const enter = (): void => {
      cancel();
      resolve(true);
    };
    const cancel = this.clock.wakeIn(longestMs, () => {
      this.waiting.delete(enter);
      resolve(false);
    });
    this.waiting.add(enter);
    return promise;
  }

  /** The place of one that is done goes to the next, or is free. */
  next(): void {
    const [first] = this.waiting;
    if (first === undefined) {
      this.underWay -= 1;
      return;
    }
    this.waiting.delete(first);
    first();
  }
}

const busy = (connection: string, most: number, waitedMs: number): ErrorShape => ({
  code: 'CONNECTION_BUSY',
  message: `“${connection}” had ${most} requests under way, as many as its binding allows, and none was over within ${waitedMs / 1000} s.`,
  meaning: 'Nothing was sent.',
  hint: 'It is tried again by itself. If it lasts, allow more at once with maxConcurrent in the binding, if that system can take it.',
  retryable: true,
  fault: 'operator',
});
