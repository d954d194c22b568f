/**
 * A DMN model compiled once: decision requirements, knowledge models and decision services become closures over scopes
 * of what they require. One evaluation has one budget, however many decisions it takes.
 */
import { runGuarded, startEvaluation } from '../feel/compile.ts';
import type { EvaluateOptions, Evaluated } from '../feel/compile.ts';
import type { Run } from '../feel/context.ts';
import type { Evaluation } from '../feel/evaluation.ts';
import { FeelFunction } from '../feel/function.ts';
import { ScopeLayout } from '../feel/slot-scope.ts';
import { ANY } from '../feel/type.ts';
import type { FeelType } from '../feel/type.ts';
import type { FeelValue } from '../feel/value.ts';
import { compileBoxed, compileFunctionBody } from './compile-boxed.ts';
import type { BoxedEnvironment, WatchTable } from './compile-boxed.ts';
import type { DmnModel } from './model.ts';
import { importName, ModelRun } from './model-run.ts';
import type { Fitting, Member, ModelCode, Place, Required, Unit } from './model-run.ts';
import { anything, ModelTypes } from './model-types.ts';
import type { ResolvedType } from './model-types.ts';
import type { ModelProblem } from './read-model.ts';

export interface CompiledModel {
  readonly model: DmnModel;
  readonly problems: readonly ModelProblem[];
  /** Evaluates a decision by name. Inputs by name: input data, and decisions whose value is given instead of evaluated. */
  evaluateDecision(name: string, inputs: ReadonlyMap<string, FeelValue>, options?: EvaluateOptions): Evaluated;
  /** What the expressions of a decision see, by its id: the types of what it requires, and the named types of the model. */
  environmentOf(id: string): BoxedEnvironment | null;
  /** The declared type of an element, by its id: what the value is fitted to. */
  typeOf(id: string): FeelType | null;
  /** The input data that a decision's value rests on, by way of whatever it requires, in the order of first use. */
  inputsOf(id: string): readonly { readonly name: string; readonly type: FeelType }[];
  /** Names of all that an evaluation of a decision can come to: the decision itself, and whatever it requires. */
  behind(id: string): ReadonlySet<string>;
  /** Calls a decision service or knowledge model with its parameters by name. */
  invoke(name: string, args: ReadonlyMap<string, FeelValue>, options?: EvaluateOptions): Evaluated;
}

const NOTHING: ReadonlyMap<string, FeelValue> = new Map();

const guarded = (options: EvaluateOptions, run: Run): Evaluated => {
  const e = startEvaluation(NOTHING, options);
  return { value: runGuarded(e, run), warnings: e.warnings };
};

const missing =
  (name: string): Run =>
  (e) =>
    e.warn('FEEL_UNKNOWN_NAME', `The model has no “${name}”.`, 0, 0);

const nobody: WatchTable = () => undefined;

/**
 * Compiles a model with the models that it imports. Never throws on account of the model.
 * @param watch told of every table that an evaluation comes to
 */
