/** One evaluation of a compiled model: what each element's value is, asked for at most once. */
import { isFeelContext } from '../feel/guards.ts';
import type { Run } from '../feel/context.ts';
import type { Evaluation } from '../feel/evaluation.ts';
import { FeelFunction } from '../feel/function.ts';
import { SlotScope } from '../feel/slot-scope.ts';
import type { ScopeLayout } from '../feel/slot-scope.ts';
import { ANY } from '../feel/type.ts';
import type { FeelType } from '../feel/type.ts';
import type { FeelValue } from '../feel/value.ts';
import type { Decision, DecisionService, DmnModel, InputData, KnowledgeModel } from './model.ts';
import { fitType } from './model-types.ts';
import type { ModelTypes, ResolvedType } from './model-types.ts';

export type Member =
  | { readonly kind: 'input'; readonly of: InputData }
  | { readonly kind: 'decision'; readonly of: Decision }
  | { readonly kind: 'knowledge'; readonly of: KnowledgeModel }
  | { readonly kind: 'service'; readonly of: DecisionService };

/** An element in its model. */
export type Place = Member & {
  readonly unit: Unit;
  readonly key: string;
  /** Its place among all elements of the model and of what it imports. */
  readonly slot: number;
};

/** A model and what it imports, with its types. */
export interface Unit {
  readonly model: DmnModel;
  readonly types: ModelTypes;
  readonly named: ReturnType<ModelTypes['named']>;
}

/** How an element sees another: under its name, or under the name of the import. */
export interface Required {
  readonly under: string | null;
  readonly name: string;
  readonly place: Place;
}

/** The type of an element, and how a warning calls the element. */
export interface Fitting {
  readonly resolved: ResolvedType;
  readonly what: string;
}

/** What a run asks of the compiled model. */
export interface ModelCode {
  body(place: Place & { kind: 'decision' }): Run;
  /** The names that a decision sees, at their places; null where it sees some through an import. */
  layout(place: Place): ScopeLayout | null;
  /** What the value of an element is fitted to; null for a type that takes everything. */
  fitting(place: Place): Fitting | null;
  maker(place: Place & { kind: 'knowledge' }): (scope: () => ReadonlyMap<string, FeelValue>) => FeelFunction;
  required(place: Place): readonly Required[];
  /** The element that a reference names; a missing one is reported. */
  place(unit: Unit, reference: string, from: string): Place | null;
}

/** The name of the import by which a unit knows another's element; null for its own, or where the import has no name. */
export function importName(unit: Unit, place: Place): string | null {
  if (place.unit === unit) return null;
  const name = unit.model.imports.find(({ namespace }) => namespace === place.unit.model.namespace)?.name;
  return name === undefined || name === '' ? null : name;
}

/** Names of imports from the evaluated model to another: the same model imported twice is two, each with its own inputs. */
type ImportPath = readonly string[];

const HERE: ImportPath = [];
const NOTHING: ReadonlyMap<string, FeelValue> = new Map();
/** Stands for a value that is being worked out. */
const OPEN: unique symbol = Symbol('open');

function requiresItself(place: Place, e: Evaluation): null {
  return e.warn('FEEL_INVALID_VALUE', `“${place.of.name}” requires itself.`, 0, 0);
}

/** One evaluation of a model: values of elements, each computed at most once. */
export class ModelRun {
  readonly #compiler: ModelCode;
  readonly #inputs: ReadonlyMap<string, FeelValue>;
  /** Values given for elements: the parameters of a service. */
  readonly #given: ReadonlyMap<string, FeelValue>;
  /** Values of elements that no import leads to, by their slots; the others by their keys. */
  readonly #values: (FeelValue | typeof OPEN | undefined)[] = [];
  #imported: Map<string, FeelValue | typeof OPEN> | null = null;

  constructor(
    compiler: ModelCode,
    inputs: ReadonlyMap<string, FeelValue>,
    given: ReadonlyMap<string, FeelValue> = NOTHING,
  ) {
    this.#compiler = compiler;
    this.#inputs = inputs;
    this.#given = given;
  }

  valueOf(place: Place, e: Evaluation, path: ImportPath = HERE): FeelValue {
    if (path.length > 0) return this.#importedValueOf(place, e, path);
    const { slot } = place;
    const known = this.#values[slot];
    if (known === OPEN) return requiresItself(place, e);
    if (known !== undefined) return known;
    this.#values[slot] = OPEN;
    const value = this.#compute(place, e, path);
    this.#values[slot] = value;
    return value;
  }

  #importedValueOf(place: Place, e: Evaluation, path: ImportPath): FeelValue {
    const values = (this.#imported ??= new Map<string, FeelValue | typeof OPEN>());
    const key = keyAt(place, path);
    const known = values.get(key);
    if (known === OPEN) return requiresItself(place, e);
    if (known !== undefined) return known;
    values.set(key, OPEN);
    const value = this.#compute(place, e, path);
    values.set(key, value);
    return value;
  }

