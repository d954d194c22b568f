/** The syntax tree. Every node knows where it stands in the source, so problems, warnings and renames can point at it. */
import type { FeelValue } from './value.ts';

export interface Span {
  readonly from: number;
  readonly to: number;
}

export type ArithmeticOp = '+' | '-' | '*' | '/' | '**';
/** The longer before those that begin alike. */
export const COMPARE_OPS = ['!=', '<=', '>=', '=', '<', '>'] as const;
export type CompareOp = (typeof COMPARE_OPS)[number];

export interface Argument {
  /** Set in a call by name. */
  readonly name: string | null;
  readonly value: Node;
}

export interface Iterator {
  readonly name: string;
  readonly nameAt: Span;
  readonly domain: Node;
  /** Set for `for i in 1..5`. */
  readonly end: Node | null;
}

export interface ContextEntry {
  readonly key: string;
  readonly keyAt: Span;
  readonly value: Node;
}

export interface Parameter {
  readonly name: string;
  readonly nameAt: Span;
  readonly type: TypeNode | null;
}

export type TypeNode = Span &
  (
    | { readonly kind: 'named'; readonly name: string }
    | { readonly kind: 'list' | 'range'; readonly of: TypeNode }
    | { readonly kind: 'context'; readonly fields: readonly (readonly [string, TypeNode])[] }
    | {
        readonly kind: 'function';
        readonly parameters: readonly TypeNode[];
        readonly result: TypeNode | null;
      }
  );

export type NodeOf<K extends Node['kind']> = Extract<Node, { readonly kind: K }>;

export type Node = Span &
  (
    | { readonly kind: 'literal'; readonly value: FeelValue }
    | { readonly kind: 'name'; readonly name: string }
    | { readonly kind: 'input' }
    | { readonly kind: 'member'; readonly base: Node; readonly name: string; readonly nameAt: Span }
    | { readonly kind: 'filter'; readonly base: Node; readonly condition: Node }
    | { readonly kind: 'call'; readonly callee: Node; readonly args: readonly Argument[] }
    | { readonly kind: 'negate'; readonly operand: Node }
    | {
        readonly kind: 'arithmetic';
        readonly op: ArithmeticOp;
        readonly left: Node;
        readonly right: Node;
      }
    | { readonly kind: 'compare'; readonly op: CompareOp; readonly left: Node; readonly right: Node }
    | { readonly kind: 'logic'; readonly op: 'and' | 'or'; readonly left: Node; readonly right: Node }
    | { readonly kind: 'between'; readonly value: Node; readonly low: Node; readonly high: Node }
    | { readonly kind: 'in'; readonly value: Node; readonly tests: readonly Node[] }
    | { readonly kind: 'instance'; readonly value: Node; readonly type: TypeNode }
    | { readonly kind: 'if'; readonly condition: Node; readonly then: Node; readonly otherwise: Node }
    | { readonly kind: 'for'; readonly iterators: readonly Iterator[]; readonly body: Node }
    | {
        readonly kind: 'quantified';
        readonly every: boolean;
        readonly iterators: readonly Iterator[];
        readonly body: Node;
      }
    | { readonly kind: 'list'; readonly items: readonly Node[] }
    | { readonly kind: 'context'; readonly entries: readonly ContextEntry[] }
    | {
        readonly kind: 'range';
        readonly low: Node;
        readonly high: Node;
        readonly lowIncluded: boolean;
        readonly highIncluded: boolean;
      }
    /** `< 5` standing alone: in a test against `?`, elsewhere a range. */
    | { readonly kind: 'test'; readonly op: CompareOp; readonly operand: Node }
    /** `-` has no items and is not negated. */
    | { readonly kind: 'tests'; readonly negated: boolean; readonly items: readonly Node[] }
    | {
        readonly kind: 'function';
        readonly parameters: readonly Parameter[];
        /** Null for an external function, which we never run. */
        readonly body: Node | null;
      }
    /** A group in parentheses, kept so that the source can be rewritten. */
    | { readonly kind: 'group'; readonly inner: Node }
  );

/** The node without its parentheses. */
export function bare(node: Node): Node {
  let at = node;
  while (at.kind === 'group') at = at.inner;
  return at;
}

/** The nodes directly inside a node, in source order. */
export function childrenOf(node: Node): readonly Node[] {
  switch (node.kind) {
    case 'literal':
    case 'name':
    case 'input':
      return [];
    case 'member':
      return [node.base];
    case 'filter':
      return [node.base, node.condition];
    case 'call':
      return [node.callee, ...node.args.map((arg) => arg.value)];
    case 'negate':
    case 'test':
      return [node.operand];
    case 'arithmetic':
    case 'compare':
    case 'logic':
      return [node.left, node.right];
    case 'between':
      return [node.value, node.low, node.high];
    case 'in':
      return [node.value, ...node.tests];
    case 'instance':
      return [node.value];
    case 'if':
      return [node.condition, node.then, node.otherwise];
    case 'for':
    case 'quantified':
      return [...node.iterators.flatMap((it) => (it.end === null ? [it.domain] : [it.domain, it.end])), node.body];
    case 'list':
    case 'tests':
      return node.items;
    case 'context':
      return node.entries.map((entry) => entry.value);
    case 'range':
      return [node.low, node.high];
    case 'function':
      return node.body === null ? [] : [node.body];
    case 'group':
      return [node.inner];
  }
}
