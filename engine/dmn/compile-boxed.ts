/**
 * Boxed expressions as closures (DMN 1.5, 10.2). Names that a boxed expression introduces live in a scope of its own, a
 * copy of the one around it, so that functions made inside keep what they saw.
 */
import { isFeelContext, isFeelList } from '../feel/guards.ts';
import { compilePart } from '../feel/compile.ts';
import type { CompileOptions } from '../feel/compile.ts';
import type { Code, Run } from '../feel/context.ts';
import type { Evaluation } from '../feel/evaluation.ts';
import { FeelFunction } from '../feel/function.ts';
import { isFeelNumber, toDouble } from '../feel/number.ts';
import { FeelRange } from '../feel/range.ts';
import type { FeelProblem, FeelScopeTypes } from '../feel/problem.ts';
import { ANY } from '../feel/type.ts';
import type { FeelType } from '../feel/type.ts';
import type { FeelList, FeelValue } from '../feel/value.ts';
import { parseIn } from '../feel/compile.ts';
import { literalOf } from './column-type.ts';
import type { Boxed, BoxedFunction, BoxedTable, TypedName } from './model.ts';
import type { ModelTypes, ResolvedType } from './model-types.ts';
import { fitType } from './model-types.ts';
import { makePlan } from './table-plan.ts';
import { TableRun } from './table-run.ts';

/** What boxed expressions of one element are compiled with. */
export interface BoxedEnvironment {
  readonly scope: FeelScopeTypes;
  readonly types: ModelTypes;
  readonly options: CompileOptions;
  readonly report: (problem: FeelProblem) => void;
  readonly unsupported: (what: string) => void;
  /** Told of each table that is evaluated, and of the rows that matched. */
  readonly watch: WatchTable;
}

export type WatchTable = (table: BoxedTable, matched: readonly number[]) => void;

const nothing: Code = { run: () => null, type: ANY };

type BoxedOf<K extends Boxed['kind']> = Extract<Boxed, { readonly kind: K }>;

export function compileBoxed(boxed: Boxed | null, env: BoxedEnvironment): Code {
  if (boxed === null) return nothing;
  const code = paid(compileKind(boxed, env), boxed.kind === 'literal' ? 0 : 1);
  if (boxed.typeRef === null || boxed.kind === 'function') return code;
  const resolved = env.types.resolve(boxed.typeRef);
  if (resolved.type.kind === 'any') return code;
  return { run: (e) => fitType(code.run(e), resolved, 'The result', e), type: resolved.type };
}

/** Loops and functions run what is in them as often as they like: each part pays for itself. */
function paid(code: Code, weight: number): Code {
  if (weight === 0) return code;
  const { run, type } = code;
  return {
    run: (e) => {
      e.pay(weight);
      return run(e);
    },
    type,
  };
}

function compileKind(boxed: Boxed, env: BoxedEnvironment): Code {
  switch (boxed.kind) {
    case 'literal':
      return compileText(boxed, env);
    case 'table':
      return compileBoxedTable(boxed, env);
    case 'function':
      return compileBoxedFunction(boxed, env);
    case 'context':
      return compileBoxedContext(boxed, env);
    case 'relation':
      return compileRelation(boxed, env);
    case 'list':
      return compileBoxedList(boxed, env);
    case 'invocation':
      return compileInvocation(boxed, env);
    case 'conditional':
      return compileConditional(boxed, env);
    case 'filter':
      return compileBoxedFilter(boxed, env);
    default:
      return compileIteration(boxed, env);
  }
}

function compileText(boxed: BoxedOf<'literal'>, env: BoxedEnvironment): Code {
  if (boxed.text.trim() === '') return nothing;
  if (boxed.language !== null && !/feel/i.test(boxed.language)) {
    env.unsupported(`the expression language ${boxed.language}`);
    return nothing;
  }
  return compileSource(boxed.text, env, {});
}

/** A row of a model's table that lacks a cell would match more than it says. */
function reportRagged({ inputs, outputs, rows }: BoxedTable, env: BoxedEnvironment): void {
  for (const [r, { when, then }] of rows.entries()) {
    if (when.length === inputs.length && then.length === outputs.length) continue;
    const message = `Row ${r + 1} has ${when.length} conditions and ${then.length} outputs; the table has ${inputs.length} and ${outputs.length}.`;
    const hint = 'Give the row one cell for each column.';
    env.report({ code: 'FEEL_SYNTAX', message, hint, from: 0, to: 0, severity: 'error' });
    return;
  }
}

