import type { ErrorShape } from '../flow/error.ts';
import type { Clock, Systems } from '../runtime/environment.ts';
import type { Binding } from './binding.ts';
import type { Circuits } from './circuits.ts';
import { createCarriedSystems, type Carrier, type Sent } from './carried-systems.ts';
import type { Connection } from './contract.ts';
import { inTurn, type Turns } from './turns.ts';
import { openEgress, type Egress, type Resolve } from './egress.ts';
import type { ActionName } from './request.ts';
import type { Secrets } from './secrets.ts';

export interface HttpSystemsParts {
  connections: Readonly<Record<string, Connection>>;
  /** By name of the connection. */
  bindings: Readonly<Record<string, Binding>>;
  secrets: Secrets;
  clock: Clock;
  /** How long a call waits for its turn on a connection, in milliseconds; a minute where it is left out. */
  longestMs?: number;
  /** How long a connection may take to be made, in milliseconds; LONGEST_CONNECT_MS of the door where it is left out. */
  connectMs?: number;
  resolve?: Resolve;
  /** Pauses a connection whose system is down; without it none is paused. */
  circuits?: Circuits;
  /** Who waits for which connection, for all that reach the same systems; of its own where it is left out. */
  turns?: Turns;
}

export interface HttpSystems extends Systems {
  /** Breaks off what is under way and closes all connections. */
  close(): Promise<void>;
}

const HIDDEN = '[secret]';

/**
 * The real systems of an environment: what each binding grants, through one door each. Actions without a binding or a
 * grant are not done: `failed`, nothing sent, BINDING_MISSING.
 */
export function createHttpSystems(parts: HttpSystemsParts): HttpSystems {
  const { clock, resolve, connectMs } = parts;
  const options = {
    clock,
    ...(resolve === undefined ? {} : { resolve }),
    ...(connectMs === undefined ? {} : { connectMs }),
  };
  const doors = new Map<string, { binding: Binding; egress: Egress }>();
  for (const [name, binding] of Object.entries(parts.bindings))
    doors.set(name, { binding, egress: openEgress(binding, options) });

  const carrier: Carrier = {
    refuse: (name) => {
      const binding = doors.get(name.connection)?.binding;
      return binding?.grants.includes(name.action) === true ? null : notGranted(name, binding !== undefined);
    },
    send: async (name, request, timeoutMs, mayLeave) => {
      const door = doors.get(name.connection);
      if (door === undefined) return { answered: false, sent: 'no', error: notGranted(name, false) };
      const { secret } = door.binding;
      if (secret === undefined) return door.egress.send(name, request, request.headers, timeoutMs, mayLeave);
      const read = await inTime(clock, timeoutMs, parts.secrets.read(secret.from));
      if (read === null) return { answered: false, sent: 'no', error: secretTooSlow(secret.from, timeoutMs) };
      if (!read.ok) return { answered: false, sent: 'no', error: read.error };
      const header = secret.header.toLowerCase();
      if (Object.hasOwn(request.headers, header))
        return { answered: false, sent: 'no', error: headerTaken(name, header) };
      const headers = { ...request.headers, [header]: `${secret.prefix ?? ''}${read.secret}` };
      return conceal(await door.egress.send(name, request, headers, timeoutMs, mayLeave), read.secret);
    },
  };
  const mostOf = (connection: string) => doors.get(connection)?.binding.maxConcurrent;
  return {
    // Who waited for its turn is told then that the connection was paused meanwhile.
    ...createCarriedSystems(parts.connections, inTurn(parts.circuits?.guard(carrier) ?? carrier, { ...parts, mostOf })),
    close: async () => {
      await Promise.all([...doors.values()].map((door) => door.egress.close()));
    },
  };
}

/** What comes within so many milliseconds, or null. */
function inTime<T>(clock: Clock, ms: number, coming: Promise<T>): Promise<T | null> {
  const { promise, resolve, reject } = Promise.withResolvers<T | null>();
  const cancel = clock.wakeIn(ms, () => resolve(null));
  coming.then(resolve, reject).finally(cancel);
  return promise;
}

const secretTooSlow = (from: string, timeoutMs: number): ErrorShape => ({
  code: 'BINDING_MISSING',
  message: `The secret ${from} was not read within ${timeoutMs} ms.`,
  meaning: 'Nothing was sent.',
  hint: 'It is tried again as the step says. If it lasts, look at the disk that it lies on.',
  retryable: true,
  fault: 'operator',
});

/** A system that echoes what it was sent must not bring the secret into an error, an event or a value. */
function conceal(sent: Sent, secret: string): Sent {
  if (!sent.answered) return sent;
  const body = sent.body.replaceAll(secret, HIDDEN);
  return { ...sent, body: body.includes('\\') ? inOneSpelling(body).replaceAll(spelt(secret), HIDDEN) : body };
}

/** A text as it stands within a string of JSON where nothing is escaped that need not be. */
const spelt = (text: string): string => JSON.stringify(text).slice(1, -1);

/** The same JSON with its printable ASCII in that one spelling; there are up to three of each letter (RFC 8259, 7). */
const inOneSpelling = (json: string): string =>
  json.replace(/\\(?:u00([2-7][\da-fA-F])|[^])/g, (escape: string, hex: string | undefined) =>
    hex === undefined ? (escape === '\\/' ? '/' : escape) : spelt(String.fromCharCode(Number.parseInt(hex, 16))),
  );

/** One of the two would be lost, and without its key an effect that is sent again is done again. */
const headerTaken = ({ connection, action }: ActionName, header: string): ErrorShape => ({
  code: 'BINDING_MISSING',
  message: `The binding of “${connection}” puts its secret into the header “${header}”, in which “${action}” sends its key.`,
  meaning: 'Nothing was sent.',
  hint: 'Ask the owner of that system which header is for the secret, and correct the binding or the contract.',
  retryable: false,
  fault: 'operator',
});

function notGranted(name: ActionName, bound: boolean): ErrorShape {
  return {
    code: 'BINDING_MISSING',
    message: bound
      ? `The binding of “${name.connection}” does not grant “${name.action}”.`
      : `There is no binding for the connection “${name.connection}”.`,
    meaning: 'Nothing was sent.',
    hint: bound
      ? `Add “${name.action}” to the grants of ${name.connection}.binding.json if this environment may do it.`
      : `Put ${name.connection}.binding.json into the bindings folder of the runner.`,
    retryable: false,
    fault: 'operator',
  };
}
