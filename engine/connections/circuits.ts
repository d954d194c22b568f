import type { ErrorShape } from '../flow/error.ts';
import type { Clock } from '../runtime/environment.ts';
import type { Carrier, Sent } from './carried-systems.ts';
import { admit, CIRCUIT_POLICY, CLOSED, observe, type Circuit, type CircuitPolicy, type Sign } from './circuit.ts';
import { retryAfterAt } from './retry-after.ts';

/** How a connection stands: told where it is not simply open to requests. */
export interface ConnectionState {
  connection: string;
  state: 'paused' | 'probing';
  /** When it was paused first, and when it is tried next: milliseconds since 1970. */
  since: number;
  until: number;
}

/** A connection was paused, or takes requests again; what happens in between is not told. */
export type CircuitTold = { connection: string; at: number } & (
  | { what: 'paused'; until: number; why: ErrorShape | null }
  | { what: 'goes on'; since: number }
);

export interface CircuitsParts {
  clock: Pick<Clock, 'now'>;
  /** By name of the connection; {@link CIRCUIT_POLICY} where it says nothing. */
  policyOf?: (connection: string) => Partial<CircuitPolicy> | undefined;
  tell?: (told: CircuitTold) => void;
}

/** The circuit of each connection of one environment: releases that use the same connection share it. */
export class Circuits {
  private readonly parts: CircuitsParts;
  private readonly circuits = new Map<string, Circuit>();

  constructor(parts: CircuitsParts) {
    this.parts = parts;
  }

  /** Connections that are paused or probed, by name. */
  state(): ConnectionState[] {
    return [...this.circuits]
      .flatMap(([connection, circuit]): ConnectionState[] => {
        if (circuit.state === 'closed') return [];
        const { since } = circuit;
        return [
          circuit.state === 'open'
            ? { connection, state: 'paused', since, until: circuit.until }
            : { connection, state: 'probing', since, until: circuit.probeUntil },
        ];
      })
      .sort((a, b) => (a.connection < b.connection ? -1 : 1));
  }

  /** The same carrier, which sends nothing on a connection that is paused. */
  guard(carrier: Carrier): Carrier {
    return {
      refuse: (name) => carrier.refuse(name),
      send: async (name, request, timeoutMs, mayLeave) => {
        const { connection } = name;
        const before = this.of(connection);
        const admission = admit(before, this.parts.clock.now(), timeoutMs);
        this.set(connection, before, admission.circuit, null);
        if (!admission.admitted) {
          const { until } = admission;
          return { answered: false, sent: 'no', error: paused(connection, until), pausedUntil: until };
        }
        const sent = await carrier.send(name, request, timeoutMs, mayLeave);
        this.observe(connection, admission.era, sent);
        return sent;
      },
    };
  }

  private observe(connection: string, era: number, sent: Sent): void {
    const now = this.parts.clock.now();
    const policy = { ...CIRCUIT_POLICY, ...this.parts.policyOf?.(connection) };
    const before = this.of(connection);
    const after = observe(before, era, signOf(sent, now), now, policy);
    this.set(connection, before, after, sent.answered ? null : sent.error);
  }

  private of(connection: string): Circuit {
    return this.circuits.get(connection) ?? CLOSED;
  }

  private set(connection: string, before: Circuit, after: Circuit, why: ErrorShape | null): void {
    if (after === before) return;
    this.circuits.set(connection, after);
    const at = this.parts.clock.now();
    if (before.state === 'closed' && after.state === 'open')
      this.parts.tell?.({ connection, at, what: 'paused', until: after.until, why });
    if (before.state !== 'closed' && after.state === 'closed')
      this.parts.tell?.({ connection, at, what: 'goes on', since: before.since });
  }
}

const NOT_UP: ReadonlySet<number> = new Set([408, 425]);

/**
 * What an outcome on the wire says of the other side. 5xx, time-outs and what was not reached say that it is down; 429,
 * and 503 with a time, that it wants to be left alone until then. What was held here was never sent. What an operator has to put right here, such as a
 * certificate, says nothing of it.
 */
export function signOf(sent: Sent, now: number): Sign {
  if (!sent.answered && sent.held === true) return { sign: 'unsent' };
  if (!sent.answered) return { sign: sent.error.retryable ? 'down' : 'unclear' };
  const { status } = sent;
  const until = status === 429 || status === 503 ? retryAfterAt(sent.retryAfter ?? null, now) : null;
  if (until !== null) return { sign: 'busy', until };
  if (status >= 500) return { sign: 'down' };
  return { sign: status === 429 || NOT_UP.has(status) ? 'unclear' : 'up' };
}

const paused = (connection: string, until: number): ErrorShape => ({
  code: 'CONNECTION_PAUSED',
  message: `“${connection}” is paused until ${new Date(until).toISOString()}: it had not answered several times in a row, or had asked to be left alone.`,
  meaning: 'Nothing was sent.',
  hint: 'It is tried again by itself then. “countersign runner status” says how its connections stand.',
  retryable: true,
  fault: 'other system',
});
