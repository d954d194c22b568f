/** That a connection was paused, and when it took requests again, on the runner's record. */
import type { Binding } from '../connections/binding.ts';
import type { CircuitPolicy } from '../connections/circuit.ts';
import type { CircuitTold } from '../connections/circuits.ts';
import { ENGINE } from '../core/event.ts';
import type { Draft } from '../journal/journal.ts';

/** `connection.paused` with until when and the code of the error, or `connection.resumed` with since when it was. */
export function circuitDraft(told: CircuitTold): Draft {
  const { connection, at } = told;
  const common = { subject: 'runner', v: 1, at, actor: ENGINE };
  return told.what === 'paused'
    ? { ...common, type: 'connection.paused', open: { connection, until: told.until, error: told.why?.code ?? null } }
    : { ...common, type: 'connection.resumed', open: { connection, since: told.since } };
}

/** What the binding of a connection says of it. */
export function circuitPolicyOf(
  bindings: Readonly<Record<string, Binding>>,
  connection: string,
): Partial<CircuitPolicy> {
  const given = Object.hasOwn(bindings, connection) ? bindings[connection]?.circuit : undefined;
  const { failures, firstPauseMs, maxPauseMs } = given ?? {};
  return {
    ...(failures === undefined ? {} : { failures }),
    ...(firstPauseMs === undefined ? {} : { firstPauseMs }),
    ...(maxPauseMs === undefined ? {} : { maxPauseMs }),
  };
}
