import type { Journal } from '../journal/journal.ts';

/** The key under which a run is tried again: what holds that this is so once. */
export const againKey = (run: string): string => `retry:${run}`;

/** The run that a key of {@link againKey} names; null where it is another's. */
export const retriedOf = (key: string | null): string | null =>
  key?.startsWith('retry:') === true ? key.slice('retry:'.length) : null;

/**
 * All runs that try each other again, the first of them first, with `run` among them. Each holds a copy of what the one
 * before it was about.
 */
export function chainOf(journal: Pick<Journal, 'run' | 'runByKey'>, run: string): string[] {
  const chain = [run];
  let earlier = retriedOf(journal.run(run)?.key ?? null);
  while (earlier !== null && !chain.includes(earlier)) {
    chain.unshift(earlier);
    earlier = retriedOf(journal.run(earlier)?.key ?? null);
  }
  let later = journal.runByKey(againKey(run))?.id ?? null;
  while (later !== null && !chain.includes(later)) {
    chain.push(later);
    later = journal.runByKey(againKey(later))?.id ?? null;
  }
  return chain;
}
