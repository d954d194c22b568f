/** What somebody has held, a flow or a case, and what becomes of it when a backup takes the place of the journal. */
import type { Actor } from '../core/event.ts';
import type { StandingRules } from '../journal/restore.ts';
import { stopDraft, stopsIn, switchSchema } from './stops.ts';
import { suspendedIn, suspensionOf } from './cases-listed.ts';

/** Why everything is stopped where nobody can say what was. */
export const RESTORED = 'restored from an older backup';

const SEALED = 'suspended before the backup was restored; why is sealed in the record that was replaced';

/**
 * A stop or a suspension that is newer than a backup is put on record again, by whom, when and why it was made: to restore
 * lets nothing go on that somebody has held. What was let go on since the backup is held as it was then. Where no journal
 * is replaced, or one that cannot be read to its end, nobody knows what was held, and everything is stopped.
 *
 * @param by who restores
 * @param at milliseconds since 1970
 */
export const standingRules = (by: Actor, at: number): StandingRules => ({
  of: (replaced) => {
    if (replaced === null) return [stopDraft('stop', null, by, RESTORED, at)];
    const stops = stopsIn(replaced).map(({ flow, by: whose, reason, at: since }) =>
      stopDraft('stop', flow, whose, reason, since),
    );
    const suspended = suspendedIn(replaced).flatMap(({ id }) => {
      const event = replaced.events(`run:${id}`).findLast(({ type }) => type === 'run.suspended');
      if (event === undefined || event.open === null || typeof event.open !== 'object' || Array.isArray(event.open))
        return [];
      const open = event.sealed === null && !event.erased ? event.open : { ...event.open, reason: SEALED };
      const { type, v, at: since, actor } = event;
      return [{ subject: `run:${id}`, type, v, at: since, actor, open }];
    });
    return [...stops, ...suspended];
  },
  lacking: (restored, all) => {
    const stops = stopsIn(restored);
    return all.filter(({ subject, open }) => {
      if (!subject.startsWith('run:')) return !stops.some(({ flow }) => flow === switchSchema.parse(open).flow);
      const row = restored.run(subject.slice('run:'.length));
      return row !== null && row.ended === null && suspensionOf(restored, row) === null;
    });
  },
});
