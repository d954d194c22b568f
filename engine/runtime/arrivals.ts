import type { CountersignError } from '../flow/error.ts';
import type { Arrival } from './batch.ts';

/** A case of a release that is held waits for it, and was under way when the engine stopped. */
export const ofHeldRelease = (arrival: Arrival, told: CountersignError): boolean =>
  arrival.arrival === 'stimulus' &&
  (arrival.stimulus.stimulus === 'recovered' || arrival.stimulus.stimulus === 'admitted') &&
  told.code === 'RUN_UNKNOWN';

export const isTimer = (arrival: Arrival): arrival is Extract<Arrival, { arrival: 'stimulus' }> =>
  arrival.arrival === 'stimulus' && arrival.stimulus.stimulus === 'due';
