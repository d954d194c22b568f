/** What the safety proof reads off expressions and cells: their values under what is known, without running anything. */
import { bare, childrenOf, type Node } from '../feel/ast.ts';
import { boundsOf, boundsOfTest, type Bounds } from '../feel/bounds.ts';
import { builtInNames } from '../feel/builtins/index.ts';
import { parseIn } from '../feel/compile.ts';
import { isFeelNumber, negateNumber, numberText } from '../feel/number.ts';
import type { FeelScopeTypes } from '../feel/problem.ts';
import { textOf } from '../feel/rewrite.ts';
import type { FeelValue } from '../feel/value.ts';
import {
  complement,
  EVERYTHING,
  exactly,
  hullOf,
  isWithin,
  meet,
  minus,
  NOTHING,
  NUMBERS,
  numbersIn,
  unite,
  type ValueSet,
} from './proof-values.ts';

/** What is known: by the normal text of an expression, the set that its value is in. What is absent is not known. */
export type Facts = ReadonlyMap<string, ValueSet>;

/** An expression ready to be asked for its value under facts. */
export interface Term {
  readonly source: string;
  readonly scope: FeelScopeTypes;
  /** Null when it does not parse; its value is then not known. */
  readonly node: Node | null;
  /** Its normal text, under which facts about it are kept; null when two evaluations in a row could differ. */
  readonly key: string | null;
  /** Every path read, such as `['Plan', 'amount']`; a local variable counts as read. */
  readonly reads: readonly (readonly string[])[];
  /** Bounds that were worked out before, by the text they were read off. */
  readonly bounds: Map<string, ValueSet>;
}

/** Prepares an expression, or with `unary tests` the cell of an input column. */
export function termOf(source: string, scope: FeelScopeTypes, form: 'expression' | 'unary tests' = 'expression'): Term {
  const parsed = parseIn(source, scope, { form });
  if (!parsed.ok) return { source, scope, node: null, key: null, reads: [], bounds: new Map() };
  const { node } = parsed;
  const reads = new Map<string, readonly string[]>();
  collectPaths(node, reads);
  const key = reads.size > 0 && isSteady(node, scope) ? textOf(node) : null;
  return { source, scope, node, key, reads: [...reads.values()], bounds: new Map() };
}

/** The set that the value of an expression is in, given what is known. */
export function valueOf(term: Term, facts: Facts): ValueSet {
  return term.node === null ? EVERYTHING : valueOfNode(term.node, term, facts);
}

function valueOfNode(node: Node, term: Term, facts: Facts): ValueSet {
  const inner = bare(node);
  const literal = literalOf(inner);
  if (literal !== undefined) return exactly(literal);
  const known = facts.get(textOf(inner)) ?? EVERYTHING;
  if (inner.kind === 'if') {
    const branches = unite(valueOfNode(inner.then, term, facts), valueOfNode(inner.otherwise, term, facts));
    // Null as well, for a condition that outruns its budget of steps.
    return meet(known, unite(branches, exactly(null)));
  }
  if (!HAS_BOUNDS.has(inner.kind)) return known;
  if (inner.kind === 'arithmetic') {
    const sides = [inner.left, inner.right].map((side) => valueOfNode(side, term, facts));
    if (sides.some((side) => isWithin(side, exactly(null)))) return exactly(null);
  }
  const text = withFacts(inner, term, facts);
  const bounds = term.bounds.get(text) ?? numbersBetween(boundsOf(text, term.scope));
  term.bounds.set(text, bounds);
  return meet(known, bounds);
}

/** What a number that keeps to bounds can be, and whatever is no number. */
function numbersBetween({ low, high }: Bounds): ValueSet {
  const { numbers } = numbersIn({ low, lowIncluded: low !== null, high, highIncluded: high !== null });
  return { numbers, others: EVERYTHING.others };
}

/** Of other expressions no bounds can be read off. */
const HAS_BOUNDS: ReadonlySet<Node['kind']> = new Set(['arithmetic', 'call', 'negate']);

/** A number, text, boolean or null that stands there as such. */
function literalOf(node: Node): FeelValue | undefined {
  if (node.kind === 'negate') {
    const operand = bare(node.operand);
    return operand.kind === 'literal' && isFeelNumber(operand.value) ? negateNumber(operand.value) : undefined;
  }
  if (node.kind !== 'literal') return undefined;
  const { value } = node;
  return value === null || isFeelNumber(value) || typeof value === 'string' || typeof value === 'boolean'
    ? value
    : undefined;
}

/**
 * The source of a node, with what is known of its parts written into it: where x is at most 50, x and `min(x, 50)` are
 * the same, and the bounds of the latter are plain to see.
 */
function withFacts(node: Node, term: Term, facts: Facts): string {
  const found: { from: number; to: number; text: string }[] = [];
  const visit = (part: Node): void => {
    const hull = hullOf(facts.get(textOf(part)) ?? NOTHING);
    if (hull !== null && (hull.low !== null || hull.high !== null)) {
      const source = `(${term.source.slice(part.from, part.to)})`;
      const floored = hull.low === null ? source : `max(${source}, ${numberText(hull.low)})`;
      found.push({
        from: part.from,
        to: part.to,
        text: hull.high === null ? floored : `min(${floored}, ${numberText(hull.high)})`,
      });
    } else if (!BINDS.has(part.kind)) {
      childrenOf(part).forEach(visit);
    }
  };
  if (facts.size > 0) visit(node);
  let text = term.source.slice(node.from, node.to);
  for (const { from, to, text: part } of found.toSorted((a, b) => b.from - a.from))
    text = text.slice(0, from - node.from) + part + text.slice(to - node.from);
  return text;
}

