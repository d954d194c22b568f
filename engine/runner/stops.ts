/** The stop switch: which flows may begin nothing, on record with who stopped them and why. */
import type { Actor } from '../core/event.ts';
import { z } from '../flow/zod.ts';
import type { Draft } from '../journal/journal.ts';
import type { JournalReader } from '../journal/reader.ts';

/** `flow` is the path of a flow, or null for everything that this runner does. */
const switchSchema = z.strictObject({ flow: z.string().nullable(), reason: z.string() });

export interface Stop {
  flow: string | null;
  reason: string;
  by: Actor;
  /** Milliseconds since 1970. */
  at: number;
}

const SUBJECT = 'runner';
const STOPPED = 'stop.set';
const LIFTED = 'stop.lifted';

/** What is stopped, from the record: so it survives a restart. */
export function stopsIn(journal: Pick<JournalReader, 'events'>): Stop[] {
  const stops = new Map<string | null, Stop>();
  for (const event of journal.events(SUBJECT)) {
    if (event.type !== STOPPED && event.type !== LIFTED) continue;
    const { flow, reason } = switchSchema.parse(event.open);
    if (event.type === STOPPED) stops.set(flow, { flow, reason, by: event.actor, at: event.at });
    else stops.delete(flow);
  }
  return [...stops.values()];
}

/** That something was stopped, or may go on, as the journal takes it. */
export const stopDraft = (
  what: 'stop' | 'go on',
  flow: string | null,
  by: Actor,
  reason: string,
  at: number,
): Draft => ({
  subject: SUBJECT,
  type: what === 'stop' ? STOPPED : LIFTED,
  v: 1,
  at,
  actor: by,
  open: { flow, reason },
});
