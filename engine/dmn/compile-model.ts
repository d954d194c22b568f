/**
 * A DMN model compiled once: decision requirements, knowledge models and decision services become closures over scopes
 * of what they require. One evaluation has one budget, however many decisions it takes.
 */
import { isFeelContext } from '../feel/guards.ts';
import { runGuarded, startEvaluation } from '../feel/compile.ts';
import type { EvaluateOptions, Evaluated } from '../feel/compile.ts';
import type { Run } from '../feel/context.ts';
import type { Evaluation } from '../feel/evaluation.ts';
import { FeelFunction } from '../feel/function.ts';
import { ANY } from '../feel/type.ts';
import type { FeelType } from '../feel/type.ts';
import type { FeelValue } from '../feel/value.ts';
import { compileBoxed, compileFunctionBody } from './compile-boxed.ts';
import type { BoxedEnvironment } from './compile-boxed.ts';
import type { Decision, DecisionService, DmnModel, InputData, KnowledgeModel } from './model.ts';
import { fitType, ModelTypes } from './model-types.ts';
import type { ResolvedType } from './model-types.ts';
import type { ModelProblem } from './read-model.ts';

export interface CompiledModel {
  readonly model: DmnModel;
  readonly problems: readonly ModelProblem[];
  /** Evaluates a decision by name. Inputs by name: input data, and decisions whose value is given instead of evaluated. */
  evaluateDecision(name: string, inputs: ReadonlyMap<string, FeelValue>, options?: EvaluateOptions): Evaluated;
  /** Calls a decision service or knowledge model with its parameters by name. */
  invoke(name: string, args: ReadonlyMap<string, FeelValue>, options?: EvaluateOptions): Evaluated;
}

type Member =
  | { readonly kind: 'input'; readonly of: InputData }
  | { readonly kind: 'decision'; readonly of: Decision }
  | { readonly kind: 'knowledge'; readonly of: KnowledgeModel }
  | { readonly kind: 'service'; readonly of: DecisionService };

/** An element in its model. */
type Place = Member & { readonly unit: Unit; readonly key: string };

/** A model and what it imports, with its types. */
interface Unit {
  readonly model: DmnModel;
  readonly types: ModelTypes;
  readonly named: ReturnType<ModelTypes['named']>;
}

const guarded = (options: EvaluateOptions, run: Run): Evaluated => {
  const e = startEvaluation(new Map(), options);
  return { value: runGuarded(e, run), warnings: e.warnings };
};

const missing =
  (name: string): Run =>
  (e) =>
    e.warn('FEEL_UNKNOWN_NAME', `The model has no “${name}”.`, 0, 0);

/** Compiles a model with the models that it imports. Never throws on account of the model. */
export function compileModel(model: DmnModel, others: readonly DmnModel[] = []): CompiledModel {
  const compiler = new ModelCompiler(model, others);
  compiler.compileAll();
  const places = compiler.placesOf(model);
  const decisions = new Map(
    places.flatMap((place) => (place.kind === 'decision' ? [[place.of.name, place] as const] : [])).toReversed(),
  );
  const find = (name: string, kinds: readonly Place['kind'][]): Place | null =>
    places.find((place) => kinds.includes(place.kind) && place.of.name === name) ?? null;
  return {
    model,
    problems: compiler.problems,
    evaluateDecision: (name, inputs, options = {}) => {
      const place = decisions.get(name) ?? null;
      const run = place === null ? missing(name) : (e: Evaluation) => new ModelRun(compiler, inputs).valueOf(place, e);
      return guarded(options, run);
    },
    invoke: (name, args, options = {}) => {
      const place = find(name, ['service', 'knowledge']);
      if (place === null) return guarded(options, missing(name));
      return guarded(options, (e) => {
        const fn = new ModelRun(compiler, new Map()).valueOf(place, e);
        if (!(fn instanceof FeelFunction)) return null;
        return fn.call(
          fn.parameters.map((parameter) => args.get(parameter) ?? null),
          e,
        );
      });
    },
  };
}

/** How an element sees another: under its name, or under the name of the import. */
interface Required {
  readonly under: string | null;
  readonly name: string;
  readonly place: Place;
}

class ModelCompiler {
  readonly problems: ModelProblem[] = [];
  readonly #units = new Map<string, Unit>();
  readonly #places = new Map<string, Place>();
  readonly #bodies = new Map<string, Run>();
  readonly #functions = new Map<string, (scope: () => ReadonlyMap<string, FeelValue>) => FeelFunction>();
  readonly #required = new Map<string, readonly Required[]>();
  readonly #main: DmnModel;

