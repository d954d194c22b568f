import type { Journal } from '../journal/journal.ts';
import type { Held } from '../runtime/holds.ts';

/**
 * What {@link Apart} holds; nothing where no one case is named.
 *
 * @param size events in the journal when it was opened: cases that begin later are the command's own
 */
export function isApartIn(
  only: string | undefined,
  size: number,
  journal: () => Pick<Journal, 'events' | 'isOpen'>,
): (held: Held) => boolean {
  if (only === undefined) return () => false;
  const apart = new Apart(only, size, journal);
  return (held) => apart.holds(held);
}

/**
 * Holds every case that was there before but one, in memory alone: for an engine that is there for a command about that
 * case, where none was running. Whoever stopped the last one may have had a reason, and did not ask for the others.
 */
class Apart {
  private readonly only: string;
  private readonly journal: () => Pick<Journal, 'events' | 'isOpen'>;
  private readonly size: number;
  private readonly known = new Map<string, boolean>();

  /** @param only the case that goes on */
  constructor(only: string, size: number, journal: () => Pick<Journal, 'events' | 'isOpen'>) {
    this.only = only;
    this.size = size;
    this.journal = journal;
  }

  holds({ run }: Held): boolean {
    if (run === null || run === this.only) return false;
    const known = this.known.get(run);
    if (known !== undefined) return known;
    const journal = this.journal();
    if (!journal.isOpen) return true;
    const first = journal.events(`run:${run}`)[0]?.seq ?? Number.POSITIVE_INFINITY;
    const before = first <= this.size;
    this.known.set(run, before);
    return before;
  }
}