  #compute(place: Place, e: Evaluation, path: ImportPath): FeelValue {
    e.pay(1);
    const given = this.#given.size === 0 ? undefined : this.#given.get(keyAt(place, path));
    if (given !== undefined) return given;
    switch (place.kind) {
      case 'input':
        return this.#fitted(this.#inputOf(place, path) ?? null, place, e);
      case 'decision': {
        const known = this.#inputOf(place, path);
        if (known !== undefined) return this.#fitted(known, place, e);
        const scope = this.#slotsOf(place, e, path) ?? this.#scopeOf(place, e, path);
        return this.#fitted(e.enter(scope, null, [], this.#compiler.body(place)), place, e);
      }
      case 'knowledge':
        return this.#functionOf(place, e, path);
      case 'service':
        return this.#serviceOf(place, path);
    }
  }

  /** What was given for an element: under the names of the imports that lead to it, otherwise under its own name. */
  #inputOf(place: Place, path: ImportPath): FeelValue | undefined {
    let at: FeelValue | undefined = this.#inputs.get(path[0] ?? place.of.name);
    for (const name of path.length === 0 ? [] : [...path.slice(1), place.of.name]) {
      at = isFeelContext(at) ? at.get(name) : undefined;
    }
    return at ?? this.#inputs.get(place.of.name);
  }

  #fitted(value: FeelValue, place: Place, e: Evaluation): FeelValue {
    const fitting = this.#compiler.fitting(place);
    return fitting === null ? value : fitType(value, fitting.resolved, fitting.what, e);
  }

  /** What a decision sees, its names at the places where its code looks for them; null where there are imports. */
  #slotsOf(place: Place, e: Evaluation, path: ImportPath): SlotScope | null {
    const layout = this.#compiler.layout(place);
    if (layout === null) return null;
    const slots: FeelValue[] = [];
    for (const { name, place: other } of this.#compiler.required(place)) {
      if (other.key === place.key) continue;
      const value = this.valueOf(other, e, path);
      const at = layout.placeOf(name);
      if (at === slots.length) slots.push(value);
      else slots[at] = value;
    }
    return new SlotScope(layout, slots);
  }

  #scopeOf(place: Place, e: Evaluation, path: ImportPath): Map<string, FeelValue> {
    const scope = new Map<string, FeelValue>();
    for (const { under, name, place: other } of this.#compiler.required(place)) {
      if (other.key === place.key) continue;
      const value = this.valueOf(other, e, under === null ? path : [...path, under]);
      if (under === null) {
        scope.set(name, value);
      } else {
        const before = scope.get(under);
        scope.set(under, new Map<string, FeelValue>(isFeelContext(before) ? before : []).set(name, value));
      }
    }
    return scope;
  }

  #functionOf(place: Place & { kind: 'knowledge' }, e: Evaluation, path: ImportPath): FeelFunction {
    const scope = this.#scopeOf(place, e, path);
    const fn = this.#compiler.maker(place)(() => scope);
    scope.set(place.of.name, fn);
    return fn;
  }

  /** A service as a function: its input data, then its input decisions, are the parameters. */
  #serviceOf(place: Place & { kind: 'service' }, path: ImportPath): FeelFunction {
    const { of, unit } = place;
    const compiler = this.#compiler;
    const find = (reference: string): { place: Place; path: ImportPath }[] => {
      const found = compiler.place(unit, reference, of.name);
      if (found === null) return [];
      const under = importName(unit, found);
      return [{ place: found, path: under === null ? path : [...path, under] }];
    };
    const parameters = [...of.inputData, ...of.inputDecisions].flatMap(find);
    const outputs = of.outputs.flatMap(find);
    const names = parameters.map((parameter) => parameter.place.of.name);
    const types = parameters.map(({ place: at }) => at.unit.types.resolve(at.of.typeRef));
    const type: FeelType & { kind: 'function' } = {
      kind: 'function',
      parameters: types.map((resolved) => resolved.type),
      result: ANY,
      names,
    };
    return new FeelFunction(of.name, names, type, (args, e) => {
      if (args.length !== names.length) {
        const message = `${of.name}( … ) takes ${names.length} arguments, not ${args.length}.`;
        return e.warn('FEEL_ARGUMENTS', message, 0, 0);
      }
      const given = new Map<string, FeelValue>();
      for (const [i, parameter] of parameters.entries()) {
        const value = args[i] ?? null;
        const resolved = types[i];
        const fitted = resolved === undefined ? value : fitType(value, resolved, `“${parameter.place.of.name}”`, e);
        if (fitted === null && value !== null) return null;
        given.set(keyAt(parameter.place, parameter.path), fitted);
      }
      const run = new ModelRun(compiler, new Map(), given);
      const results = outputs.map(
        (output) => [output.place.of.name, run.valueOf(output.place, e, output.path)] as const,
      );
      const [only] = results;
      const value = results.length === 1 && only !== undefined ? only[1] : new Map(results);
      return fitType(value, unit.types.resolve(of.typeRef), `The result of ${of.name}`, e);
    });
  }
}

/** An element's own key where no import leads to it: a string that is there already is found quicker than a new one. */
function keyAt(place: Place, path: ImportPath): string {
  return path.length === 0 ? place.key : `${path.join('\u0000')}\u0001${place.key}`;
}
