import type { ProjectedEvent } from './open-part.ts';
import { foldRunEvent, rowsOf } from './projections.ts';

/**
 * When the tasks of a run were settled, in milliseconds since 1970 by the clock of whoever wrote it: decided, timed out or
 * withdrawn, as the projections tell. Tasks that are open are left out.
 *
 * @param events of the run, all of them, in order; with one whose content was pruned it cannot be told: JOURNAL_DAMAGED
 */
export function settledTasks(run: string, events: readonly ProjectedEvent[]): ReadonlyMap<string, number> {
  const rows = rowsOf(null);
  const settled = new Map<string, number>();
  for (const event of events) {
    foldRunEvent(rows, run, event);
    for (const [id, task] of rows.tasks.changes())
      if (task === null || task.status === 'open') settled.delete(id);
      else if (!settled.has(id)) settled.set(id, event.at);
    rows.tasks.stored();
  }
  return settled;
}
