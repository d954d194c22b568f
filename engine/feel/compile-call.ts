/** Calls: of built-ins, chosen when compiled, and of functions that are values. */
import type { Argument, NodeOf } from './ast.ts';
import { builtInOf, builtInValue, callBuiltIn, orderByName, overloadsFor } from './builtins/index.ts';
import type { BuiltIn, Overload } from './builtins/index.ts';
import type { Code, CompileContext, Run } from './context.ts';
import type { Evaluation } from './evaluation.ts';
import { FeelFunction } from './function.ts';
import { nearest } from './nearest.ts';
import { ANY, describeType, isAssignable, mayBeNull, notNull, nullable, unionOf } from './type.ts';
import type { FeelType } from './type.ts';
import type { FeelValue } from './value.ts';

export function compileCall(node: NodeOf<'call'>, context: CompileContext): Code {
  const { callee } = node;
  const isShadowed = (name: string): boolean =>
    Object.hasOwn(context.scope, name) || context.locals().some((local) => local.name === name);
  const builtIn = callee.kind === 'name' && !isShadowed(callee.name) ? builtInOf(callee.name) : null;
  return builtIn === null ? compileValueCall(node, context) : compileBuiltInCall(node, builtIn, context);
}

function namesOf(args: readonly Argument[]): readonly string[] | null {
  const names = args.map((arg) => arg.name).filter((name) => name !== null);
  return names.length === 0 ? null : names;
}

function compileBuiltInCall(node: NodeOf<'call'>, fn: BuiltIn, context: CompileContext): Code {
  const args = node.args.map((arg) => context.compile(arg.value));
  const names = namesOf(node.args);
  const positions = names === null ? args.map((_, i) => i) : positionsByName(fn, names, args.length);
  const named: BuiltIn =
    names === null ? fn : { ...fn, overloads: fn.overloads.filter((one) => orderByName(one, names) !== null) };
  const fitting = positions === null ? [] : overloadsFor(named, positions.length);
  if (positions === null || fitting.length === 0) {
    reportCount(node, fn, names, context);
    return { run: (e) => wrongCall(node, fn, e), type: ANY };
  }
  const types = positions.map((at) => (at === null ? ANY : (args[at]?.type ?? ANY)));
  const possible = fitting.filter((overload) => typesFit(overload, types));
  if (possible.length === 0) reportTypes(node, fn, types, fitting, context);
  const { from, to } = node;
  const runs = positions.map((at) => (at === null ? null : (args[at]?.run ?? null)));
  const chosen: BuiltIn = fitting.length === fn.overloads.length ? fn : { ...fn, overloads: fitting };
  const run: Run = (e) => {
    const values: FeelValue[] = [];
    for (const argument of runs) values.push(argument === null ? null : argument(e));
    return callBuiltIn(chosen, values, e, from, to);
  };
  return { run, type: resultType(possible.length > 0 ? possible : fitting, types) };
}

/** For each parameter the argument that goes there; null when no overload has these names. */
function positionsByName(fn: BuiltIn, names: readonly string[], count: number): readonly (number | null)[] | null {
  if (names.length !== count) return null;
  for (const overload of fn.overloads) {
    const order = orderByName(overload, names);
    if (order === null) continue;
    const last = order.findLastIndex((at) => at !== null);
    return order.slice(0, last + 1);
  }
  return null;
}

function wrongCall(node: NodeOf<'call'>, fn: BuiltIn, e: Evaluation): null {
  return e.warn('FEEL_ARGUMENTS', `${fn.name}( … ) cannot be called with these arguments.`, node.from, node.to);
}

function signatureText(fn: BuiltIn): string {
  return fn.overloads
    .map(({ params }) => {
      const list = params.map((param) => `${param.rest ? '…' : ''}${param.name}${param.optional ? '?' : ''}`);
      return `${fn.name}(${list.join(', ')})`;
    })
    .join(' or ');
}

function reportCount(
  node: NodeOf<'call'>,
  fn: BuiltIn,
  names: readonly string[] | null,
  context: CompileContext,
): void {
  const known = fn.overloads.flatMap((overload) => overload.params.map((param) => param.name));
  const unknown = names?.find((name) => !known.includes(name));
  const message =
    unknown === undefined
      ? `${fn.name}( … ) does not take ${node.args.length} arguments like these.`
      : `${fn.name}( … ) has no parameter “${unknown}”.`;
  const close = unknown === undefined ? null : nearest(unknown, known);
  context.problem(
    'FEEL_ARGUMENTS',
    message,
    close === null ? `Write it as ${signatureText(fn)}.` : `Did you mean “${close}”?`,
    node,
  );
}

/** DMN converts a list of one to its item and an item to a list of one, so both pass here. */
function passes(from: FeelType, to: FeelType): boolean {
  if (from.kind === 'null') return true;
  const given = notNull(from);
  if (to.kind === 'list') return given.kind !== 'list' || passes(given.of, to.of);
  if (to.kind === 'function') return given.kind === 'function' || given.kind === 'any';
  if (given.kind === 'list') return true;
  if (given.kind === 'date' && to.kind === 'date and time') return true;
  return isAssignable(given, to);
}

