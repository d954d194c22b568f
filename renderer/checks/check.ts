import type { z } from '../../engine/flow/zod.ts';
import type { FeelScopeTypes } from '../../engine/feel/index.ts';
import { analyseAndCheck } from '../../engine/flow/check.ts';
import type { Flow } from '../../engine/flow/document.ts';
import { outerEdge, outerNode } from '../../engine/flow/inlined-ids.ts';
import { marksOfAnalysis } from '../../engine/flow/marks.ts';
import { hasErrors, type Problem } from '../../engine/flow/problem.ts';
import type { Policy } from '../../engine/connections/contract.ts';
import { proveAnalysis } from '../../engine/program/proof.ts';
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
  const { problems, analysis, whole } = analyseAndCheck(flow, kinds, surroundings);
  if (analysis === null) return { id, problems, unsafe: [], scopes: {}, personal: [] };
  // Where a sub-flow is not there yet, what is drawn is marked as far as it goes.
  const marks = marksOfAnalysis(whole ?? analysis, surroundings);
  const proof = hasErrors(problems) || whole === null ? null : proveAnalysis(whole, surroundings, policy);
  const personal = [...marks].filter(([, mark]) => mark.personal).map(([node]) => outerNode(node));
  return {
    id,
    problems,
    unsafe: proof?.unsafe.map(asDrawn) ?? [],
    scopes: Object.fromEntries(analysis.scopes),
    personal: [...new Set(personal)],
  };
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