function compileSource(source: string, env: BoxedEnvironment, options: CompileOptions): Code {
  const part = compilePart(source, env.scope, { ...env.options, ...options });
  for (const problem of part.problems) env.report(problem);
  return paid(part, part.weight);
}

/** Runs a part in a copy of the scope with more names in it. */
function inScope<T>(
  e: Evaluation,
  names: ReadonlyMap<string, FeelValue>,
  part: (scope: Map<string, FeelValue>) => T,
): T {
  const outer = e.scope;
  const scope = new Map([...outer, ...names]);
  e.pay(1 + (scope.size >> 2));
  e.scope = scope;
  const result = part(scope);
  e.scope = outer;
  return result;
}

function withNames(env: BoxedEnvironment, names: Readonly<Record<string, FeelType>>): BoxedEnvironment {
  return { ...env, scope: { ...env.scope, ...names } };
}

/** A value fitted to the type that a variable declares. */
function typed(code: Code, variable: TypedName, env: BoxedEnvironment): Code {
  const resolved = env.types.resolve(variable.typeRef);
  if (resolved.type.kind === 'any') return code;
  return { run: (e) => fitType(code.run(e), resolved, `“${variable.name}”`, e), type: resolved.type };
}

function compileBoxedContext(boxed: BoxedOf<'context'>, env: BoxedEnvironment): Code {
  let inner = env;
  const entries: { readonly name: string | null; readonly run: Run }[] = [];
  const fields: Record<string, FeelType> = {};
  let result: FeelType | null = null;
  for (const { variable, value } of boxed.entries) {
    if (variable === null) {
      const code = compileBoxed(value, inner);
      entries.push({ name: null, run: code.run });
      result = code.type;
      continue;
    }
    const own = value?.kind === 'function' ? withNames(inner, { [variable.name]: ANY }) : inner;
    const code = typed(compileBoxed(value, own), variable, inner);
    entries.push({ name: variable.name, run: code.run });
    Object.defineProperty(fields, variable.name, { value: code.type, enumerable: true, configurable: true });
    inner = withNames(inner, { [variable.name]: code.type });
  }
  const run: Run = (e) =>
    inScope(e, new Map(), (scope) => {
      const made = new Map<string, FeelValue>();
      for (const { name, run: value } of entries) {
        const entry = value(e);
        if (name === null) return entry;
        scope.set(name, entry);
        made.set(name, entry);
      }
      return made;
    });
  return { run, type: result ?? { kind: 'context', fields, open: false } };
}

function compileRelation(boxed: BoxedOf<'relation'>, env: BoxedEnvironment): Code {
  const rows = boxed.rows.map((row) =>
    boxed.columns.map((column, i) => ({
      name: column.name,
      run: typed(compileBoxed(row[i] ?? null, env), column, env).run,
    })),
  );
  const fields = Object.fromEntries(
    boxed.columns.map((column) => [column.name, env.types.resolve(column.typeRef).type]),
  );
  const run: Run = (e) => {
    e.pay(rows.length * boxed.columns.length);
    return rows.map((row) => new Map(row.map(({ name, run: value }) => [name, value(e)])));
  };
  return { run, type: { kind: 'list', of: { kind: 'context', fields, open: false } } };
}

function compileBoxedList(boxed: BoxedOf<'list'>, env: BoxedEnvironment): Code {
  const items = boxed.items.map((item) => compileBoxed(item, env).run);
  const run: Run = (e) => {
    e.pay(items.length);
    return items.map((item) => item(e));
  };
  return { run, type: { kind: 'list', of: ANY } };
}

/** Arguments go by the names of the function's parameters; what is not bound is null. */
function compileInvocation(boxed: BoxedOf<'invocation'>, env: BoxedEnvironment): Code {
  const callee = compileBoxed(boxed.callee, env);
  const bindings = boxed.bindings.map(({ parameter, value }) => ({
    name: parameter.name,
    run: typed(compileBoxed(value, env), parameter, env).run,
  }));
  const run: Run = (e) => {
    const fn = callee.run(e);
    if (!(fn instanceof FeelFunction)) return e.warn('FEEL_TYPE', 'What is invoked is no function.', 0, 0);
    const unknown = bindings.find(({ name }) => !fn.parameters.includes(name));
    if (unknown !== undefined) {
      return e.warn('FEEL_ARGUMENTS', `The function has no parameter “${unknown.name}”.`, 0, 0);
    }
    const given = new Map(bindings.map(({ name, run: value }) => [name, value(e)]));
    return fn.call(
      fn.parameters.map((name) => given.get(name) ?? null),
      e,
    );
  };
  return { run, type: callee.type.kind === 'function' ? callee.type.result : ANY };
}

