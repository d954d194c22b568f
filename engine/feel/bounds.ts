/**
 * Bounds that hold whatever the input is, read off the syntax alone: what the safety proof asks of an amount. Null means
 * that no bound can be shown, never that there is none. A value of null (an expression may fail) is outside every bound
 * and must be excluded by who asks.
 */
import type { CompareOp, Node } from './ast.ts';
import { bare } from './ast.ts';
import { parseIn } from './compile.ts';
import type { CompileOptions } from './compile.ts';
import { addNumbers, compareNumbers, isFeelNumber, multiplyNumbers, negateNumber, subtractNumbers } from './number.ts';
import type { FeelNumber } from './number.ts';
import type { FeelScopeTypes } from './problem.ts';

export interface Bounds {
  readonly low: FeelNumber | null;
  readonly high: FeelNumber | null;
}

const NONE: Bounds = { low: null, high: null };

/** Bounds of a numeric expression. */
export function boundsOf(source: string, scope: FeelScopeTypes = {}, options: CompileOptions = {}): Bounds {
  const parsed = parseIn(source, scope, { ...options, form: 'expression' });
  return parsed.ok && !hidesBuiltIns(scope) ? boundsOfNode(parsed.node) : NONE;
}

/** Bounds of `?` where the unary tests of a cell hold. */
export function boundsOfTest(source: string, scope: FeelScopeTypes = {}, options: CompileOptions = {}): Bounds {
  const parsed = parseIn(source, scope, { ...options, form: 'unary tests' });
  if (!parsed.ok || parsed.node.kind !== 'tests' || parsed.node.negated) return NONE;
  if (hidesBuiltIns(scope)) return NONE;
  return unionAll(parsed.node.items.map(boundsOfItem));
}

/** A variable called `min` is not the function: then nothing can be shown. */
function hidesBuiltIns(scope: FeelScopeTypes): boolean {
  return ['min', 'max', 'abs'].some((name) => Object.hasOwn(scope, name));
}

const point = (n: FeelNumber | null): Bounds => ({ low: n, high: n });

function both(
  a: FeelNumber | null,
  b: FeelNumber | null,
  by: (x: FeelNumber, y: FeelNumber) => FeelNumber | null,
): FeelNumber | null {
  return a === null || b === null ? null : by(a, b);
}

const lesser = (a: FeelNumber, b: FeelNumber): FeelNumber => (compareNumbers(a, b) <= 0 ? a : b);
const greater = (a: FeelNumber, b: FeelNumber): FeelNumber => (compareNumbers(a, b) >= 0 ? a : b);

function union(a: Bounds, b: Bounds): Bounds {
  return { low: both(a.low, b.low, lesser), high: both(a.high, b.high, greater) };
}

function unionAll(all: readonly Bounds[]): Bounds {
  return all.length === 0 ? NONE : all.reduce(union);
}

function boundsOfNode(node: Node): Bounds {
  const inner = bare(node);
  switch (inner.kind) {
    case 'literal':
      return isFeelNumber(inner.value) ? point(inner.value) : NONE;
    case 'negate': {
      const of = boundsOfNode(inner.operand);
      return {
        low: of.high === null ? null : negateNumber(of.high),
        high: of.low === null ? null : negateNumber(of.low),
      };
    }
    case 'if':
      return union(boundsOfNode(inner.then), boundsOfNode(inner.otherwise));
    case 'arithmetic':
      return boundsOfArithmetic(inner);
    case 'call':
      return boundsOfCall(inner);
    default:
      return NONE;
  }
}

