import { CountersignError } from '../flow/error.ts';
import { connectSchema, type ConnectRequest } from './contract-desktop.ts';
import { DESKTOP_ORIGIN } from './contract-names.ts';

/** What of the sender decides whether it is our page: Electron's frame has these, and null stands for one that is gone. */
export interface Sender {
  origin: string;
  /** The frame that holds this one; null for the page itself. */
  parent: unknown;
}

/**
 * Whether an asking may have its port: it comes from our own page, not from a frame in it, and is of the contract.
 * Gives the request, or throws REQUEST_REFUSED, which the asking page gets as a rejection.
 */
export function admit(sender: Sender | null, payload: unknown): ConnectRequest {
  if (sender === null || sender.origin !== DESKTOP_ORIGIN || sender.parent !== null)
    throw refused('it does not come from the studio’s own page');
  const parsed = connectSchema.safeParse(payload);
  if (!parsed.success) throw refused('it is not of the contract');
  return parsed.data;
}

const refused = (why: string): CountersignError =>
  new CountersignError({
    code: 'REQUEST_REFUSED',
    // The desktop shell carries no more of an error than its message, so the code stands in it.
    message: `REQUEST_REFUSED: the request was refused, because ${why}.`,
    meaning: 'No connection to the studio’s service was made.',
    hint: 'Start the studio again.',
    fault: 'us',
  });
