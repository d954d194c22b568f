/** A flow as it is drawn and as it runs: without what is disabled, with its sub-flows in their places. */
import type { Surroundings } from '../../nodes/kind.ts';
import { unionOf, type FeelType } from '../feel/type.ts';
import { withoutDisabled } from './disabled.ts';
import type { Flow } from './document.ts';
import { inlineFlows, type Inlined } from './inline.ts';
import { regionOf } from './inlined-ids.ts';
import type { Kinds } from './open.ts';
import { analyseFlow, type FlowAnalysis, type Told } from './scope.ts';

export interface WholeAnalysis {
  /** Of the flow as it is drawn, but for what is disabled: what its formulas may use, and what they lack. */
  drawn: FlowAnalysis;
  /** Of the program: what its cases do. The same object for a flow without sub-flows; null when one could not be put in. */
  whole: FlowAnalysis | null;
  inlined: Inlined;
}

/** @param before of the document before a change; see {@link analyseFlow} */
export function analyseWhole(
  document: Flow,
  kinds: Kinds,
  surroundings: Surroundings,
  before: Pick<WholeAnalysis, 'drawn' | 'whole'> | null = null,
): WholeAnalysis {
  const flow = withoutDisabled(document, kinds);
  const inlined = inlineFlows(flow, kinds, surroundings);
  const analysis = analyseFlow(inlined.flow, kinds, surroundings, { before: before?.whole ?? null });
  if (inlined.flow === flow) return { drawn: analysis, whole: inlined.left.length === 0 ? analysis : null, inlined };
  const drawn = analyseFlow(flow, kinds, surroundings, { told: toldBy(analysis), before: before?.drawn ?? null });
  return { drawn, whole: inlined.left.length === 0 ? analysis : null, inlined };
}

/** By node of the drawing that stands for a sub-flow, the types of what it gives, at all and by each exit. */
function toldBy({ opened, analyses }: FlowAnalysis): Told {
  const told = new Map<string, { writes: FeelType; writesAt: Record<string, FeelType> }>();
  for (const [id, { kind, sound }] of opened.nodes) {
    const node = regionOf(id);
    const writes = analyses.get(id)?.writes;
    // What comes back to another sub-flow is no node of this drawing.
    if (kind?.seam !== 'return' || sound === null || regionOf(node) !== '' || !writes) continue;
    const before = told.get(node);
    const writesAt = { ...before?.writesAt };
    for (const { id: port } of sound.ports) {
      const same = Object.hasOwn(writesAt, port) ? writesAt[port] : undefined;
      writesAt[port] = same === undefined ? writes : unionOf(same, writes);
    }
    told.set(node, { writes: before === undefined ? writes : unionOf(before.writes, writes), writesAt });
  }
  return told;
}
