import type { StudioMethod } from '../../engine/studio/contract.ts';
import { bindClient } from '../state/files.ts';
import type { Desk } from './desk.ts';

/** A wire on which the first answer of one kind comes only once it is let go, and what is asked to be stopped is seen. */
export function slowWire(desk: Desk, slow: StudioMethod): { stopped: unknown[]; letGo: () => void } {
  const stopped: unknown[] = [];
  const gate = Promise.withResolvers<void>();
  let held = false;
  bindClient({
    call: async (method, request) => {
      if (method === 'stopTesting') stopped.push(request);
      const isFirst = method === slow && !held;
      held ||= isFirst;
      const answer = await desk.service.call(method, request);
      if (isFirst) await gate.promise;
      return answer;
    },
    close: () => undefined,
  });
  return { stopped, letGo: () => gate.resolve() };
}
