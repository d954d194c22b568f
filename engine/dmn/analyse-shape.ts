/** What a cell asks for, when it is unary tests over constants. Any other cell has no shape, and a reason why. */
import type { CompareOp, Node, NodeOf } from '../feel/ast.ts';
import { bare } from '../feel/ast.ts';
import { constantOf } from '../feel/range-text.ts';
import type { FeelScopeTypes } from '../feel/problem.ts';
import type { FeelValue } from '../feel/value.ts';

export type Shape =
  | { readonly kind: 'compare'; readonly op: CompareOp; readonly value: FeelValue }
  /** A range literal: undecided where a value cannot be compared with its ends. */
  | {
      readonly kind: 'range';
      readonly low: FeelValue;
      readonly high: FeelValue;
      readonly lowIncluded: boolean;
      readonly highIncluded: boolean;
    }
  | { readonly kind: 'not'; readonly of: Shape }
  | { readonly kind: 'any' | 'all'; readonly of: readonly Shape[] }
  /** A list literal: as `any`, and never undecided. */
  | { readonly kind: 'list'; readonly of: readonly Shape[] };

/** Names that a constant may call; a scope that has one of them means something else by it. */
const READERS = ['date', 'time', 'date and time', 'duration'];

/** Do the names of constants mean what they say in this scope? */
export const readsConstants = (scope: FeelScopeTypes): boolean => !READERS.some((name) => Object.hasOwn(scope, name));

/** The shape of the unary tests of a cell; null when it is more than tests over constants. */
export function shapeOf(cell: Node, constants: boolean): Shape | null {
  if (cell.kind !== 'tests') return null;
  const items = cell.items.map((item) => shapeOfItem(item, constants));
  const known = items.filter((item) => item !== null);
  if (known.length < items.length) return null;
  const [only] = known;
  const any: Shape = known.length === 1 && only !== undefined ? only : { kind: 'any', of: known };
  if (items.length === 0) return { kind: 'all', of: [] };
  return cell.negated ? { kind: 'not', of: any } : any;
}

function shapeOfItem(item: Node, constants: boolean): Shape | null {
  const node = bare(item);
  switch (node.kind) {
    case 'test':
      return compareShape(node.op, node.operand, constants);
    case 'range':
      return rangeShape(node, constants);
    case 'list': {
      const items = node.items.map((one) => listItem(one, constants));
      const known = items.filter((one) => one !== null);
      return known.length === items.length ? { kind: 'list', of: known } : null;
    }
    case 'compare':
    case 'between':
    case 'logic':
      return conditionShape(node, constants);
    default:
      return compareShape('=', node, constants);
  }
}

/** A range that is a value must have its ends in order; one that is a test is empty otherwise. */
function listItem(item: Node, constants: boolean): Shape | null {
  const node = bare(item);
  return node.kind === 'range' || node.kind === 'list' ? null : compareShape('=', node, constants);
}

/** `? > 3 and ? < 5`, `? between 3 and 5`. */
function conditionShape(condition: Node, constants: boolean): Shape | null {
  const node = bare(condition);
  if (node.kind === 'logic') {
    const [left, right] = [conditionShape(node.left, constants), conditionShape(node.right, constants)];
    return left === null || right === null ? null : { kind: node.op === 'and' ? 'all' : 'any', of: [left, right] };
  }
  if (node.kind === 'between' && bare(node.value).kind === 'input') {
    const [low, high] = [value(node.low, constants), value(node.high, constants)];
    if (low === undefined || high === undefined || low === null || high === null) return null;
    return { kind: 'range', low, high, lowIncluded: true, highIncluded: true };
  }
  if (node.kind !== 'compare') return null;
  if (bare(node.left).kind === 'input') return compareShape(node.op, node.right, constants);
  return bare(node.right).kind === 'input' ? compareShape(MIRRORED[node.op], node.left, constants) : null;
}

const MIRRORED: Readonly<Record<CompareOp, CompareOp>> = {
  '=': '=',
  '!=': '!=',
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
};

function compareShape(op: CompareOp, operand: Node, constants: boolean): Shape | null {
  const wanted = value(operand, constants);
  if (wanted === undefined || (wanted === null && op !== '=' && op !== '!=')) return null;
  return { kind: 'compare', op, value: wanted };
}

function rangeShape({ low, high, lowIncluded, highIncluded }: NodeOf<'range'>, constants: boolean): Shape | null {
  const [from, to] = [value(low, constants), value(high, constants)];
  if (from === undefined || to === undefined || from === null || to === null) return null;
  return { kind: 'range', low: from, high: to, lowIncluded, highIncluded };
}

/** Undefined for what is no constant; a literal that is no value (`@"2026-02-30"`) is none either. */
function value(node: Node, constants: boolean): FeelValue | undefined {
  const inner = bare(node);
  if (inner.kind === 'call' && !constants) return undefined;
  const found = constantOf(inner);
  return found === null && (inner.kind !== 'literal' || inner.to - inner.from > 4) ? undefined : found;
}

/** Every constant of a shape. */
export function constantsOf(shape: Shape): readonly FeelValue[] {
  switch (shape.kind) {
    case 'compare':
      return [shape.value];
    case 'range':
      return [shape.low, shape.high];
    case 'not':
      return constantsOf(shape.of);
    default:
      return shape.of.flatMap(constantsOf);
  }
}

/** Does a shape ask for order, so that values of text matter by their place? */
export function asksOrder(shape: Shape): boolean {
  switch (shape.kind) {
    case 'compare':
      return shape.op !== '=' && shape.op !== '!=';
    case 'range':
      return true;
    case 'not':
      return asksOrder(shape.of);
    default:
      return shape.of.some(asksOrder);
  }
}
