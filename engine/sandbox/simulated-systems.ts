import type { Circuits } from '../connections/circuits.ts';
import { createCarriedSystems, type Carrier, type Sent } from '../connections/carried-systems.ts';
import type { Connection } from '../connections/contract.ts';
import { networkError, timedOut } from '../connections/egress-errors.ts';
import type { ActionName } from '../connections/request.ts';
import type { ErrorShape } from '../flow/error.ts';
import type { Clock, Systems } from '../runtime/environment.ts';
import { createFaultPlan, type FaultPlan } from './faults.ts';
import { createReceiver, type Receiver, type Reception } from './reception.ts';
import type { Fault, SystemDocument, SystemRecord } from './system-document.ts';
import { createSystemState, type KeyCount, type SystemState } from './system-state.ts';

export interface SimulatedSystemsParts {
  /** By name of the connection. */
  documents: Readonly<Record<string, SystemDocument>>;
  connections: Readonly<Record<string, Connection>>;
  seed: number;
  clock: Clock;
  /** By name of the connection; before those of the document. */
  faults?: Readonly<Record<string, readonly Fault[]>>;
  /** Pauses a connection whose system is down; without it none is paused. */
  circuits?: Circuits;
}

/** One call that reached the simulated world, for expectations of scenarios. */
export interface SimulatedCall {
  /** Milliseconds since 1970, by the given clock. */
  at: number;
  connection: string;
  action: string;
  key: string;
  request: SystemRecord;
  /** The HTTP status, or null where there was no answer. */
  status: number | null;
  fault: string | null;
}

export interface SimulatedSystems extends Systems {
  /** What was created or changed: connection → collection → id → record. */
  state(): Record<string, Record<string, Record<string, SystemRecord>>>;
  calls(): readonly SimulatedCall[];
  /** Attempts and effects by effect key. */
  counts(): readonly (KeyCount & { connection: string })[];
}

interface Member {
  receiver: Receiver;
  state: SystemState;
  faults: FaultPlan;
}

/**
 * The simulated world of a sandbox. It takes documents and a clock and nothing else: there is no binding, address or
 * socket in it, so a real system cannot be reached. Requests are built and answers read by the same code as real ones.
 */
export function createSimulatedSystems(parts: SimulatedSystemsParts): SimulatedSystems {
  const members = new Map<string, Member>();
  for (const [name, document] of Object.entries(parts.documents)) {
    const connection = Object.hasOwn(parts.connections, name) ? parts.connections[name] : undefined;
    if (connection === undefined) continue;
    members.set(name, {
      receiver: createReceiver(document, connection, parts.seed),
      state: createSystemState(),
      faults: createFaultPlan([...(parts.faults?.[name] ?? []), ...(document.faults ?? [])], parts.seed),
    });
  }
  const calls: SimulatedCall[] = [];
  const carrier: Carrier = {
    refuse: (name) => (members.has(name.connection) ? null : notSimulated(name)),
    send: (name, request, timeoutMs) => {
      const member = members.get(name.connection);
      if (member === undefined) return Promise.resolve({ answered: false, sent: 'no', error: notSimulated(name) });
      const at = parts.clock.now();
      const reception = member.receiver.receive(request, member.state, member.faults, at);
      member.state.apply(reception.writes);
      const { call, fault } = reception;
      const status = reception.ending === 'answer' ? reception.status : null;
      calls.push({
        at,
        connection: name.connection,
        action: name.action,
        key: call?.key ?? '',
        request: call?.request ?? {},
        status,
        fault,
      });
      return carryOut(name, reception, timeoutMs, parts.clock);
    },
  };
  return {
    ...createCarriedSystems(parts.connections, parts.circuits?.guard(carrier) ?? carrier),
    state: () => Object.fromEntries([...members].map(([name, member]) => [name, member.state.dump()])),
    calls: () => calls,
    counts: () =>
      [...members].flatMap(([connection, member]) => member.state.counts().map((count) => ({ connection, ...count }))),
  };
}

function carryOut(name: ActionName, reception: Reception, timeoutMs: number, clock: Clock): Promise<Sent> {
  const late = reception.ending === 'silence' || reception.delayMs >= timeoutMs;
  const result: Sent =
    late && reception.ending !== 'unreachable'
      ? { answered: false, sent: 'maybe', error: timedOut(name, timeoutMs, true) }
      : resultOf(name, reception);
  const waitMs = reception.ending === 'unreachable' ? 0 : late ? timeoutMs : reception.delayMs;
  if (waitMs === 0) return Promise.resolve(result);
  return new Promise((resolve) => {
    clock.wakeAt(clock.now() + waitMs, () => resolve(result));
  });
}

function resultOf(name: ActionName, reception: Reception): Sent {
  if (reception.ending === 'answer') return { answered: true, status: reception.status, body: reception.body };
  const reached = reception.ending !== 'unreachable';
  const code = reached ? 'ECONNRESET' : 'ECONNREFUSED';
  const error = networkError(name, Object.assign(new Error(code), { code }), reached);
  return { answered: false, sent: reached ? 'maybe' : 'no', error };
}

function notSimulated(name: ActionName): ErrorShape {
  return {
    code: 'BINDING_MISSING',
    message: `The sandbox has no simulated system for the connection “${name.connection}”.`,
    meaning: 'Nothing was done: a sandbox reaches simulated systems only.',
    hint: `Add systems/${name.connection}.system.json to the workspace.`,
    retryable: false,
    fault: 'user',
  };
}