  constructor(main: DmnModel, others: readonly DmnModel[]) {
    this.#main = main;
    const all = [main, ...others.filter((other) => other !== main)];
    for (const model of all) {
      if (this.#units.has(model.namespace)) continue;
      const imported = model.imports.flatMap(({ name, namespace, isDmn }) => {
        const found = all.find((other) => other.namespace === namespace);
        if (found === undefined && isDmn) {
          this.#problem(
            'DMN_IMPORT',
            `The imported model ${namespace} is missing.`,
            'Add the file of that model.',
            name,
          );
        }
        return found === undefined ? [] : [{ name, model: found }];
      });
      const types = new ModelTypes(model, imported, (name) =>
        this.#problem('DMN_TYPE', `There is no type “${name}”.`, 'Define the type, or choose another.', name),
      );
      const unit: Unit = { model, types, named: types.named() };
      this.#units.set(model.namespace, unit);
      this.#register(unit);
    }
  }

  #problem(code: ModelProblem['code'], message: string, hint: string, element: string): void {
    this.problems.push({ code, message, hint, element, severity: 'error' });
  }

  #register(unit: Unit): void {
    const { model } = unit;
    const members: Member[] = [
      ...model.inputs.map((of) => ({ kind: 'input' as const, of })),
      ...model.decisions.map((of) => ({ kind: 'decision' as const, of })),
      ...model.knowledge.map((of) => ({ kind: 'knowledge' as const, of })),
      ...model.services.map((of) => ({ kind: 'service' as const, of })),
    ];
    for (const member of members) {
      const key = `${model.namespace}#${member.of.id}`;
      if (this.#places.has(key)) {
        this.#problem(
          'DMN_DUPLICATE',
          `The id ${member.of.id} stands here twice.`,
          'Give each element its own id.',
          member.of.name,
        );
        continue;
      }
      this.#places.set(key, { ...member, unit, key });
    }
  }

  placesOf(model: DmnModel): readonly Place[] {
    return [...this.#places.values()].filter((place) => place.unit.model === model);
  }

  /** The element that a reference names; a missing one is reported. */
  place(unit: Unit, reference: string, from: string): Place | null {
    const key = reference.includes('#') ? reference : `${unit.model.namespace}#${reference}`;
    const found = this.#places.get(key) ?? null;
    if (found === null) {
      this.#problem(
        'DMN_REFERENCE',
        `“${from}” refers to ${reference}, which is not there.`,
        'Draw the requirement again, or add the model that it comes from.',
        from,
      );
    }
    return found;
  }

  compileAll(): void {
    this.#reportCycles();
    for (const place of this.placesOf(this.#main)) this.#compile(place);
  }

  #compile(place: Place): void {
    if (place.kind === 'decision') this.body(place);
    if (place.kind === 'knowledge') this.maker(place);
    if (place.kind === 'service') {
      for (const reference of place.of.outputs) this.place(place.unit, reference, place.of.name);
    }
  }

  /** What an element sees, by its requirements. */
  required(place: Place): readonly Required[] {
    const known = this.#required.get(place.key);
    if (known !== undefined) return known;
    const references = 'requires' in place.of ? place.of.requires : [];
    const required = references.flatMap((reference): Required[] => {
      const found = this.place(place.unit, reference, place.of.name);
      if (found === null) return [];
      return [{ under: importName(place.unit, found), name: found.of.name, place: found }];
    });
    this.#required.set(place.key, required);
    return required;
  }

  /** Cycles among decisions; a knowledge model may call itself. The walk keeps its own stack: chains may be long. */
  #reportCycles(): void {
    const state = new Map<string, 'open' | 'done'>();
    for (const root of this.#places.values()) {
      if (state.has(root.key)) continue;
      state.set(root.key, 'open');
      const stack = [{ place: root, rest: [...this.required(root)] }];
      for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
        const next = top.rest.pop()?.place;
        if (next === undefined) {
          state.set(top.place.key, 'done');
          stack.pop();
          continue;
        }
        const seen = state.get(next.key);
        if (seen === undefined) {
          state.set(next.key, 'open');
          stack.push({ place: next, rest: [...this.required(next)] });
        } else if (seen === 'open' && next.kind === 'decision') {
          this.#reportCycle(next, top.place);
        }
      }
    }
  }

  #reportCycle(to: Place, from: Place): void {
    this.#problem(
      'DMN_CYCLE',
      `“${to.of.name}” requires itself, by way of “${from.of.name}”.`,
      'Remove one of the requirements on the way round.',
      to.of.name,
    );
  }

  #environment(place: Place): BoxedEnvironment {
    const scope: Record<string, FeelType> = {};
    const imported = new Map<string, Record<string, FeelType>>();
    for (const { under, name, place: other } of this.required(place)) {
      const type = this.#typeOf(other);
      if (under === null) {
        Object.defineProperty(scope, name, { value: type, enumerable: true, configurable: true });
      } else {
        imported.set(under, { ...imported.get(under), [name]: type });
      }
    }
    for (const [under, fields] of imported) {
      Object.defineProperty(scope, under, { value: { kind: 'context', fields, open: true }, enumerable: true });
    }
    const element = place.of.name;
    return {
      scope,
      types: place.unit.types,
      options: { types: place.unit.named.types, accepts: place.unit.named.accepts },
      report: (problem) => {
        if (problem.severity === 'warning') return;
        this.#problem('DMN_EXPRESSION', `${problem.code}: ${problem.message}`, problem.hint, element);
      },
      unsupported: (what) =>
        this.#problem(
          'DMN_UNSUPPORTED',
          `“${element}” uses ${what}, which is never run.`,
          'Write it in FEEL.',
          element,
        ),
    };
  }

  #typeOf(place: Place): FeelType {
    const declared = place.unit.types.resolve(place.of.typeRef).type;
    switch (place.kind) {
      case 'input':
      case 'decision':
        return declared;
      case 'knowledge': {
        const parameters = place.of.logic?.parameters ?? [];
        return {
          kind: 'function',
          parameters: parameters.map(({ typeRef }) => place.unit.types.resolve(typeRef).type),
          result: declared.kind === 'function' ? declared.result : declared,
          names: parameters.map(({ name }) => name),
        };
      }
      case 'service':
        return ANY;
    }
  }

  /** The code of a decision. */
  body(place: Place & { kind: 'decision' }): Run {
    const known = this.#bodies.get(place.key);
    if (known !== undefined) return known;
    const { run } = compileBoxed(place.of.expression, this.#environment(place));
    this.#bodies.set(place.key, run);
    return run;
  }

  /** What makes the function of a knowledge model from its scope. */
  maker(place: Place & { kind: 'knowledge' }): (scope: () => ReadonlyMap<string, FeelValue>) => FeelFunction {
    const known = this.#functions.get(place.key);
    if (known !== undefined) return known;
    const { logic, name } = place.of;
    const environment = this.#environment(place);
    const make =
      logic === null
        ? null
        : compileFunctionBody(logic, {
            ...environment,
            scope: { ...environment.scope, [name]: this.#typeOf(place) },
          });
    const result = resultOf(place, logic?.typeRef ?? null);
    const empty = new FeelFunction(name, [], { kind: 'function', parameters: [], result: ANY }, () => null);
    const maker = (scope: () => ReadonlyMap<string, FeelValue>): FeelFunction =>
      make === null ? empty : make(scope, name, result);
    this.#functions.set(place.key, maker);
    return maker;
  }
}

/** The type that a knowledge model's result is fitted to: of its variable, or of its logic. */
function resultOf(place: Place & { kind: 'knowledge' }, logicType: string | null): ResolvedType | null {
  const { types } = place.unit;
  const declared = types.resolve(place.of.typeRef);
  if (declared.type.kind === 'function' || declared.type.kind === 'any') {
    return logicType === null ? null : types.resolve(logicType);
  }
  return declared;
}

/** The name of the import by which a unit knows another's element; null for its own, or where the import has no name. */
function importName(unit: Unit, place: Place): string | null {
  if (place.unit === unit) return null;
  const name = unit.model.imports.find(({ namespace }) => namespace === place.unit.model.namespace)?.name;
  return name === undefined || name === '' ? null : name;
}

/** Names of imports from the evaluated model to another: the same model imported twice is two, each with its own inputs. */
type ImportPath = readonly string[];

/** One evaluation of a model: values of elements, each computed at most once. */
class ModelRun {
  readonly #compiler: ModelCompiler;
  readonly #inputs: ReadonlyMap<string, FeelValue>;
  /** Values given for elements: the parameters of a service. */
  readonly #given: ReadonlyMap<string, FeelValue>;
  readonly #values = new Map<string, FeelValue>();
  readonly #open = new Set<string>();

  constructor(
    compiler: ModelCompiler,
    inputs: ReadonlyMap<string, FeelValue>,
    given: ReadonlyMap<string, FeelValue> = new Map(),
  ) {
    this.#compiler = compiler;
    this.#inputs = inputs;
    this.#given = given;
  }

  valueOf(place: Place, e: Evaluation, path: ImportPath = []): FeelValue {
    const key = keyAt(place, path);
    const known = this.#values.get(key);
    if (known !== undefined) return known;
    if (this.#open.has(key)) return e.warn('FEEL_INVALID_VALUE', `“${place.of.name}” requires itself.`, 0, 0);
    this.#open.add(key);
    const value = this.#compute(place, e, path);
    this.#open.delete(key);
    this.#values.set(key, value);
    return value;
  }

  #compute(place: Place, e: Evaluation, path: ImportPath): FeelValue {
    e.pay(1);
    const given = this.#given.get(keyAt(place, path));
    if (given !== undefined) return given;
    switch (place.kind) {
      case 'input':
        return this.#fitted(this.#inputOf(place, path) ?? null, place, e);
      case 'decision': {
        const known = this.#inputOf(place, path);
        if (known !== undefined) return this.#fitted(known, place, e);
        const scope = this.#scopeOf(place, e, path);
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
    return fitType(value, place.unit.types.resolve(place.of.typeRef), `“${place.of.name}”`, e);
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
