/** Numbers that are written out. */
import { bare } from './ast.ts';
import type { Node } from './ast.ts';
import { isFeelNumber, negateNumber } from './number.ts';
import type { FeelNumber } from './number.ts';

/** The number that a node writes out, with a minus before it or without; null when it is anything else. */
export function numberIn(node: Node): FeelNumber | null {
  const inner = bare(node);
  if (inner.kind === 'literal') return isFeelNumber(inner.value) ? inner.value : null;
  const negated = inner.kind === 'negate' ? numberIn(inner.operand) : null;
  return negated === null ? null : negateNumber(negated);
}
