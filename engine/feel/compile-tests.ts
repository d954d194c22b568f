/** Tests: `in`, the cells of decision tables, ranges. */
import { isFeelList } from './guards.ts';
import type { Node, NodeOf } from './ast.ts';
import { bare, childrenOf } from './ast.ts';
import { compareValues, equalOrNull, inRange } from './compare.ts';
import { checkComparison, compareBy, compareWhole } from './compile-operators.ts';
import { MAYBE } from './context.ts';
import type { Code, CompileContext, Run, Test } from './context.ts';
import type { Evaluation } from './evaluation.ts';
import { numberIn } from './literal.ts';
import { sameText } from './meter.ts';
import { compareNumbers, isFeelNumber } from './number.ts';
import { FeelRange } from './range.ts';
import { ANY, notNull, unionOf } from './type.ts';
import type { FeelType } from './type.ts';
import type { FeelList, FeelValue } from './value.ts';
import { weightOf } from './weight.ts';

/** Does the expression speak of `?` itself? */
export function mentionsInput(node: Node): boolean {
  return node.kind === 'input' || childrenOf(node).some(mentionsInput);
}

export function compileIn(node: NodeOf<'in'>, context: CompileContext): Code {
  const value = context.compile(node.value);
  const tests = node.tests.map((test) => compileTest(test, value.type, context));
  const run: Run = (e) => any(tests, value.run(e), e);
  return { run, type: MAYBE };
}

/** True when one is true; null when none is true and one cannot be decided. */
function any(tests: readonly Test[], value: FeelValue, e: Evaluation): boolean | null {
  let unknown = false;
  for (const test of tests) {
    const verdict = test(value, e);
    if (verdict === true) return true;
    if (verdict === null) unknown = true;
  }
  return unknown ? null : false;
}

/** A whole cell: `-`, `not( … )`, or tests of which one must hold. */
export function compileTests(node: NodeOf<'tests'>, context: CompileContext): Test {
  if (node.items.length === 0) return () => true;
  const input = context.input ?? ANY;
  const tests = node.items.map((item) => compileTest(item, input, context));
  const test = oneOf(node, tests);
  const weight = weightOf(node);
  if (weight === 0) return test;
  return (value, e) => {
    e.pay(weight);
    return test(value, e);
  };
}

function oneOf(node: NodeOf<'tests'>, tests: readonly Test[]): Test {
  const [only] = tests;
  if (node.negated) {
    return (value, e) => {
      const verdict = any(tests, value, e);
      return verdict === null ? null : !verdict;
    };
  }
  return tests.length === 1 && only !== undefined ? only : (value, e) => any(tests, value, e);
}

/** One test against a value of type `input`. */
export function compileTest(node: Node, input: FeelType, context: CompileContext): Test {
  const inner = bare(node);
  if (inner.kind === 'test') return compileOpTest(inner, input, context);
  if (inner.kind === 'range') return compileRangeTest(inner, input, context);
  const code = context.compile(node);
  const speaksOfInput = mentionsInput(inner);
  if (!speaksOfInput) checkEquality(inner, code.type, input, context);
  if (inner.kind === 'literal') {
    const wanted = inner.value;
    if (typeof wanted === 'string') {
      return (value) => (typeof value === 'string' ? sameText(value, wanted) : equalOrNull(value, wanted));
    }
    return (value, e) => equalOrNull(value, wanted, (steps) => e.pay(steps));
  }
  return (value, e) => holds(code.run(e), value, speaksOfInput, e);
}

/** What the value of an expression in a test says of the tested value. */
function holds(result: FeelValue, value: FeelValue, speaksOfInput: boolean, e: Evaluation): boolean | null {
  const pay = (steps: number): void => e.pay(steps);
  if (speaksOfInput) {
    if (typeof result === 'boolean') return result;
    if (result === null) return null;
  }
  if (result instanceof FeelRange) {
    return value instanceof FeelRange ? equalOrNull(value, result) : inRange(value, result);
  }
  if (isFeelList(result)) return inList(result, value, e);
  if (result === true && typeof value !== 'boolean' && value !== null) return true;
  return equalOrNull(value, result, pay);
}

