import type { ErrorShape } from '../flow/error.ts';
import type { ActionName } from './request.ts';

const called = (name: ActionName): string => `${name.connection}.${name.action}`;

const NOTHING_SENT = 'Nothing was sent.';
const PERHAPS_SENT = 'The other system may have received the request.';

/** The address may not be reached through the binding. */
export function refusedByEgress(name: ActionName, why: string): ErrorShape {
  return {
    code: 'ACTION_EGRESS_REFUSED',
    message: `${called(name)} may not go there: ${why}.`,
    meaning: NOTHING_SENT,
    hint: 'If that system is meant, set allow.private in the binding, or name the address itself in allow.hosts.',
    retryable: false,
    fault: 'operator',
  };
}

export function timedOut(name: ActionName, timeoutMs: number, sent: boolean): ErrorShape {
  return {
    code: 'ACTION_TIMED_OUT',
    message: `${called(name)} gave no answer within ${timeoutMs} ms.`,
    meaning: sent ? PERHAPS_SENT : NOTHING_SENT,
    hint: 'It is tried again where that is safe. If it lasts, ask the owner of the system or allow more time in the step.',
    retryable: true,
    fault: 'other system',
  };
}

/** Certificate and protocol errors do not pass by trying again; a person has to look. */
const LASTING = /^(ERR_TLS_|CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|ERR_SSL_|HPE_)/;

/**
 * A failure of the network, by its code. Its text is not passed on: it may hold what the other side sent, and what we
 * sent with it.
 */
export function networkError(name: ActionName, error: Error, sent: boolean): ErrorShape {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name;
  const tooLarge = code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE';
  if (tooLarge)
    return {
      code: 'ACTION_RESPONSE_INVALID',
      message: `The answer to ${called(name)} is larger than 1 MB.`,
      meaning: PERHAPS_SENT,
      hint: 'Choose an action that answers with less; the rest was not read.',
      retryable: false,
      fault: 'other system',
    };
  return {
    code: 'ACTION_UNREACHABLE',
    message: `${called(name)} could not be reached: ${code}.`,
    meaning: sent ? PERHAPS_SENT : NOTHING_SENT,
    hint: LASTING.test(code)
      ? 'Check the address in the binding and the certificate of that system.'
      : 'It is tried again as the step says. Check that the system runs and that the binding has its address.',
    retryable: !LASTING.test(code),
    fault: LASTING.test(code) ? 'operator' : 'other system',
  };
}
