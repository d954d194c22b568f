import { expect } from 'vitest';
import { STRICT_POLICY, type Policy } from '../../connections/contract.ts';
import { checkFlow } from '../../flow/check.ts';
import type { Flow } from '../../flow/document.ts';
import { hasErrors, type Problem } from '../../flow/problem.ts';
import { idOf } from '../../flow/testing/build.ts';
import { unsafePathSchema } from '../../studio/contract.ts';
import { KINDS } from '../../../nodes/index.ts';
import { proveSafety, safetyProofSchema, type SafetyProof } from '../proof.ts';
import { AROUND, draw, policyOf, type Drawing } from './proof-kit.ts';

export const AI = ['answered', 'uncertain', 'failed'];
export const ACTED = ['done', 'refused', 'failed'];
export const NOT_APPROVED = ['rejected', 'sent back', 'timed out'];
export const UP_TO_50 = policyOf({ credit: 50 });

/**
 * A row that clashes with another. The checks refuse such a table, but a runner is handed programs by others: what the
 * proof says of them must hold all the same.
 */
export const isRowClash = ({ code, path }: Problem): boolean => code === 'TABLE' && path.at(-2) === 'rows';

/** Proves a flow that is free of errors other than rows that clash, and holds the proof to what every proof keeps. */
export function prove(drawing: Drawing, policy: Policy = STRICT_POLICY): SafetyProof {
  const flow = drawing.build();
  const problems = checkFlow(flow, KINDS, AROUND);
  expect(problems.filter((problem) => hasErrors([problem]) && !isRowClash(problem))).toEqual([]);
  const proof = proveSafety(flow, KINDS, AROUND, policy);
  expect(() => safetyProofSchema.parse(proof)).not.toThrow();
  expect(proof.safe).toBe(proof.unsafe.length === 0);
  expect(proof.safe).toBe(proof.effects.every((effect) => effect.verdict === 'safe'));
  for (const path of proof.unsafe) holdsTogether(path, flow);
  return proof;
}

/** The path is a way through the drawing, from an AI decision to the effect, and never through an approval. */
function holdsTogether(path: SafetyProof['unsafe'][number], flow: Flow): void {
  expect(unsafePathSchema.parse(path)).toEqual(path);
  expect(path.nodes[0]).toBe(path.ai);
  expect(path.nodes.at(-1)).toBe(path.effect.node);
  expect(flow.nodes[path.ai]?.kind).toBe('ai-decision');
  const edges = [...path.edges];
  path.nodes.slice(1).forEach((node, i) => {
    const before = path.nodes[i] ?? '';
    // The way past an empty list is drawn nowhere.
    if (flow.nodes[before]?.kind === 'for-each' && flow.nodes[node]?.kind === 'join') return;
    // Nor is that through a system, from one branch to another.
    const isDrawn = Object.values(flow.edges).some(({ from, to }) => from.node === before && to.node === node);
    if (!isDrawn && [before, node].every((id) => flow.nodes[id]?.kind === 'connector')) return;
    const edge = flow.edges[edges.shift() ?? ''];
    expect([edge?.from.node, edge?.to.node]).toEqual([before, node]);
    expect([flow.nodes[before]?.kind, edge?.from.port]).not.toEqual(['approval', 'approved']);
  });
  expect(edges).toEqual([]);
}

export const because = (proof: SafetyProof, name: string): string =>
  proof.effects.find((effect) => effect.node === idOf(name))?.because.join(' ') ?? '';

export const wayOf = (proof: SafetyProof): readonly string[] | undefined => proof.unsafe[0]?.nodes;

/** Start → Topic → Credit, with what stands between left to the test. */
export const topicFirst = (): Drawing => draw().ai('Topic').wire('Start', 'next', 'Topic');

export const credit = (drawing: Drawing, amount = 'input.amount'): Drawing =>
  drawing.act('Credit', 'credit', { amount }).all('Credit', ACTED, 'Stop');
