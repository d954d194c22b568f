import type { Clock } from '../runtime/environment.ts';

/** setTimeout's longest delay; a later wake is reached in several steps. */
const LONGEST_MS = 2 ** 31 - 1;
/** The wall clock can be moved while a timer sleeps: look at it at least this often. */
const LOOK_MS = 30_000;

/** The machine's clock. A wake comes when the wall clock has reached its time, also after the clock was moved. */
export function systemClock(): Clock {
  return {
    now: () => Date.now(),
    wakeAt: (at, wake) => {
      let timer: NodeJS.Timeout;
      const arm = () => {
        const left = at - Date.now();
        timer = setTimeout(() => (Date.now() >= at ? wake() : arm()), Math.max(0, Math.min(left, LOOK_MS, LONGEST_MS)));
        timer.unref();
      };
      arm();
      return () => clearTimeout(timer);
    },
    wakeIn: (ms, wake) => {
      let timer: NodeJS.Timeout;
      const arm = (left: number) => {
        const further = left - LONGEST_MS;
        timer = setTimeout(() => (further > 0 ? arm(further) : wake()), Math.min(left, LONGEST_MS));
        timer.unref();
      };
      arm(ms);
      return () => clearTimeout(timer);
    },
  };
}