/** The closure of a boxed function or a knowledge model's logic: given a scope, a function value. */
export function compileFunctionBody(
  boxed: BoxedFunction,
  env: BoxedEnvironment,
): (scope: () => ReadonlyMap<string, FeelValue>, name: string, result: ResolvedType | null) => FeelFunction {
  if (boxed.language !== 'FEEL') env.unsupported(`functions in ${boxed.language}`);
  const parameters = boxed.parameters.map((parameter) => ({
    name: parameter.name,
    resolved: env.types.resolve(parameter.typeRef),
  }));
  const names = parameters.map((parameter) => parameter.name);
  const inner = withNames(env, Object.fromEntries(parameters.map(({ name, resolved }) => [name, resolved.type])));
  const body = boxed.language === 'FEEL' ? compileBoxed(boxed.body, inner) : nothing;
  return (scope, name, result) => {
    const type: FeelType & { kind: 'function' } = {
      kind: 'function',
      parameters: parameters.map(({ resolved }) => resolved.type),
      result: result?.type ?? body.type,
      names,
    };
    return new FeelFunction(name, names, type, (args, e) => {
      if (args.length !== names.length) {
        const message = `${name}( … ) takes ${names.length} arguments, not ${args.length}.`;
        return e.warn('FEEL_ARGUMENTS', message, 0, 0);
      }
      const given = new Map(scope());
      for (const [i, parameter] of parameters.entries()) {
        const value = args[i] ?? null;
        const fitted = fitType(value, parameter.resolved, `“${parameter.name}”`, e);
        if (fitted === null && value !== null) return null;
        given.set(parameter.name, fitted);
      }
      e.pay(given.size);
      const made = e.enter(given, null, [], body.run);
      return result === null ? made : fitType(made, result, `The result of ${name}( … )`, e);
    });
  };
}

function compileBoxedFunction(boxed: BoxedFunction, env: BoxedEnvironment): Code {
  const make = compileFunctionBody(boxed, env);
  const result = boxed.typeRef === null ? null : env.types.resolve(boxed.typeRef);
  const fits = result !== null && result.type.kind === 'function' ? null : result;
  const parameters = boxed.parameters.map((parameter) => env.types.resolve(parameter.typeRef).type);
  return {
    run: (e) => {
      const { scope } = e;
      return make(() => scope, '', fits);
    },
    type: {
      kind: 'function',
      parameters,
      result: fits?.type ?? ANY,
      names: boxed.parameters.map((parameter) => parameter.name),
    },
  };
}

function compileConditional(boxed: BoxedOf<'conditional'>, env: BoxedEnvironment): Code {
  const condition = compileBoxed(boxed.condition, env);
  const then = compileBoxed(boxed.then, env);
  const otherwise = compileBoxed(boxed.otherwise, env);
  const run: Run = (e) => {
    const verdict = condition.run(e);
    if (verdict === true) return then.run(e);
    if (verdict === false || verdict === null) return otherwise.run(e);
    return e.warn('FEEL_TYPE', 'The condition is not true or false.', 0, 0);
  };
  return { run, type: ANY };
}

/** A list as it is, a range of whole numbers as its numbers, one value as a list of it; null is no list. */
function itemsOf(domain: FeelValue, e: Evaluation): FeelList | null {
  if (domain === null) return null;
  if (isFeelList(domain)) return domain;
  if (!(domain instanceof FeelRange)) return [domain];
  if (!isFeelNumber(domain.low) || !isFeelNumber(domain.high)) return null;
  const [low, high] = [toDouble(domain.low), toDouble(domain.high)];
  if (!Number.isSafeInteger(low) || !Number.isSafeInteger(high)) return null;
  const from = domain.lowIncluded ? low : low + 1;
  const count = Math.max(0, (domain.highIncluded ? high : high - 1) - from + 1);
  e.pay(count);
  return Array.from({ length: count }, (_, i) => from + i);
}

