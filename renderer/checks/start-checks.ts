import { STRICT_POLICY } from '../../engine/connections/contract.ts';
import type { Flow } from '../../engine/flow/document.ts';
import { flowOf, surroundingsOf, transit, useStudio } from '../state/store.ts';
import { words } from '../words/index.ts';
import { checked, served } from '../state/transitions.ts';
import type { CheckReply, CheckRequest } from './check.ts';

/** Milliseconds of rest after a change before it is checked; long enough for the next key, short enough to be at once. */
const REST_MS = 60;

/** Checks the document in a worker after each change; gives what stops it. One check is under way at a time. */
export function startChecks(): () => void {
  const worker = new Worker(new URL('../checks.worker.ts', import.meta.url), { type: 'module' });
  let timer: ReturnType<typeof setTimeout> | undefined;
  let underWay: { id: number; flow: Flow } | null = null;
  let again = false;
  let nextId = 1;

  const ask = (): void => {
    const state = useStudio.getState();
    const flow = flowOf(state);
    if (flow === null) return;
    if (underWay !== null) {
      again = true;
      return;
    }
    underWay = { id: nextId++, flow };
    const surroundings = surroundingsOf(state);
    const policy = state.service.workspace?.policy ?? STRICT_POLICY;
    worker.postMessage({ id: underWay.id, flow, surroundings, policy } satisfies CheckRequest, []);
  };

  worker.addEventListener('message', ({ data }: MessageEvent<CheckReply>) => {
    if (underWay === null || data.id !== underWay.id) return;
    const { flow } = underWay;
    underWay = null;
    const { problems, unsafe, scopes, personal } = data;
    transit((state) => checked(state, { of: flow, problems, unsafe, scopes, personal: new Set(personal) }));
    if (again) {
      again = false;
      ask();
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
    if (flowOf(state) === flowOf(before) && state.service.workspace === before.service.workspace) return;
    clearTimeout(timer);
    timer = setTimeout(ask, REST_MS);
  });
  return () => {
    stop();
    clearTimeout(timer);
    worker.terminate();
  };
}
