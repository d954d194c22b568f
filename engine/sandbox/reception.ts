import type { Connection } from '../connections/contract.ts';
import type { HttpRequest } from '../connections/request.ts';
import type { FaultPlan } from './faults.ts';
import { draw } from './generate.ts';
import { counted, decide, type SimulatedSystem } from './simulate.ts';
import type { SystemDocument, SystemRecord } from './system-document.ts';
import { createRequestParser, type SystemCall } from './system-request.ts';
import type { SystemView, Write } from './system-state.ts';

/**
 * What comes of one request, for a carrier to carry out: make the writes, wait `delayMs`, then
 * `answer`; or `cut` the connection; stay in `silence` for ever; or be `unreachable` (nothing arrived).
 */
export interface Reception {
  ending: 'answer' | 'cut' | 'silence' | 'unreachable';
  status: number;
  body: string;
  writes: readonly Write[];
  delayMs: number;
  call: SystemCall | null;
  fault: string | null;
}

export interface Receiver {
  receive(request: HttpRequest, view: SystemView, faults: FaultPlan, now: number): Reception;
}

const NOT_JSON = '<html><body>Something went wrong</body></html>';
const DEFAULT_SLOW_MS = 2_000;

/** A simulated system ready to receive requests: what both carriers, in process and over HTTP, share. Pure but for the fault plan's counters. */
export function createReceiver(document: SystemDocument, connection: Connection, seed: number): Receiver {
  const parse = createRequestParser(connection);
  const system: SimulatedSystem = { document, actions: connection.actions, seed };
  return {
    receive: (request, view, faults, now) => {
      const parsed = parse(request);
      if (!parsed.ok) return answer(parsed.status, { message: parsed.message }, [], 0, null, null);
      const { call } = parsed;
      const fault = faults.next(call);
      const latency =
        latencyOf(document, seed, call) + (fault?.fault === 'slow' ? (fault.delayMs ?? DEFAULT_SLOW_MS) : 0);
      const came = (ending: Reception['ending'], writes: readonly Write[]): Reception => ({
        ending,
        status: 0,
        body: '',
        writes,
        delayMs: latency,
        call,
        fault: fault?.fault ?? null,
      });
      const failing = (status: number): Reception =>
        answer(status, { message: 'simulated fault' }, counted(view, call, 0), latency, call, fault?.fault ?? null);
      const met = fault?.fault;
      if (met === 'down') return came('unreachable', []);
      if (met === 'timeout') return came('silence', counted(view, call, 0));
      if (met === '500' || met === '429') return failing(Number(met));
      const decided = decide(system, view, call, now);
      if (met === 'lost answer') return came('cut', decided.writes);
      const normal = answer(decided.status, decided.body, decided.writes, latency, call, met ?? null);
      return met === 'bad answer' ? { ...normal, body: NOT_JSON } : normal;
    },
  };
}

function answer(
  status: number,
  body: SystemRecord,
  writes: readonly Write[],
  delayMs: number,
  call: SystemCall | null,
  fault: string | null,
): Reception {
  return { ending: 'answer', status, body: JSON.stringify(body), writes, delayMs, call, fault };
}

function latencyOf(document: SystemDocument, seed: number, call: SystemCall): number {
  const range = document.latencyMs;
  if (range === undefined) return 0;
  const at = draw(seed, 'latency', call.action, call.key, JSON.stringify(call.request));
  return range.from + Math.floor(at * (range.to - range.from + 1));
}
