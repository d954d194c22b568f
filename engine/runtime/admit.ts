import type { RunState } from '../core/state.ts';
import { MAX_BATCH } from './commits.ts';
import type { EffectLedger } from './ledger.ts';
import type { Lines } from './lines.ts';

/** How an engine lets a run begin that was queued. */
export interface Admitting {
  /** Decides upon the run in the batch that is being gathered; gives where it stands then. Throws as taking up any run does. */
  admit: (run: string) => RunState;
  /** That came to nothing: the run is as it is on disk. */
  drop: (run: string) => void;
  /** Takes it up in a batch of its own: what is wrong with one run is not the end of the one before. */
  later: (run: string) => void;
}

/**
 * R5: a run that ends lets the next of its line begin, which may end at once and let the next begin. Of a long line that
 * does, the rest goes on in the next batch.
 */
export function admitNext(
  { lines, ledger }: { lines: Lines; ledger: EffectLedger },
  ended: RunState,
  { admit, drop, later }: Admitting,
): void {
  let over = ended;
  for (let room = MAX_BATCH; over.ended !== null && over.line !== null; room -= 1) {
    lines.end(over.line, over.run);
    const next = lines.first(over.line);
    if (next === null) return;
    if (room === 0) return later(next);
    const mark = ledger.mark();
    try {
      over = admit(next);
    } catch {
      ledger.backTo(mark);
      drop(next);
      return later(next);
    }
  }
}