export function compileModel(
  model: DmnModel,
  others: readonly DmnModel[] = [],
  watch: WatchTable = nobody,
): CompiledModel {
  const compiler = new ModelCompiler(model, others, watch);
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
    environmentOf: (id) => {
      const place = places.find((one) => one.kind === 'decision' && one.of.id === id);
      return place === undefined ? null : compiler.environment(place);
    },
    typeOf: (id) => {
      const place = places.find((one) => one.of.id === id);
      return place === undefined ? null : compiler.typeOf(place);
    },
    inputsOf: (id) => {
      const place = places.find((one) => one.kind === 'decision' && one.of.id === id);
      const found =
        place === undefined ? [] : compiler.behind(place, 'without services').filter((one) => one.kind === 'input');
      // Values are given by name, so that input data of one name are one.
      const byName = new Map(found.toReversed().map((one) => [one.of.name, one]));
      return [...byName].toReversed().map(([name, one]) => ({ name, type: compiler.typeOf(one) }));
    },
    behind: (id) => {
      const place = places.find((one) => one.kind === 'decision' && one.of.id === id);
      return new Set(place === undefined ? [] : compiler.behind(place, 'with services').map((one) => one.of.name));
    },
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

class ModelCompiler implements ModelCode {
  readonly problems: ModelProblem[] = [];
  readonly #units = new Map<string, Unit>();
  readonly #places = new Map<string, Place>();
  readonly #bodies: (Run | undefined)[] = [];
  readonly #functions = new Map<string, (scope: () => ReadonlyMap<string, FeelValue>) => FeelFunction>();
  readonly #required: (readonly Required[] | undefined)[] = [];
  readonly #layouts: (ScopeLayout | null | undefined)[] = [];
  readonly #fittings: (Fitting | null | undefined)[] = [];
  readonly #main: DmnModel;
  readonly #watch: WatchTable;

  constructor(main: DmnModel, others: readonly DmnModel[], watch: WatchTable) {
    this.#main = main;
    this.#watch = watch;
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
      this.#places.set(key, { ...member, unit, key, slot: this.#places.size });
    }
  }

  placesOf(model: DmnModel): readonly Place[] {
    return [...this.#places.values()].filter((place) => place.unit.model === model);
  }

  #find(unit: Unit, reference: string): Place | null {
    return this.#places.get(reference.includes('#') ? reference : `${unit.model.namespace}#${reference}`) ?? null;
  }

  /** The element that a reference names; a missing one is reported. */
  place(unit: Unit, reference: string, from: string): Place | null {
    const found = this.#find(unit, reference);
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
    const known = this.#required[place.slot];
    if (known !== undefined) return known;
    const references = 'requires' in place.of ? place.of.requires : [];
    const required = references.flatMap((reference): Required[] => {
      const found = this.place(place.unit, reference, place.of.name);
      if (found === null) return [];
      return [{ under: importName(place.unit, found), name: found.of.name, place: found }];
    });
    this.#required[place.slot] = required;
    return required;
  }

  layout(place: Place): ScopeLayout | null {
    const known = this.#layouts[place.slot];
    if (known !== undefined) return known;
    const required = this.required(place).filter((other) => other.place.key !== place.key);
    const made = required.some(({ under }) => under !== null)
      ? null
      : new ScopeLayout(required.map(({ name }) => name));
    this.#layouts[place.slot] = made;
    return made;
  }

  fitting(place: Place): Fitting | null {
    const known = this.#fittings[place.slot];
    if (known !== undefined) return known;
    const resolved = place.unit.types.resolve(place.of.typeRef);
    const takesAll = resolved.type.kind === 'any' && resolved.accepts === anything;
    const made = takesAll ? null : { resolved, what: `“${place.of.name}”` };
    this.#fittings[place.slot] = made;
    return made;
  }

  /** An element and all that it requires, in the order of first use; what is in services, which have inputs of their own. */
  behind(place: Place, services: 'with services' | 'without services'): readonly Place[] {
    const found = new Map([[place.key, place]]);
    // A map is walked to its end, what is added on the way included.
    for (const at of found.values())
      for (const one of this.#next(at, services)) if (!found.has(one.key)) found.set(one.key, one);
    return [...found.values()];
  }

  /** What an element comes to directly: a service by its outputs. */
  #next(place: Place, services: 'with services' | 'without services'): Place[] {
    const next = this.required(place).map((required) => required.place);
    const outputs = place.kind === 'service' && services === 'with services' ? place.of.outputs : [];
    for (const reference of outputs) {
      const output = this.#find(place.unit, reference);
      if (output !== null) next.push(output);
    }
    return next;
  }

  /** Cycles of requirements; a knowledge model may call itself. The walk keeps its own stack: chains may be long. */
  #reportCycles(): void {
    const state = new Map<string, 'open' | 'done'>();
    for (const root of this.#places.values()) {
      if (state.has(root.key)) continue;
      state.set(root.key, 'open');
      const stack = [{ place: root, rest: this.#next(root, 'with services') }];
      for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
        const next = top.rest.pop();
        if (next === undefined) {
          state.set(top.place.key, 'done');
          stack.pop();
          continue;
        }
        const seen = state.get(next.key);
        if (seen === undefined) {
          state.set(next.key, 'open');
          stack.push({ place: next, rest: this.#next(next, 'with services') });
        } else if (seen === 'open' && !(next.kind === 'knowledge' && next === top.place)) {
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

  /** What an element sees, as its expressions are compiled with it. */
  environment(place: Place): BoxedEnvironment {
    const scope: Record<string, FeelType> = {};
    const imported = new Map<string, Record<string, FeelType>>();
    for (const { under, name, place: other } of this.required(place)) {
      const type = this.typeOf(other);
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
    const layout = place.kind === 'decision' ? this.layout(place) : null;
    return {
      scope,
      types: place.unit.types,
      options: {
        types: place.unit.named.types,
        accepts: place.unit.named.accepts,
        ...(layout === null ? {} : { layout }),
      },
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
      watch: this.#watch,
    };
  }

  /** What an element is as a name of the scope. */
  typeOf(place: Place): FeelType {
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
    const known = this.#bodies[place.slot];
    if (known !== undefined) return known;
    const { run } = compileBoxed(place.of.expression, this.environment(place));
    this.#bodies[place.slot] = run;
    return run;
  }

  /** What makes the function of a knowledge model from its scope. */
  maker(place: Place & { kind: 'knowledge' }): (scope: () => ReadonlyMap<string, FeelValue>) => FeelFunction {
    const known = this.#functions.get(place.key);
    if (known !== undefined) return known;
    const { logic, name } = place.of;
    const environment = this.environment(place);
    const make =
      logic === null
        ? null
        : compileFunctionBody(logic, {
            ...environment,
            scope: { ...environment.scope, [name]: this.typeOf(place) },
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
