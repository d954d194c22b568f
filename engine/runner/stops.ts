/** The stop switch: which flows may begin nothing, on record with who stopped them and why. */
import type { Actor } from '../core/event.ts';
import { CountersignError } from '../flow/error.ts';
import { z } from '../flow/zod.ts';
import type { Draft } from '../journal/journal.ts';
import type { JournalReader } from '../journal/reader.ts';
import type { Engine } from '../runtime/engine.ts';
import type { Standing } from '../journal/restoring.ts';
import type { Held } from '../runtime/holds.ts';
import { ACTOR_SCHEMA } from './api-schema.ts';
import type { FlowsHeld } from './flows-held.ts';

/** `flow` is the path of a flow, or null for everything that this runner does. */
export const switchSchema = z.strictObject({ flow: z.string().nullable(), reason: z.string() });

const stopSchema = z.strictObject({
  flow: z.string().nullable(),
  reason: z.string(),
  by: ACTOR_SCHEMA,
  at: z.number(),
});
/** A stop that holds. `at` is in milliseconds since 1970. */
export type Stop = z.infer<typeof stopSchema>;

/** {@link Stop} as the REST interface tells of it: `also` names the other flows that it stops, as they contain its flow. */
export const stopHeldSchema = stopSchema.extend({ also: z.array(z.string()).default([]) });
export type StopTold = z.infer<typeof stopHeldSchema>;

/** What setting or lifting a stop answers: all that is stopped then. */
export const stopsToldSchema = z.strictObject({ stops: z.array(stopHeldSchema) });
export const liftedSchema = z.strictObject({
  stops: z.array(stopHeldSchema),
  /** Something was stopped under that name; otherwise nothing changed. */
  was: z.boolean(),
  /** Stops by which it, or some of it, does not go on. */
  still: z.array(stopHeldSchema),
});

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
): Standing => ({
  subject: SUBJECT,
  type: what === 'stop' ? STOPPED : LIFTED,
  v: 1,
  at,
  actor: by,
  open: { flow, reason },
});

/** A stop with the flows that it holds as well. */
export function toldStop(stop: Stop, flows: FlowsHeld): StopTold {
  return { ...stop, also: stop.flow === null ? [] : flows.containing(stop.flow) };
}

/** What came of lifting a stop. */
export interface Lifted {
  /** Something was stopped under that name; otherwise nothing is put on record. */
  was: boolean;
  /** Stops by which it, or some of it, does not go on. */
  still: Stop[];
}

/** Stops by which a flow, or everything, does not go on. */
export function holding(stops: readonly Stop[], flow: string | null, flows: FlowsHeld): Stop[] {
  if (flow === null) return [...stops];
  const within = new Set([flow, ...flows.within(flow)]);
  return stops.filter((stop) => stop.flow === null || within.has(stop.flow));
}

/** Refuses with NOT_FOUND a flow that nothing here is of or has in it, and that is not stopped. */
export function checkFlow(flow: string | null, flows: FlowsHeld, stops: readonly Stop[]): void {
  const { paths } = flows;
  if (flow === null || paths.includes(flow) || stops.some((stop) => stop.flow === flow)) return;
  throw new CountersignError({
    code: 'NOT_FOUND',
    message: `No release of ${flow} was accepted here, nor one that contains it.`,
    hint: `Name one of: ${paths.join(', ') || 'none'}.`,
    fault: 'operator',
  });
}

/** The switch in the hands of a runner: what it holds is what the journal says, whoever heard of it. */
export class StopSwitch {
  private readonly holds: (flow: string, held: Held) => boolean;
  private held: readonly Stop[] = [];

  /** @param holds whether stopping a flow holds what a case is of */
  constructor(holds: (flow: string, held: Held) => boolean) {
    this.holds = holds;
  }

  get stops(): readonly Stop[] {
    return this.held;
  }

  /** A journal was opened: what it says holds, also where a failed write had left it open whether it does. */
  opened(journal: Pick<JournalReader, 'events'>): void {
    this.held = stopsIn(journal);
  }

  isStopped(held: Held): boolean {
    return this.held.some(({ flow }) => flow === null || this.holds(flow, held));
  }

  /** On record and in force when it returns. Errors: as {@link Engine.record}. */
  turn(engine: Pick<Engine, 'record' | 'reader' | 'stopsChanged'>, draft: Draft): void {
    engine.record([draft]);
    this.held = stopsIn(engine.reader());
    engine.stopsChanged();
  }
}
