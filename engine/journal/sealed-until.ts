import { isParsedJson, type JsonInput } from '../flow/json.ts';

/*
 * Until when a node waits is worked out from what it reads. Where that is personal the time is sealed with it, as it would
 * tell a day of birth for ever, and the open part says only that there is one; in the clear it stands in the timer alone,
 * which goes when the wait is over, or the case is erased.
 */

/** Whether an event begins a wait whose end is sealed. */
export const hasSealedUntil = (type: string, open: JsonInput): boolean =>
  type === 'wait.begun' && memberOf(open, 'timed') === true;

/** The end of a wait, in what was sealed of its event; null where it has none, or that is gone. */
export function untilIn(sealed: JsonInput): number | null {
  const until = memberOf(sealed, 'until');
  return typeof until === 'number' && Number.isSafeInteger(until) ? until : null;
}

/** {@link untilIn} of the canonical JSON of what is about to be sealed. */
export function untilInText(sealed: string): number | null {
  const value: unknown = JSON.parse(sealed);
  return isParsedJson(value) ? untilIn(value) : null;
}

function memberOf(value: JsonInput, name: string): unknown {
  if (value === null || typeof value !== 'object') return null;
  return Object.hasOwn(value, name) ? Reflect.get(value, name) : null;
}
