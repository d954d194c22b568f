import { lookup as systemLookup, type LookupAddress } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { Agent, type Dispatcher } from 'undici';
import type { ErrorShape } from '../flow/error.ts';
import type { Clock, MayLeave } from '../runtime/environment.ts';
import { classifyAddress } from './address.ts';
import { normaliseHost, type Binding } from './binding.ts';
import { heldBack, type Sent } from './carried-systems.ts';
import { networkError, refusedByEgress, timedOut } from './egress-errors.ts';
import type { ActionName, HttpRequest } from './request.ts';
import { MOST_AT_ONCE } from './turns.ts';

/** Largest answer that is read. */
export const MAX_RESPONSE_BYTES = 1_048_576;

/**
 * How long a connection may take to be made, in milliseconds, whoever waits for it. One that never comes about, as when a
 * machine dies while it greets, would be in the way of every later request.
 */
export const LONGEST_CONNECT_MS = 20_000;

/** Resolves a host to all its addresses; the operating system's resolver by default. */
export type Resolve = (
  host: string,
  answer: (error: Error | null, addresses: readonly LookupAddress[]) => void,
) => void;

export interface EgressOptions {
  clock: Clock;
  resolve?: Resolve;
  connectMs?: number;
}

/** The one way out to one bound system. */
export interface Egress {
  /** Never rejects. `headers` are those of the request with the secret added. */
  send(
    name: ActionName,
    request: HttpRequest,
    headers: Readonly<Record<string, string>>,
    timeoutMs: number,
    mayLeave?: MayLeave,
  ): Promise<Sent>;
  close(): Promise<void>;
}

/** Raised inside the connector; its text becomes the error's cause. */
class EgressRefused extends Error {
  override readonly name = 'EgressRefused';
}

const unbracketed = (host: string): string => host.replace(/^\[|\]$/g, '');

/** Why this address may not be reached through the binding, or null. */
function barrier(binding: Binding, address: string): string | null {
  const kind = classifyAddress(address);
  if (kind === 'public') return null;
  if (kind === 'private' && binding.allow?.private === true) return null;
  const named = binding.allow?.hosts?.some((host) => unbracketed(normaliseHost(host) ?? '') === address) === true;
  return named ? null : `${address} is a ${kind} address`;
}

/**
 * Promise P36. Each connection is made to an address that was resolved and checked for this very connection, so a name
 * that changes its address between check and use (DNS rebinding) gains nothing. A literal address skips resolution in
 * `net.connect`, so it is checked first, in the spelling that the URL parser normalised (decimal, octal, hexadecimal and
 * short forms of IPv4 all become dotted). If one of several addresses of a name is barred, the name is. Redirects are
 * answers like others: nothing here follows them.
 */
export function openEgress(binding: Binding, options: EgressOptions): Egress {
  const base = new URL(binding.baseUrl);
  const prefix = base.pathname.replace(/\/+$/, '');
  const host = unbracketed(base.hostname);
  const literalBarrier = isIP(host) === 0 ? null : barrier(binding, host);
  const agent = new Agent({
    connect: {
      lookup: checkedLookup(binding, options.resolve ?? resolveAll),
      timeout: options.connectMs ?? LONGEST_CONNECT_MS,
    },
    connections: binding.maxConcurrent ?? MOST_AT_ONCE,
    pipelining: 1,
    allowH2: false,
    headersTimeout: 0,
    bodyTimeout: 0,
    maxResponseSize: MAX_RESPONSE_BYTES,
  });
  return {
    send: (name, request, headers, timeoutMs, mayLeave) => {
      if (literalBarrier !== null)
        return Promise.resolve({ answered: false, sent: 'no', error: refusedByEgress(name, literalBarrier) });
      const limit = Math.min(timeoutMs, binding.timeoutMs ?? timeoutMs);
      const wire = {
        origin: base.origin,
        path: prefix + request.path,
        method: request.method,
        headers: { ...headers },
        body: request.body,
      };
      return dispatch(agent, wire, name, { timeoutMs: limit, mayLeave }, options.clock);
    },
    close: () => agent.destroy(),
  };
}

const resolveAll: Resolve = (host, answer) => systemLookup(host, { all: true }, answer);

function checkedLookup(binding: Binding, resolve: Resolve): LookupFunction {
  return (hostname, lookupOptions, callback) => {
    resolve(hostname, (error, addresses) => {
      const wanted = lookupOptions.family;
      const usable = addresses.filter((a) => (wanted !== 4 && wanted !== 6) || a.family === wanted);
      const barred =
        error === null ? addresses.map((a) => barrier(binding, a.address)).find((why) => why !== null) : undefined;
      const first = usable[0];
      if (error !== null) callback(error, '', 0);
      else if (barred !== undefined) callback(new EgressRefused(`${hostname} resolves to ${barred}`), '', 0);
      else if (first === undefined) callback(new EgressRefused(`${hostname} has no address`), '', 0);
      else if (lookupOptions.all === true) callback(null, [...usable]);
      else callback(null, first.address, first.family);
    });
  };
}

/**
 * One request. undici calls `onRequestStart` when it is about to write to an established connection: until then nothing
 * can have left, from then on anything may have. So it is there that it is asked whether it may leave: connecting takes
 * as long as the other side likes.
 */
function dispatch(
  agent: Agent,
  wire: Dispatcher.DispatchOptions,
  name: ActionName,
  { timeoutMs, mayLeave }: { timeoutMs: number; mayLeave: MayLeave | undefined },
  clock: Clock,
): Promise<Sent> {
  return new Promise((resolve) => {
    let started: Dispatcher.DispatchController | null = null;
    let status = 0;
    let retryAfter: string | null = null;
    let settled = false;
    const chunks: Buffer[] = [];
    const settle = (outcome: Sent): void => {
      if (settled) return;
      settled = true;
      cancelTimeout();
      resolve(outcome);
    };
    const fail = (error: ErrorShape): void =>
      settle({ answered: false, sent: started === null ? 'no' : 'maybe', error });
    const cancelTimeout = clock.wakeIn(timeoutMs, () => {
      fail(timedOut(name, timeoutMs, started !== null));
      started?.abort(new Error('timed out'));
    });
    agent.dispatch(wire, {
      onRequestStart: (controller) => {
        // The caller has been told already that nothing was sent: keep that true.
        if (settled) controller.abort(new Error('timed out'));
        else if (mayLeave?.() === false) {
          settle(heldBack(name));
          controller.abort(new Error('stopped'));
        } else started = controller;
      },
      onResponseStart: (_controller, code, headers) => {
        status = code;
        const after = headers['retry-after'];
        retryAfter = typeof after === 'string' ? after : null;
      },
      onResponseData: (_controller, chunk) => {
        chunks.push(chunk);
      },
      onResponseEnd: () => settle({ answered: true, status, body: Buffer.concat(chunks).toString('utf8'), retryAfter }),
      onResponseError: (_controller, error) =>
        fail(
          error instanceof EgressRefused
            ? refusedByEgress(name, error.message)
            : networkError(name, error, started !== null),
        ),
    });
  });
}
