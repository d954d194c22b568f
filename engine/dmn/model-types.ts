/** Item definitions as FEEL types and their constraints (DMN 1.5, 7.3.3). */
import { isFeelContext, isFeelList } from '../feel/guards.ts';
import { compilePart, runGuarded, startEvaluation } from '../feel/compile.ts';
import { coerceTo } from '../feel/conform.ts';
import { DEFAULT_BUDGET } from '../feel/evaluation.ts';
import type { Evaluation } from '../feel/evaluation.ts';
import { SIMPLE_TYPES } from '../feel/compile-operators.ts';
import { ANY, describeType, NUMBER, nullable } from '../feel/type.ts';
import type { FeelType } from '../feel/type.ts';
import type { FeelValue } from '../feel/value.ts';
import type { DmnModel, ItemDefinition } from './model.ts';

/** Is a value what a type asks for beyond its shape? The evaluation pays for finding out. */
type Accepts = (value: FeelValue, e?: Evaluation) => boolean;

export interface ResolvedType {
  readonly type: FeelType;
  /** What the type asks beyond its shape. */
  readonly accepts: Accepts;
}

/** What a type asks that is only a shape. */
export const anything: Accepts = () => true;

const MAX_CHAIN = 200;

const NOTHING: ReadonlyMap<string, FeelValue> = new Map();

/** Names for numbers that engines use beside DMN's own. */
const OTHER_NAMES: Readonly<Record<string, FeelType>> = { integer: NUMBER, long: NUMBER, double: NUMBER };

/** A type of FEEL itself by its name in a model; null for a name that needs a definition. */
export function builtInType(name: string): FeelType | null {
  if (Object.hasOwn(SIMPLE_TYPES, name)) return SIMPLE_TYPES[name] ?? null;
  return Object.hasOwn(OTHER_NAMES, name) ? (OTHER_NAMES[name] ?? null) : null;
}

/** The types of a model and of what it imports, by the names under which the model knows them. */
export class ModelTypes {
  readonly #definitions = new Map<string, { item: ItemDefinition; prefix: string }>();
  readonly #resolved = new Map<string, ResolvedType>();
  readonly #resolving = new Set<string>();
  readonly #unknown: (name: string) => void;

  constructor(
    model: DmnModel,
    imported: readonly { readonly name: string; readonly model: DmnModel }[],
    unknown: (name: string) => void,
  ) {
    this.#unknown = unknown;
    for (const { name, model: other } of imported) {
      const prefix = name === '' ? '' : `${name}.`;
      for (const item of other.types) this.#definitions.set(prefix + item.name, { item, prefix });
    }
    for (const item of model.types) this.#definitions.set(item.name, { item, prefix: '' });
  }

  /** Types by name, as the FEEL compiler takes them. */
  named(): { types: Record<string, FeelType>; accepts: Map<string, Accepts> } {
    const types: Record<string, FeelType> = {};
    const accepts = new Map<string, Accepts>();
    for (const name of this.#definitions.keys()) {
      const resolved = this.resolve(name);
      Object.defineProperty(types, name, { value: resolved.type, enumerable: true });
      accepts.set(name, resolved.accepts);
    }
    return { types, accepts };
  }

  /** The type of a name; no name is any type, an unknown one too (and is reported). */
  resolve(typeRef: string | null, prefix = ''): ResolvedType {
    if (typeRef === null) return { type: ANY, accepts: anything };
    const key = this.#definitions.has(prefix + typeRef) ? prefix + typeRef : typeRef;
    const known = this.#resolved.get(key);
    if (known !== undefined) return known;
    const definition = this.#definitions.get(key);
    if (definition === undefined) {
      const builtIn = builtInType(typeRef);
      if (builtIn === null) this.#unknown(typeRef);
      return { type: builtIn ?? ANY, accepts: anything };
    }
    // A type that holds itself (a tree) is any type where it comes round; so is one at the end of an endless chain.
    if (this.#resolving.has(key) || this.#resolving.size > MAX_CHAIN) return { type: ANY, accepts: anything };
    this.#resolving.add(key);
    const resolved = this.#resolveItem(definition.item, definition.prefix);
    this.#resolving.delete(key);
    this.#resolved.set(key, resolved);
    return resolved;
  }

  #resolveItem(item: ItemDefinition, prefix: string): ResolvedType {
    const base = this.#baseOf(item, prefix);
    const allowed = constraintOf(item.allowedValues, base.type);
    const ofItem: Accepts = (value, e) => value === null || (base.accepts(value, e) && allowed(value, e));
    const type: FeelType = item.isCollection ? { kind: 'list', of: base.type } : base.type;
    const whole = constraintOf(item.typeConstraint, type);
    const accepts: Accepts = item.isCollection
      ? (value, e) => !isFeelList(value) || value.every((one) => ofItem(one, e))
      : ofItem;
    return { type, accepts: (value, e) => value === null || (accepts(value, e) && whole(value, e)) };
  }

  #baseOf(item: ItemDefinition, prefix: string): ResolvedType {
    if (item.fn !== null) {
      const parameters = item.fn.parameters.map(({ typeRef }) => this.resolve(typeRef, prefix).type);
      const result = this.resolve(item.fn.outputType, prefix).type;
      return { type: { kind: 'function', parameters, result }, accepts: anything };
    }
    if (item.components.length === 0) return this.resolve(item.typeRef, prefix);
    const fields: Record<string, FeelType> = {};
    const parts = new Map<string, Accepts>();
    for (const component of item.components) {
      const resolved = this.#resolveItem(component, prefix);
      const value = nullable(resolved.type);
      Object.defineProperty(fields, component.name, { value, enumerable: true });
      parts.set(component.name, resolved.accepts);
    }
    const accepts: Accepts = (value, e) =>
      !isFeelContext(value) || [...parts].every(([name, part]) => part(value.get(name) ?? null, e));
    return { type: { kind: 'context', fields, open: false }, accepts };
  }
}

/** The test that a constraint's text makes; one that does not compile accepts nothing. */
function constraintOf(text: string | null, input: FeelType): Accepts {
  if (text === null || text.trim() === '') return anything;
  const part = compilePart(text, {}, { form: 'unary tests', input });
  return (value, outer) => {
    const budget = outer === undefined ? DEFAULT_BUDGET : { steps: outer.steps, depth: outer.depth };
    const e = startEvaluation(NOTHING, { input: value, budget });
    const verdict = runGuarded(e, () => part.test(value, e)) === true;
    outer?.pay(1 + budget.steps - e.steps);
    return verdict;
  };
}

/** Makes a value fit a type by DMN's conversions; null with a warning when it cannot. */
export function fitType(value: FeelValue, resolved: ResolvedType, what: string, e: Evaluation): FeelValue {
  const fitted = coerceTo(value, resolved.type, 'dmn', (steps) => e.pay(steps));
  if (fitted !== undefined && resolved.accepts(fitted, e)) return fitted;
  return e.warn('FEEL_TYPE', `${what} is not of its type (${describeType(resolved.type)}).`, 0, 0);
}
