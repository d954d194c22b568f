import type { ErrorShape } from '../flow/error.ts';
import type { MayLeave, PerformOutcome, PerformRequest, Systems } from '../runtime/environment.ts';
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
      /** It was stopped before it left. */
      held?: true;
    };

/** Takes requests to systems and brings answers back; the network in production, the simulated world in the sandbox. */
export interface Carrier {
  /** Why this action may not be done here, or null. */
  refuse(name: ActionName): ErrorShape | null;
  /** Never rejects; answers within `timeoutMs` of the carrier's clock. Who lets it wait asks `mayLeave` when it leaves. */
  send(name: ActionName, request: HttpRequest, timeoutMs: number, mayLeave?: MayLeave): Promise<Sent>;
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
  const perform = async (call: PerformRequest, mayLeave?: MayLeave): Promise<PerformOutcome> => {
    const action = findAction(connections, call);
    if (action === undefined) return { outcome: 'failed', sent: 'no', error: unknownAction(call) };
    const barred = carrier.refuse(call);
    if (barred !== null) return { outcome: 'failed', sent: 'no', error: barred };
    const built = buildRequest(call, action, call.request, call.key);
    // Status 0: refused by the contract, before anything was sent.
    if (!built.ok) return { outcome: 'refused', status: 0, error: built.error };
    const sent = await carrier.send(call, built.request, call.timeoutMs, mayLeave);
    if (sent.answered) return readResponse(call, action, sent.status, sent.body);
    const { pausedUntil, held } = sent;
    return {
      outcome: 'failed',
      sent: sent.sent,
      error: sent.error,
      ...(held === true ? { held } : {}),
      ...(pausedUntil === undefined ? {} : { pausedUntil }),
    };
  };
  return { perform, askDone: (call, mayLeave) => askWhetherDone(connections, (ask) => perform(ask, mayLeave), call) };
}

/** It was about to leave, and had been stopped meanwhile. */
export const heldBack = (name: ActionName): Extract<Sent, { answered: false }> => ({
  answered: false,
  sent: 'no',
  held: true,
  error: {
    code: 'FLOW_STOPPED',
    message: `${name.connection}.${name.action} did not leave: it was stopped, or its case was suspended or cancelled, while it waited for its turn.`,
    meaning: 'Nothing was sent.',
    hint: 'Unless it was cancelled it leaves once it may go on; the story of the case or “countersign stop list” says who held it and why.',
    retryable: true,
    fault: 'operator',
  },
});

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
