import { ENGINE } from '../core/event.ts';
import type { Draft } from './journal.ts';

/** Beyond this a clock was set, and has not drifted; P8. In milliseconds. */
export const JUMP_MS = 60_000;

/**
 * That the clock of the day was set, on record: order comes from sequence numbers, and times before and after this are not
 * to be compared.
 *
 * @param by so many milliseconds forward, or back where it is negative; while nobody ran, at least so far back
 * @param from what it said before
 */
export const jumpDraft = (by: number, from: number, at: number, down = false): Draft => ({
  subject: 'runner',
  type: 'clock.jumped',
  v: 1,
  at,
  actor: ENGINE,
  open: { by, from, ...(down ? { down } : {}) },
});

/** The jump that a journal shows when it is opened: its last event is of a time that has not come yet. Null where it is not. */
export const jumpWhileDown = (lastAt: number | null, now: number): Draft | null =>
  lastAt !== null && lastAt - now > JUMP_MS ? jumpDraft(now - lastAt, lastAt, now, true) : null;