function compileIteration(boxed: BoxedOf<'for' | 'some' | 'every'>, env: BoxedEnvironment): Code {
  const domain = compileBoxed(boxed.domain, env);
  const { variable, kind } = boxed;
  const of = domain.type.kind === 'list' ? domain.type.of : ANY;
  const names = { [variable]: of, ...(kind === 'for' ? { partial: ANY } : {}) };
  const body = compileBoxed(boxed.body, withNames(env, names));
  const run: Run = (e) => {
    const items = itemsOf(domain.run(e), e);
    if (items === null) return e.warn('FEEL_TYPE', 'There is nothing to iterate over.', 0, 0);
    return inScope(e, new Map(), (scope) => {
      const results: FeelValue[] = [];
      for (const item of items) {
        e.pay(1);
        scope.set(variable, item);
        if (kind === 'for') {
          e.pay(results.length >> 5);
          scope.set('partial', [...results]);
        }
        const result = body.run(e);
        if (kind !== 'for' && result === (kind === 'some')) return result;
        results.push(result);
      }
      if (kind === 'for') return results;
      return results.every((result) => typeof result === 'boolean') ? kind === 'every' : null;
    });
  };
  return { run, type: kind === 'for' ? { kind: 'list', of: body.type } : ANY };
}

/** Fields of the item are names in the condition, as in FEEL's `[ … ]`. */
function compileBoxedFilter(boxed: BoxedOf<'filter'>, env: BoxedEnvironment): Code {
  const base = compileBoxed(boxed.base, env);
  const of = base.type.kind === 'list' ? base.type.of : ANY;
  const fields = of.kind === 'context' ? of.fields : {};
  const match = compileBoxed(boxed.match, withNames(env, { ...fields, item: of }));
  const run: Run = (e) => {
    const value = base.run(e);
    const items = isFeelList(value) ? value : value === null ? [] : [value];
    const kept: FeelValue[] = [];
    for (const item of items) {
      e.pay(1);
      const names = new Map<string, FeelValue>(isFeelContext(item) ? item : []);
      e.pay(names.size >> 2);
      const verdict = inScope(e, names.set('item', item), () => match.run(e));
      if (isFeelNumber(verdict)) {
        const at = toDouble(verdict);
        return items[at > 0 ? at - 1 : items.length + at] ?? null;
      }
      if (verdict === true) kept.push(item);
    }
    return kept;
  };
  return { run, type: base.type.kind === 'list' ? base.type : ANY };
}

function compileBoxedTable(boxed: BoxedTable, env: BoxedEnvironment): Code {
  reportRagged(boxed, env);
  const plan = makePlan(
    {
      hitPolicy: boxed.hitPolicy,
      aggregation: boxed.aggregation,
      inputs: boxed.inputs.map((input) => ({
        label: input.expression.trim(),
        expression: input.expression,
        type: input.typeRef === null ? null : env.types.resolve(input.typeRef).type,
        values: input.values,
      })),
      outputs: boxed.outputs.map((output) => {
        const resolved = env.types.resolve(output.typeRef);
        return {
          name: output.name,
          type: resolved.type.kind === 'any' ? null : resolved.type,
          values: output.values === null ? null : listedValues(output.values, env),
          fallback: output.default,
          coerce: (value: FeelValue, e: Evaluation) => fitType(value, resolved, `“${output.name}”`, e),
        };
      }),
      rows: boxed.rows,
    },
    (source, _path, options) => {
      const part = compilePart(source, env.scope, { ...env.options, ...options });
      for (const problem of part.problems) env.report(problem);
      return part;
    },
    'dmn',
  );
  const run: Run = (e) => {
    const turn = new TableRun(plan, e);
    const value = turn.run();
    for (const note of turn.notes) e.warnings.push(note);
    env.watch(boxed, turn.matched);
    return value;
  };
  return { run, type: ANY };
}

/** The values that a list of output values names, in its order: `"high", "low"`. */
function listedValues(text: string, env: BoxedEnvironment): readonly FeelValue[] {
  const parsed = parseIn(text, env.scope, { ...env.options, form: 'unary tests' });
  if (!parsed.ok || parsed.node.kind !== 'tests') return [];
  return parsed.node.items.flatMap(({ from, to }) => {
    const value = literalOf(text.slice(from, to));
    return value === undefined ? [] : [value];
  });
}
