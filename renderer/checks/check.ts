import type { z } from '../../engine/flow/zod.ts';
import type { FeelScopeTypes } from '../../engine/feel/index.ts';
import { analyseAndCheck, type Checked } from '../../engine/flow/check.ts';
import type { Flow } from '../../engine/flow/document.ts';
import { outerEdge, outerNode } from '../../engine/flow/inlined-ids.ts';
import { marksOfAnalysis } from '../../engine/flow/marks.ts';
import { hasErrors, type Problem } from '../../engine/flow/problem.ts';
import type { Policy } from '../../engine/connections/contract.ts';
import { proveAfter, type Proved } from '../../engine/program/proof.ts';
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

/** What one check leaves for the next. */
export interface CheckMemory {
  checked: Checked;
  /** What was proved last. */
  proved: Proved | null;
}

/** Everything that is said about a document while it is drawn. The proof waits until there are no errors left. */
export const check = (request: CheckRequest, kinds: Kinds): CheckReply => checkAfter(null, request, kinds).reply;

/** {@link check} after a change: what is said is the same as without the memory of the check before, and comes sooner. */
export function checkAfter(
  memory: CheckMemory | null,
  { id, flow, surroundings, policy }: CheckRequest,
  kinds: Kinds,
): { reply: CheckReply; memory: CheckMemory } {
  const checked = analyseAndCheck(flow, kinds, surroundings, memory?.checked);
  const { problems, analysis, whole } = checked;
  const before = memory?.proved ?? null;
  if (analysis === null)
    return {
      reply: { id, problems, unsafe: [], scopes: {}, personal: [] },
      memory: { checked, proved: before },
    };
  // Where a sub-flow is not there yet, what is drawn is marked as far as it goes.
  const marks = marksOfAnalysis(whole ?? analysis);
  const proved = hasErrors(problems) || whole === null ? null : proveAfter(before, whole, policy);
  const personal = [...marks].filter(([, mark]) => mark.personal).map(([node]) => outerNode(node));
  const reply = {
    id,
    problems,
    unsafe: proved?.proof.unsafe.map(asDrawn) ?? [],
    scopes: Object.fromEntries(analysis.scopes),
    personal: [...new Set(personal)],
  };
  return { reply, memory: { checked, proved: proved ?? before } };
}

/** An unsafe path on the drawing: what it passes of a sub-flow is the step that stands for it. */
function asDrawn(path: UnsafePath): UnsafePath {
  const nodes = path.nodes.map(outerNode);
  return {
    ...path,
    effect: { ...path.effect, node: outerNode(path.effect.node) },
    ai: outerNode(path.ai),
    nodes: nodes.filter((node, i) => node !== nodes[i - 1]),
    edges: path.edges.flatMap((edge) => outerEdge(edge) ?? []),
  };
}
