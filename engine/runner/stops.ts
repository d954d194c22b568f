/** The stop switch: which flows may begin nothing, on record with who stopped them and why. */
import type { Actor } from '../core/event.ts';
import { z } from '../flow/zod.ts';
import type { Draft } from '../journal/journal.ts';
import type { JournalReader } from '../journal/reader.ts';
import type { Engine } from '../runtime/engine.ts';
import { ACTOR_SCHEMA } from './api-schema.ts';

/** `flow` is the path of a flow, or null for everything that this runner does. */
const switchSchema = z.strictObject({ flow: z.string().nullable(), reason: z.string() });

/** A stop that holds, as the REST interface tells of it. `at` is in milliseconds since 1970. */
export const stopHeldSchema = z.strictObject({
  flow: z.string().nullable(),
  reason: z.string(),
  by: ACTOR_SCHEMA,
  at: z.number(),
});
export type Stop = z.infer<typeof stopHeldSchema>;

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

/** The switch in the hands of a runner: what it holds is what the journal says, whoever heard of it. */
export class StopSwitch {
  private readonly flowOf: (program: string) => string | null;
  private held: readonly Stop[] = [];

  /** @param flowOf path of the flow of a program, by the digest of the program */
  constructor(flowOf: (program: string) => string | null) {
    this.flowOf = flowOf;
  }

  get stops(): readonly Stop[] {
    return this.held;
  }

  /** A journal was opened: what it says holds, also where a failed write had left it open whether it does. */
  opened(journal: Pick<JournalReader, 'events'>): void {
    this.held = stopsIn(journal);
  }

  isStopped(program: string): boolean {
    if (this.held.length === 0) return false;
    const flow = this.flowOf(program);
    return this.held.some((stop) => stop.flow === null || stop.flow === flow);
  }

  /** On record and in force when it returns. Errors: as {@link Engine.record}. */
  turn(engine: Pick<Engine, 'record' | 'reader' | 'stopsChanged'>, draft: Draft): void {
    engine.record([draft]);
    this.held = stopsIn(engine.reader());
    engine.stopsChanged();
  }
}
