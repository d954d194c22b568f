import type { z } from '../../engine/flow/zod.ts';
import type { FeelScopeTypes } from '../../engine/feel/index.ts';
import { checkFlow } from '../../engine/flow/check.ts';
import type { Flow } from '../../engine/flow/document.ts';
import { marksOfAnalysis } from '../../engine/flow/marks.ts';
import { hasErrors, type Problem } from '../../engine/flow/problem.ts';
import { analyseFlow } from '../../engine/flow/scope.ts';
import type { Policy } from '../../engine/connections/contract.ts';
import { proveSafety } from '../../engine/program/proof.ts';
import type { unsafePathSchema } from '../../engine/studio/contract.ts';
import type { Kinds } from '../../nodes/index.ts';
import type { Surroundings } from '../../nodes/kind.ts';

export type UnsafePath = z.infer<typeof unsafePathSchema>;

export interface CheckRequest {
  id: number;
  flow: Flow;
  surroundings: Surroundings;
  policy: Policy;
}

export interface CheckReply {
  id: number;
  problems: readonly Problem[];
  unsafe: readonly UnsafePath[];
  scopes: Readonly<Record<string, FeelScopeTypes>>;
  personal: readonly string[];
}

/** Everything that is said about a document while it is drawn. The proof waits until there are no errors left. */
export function check({ id, flow, surroundings, policy }: CheckRequest, kinds: Kinds): CheckReply {
  const problems = checkFlow(flow, kinds, surroundings);
  const analysis = analyseFlow(flow, kinds, surroundings);
  const marks = marksOfAnalysis(analysis, surroundings);
  const proof = hasErrors(problems) ? null : proveSafety(flow, kinds, surroundings, policy);
  return {
    id,
    problems,
    unsafe: proof?.unsafe ?? [],
    scopes: Object.fromEntries(analysis.scopes),
    personal: [...marks].filter(([, mark]) => mark.personal).map(([node]) => node),
  };
}
