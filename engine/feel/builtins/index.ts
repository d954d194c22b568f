/** The table of built-in functions (DMN 1.5, 10.3.4), and how they are called. */
import type { Evaluation } from '../evaluation.ts';
import { FeelFunction } from '../function.ts';
import type { FunctionType } from '../function.ts';
import type { FeelValue } from '../value.ts';
import { contextFunctions } from './context.ts';
import { conversionFunctions } from './conversion.ts';
import { listFunctions } from './list.ts';
import { numberFunctions } from './number.ts';
import { rangeFunctions } from './range.ts';
import { Arguments, fit } from './signature.ts';
import type { BuiltIn, Overload } from './signature.ts';
import { stringFunctions } from './string.ts';
import { temporalFunctions } from './temporal.ts';

export type { BuiltIn, Overload, Param } from './signature.ts';

const byName = new Map<string, BuiltIn>(
  [
    ...stringFunctions,
    ...numberFunctions,
    ...listFunctions,
    ...contextFunctions,
    ...conversionFunctions,
    ...temporalFunctions,
    ...rangeFunctions,
  ].map((fn) => [fn.name, fn]),
);

export const builtInNames: ReadonlySet<string> = new Set(byName.keys());

export function builtInOf(name: string): BuiltIn | null {
  return byName.get(name) ?? null;
}

const values = new Map<string, FeelFunction>();

/** The built-in as a value, one and the same each time. */
export function builtInValue(name: string): FeelFunction | null {
  const known = values.get(name);
  if (known !== undefined) return known;
  const fn = byName.get(name);
  if (fn === undefined) return null;
  const signatures = fn.overloads.map(signatureOf);
  const [first] = signatures;
  if (first === undefined) return null;
  const call: FeelFunction['call'] = (args, e) => callBuiltIn(fn, args, e, 0, 0);
  const made = new FeelFunction(name, first.names ?? [], first, call, signatures);
  values.set(name, made);
  return made;
}

function signatureOf({ params, result }: Overload): FunctionType {
  return {
    kind: 'function',
    parameters: params.map((param) => param.type),
    result,
    names: params.map((param) => param.name),
    required: params.filter((param) => !param.optional && !param.rest).length,
    ...(params.at(-1)?.rest === true ? { variadic: true as const } : {}),
  };
}

/** The overloads that take this many arguments. */
export function overloadsFor(fn: BuiltIn, count: number): readonly Overload[] {
  return fn.overloads.filter(({ params }) => {
    const fewest = params.filter((param) => !param.optional && !param.rest).length;
    return count >= fewest && (count <= params.length || params.at(-1)?.rest === true);
  });
}

/** Arguments by name in the order of an overload's parameters; null when it has no such parameters. */
export function orderByName(overload: Overload, names: readonly string[]): readonly (number | null)[] | null {
  const known = overload.params.map((param) => param.name);
  if (new Set(names).size < names.length || names.some((name) => !known.includes(name))) return null;
  const order = overload.params.map((param) => {
    const at = names.indexOf(param.name);
    return at < 0 ? (param.optional || param.rest ? null : undefined) : at;
  });
  if (order.includes(undefined)) return null;
  return order.map((at) => at ?? null);
}

/** Steps for finding the overload and checking the arguments. */
const CALL_COST = 3;

/** Calls by position. Null with a warning when no overload fits. */
export function callBuiltIn(
  fn: BuiltIn,
  args: readonly FeelValue[],
  e: Evaluation,
  from: number,
  to: number,
): FeelValue {
  e.pay(CALL_COST);
  for (const overload of fn.overloads) {
    const fitted = fit(overload, args, e);
    if (fitted !== null) return runOverload(fn, overload, fitted, e, from, to);
  }
  return e.warn(
    args.includes(null) ? 'FEEL_NULL' : 'FEEL_ARGUMENTS',
    args.includes(null) ? `${fn.name}( … ) was given null.` : `${fn.name}( … ) cannot be called with these arguments.`,
    from,
    to,
  );
}

function runOverload(
  fn: BuiltIn,
  overload: Overload,
  args: readonly FeelValue[],
  e: Evaluation,
  from: number,
  to: number,
): FeelValue {
  const result = overload.run(new Arguments(args, e));
  if (result !== undefined) return result;
  return e.warn('FEEL_INVALID_VALUE', `${fn.name}( … ) has no result for these arguments.`, from, to);
}
