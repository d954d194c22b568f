/**
 * When a system is down, asking it again and again helps nobody: after so many failures in a row its connection is
 * paused, one request probes it when the pause is over, and only when that got through do the others follow. The state
 * and its steps are pure; `circuits.ts` keeps them.
 *
 * C1  While it is open, and beside a probe, nothing is let through.
 * C2  It opens by failures in a row that say that the other side is down, and by nothing else; what was let through before
 *     it opened says nothing of what came after.
 * C3  Each pause is longer than the one before, up to the longest, until something got through.
 * C4  After every pause exactly one request is let through first; where it was not even sent, the next one is.
 */

export interface CircuitPolicy {
  /** Failures in a row that open it. */
  failures: number;
  /** Milliseconds of the first pause; each further one is twice as long. */
  firstPauseMs: number;
  maxPauseMs: number;
}

/** Where neither binding nor anything else says more. */
export const CIRCUIT_POLICY: CircuitPolicy = { failures: 5, firstPauseMs: 5_000, maxPauseMs: 300_000 };

/** No binding asks for a longer pause, and no other side gets one. */
export const LONGEST_PAUSE_MS = 3_600_000;

/** `era` counts openings and closings, so that an answer is known to belong to an earlier one. Times in ms since 1970. */
export type Circuit = { era: number } & (
  | { state: 'closed'; failures: number }
  | { state: 'open'; since: number; until: number; pauses: number }
  | { state: 'half-open'; since: number; probeUntil: number; pauses: number }
);

export const CLOSED: Circuit = { era: 0, state: 'closed', failures: 0 };

/**
 * What an answer says of the connection. `busy` asks for a pause of its own; `unclear` says nothing of the other side, and
 * `unsent` was not even tried.
 */
export type Sign =
  | { sign: 'up' }
  | { sign: 'down' }
  | { sign: 'busy'; until: number }
  | { sign: 'unclear' }
  | { sign: 'unsent' };

export type Admission = { circuit: Circuit } & (
  | { admitted: true; era: number }
  /** Nothing is sent; `until` is when to come again, in ms since 1970. */
  | { admitted: false; until: number }
);

/** Asks to send something that is answered, or given up, within `timeoutMs`. */
export function admit(circuit: Circuit, now: number, timeoutMs: number): Admission {
  if (circuit.state === 'closed') return { circuit, admitted: true, era: circuit.era };
  const until = circuit.state === 'open' ? circuit.until : circuit.probeUntil;
  // Further off than any pause is one of before the clock was set back.
  const farthest = Math.max(LONGEST_PAUSE_MS, timeoutMs);
  if (now < until && until - now <= farthest) return { circuit, admitted: false, until };
  // The pause is over, or whoever probed never came back.
  const { since, pauses } = circuit;
  const era = circuit.era + 1;
  return { circuit: { era, state: 'half-open', since, probeUntil: now + timeoutMs, pauses }, admitted: true, era };
}

/** What came of something that was let through in an era. */
export function observe(circuit: Circuit, era: number, sign: Sign, now: number, policy: CircuitPolicy): Circuit {
  if (era !== circuit.era || circuit.state === 'open') return circuit;
  const next = circuit.era + 1;
  if (circuit.state === 'closed') {
    switch (sign.sign) {
      case 'up':
        return circuit.failures === 0 ? circuit : { ...circuit, failures: 0 };
      case 'unclear':
      case 'unsent':
        return circuit;
      case 'busy':
        return { era: next, state: 'open', since: now, until: sign.until, pauses: 1 };
      case 'down': {
        const failures = circuit.failures + 1;
        if (failures < policy.failures) return { ...circuit, failures };
        return { era: next, state: 'open', since: now, until: now + pauseMs(policy, 1), pauses: 1 };
      }
    }
  }
  if (sign.sign === 'up') return { era: next, state: 'closed', failures: 0 };
  const { since } = circuit;
  if (sign.sign === 'unsent') return { era: next, state: 'open', since, until: now, pauses: circuit.pauses };
  const pauses = circuit.pauses + 1;
  const until = sign.sign === 'busy' ? sign.until : now + pauseMs(policy, pauses);
  return { era: next, state: 'open', since, until, pauses };
}

/** Milliseconds of the n-th pause in a row, from 1. */
export const pauseMs = ({ firstPauseMs, maxPauseMs }: CircuitPolicy, n: number): number =>
  Math.min(maxPauseMs, firstPauseMs * 2 ** (n - 1));