/** The rounding to 34 digits is monotone, so the bounds of the ends are bounds of the sum. */
function boundsOfArithmetic(node: Node & { kind: 'arithmetic' }): Bounds {
  const [a, b] = [boundsOfNode(node.left), boundsOfNode(node.right)];
  if (node.op === '+') {
    return { low: both(a.low, b.low, addNumbers), high: both(a.high, b.high, addNumbers) };
  }
  if (node.op === '-') {
    return { low: both(a.low, b.high, subtractNumbers), high: both(a.high, b.low, subtractNumbers) };
  }
  if (node.op !== '*') return NONE;
  const corners = [
    both(a.low, b.low, multiplyNumbers),
    both(a.low, b.high, multiplyNumbers),
    both(a.high, b.low, multiplyNumbers),
    both(a.high, b.high, multiplyNumbers),
  ];
  const known = corners.filter((corner) => corner !== null);
  if (known.length < corners.length) return NONE;
  return { low: known.reduce(lesser), high: known.reduce(greater) };
}

/** One bounded argument bounds `min` from above and `max` from below; the other side needs all of them. */
function boundsOfCall(node: Node & { kind: 'call' }): Bounds {
  const name = node.callee.kind === 'name' ? node.callee.name : '';
  const [first] = node.args;
  if (name === 'abs' && first !== undefined && node.args.length === 1) {
    const of = boundsOfNode(first.value);
    const reach = both(of.low, of.high, (low, high) => greater(negateNumber(low), high));
    return { low: 0, high: reach };
  }
  if (name !== 'min' && name !== 'max') return NONE;
  const listed = first === undefined ? null : bare(first.value);
  const items =
    node.args.length === 1 ? (listed?.kind === 'list' ? listed.items : []) : node.args.map((arg) => arg.value);
  if (items.length === 0) return NONE;
  const all = items.map(boundsOfNode);
  const lows = all.map((bounds) => bounds.low).filter((low) => low !== null);
  const highs = all.map((bounds) => bounds.high).filter((high) => high !== null);
  const whole = (some: readonly FeelNumber[]): boolean => some.length === all.length;
  if (name === 'min') {
    return {
      low: whole(lows) ? lows.reduce(lesser) : null,
      high: highs.length > 0 ? highs.reduce(lesser) : null,
    };
  }
  return {
    low: lows.length > 0 ? lows.reduce(greater) : null,
    high: whole(highs) ? highs.reduce(greater) : null,
  };
}

function boundsOfOp(op: CompareOp, operand: Bounds): Bounds {
  switch (op) {
    case '<':
    case '<=':
      return { low: null, high: operand.high };
    case '>':
    case '>=':
      return { low: operand.low, high: null };
    case '=':
      return operand;
    case '!=':
      return NONE;
  }
}

function boundsOfItem(node: Node): Bounds {
  const inner = bare(node);
  switch (inner.kind) {
    case 'test':
      return boundsOfOp(inner.op, boundsOfNode(inner.operand));
    case 'range':
      return { low: boundsOfNode(inner.low).low, high: boundsOfNode(inner.high).high };
    case 'list':
      return unionAll(inner.items.map(boundsOfItem));
    case 'logic':
      return boundsOfLogic(inner);
    case 'compare':
      return inner.left.kind === 'input' ? boundsOfOp(inner.op, boundsOfNode(inner.right)) : NONE;
    case 'between':
      return inner.value.kind === 'input'
        ? { low: boundsOfNode(inner.low).low, high: boundsOfNode(inner.high).high }
        : NONE;
    default:
      return boundsOfNode(inner);
  }
}

const meet = (
  x: FeelNumber | null,
  y: FeelNumber | null,
  by: (p: FeelNumber, q: FeelNumber) => FeelNumber,
): FeelNumber | null => (x === null ? y : y === null ? x : by(x, y));

/** Only comparisons of `?` say something of it; a constant `true` beside them would not. */
function boundsOfLogic(node: Node & { kind: 'logic' }): Bounds {
  const sides = [bare(node.left), bare(node.right)];
  const [a, b] = sides.map((side) =>
    side.kind === 'compare' || side.kind === 'between' || side.kind === 'logic' ? boundsOfItem(side) : NONE,
  );
  if (a === undefined || b === undefined) return NONE;
  if (node.op === 'or') return union(a, b);
  return { low: meet(a.low, b.low, greater), high: meet(a.high, b.high, lesser) };
}
