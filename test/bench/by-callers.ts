import { median } from './row.ts';

/** What so much work came to: `p50` is of one piece, in milliseconds. */
export interface Worked {
  seconds: number;
  p50: number;
}

/** Does so many pieces of work, numbered from 0, by so many callers, each of which begins its next when the last is done. */
export async function byCallers(
  pieces: number,
  callers: number,
  work: (piece: number) => Promise<void>,
): Promise<Worked> {
  const waits: number[] = [];
  let next = 0;
  const caller = async (): Promise<void> => {
    for (let i = next++; i < pieces; i = next++) {
      const asked = performance.now();
      // oxlint-disable-next-line no-await-in-loop -- a caller has one piece under way at a time
      await work(i);
      waits.push(performance.now() - asked);
    }
  };
  const begun = performance.now();
  await Promise.all(Array.from({ length: callers }, caller));
  return { seconds: (performance.now() - begun) / 1000, p50: median(waits) };
}
