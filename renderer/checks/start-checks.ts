import { STRICT_POLICY, type Policy } from '../../engine/connections/contract.ts';
import type { Flow } from '../../engine/flow/document.ts';
import type { Surroundings } from '../../nodes/kind.ts';
import type { StudioState } from '../state/records.ts';
import { flowOf, surroundingsOf, transit, useStudio } from '../state/store.ts';
import { words } from '../words/index.ts';
import { checked, served } from '../state/transitions.ts';
import type { CheckAnswer, CheckOrder } from './answer.ts';
import { patchBetween, samePart } from './patch.ts';
import { LEAST_REST_MS, restBefore } from './rest.ts';
import { patchedScopes, type Scopes } from './scopes.ts';

const known = new WeakMap<Surroundings, Map<string, Surroundings>>();

/** What the open flow may lean on, and which of those flows it is itself; the same object for the same. */
function aroundOf(state: StudioState): Surroundings {
  const around = surroundingsOf(state);
  const self = state.document?.path;
  if (self === undefined) return around;
  const made = known.get(around) ?? new Map<string, Surroundings>();
  known.set(around, made);
  const own = made.get(self) ?? { ...around, self };
  made.set(self, own);
  return own;
}

/** Checks the document in a worker after each change; gives what stops it. One check is under way at a time. */
export function startChecks(): () => void {
  const worker = new Worker(new URL('../checks.worker.ts', import.meta.url), { type: 'module' });
  let timer: ReturnType<typeof setTimeout> | undefined;
  let underWay: { id: number; flow: Flow; began: number } | null = null;
  let again = false;
  let nextId = 1;
  let last = { tookMs: 0, ended: -Infinity };
  /** What the worker has. */
  let sent: { flow: Flow; surroundings: Surroundings; policy: Policy } | null = null;
  let scopes: Scopes = {};

  const ask = (): void => {
    const state = useStudio.getState();
    const flow = flowOf(state);
    if (flow === null) return;
    if (underWay !== null) {
      again = true;
      return;
    }
    const surroundings = aroundOf(state);
    const policy = state.service.workspace?.policy ?? STRICT_POLICY;
    const same = sent?.surroundings === surroundings && sent.policy === policy;
    underWay = { id: nextId++, flow, began: performance.now() };
    const order: CheckOrder = {
      id: underWay.id,
      flow: patchBetween(sent?.flow ?? null, flow),
      ...(same ? {} : { around: { surroundings, policy } }),
    };
    sent = { flow, surroundings, policy };
    worker.postMessage(order, []);
  };

  const askSoon = (): void => {
    clearTimeout(timer);
    timer = setTimeout(ask, underWay === null ? restBefore(last, performance.now()) : LEAST_REST_MS);
  };

  worker.addEventListener('message', ({ data }: MessageEvent<CheckAnswer>) => {
    scopes = patchedScopes(scopes, data.scopes);
    if (underWay === null || data.id !== underWay.id) return;
    const { flow, began } = underWay;
    underWay = null;
    const ended = performance.now();
    last = { tookMs: ended - began, ended };
    const { problems, unsafe, personal } = data;
    transit((state) => {
      // What was moved meanwhile is checked as well.
      const now = flowOf(state);
      const of = now !== null && samePart(now, flow) ? now : flow;
      return checked(state, { of, problems, unsafe, scopes, personal: new Set(personal) });
    });
    if (again) {
      again = false;
      askSoon();
    }
  });

  worker.addEventListener('error', (event) => {
    underWay = null;
    const error = {
      code: 'INTERNAL' as const,
      ...words().errors.checks,
      cause: event.message,
      retryable: false,
      fault: 'us' as const,
    };
    transit((state) => served(state, { error }));
  });

  const stop = useStudio.subscribe((state, before) => {
    const [flow, old] = [flowOf(state), flowOf(before)];
    const sameAround = state.service.workspace === before.service.workspace;
    if (flow === old && sameAround) return;
    // Where things lie is not looked at: what was found holds.
    if (flow !== null && old !== null && sameAround && samePart(flow, old)) {
      if (state.checks.of === old) transit((now) => checked(now, { ...now.checks, of: flow }));
      return;
    }
    askSoon();
  });
  return () => {
    stop();
    clearTimeout(timer);
    worker.terminate();
  };
}