function typesFit(overload: Overload, types: readonly FeelType[]): boolean {
  return types.every((type, i) => {
    const param = overload.params[Math.min(i, overload.params.length - 1)];
    return param === undefined || passes(type, param.type);
  });
}

function reportTypes(
  node: NodeOf<'call'>,
  fn: BuiltIn,
  types: readonly FeelType[],
  fitting: readonly Overload[],
  context: CompileContext,
): void {
  const [wanted] = fitting;
  const at = types.findIndex((type, i) => {
    const param = wanted?.params[Math.min(i, wanted.params.length - 1)];
    return param !== undefined && !passes(type, param.type);
  });
  const param = wanted?.params[Math.min(at, (wanted?.params.length ?? 1) - 1)];
  const type = types[at] ?? ANY;
  context.problem(
    'FEEL_TYPE',
    `${fn.name}( … ) takes no ${describeType(type)} as “${param?.name ?? ''}”.`,
    `It takes ${param === undefined ? 'another type' : describeType(param.type)} there.`,
    node.args[at]?.value ?? node,
  );
}

/** Null where an argument may be null and its parameter may not. */
function resultType(overloads: readonly Overload[], types: readonly FeelType[]): FeelType {
  const result = overloads.map((overload) => overload.resultOf?.(types) ?? overload.result).reduce(unionOf);
  const partial = types.some(
    (type, i) =>
      mayBeNull(type) &&
      type.kind !== 'any' &&
      overloads.some((overload) => {
        const param = overload.params[Math.min(i, overload.params.length - 1)];
        return param !== undefined && param.type.kind !== 'any' && !param.optional;
      }),
  );
  return partial ? nullable(result) : result;
}

function compileValueCall(node: NodeOf<'call'>, context: CompileContext): Code {
  const callee = context.compile(node.callee);
  const args = node.args.map((arg) => context.compile(arg.value));
  const names = namesOf(node.args);
  checkCallee(node, callee.type, args, names, context);
  const { from, to } = node;
  const run: Run = (e) => {
    const fn = callee.run(e);
    const values: FeelValue[] = [];
    for (const argument of args) values.push(argument.run(e));
    if (!(fn instanceof FeelFunction)) {
      return e.warn('FEEL_TYPE', 'What stands before “(” is no function.', from, to);
    }
    const ordered = names === null ? values : inOrder(fn, names, values);
    if (ordered === null) {
      return e.warn('FEEL_ARGUMENTS', 'The function has no parameters of these names.', from, to);
    }
    return fn.call(ordered, e);
  };
  return { run, type: callee.type.kind === 'function' ? callee.type.result : ANY };
}

function inOrder(fn: FeelFunction, names: readonly string[], values: readonly FeelValue[]): FeelValue[] | null {
  const builtIn = builtInValue(fn.name) === fn ? builtInOf(fn.name) : null;
  const parameters =
    builtIn === null
      ? fn.parameters
      : (builtIn.overloads.find((one) => orderByName(one, names) !== null)?.params.map((p) => p.name) ?? []);
  if (names.length !== values.length || names.some((name) => !parameters.includes(name))) return null;
  if (builtIn === null && names.length !== parameters.length) return null;
  return parameters
    .slice(0, Math.max(...names.map((name) => parameters.indexOf(name))) + 1)
    .map((name) => values[names.indexOf(name)] ?? null);
}

function checkCallee(
  node: NodeOf<'call'>,
  type: FeelType,
  args: readonly Code[],
  names: readonly string[] | null,
  context: CompileContext,
): void {
  if (type.kind === 'any') return;
  if (type.kind !== 'function') {
    context.problem('FEEL_TYPE', `${describeType(type)} cannot be called.`, 'Only a function can.', node.callee);
    return;
  }
  const fewest = type.required ?? type.parameters.length;
  const tooMany = args.length > type.parameters.length && type.variadic !== true;
  if (args.length < fewest || tooMany) {
    context.problem(
      'FEEL_ARGUMENTS',
      `This function takes ${type.parameters.length} arguments, not ${args.length}.`,
      type.names === undefined ? 'Give as many as it takes.' : `Its parameters are ${type.names.join(', ')}.`,
      node,
    );
    return;
  }
  for (const [i, arg] of args.entries()) {
    const at = names === null ? i : (type.names?.indexOf(names[i] ?? '') ?? -1);
    const wanted = type.parameters[at];
    if (wanted !== undefined && !passes(arg.type, wanted)) {
      context.problem(
        'FEEL_TYPE',
        `This argument is ${describeType(arg.type)}.`,
        `The function takes ${describeType(wanted)} there.`,
        node.args[i]?.value ?? node,
      );
    }
  }
}