/** Inside these a name may be a local one, and what is known of the outer one says nothing. */
const BINDS: ReadonlySet<Node['kind']> = new Set(['for', 'quantified', 'function', 'filter', 'context']);

/** The values for which a cell holds: all of them are in `over`, and all of `under` are among them. */
export interface Cell {
  readonly over: ValueSet;
  readonly under: ValueSet;
}

/** A cell of a table with its syntax. */
export interface CellTerm extends Cell {
  readonly term: Term;
}

const same = (set: ValueSet): Cell => ({ over: set, under: set });
const PASSES = same(EVERYTHING);

/** What the cell of an input column says of its column's value. */
export function cellOf(source: string, scope: FeelScopeTypes): CellTerm {
  const term = termOf(source, scope, 'unary tests');
  return { ...holdsOf(term), term };
}

function holdsOf({ node, source, scope }: Term): Cell {
  if (node === null || node.kind !== 'tests') return { over: EVERYTHING, under: NOTHING };
  const { items, negated } = node;
  if (items.length === 0) return PASSES;
  const tests = items.map((item) => testOf(item, source, scope));
  const over = tests.map((test) => test.over).reduce(unite);
  const under = tests.map((test) => test.under).reduce(unite);
  if (!negated) return { over, under };
  // A test that cannot be decided, such as of a text against 5, is not negated to true: only among numbers is `not`
  // known to hold wherever its tests do not.
  const numeric = tests.every(
    (test) => minus(test.over, NUMBERS).others.literals.length === 0 && !test.over.others.except,
  );
  return { over: complement(under), under: numeric ? minus(NUMBERS, over) : NOTHING };
}

function testOf(node: Node, source: string, scope: FeelScopeTypes): Cell {
  const inner = bare(node);
  const literal = literalOf(inner);
  if (literal !== undefined) return same(exactly(literal));
  if (inner.kind === 'list') {
    const items = inner.items.map((item) => literalOf(bare(item)));
    const literals = items.filter((item) => item !== undefined);
    if (literals.length === items.length) return same(exactly(...literals));
  }
  if (inner.kind === 'test') {
    const operand = literalOf(bare(inner.operand));
    if (operand !== undefined) return comparison(inner.op, operand);
  }
  if (inner.kind === 'range') {
    const low = literalOf(bare(inner.low));
    const high = literalOf(bare(inner.high));
    if (isNumber(low) && isNumber(high))
      return same(numbersIn({ low, lowIncluded: inner.lowIncluded, high, highIncluded: inner.highIncluded }));
  }
  return { over: numbersBetween(boundsOfTest(source.slice(inner.from, inner.to), scope)), under: NOTHING };
}

const isNumber = (value: FeelValue | undefined) => value !== undefined && isFeelNumber(value);

function comparison(op: (Node & { kind: 'test' })['op'], operand: FeelValue): Cell {
  if (op === '=') return same(exactly(operand));
  if (op === '!=') {
    // Between a number and a text neither `=` nor `!=` is decided; null is unlike all else.
    const unlike = isFeelNumber(operand) ? minus(NUMBERS, exactly(operand)) : NOTHING;
    return { over: complement(exactly(operand)), under: operand === null ? NOTHING : unite(unlike, exactly(null)) };
  }
  if (!isFeelNumber(operand)) return { over: EVERYTHING, under: NOTHING };
  const none = { low: null, lowIncluded: false, high: null, highIncluded: false };
  const included = op === '<=' || op === '>=';
  return same(
    numbersIn(
      op === '<' || op === '<='
        ? { ...none, high: operand, highIncluded: included }
        : { ...none, low: operand, lowIncluded: included },
    ),
  );
}

function collectPaths(node: Node, into: Map<string, readonly string[]>): void {
  const path = pathOf(node);
  if (path !== null) {
    into.set(JSON.stringify(path), path);
    return;
  }
  for (const child of childrenOf(node)) {
    // The name of a built-in function is not read from the scope; one of the scope's is, and is then no built-in.
    if (node.kind === 'call' && child === node.callee && child.kind === 'name' && isBuiltIn(child.name)) continue;
    collectPaths(child, into);
  }
}

/** `['Plan', 'amount']` for `Plan.amount`; null for what is no plain path. */
function pathOf(node: Node): readonly string[] | null {
  const inner = bare(node);
  if (inner.kind === 'name') return [inner.name];
  if (inner.kind !== 'member') return null;
  const base = pathOf(inner.base);
  return base === null ? null : [...base, inner.name];
}

const BUILT_INS: ReadonlySet<string> = new Set(builtInNames);
const isBuiltIn = (name: string): boolean => BUILT_INS.has(name);

/** Does it give the same value as long as what it reads stays the same? The clock moves by itself. */
function isSteady(node: Node, scope: FeelScopeTypes): boolean {
  if (node.kind === 'call') {
    const { callee } = node;
    const plain = callee.kind === 'name' && isBuiltIn(callee.name) && !Object.hasOwn(scope, callee.name);
    if (!plain || callee.name === 'now' || callee.name === 'today') return false;
  }
  return childrenOf(node).every((child) => isSteady(child, scope));
}
