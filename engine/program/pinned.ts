import type { Kinds } from '../../nodes/index.ts';
import type { Surroundings } from '../../nodes/kind.ts';
import type { Policy } from '../connections/contract.ts';
import type { Flow } from '../flow/document.ts';
import { inlineFlows } from '../flow/inline.ts';
import { pinnedFrom, type Whole } from '../flow/pinned.ts';
import { usedSurroundings } from './digest.ts';

/** A flow with what it leans on now: the connections and models that it and its sub-flows name, these flows, the policy. */
export function wholeOf(flow: Flow, kinds: Kinds, surroundings: Surroundings, policy: Policy): Whole {
  const used = usedSurroundings(flow, kinds, surroundings);
  const { flows } = inlineFlows(flow, kinds, surroundings);
  return { flow, pinned: pinnedFrom(used, flows, surroundings, policy) };
}
