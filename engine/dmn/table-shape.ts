/** What the cells of a column ask for, where their syntax trees say so: what an index is made of. */
import type { Node } from '../feel/ast.ts';
import { bare } from '../feel/ast.ts';
import { numberIn } from '../feel/literal.ts';
import type { FeelNumber } from '../feel/number.ts';

export type Point = string | boolean;

/** Null is an end that is not there. */
export interface Interval {
  readonly low: FeelNumber | null;
  readonly high: FeelNumber | null;
  readonly lowIncluded: boolean;
  readonly highIncluded: boolean;
}

/** A value passes that is one of the points, or a number in one of the intervals; no other does. */
export interface CellShape {
  readonly points: readonly Point[];
  readonly intervals: readonly Interval[];
}

/** What a cell asks for; null when it is not all literals, or asks what is no point and no interval. */
export function shapeOf(cell: Node): CellShape | null {
  if (cell.kind !== 'tests' || cell.negated || cell.items.length === 0) return null;
  const points: Point[] = [];
  const intervals: Interval[] = [];
  for (const item of cell.items) {
    const inner = bare(item);
    const interval = intervalOf(inner);
    if (interval !== null) intervals.push(interval);
    else if (inner.kind === 'literal' && (typeof inner.value === 'string' || typeof inner.value === 'boolean')) {
      points.push(inner.value);
    } else return null;
  }
  return { points, intervals };
}

function intervalOf(node: Node): Interval | null {
  if (node.kind === 'range') {
    const [low, high] = [numberIn(node.low), numberIn(node.high)];
    if (low === null || high === null) return null;
    return { low, high, lowIncluded: node.lowIncluded, highIncluded: node.highIncluded };
  }
  const end = node.kind === 'test' ? numberIn(node.operand) : numberIn(node);
  if (end === null) return null;
  const op = node.kind === 'test' ? node.op : '=';
  if (op === '!=') return null;
  const included = op === '=' || op === '<=' || op === '>=';
  const low = op === '<' || op === '<=' ? null : end;
  const high = op === '>' || op === '>=' ? null : end;
  return { low, high, lowIncluded: included, highIncluded: included };
}

/** Can testing a cell without problems warn of something? Comparing never does; calculating and calling may. */
export function mayWarn(cell: Node): boolean {
  switch (cell.kind) {
    case 'literal':
    case 'name':
    case 'input':
      return false;
    case 'group':
      return mayWarn(cell.inner);
    case 'test':
      return mayWarn(cell.operand);
    case 'negate':
      return numberIn(cell) === null;
    case 'range':
      return mayWarn(cell.low) || mayWarn(cell.high);
    case 'tests':
    case 'list':
      return cell.items.some(mayWarn);
    default:
      return true;
  }
}
