import type { Policy } from '../../engine/connections/contract.ts';
import type { Flow } from '../../engine/flow/document.ts';
import type { Kinds } from '../../nodes/index.ts';
import type { Surroundings } from '../../nodes/kind.ts';
import { checkAfter, type CheckMemory, type CheckReply } from './check.ts';
import { patched, type FlowPatch } from './patch.ts';
import { scopesSince, type ScopesPatch } from './scopes.ts';

/** What the window asks of the worker. The worker keeps what it was told before. */
export interface CheckOrder {
  id: number;
  /** From the document of the order before; from none in the first. */
  flow: FlowPatch;
  /** What flows may lean on, and the policy; absent where they are as they were. */
  around?: { surroundings: Surroundings; policy: Policy };
}

/** What the worker says; the scopes are those that changed since it answered last. */
export type CheckAnswer = Omit<CheckReply, 'scopes'> & { scopes: ScopesPatch };

/** The worker's side. Throws RangeError when the first order does not say what is around the flow. */
export function startAnswering(kinds: Kinds): (order: CheckOrder) => CheckAnswer {
  let flow: Flow | null = null;
  let around: CheckOrder['around'];
  let memory: CheckMemory | null = null;
  const patchOf = scopesSince();
  return (order) => {
    flow = patched(flow, order.flow);
    around = order.around ?? around;
    if (around === undefined) throw new RangeError('nothing is known of what is around the flow');
    const checked = checkAfter(memory, { id: order.id, flow, ...around }, kinds);
    memory = checked.memory;
    const { scopes, ...reply } = checked.reply;
    return { ...reply, scopes: patchOf(scopes) };
  };
}
