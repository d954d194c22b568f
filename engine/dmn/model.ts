/** A DMN model as data: what `read-model.ts` reads from XML and `compile-model.ts` makes run (DMN 1.5, chapters 6 to 9). */
import type { Aggregation, HitPolicy } from './hit-policy.ts';

export interface DmnModel {
  readonly namespace: string;
  readonly name: string;
  readonly imports: readonly DmnImport[];
  readonly types: readonly ItemDefinition[];
  readonly inputs: readonly InputData[];
  readonly decisions: readonly Decision[];
  readonly knowledge: readonly KnowledgeModel[];
  readonly services: readonly DecisionService[];
}

export interface DmnImport {
  /** The name under which its elements are known; '' when they are known by their own names. */
  readonly name: string;
  readonly namespace: string;
  readonly isDmn: boolean;
}

export interface ItemDefinition {
  readonly name: string;
  readonly typeRef: string | null;
  readonly isCollection: boolean;
  /** FEEL unary tests of a value (of an item, in a collection). */
  readonly allowedValues: string | null;
  /** FEEL unary tests of the whole value, collections included. */
  readonly typeConstraint: string | null;
  readonly components: readonly ItemDefinition[];
  readonly fn: FunctionItem | null;
}

export interface FunctionItem {
  readonly parameters: readonly TypedName[];
  readonly outputType: string | null;
}

export interface TypedName {
  readonly name: string;
  readonly typeRef: string | null;
}

interface Element {
  readonly id: string;
  readonly name: string;
}

export interface InputData extends Element {
  readonly typeRef: string | null;
}

/** References are `id` or `namespace#id`. */
export interface Decision extends Element {
  readonly typeRef: string | null;
  readonly requires: readonly string[];
  readonly expression: Boxed | null;
}

export interface KnowledgeModel extends Element {
  readonly typeRef: string | null;
  readonly requires: readonly string[];
  readonly logic: BoxedFunction | null;
}

export interface DecisionService extends Element {
  readonly typeRef: string | null;
  readonly outputs: readonly string[];
  readonly inputDecisions: readonly string[];
  readonly inputData: readonly string[];
}

export interface BoxedFunction {
  readonly kind: 'function';
  readonly typeRef: string | null;
  readonly language: 'FEEL' | 'Java' | 'PMML';
  readonly parameters: readonly TypedName[];
  readonly body: Boxed | null;
}

export interface BoxedTable {
  readonly kind: 'table';
  readonly typeRef: string | null;
  readonly hitPolicy: HitPolicy;
  readonly aggregation: Aggregation | null;
  readonly inputs: readonly {
    readonly expression: string;
    readonly typeRef: string | null;
    readonly values: string | null;
  }[];
  readonly outputs: readonly {
    readonly name: string;
    readonly typeRef: string | null;
    readonly values: string | null;
    readonly default: string | null;
  }[];
  readonly rows: readonly {
    readonly id: string;
    readonly when: readonly string[];
    readonly then: readonly string[];
  }[];
}

export type Boxed = { readonly typeRef: string | null } & (
  | { readonly kind: 'literal'; readonly text: string; readonly language: string | null }
  | BoxedTable
  | BoxedFunction
  | {
      readonly kind: 'context';
      /** The last may have no name: then it is the result. */
      readonly entries: readonly { readonly variable: TypedName | null; readonly value: Boxed | null }[];
    }
  | {
      readonly kind: 'relation';
      readonly columns: readonly TypedName[];
      readonly rows: readonly (readonly (Boxed | null)[])[];
    }
  | { readonly kind: 'list'; readonly items: readonly (Boxed | null)[] }
  | {
      readonly kind: 'invocation';
      readonly callee: Boxed | null;
      readonly bindings: readonly { readonly parameter: TypedName; readonly value: Boxed | null }[];
    }
  | {
      readonly kind: 'conditional';
      readonly condition: Boxed | null;
      readonly then: Boxed | null;
      readonly otherwise: Boxed | null;
    }
  | {
      readonly kind: 'for' | 'some' | 'every';
      readonly variable: string;
      readonly domain: Boxed | null;
      readonly body: Boxed | null;
    }
  | { readonly kind: 'filter'; readonly base: Boxed | null; readonly match: Boxed | null }
);