function inList(items: FeelList, value: FeelValue, e: Evaluation): boolean {
  const pay = (steps: number): void => e.pay(steps);
  if (isFeelList(value) && equalOrNull(value, items, pay) === true) return true;
  return items.some((item) => {
    e.pay(1);
    if (item instanceof FeelRange && !(value instanceof FeelRange)) return inRange(value, item) === true;
    if (isFeelList(item) && !isFeelList(value)) {
      return item.some((inner) => equalOrNull(value, inner, pay) === true);
    }
    return equalOrNull(value, item, pay) === true;
  });
}

function checkEquality(node: Node, type: FeelType, input: FeelType, context: CompileContext): void {
  if (type.kind === 'boolean' && node.kind !== 'literal') return;
  let tested = type;
  if (type.kind === 'list') tested = input.kind === 'list' ? type : type.of;
  if (tested.kind === 'range') tested = tested.of;
  checkComparison(context, '=', notNull(input), notNull(tested), node);
}

function compileOpTest(node: NodeOf<'test'>, input: FeelType, context: CompileContext): Test {
  const operand = context.compile(node.operand);
  const { op } = node;
  checkComparison(context, op, notNull(input), operand.type, node);
  const { run } = operand;
  const limit = numberIn(node.operand);
  if (limit !== null) {
    return (value) => {
      if (typeof value === 'number' && typeof limit === 'number') return compareWhole(op, value, limit);
      return compareBy(op, value, limit, free);
    };
  }
  return (value, e) => compareBy(op, value, run(e), (steps) => e.pay(steps));
}

const free = (): void => undefined;

function compileRangeTest(node: NodeOf<'range'>, input: FeelType, context: CompileContext): Test {
  const low = context.compile(node.low);
  const high = context.compile(node.high);
  checkComparison(context, '>=', notNull(input), low.type, node.low);
  checkComparison(context, '<=', notNull(input), high.type, node.high);
  const { lowIncluded, highIncluded } = node;
  const general: Test = (value, e) => {
    if (value instanceof FeelRange) {
      return equalOrNull(value, new FeelRange(low.run(e), high.run(e), lowIncluded, highIncluded));
    }
    const from = low.run(e);
    const to = high.run(e);
    const above = compareValues(from, value);
    const below = compareValues(value, to);
    if (above === null || below === null) return null;
    return (above < 0 || (above === 0 && lowIncluded)) && (below < 0 || (below === 0 && highIncluded));
  };
  const [from, to] = [numberIn(node.low), numberIn(node.high)];
  if (from === null || to === null) return general;
  return (value, e) => {
    if (!isFeelNumber(value)) return general(value, e);
    const above = compareNumbers(value, from);
    const below = compareNumbers(value, to);
    return (lowIncluded ? above >= 0 : above > 0) && (highIncluded ? below <= 0 : below < 0);
  };
}

/** A range as a value; null when its ends cannot be compared or stand the wrong way round. */
export function compileRange(node: NodeOf<'range'>, context: CompileContext): Code {
  const low = context.compile(node.low);
  const high = context.compile(node.high);
  checkComparison(context, '<=', low.type, high.type, node);
  const { lowIncluded, highIncluded, from, to } = node;
  const run: Run = (e) => {
    const range = makeRange(low.run(e), high.run(e), lowIncluded, highIncluded);
    return range ?? e.warn('FEEL_INVALID_VALUE', 'The ends of this range do not fit each other.', from, to);
  };
  return { run, type: { kind: 'range', of: notNull(unionOf(low.type, high.type)), nullable: true } };
}

/** The range, or null when it cannot be one. */
export function makeRange(
  low: FeelValue,
  high: FeelValue,
  lowIncluded: boolean,
  highIncluded: boolean,
): FeelRange | null {
  const order = compareValues(low, high);
  if (order === null || order > 0) return null;
  return new FeelRange(low, high, lowIncluded, highIncluded);
}

/** `(< 10)` outside a test is the range without a low end. */
export function compileTestAsRange(node: NodeOf<'test'>, context: CompileContext): Code {
  const operand = context.compile(node.operand);
  const { op } = node;
  const run: Run = (e) => {
    const value = operand.run(e);
    if (value === null) return null;
    return FeelRange.of(op, value);
  };
  return { run, type: { kind: 'range', of: notNull(operand.type), nullable: true } };
}
