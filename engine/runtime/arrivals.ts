import type { CountersignError } from '../flow/error.ts';
import type { Stimulus } from '../core/state.ts';
import type { Arrival } from './batch.ts';

/** A case of a release that is held waits for it, and was under way when the engine stopped. */
const ofHeldRelease = (arrival: Arrival, told: CountersignError): boolean =>
  arrival.arrival === 'stimulus' && BY_ITSELF.has(arrival.stimulus.stimulus) && told.code === 'RUN_UNKNOWN';

/** Tells whoever asked what is wrong, or everybody where nobody did. */
export function tellFault(arrival: Arrival, fault: CountersignError): void {
  // A release that is held is told of once, where it is held, and not for each of its cases.
  if (arrival.fail === null && !ofHeldRelease(arrival, fault)) process.emitWarning(fault.message, { code: fault.code });
  else arrival.fail?.(fault);
}

export const isTimer = (arrival: Arrival): arrival is Extract<Arrival, { arrival: 'stimulus' }> =>
  arrival.arrival === 'stimulus' && arrival.stimulus.stimulus === 'due';

const BY_ITSELF: ReadonlySet<Stimulus['stimulus']> = new Set(['recovered', 'admitted', 'continued']);
const BEGINS_QUEUED: ReadonlySet<Stimulus['stimulus']> = new Set(['admitted', 'recovered']);

/** What a run that is queued begins by. */
export const beginsQueued = (arrival: Arrival): boolean =>
  arrival.arrival === 'stimulus' && BEGINS_QUEUED.has(arrival.stimulus.stimulus);
