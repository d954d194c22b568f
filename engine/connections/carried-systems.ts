import type { ErrorShape } from '../flow/error.ts';
import type { PerformOutcome, PerformRequest, Systems } from '../runtime/environment.ts';
import { askWhetherDone } from './ask-done.ts';
import type { Action, Connection } from './contract.ts';
import { buildRequest, type ActionName, type HttpRequest } from './request.ts';
import { readResponse } from './response.ts';

/** How one request came out on its way, before anyone reads the answer. */
export type Sent =
  | {
      answered: true;
      status: number;
      body: string;
      /** The header Retry-After, where there was one. */
      retryAfter?: string | null;
    }
  | {
      answered: false;
      sent: 'no' | 'maybe';
      error: ErrorShape;
      /** The connection is paused: when to come again, in milliseconds since 1970. */
      pausedUntil?: number;
    };

/** Takes requests to systems and brings answers back; the network in production, the simulated world in the sandbox. */
export interface Carrier {
  /** Why this action may not be done here, or null. */
  refuse(name: ActionName): ErrorShape | null;
  /** Never rejects; answers within `timeoutMs` of the carrier's clock. */
  send(name: ActionName, request: HttpRequest, timeoutMs: number): Promise<Sent>;
}

/** The action of a name, or undefined; own names only. */
export function findAction(connections: Readonly<Record<string, Connection>>, name: ActionName): Action | undefined {
  const connection = Object.hasOwn(connections, name.connection) ? connections[name.connection] : undefined;
  return connection !== undefined && Object.hasOwn(connection.actions, name.action)
    ? connection.actions[name.action]
    : undefined;
}

/**
 * Systems by contract over any carrier: both the network and the simulated world build requests and read answers through
 * this one path, so that what passes in the sandbox is what is sent later.
 */
export function createCarriedSystems(connections: Readonly<Record<string, Connection>>, carrier: Carrier): Systems {
  const perform = async (call: PerformRequest): Promise<PerformOutcome> => {
    const action = findAction(connections, call);
    if (action === undefined) return { outcome: 'failed', sent: 'no', error: unknownAction(call) };
    const barred = carrier.refuse(call);
    if (barred !== null) return { outcome: 'failed', sent: 'no', error: barred };
    const built = buildRequest(call, action, call.request, call.key);
    // Status 0: refused by the contract, before anything was sent.
    if (!built.ok) return { outcome: 'refused', status: 0, error: built.error };
    const sent = await carrier.send(call, built.request, call.timeoutMs);
    if (sent.answered) return readResponse(call, action, sent.status, sent.body);
    const { pausedUntil } = sent;
    return {
      outcome: 'failed',
      sent: sent.sent,
      error: sent.error,
      ...(pausedUntil === undefined ? {} : { pausedUntil }),
    };
  };
  return { perform, askDone: (call) => askWhetherDone(connections, perform, call) };
}

function unknownAction(name: ActionName): ErrorShape {
  return {
    code: 'ACTION_UNKNOWN',
    message: `There is no action ${name.connection}.${name.action}.`,
    meaning: 'Nothing was sent.',
    hint: 'Compare the flow with the connection contracts that it was released with.',
    retryable: false,
    fault: 'user',
  };
}
