/** From source to something that runs: parse, check, and make closures, once. */
import type { Node } from './ast.ts';
import { builtInNames } from './builtins/index.ts';
import { compileCall } from './compile-call.ts';
import {
  compileContextLiteral,
  compileFor,
  compileFunction,
  compileIf,
  compileList,
  compileQuantified,
} from './compile-control.ts';
import { compileFilter, compileMember, compileName } from './compile-names.ts';
import {
  compileArithmetic,
  compileBetween,
  compileCompare,
  compileInstance,
  compileLogic,
  compileNegate,
} from './compile-operators.ts';
import { compileIn, compileRange, compileTestAsRange, compileTests } from './compile-tests.ts';
import { CompileContext, constant, MAYBE } from './context.ts';
import type { Code, NamedTypes, Run, Test } from './context.ts';
import { BudgetSpent, DEFAULT_BUDGET, Evaluation } from './evaluation.ts';
import type { Budget, FeelWarning } from './evaluation.ts';
import { measure } from './measure.ts';
import { NameSet } from './names.ts';
import { parse } from './parser.ts';
import type { KnownNames, Parsed } from './parser.ts';
import type { FeelProblem, FeelScopeTypes } from './problem.ts';
import type { ScopeLayout } from './slot-scope.ts';
import type { FeelDateTime } from './temporal.ts';
import { ANY, describeKind, describeType, isAssignable, NULL, typeOfValue } from './type.ts';
import type { FeelType } from './type.ts';
import type { FeelValue } from './value.ts';
import { weightOf } from './weight.ts';

export interface CompileOptions {
  /** `unary tests` is what stands in a cell of a decision table; its value is true, false or null. */
  readonly form?: 'expression' | 'unary tests';
  /** The type of `?`. */
  readonly input?: FeelType;
  /** The type that the place asks for; a value that cannot fit is a problem. */
  readonly expects?: FeelType;
  /** Named types for `instance of`. */
  readonly types?: Readonly<Record<string, FeelType>>;
  /** What a named type asks beyond its shape, such as allowed values. */
  readonly accepts?: ReadonlyMap<string, (value: FeelValue) => boolean>;
  /** Where the names of the scope are when it is a `SlotScope`; any other scope still serves. */
  readonly layout?: ScopeLayout;
}

export interface EvaluateOptions {
  readonly budget?: Budget;
  /** The value of `?`. */
  readonly input?: FeelValue;
  /** What `now()` and `today()` answer; without it they are null with a warning. */
  readonly now?: FeelDateTime;
}

export interface Evaluated {
  readonly value: FeelValue;
  readonly warnings: readonly FeelWarning[];
}

export interface CompiledExpression {
  readonly source: string;
  readonly form: 'expression' | 'unary tests';
  readonly type: FeelType;
  /** Every path read from the scope, such as `['ticket', 'amount']`; sorted, without repeats. */
  readonly reads: readonly (readonly string[])[];
  readonly problems: readonly FeelProblem[];
  evaluate(scope: ReadonlyMap<string, FeelValue>, options?: EvaluateOptions): Evaluated;
}

/** What tables and models build on: the closure itself, run inside an evaluation that they own. */
export interface CompiledPart {
  readonly type: FeelType;
  readonly reads: readonly (readonly string[])[];
  readonly problems: readonly FeelProblem[];
  readonly run: Run;
  /** For unary tests: the test of a value. For an expression: whether it is true. */
  readonly test: Test;
  /** The syntax tree; null when the source does not parse. */
  readonly node: Node | null;
  /** Steps that a run costs by its size: for those who run it often to pay. A test pays for itself. */
  readonly weight: number;
}

const BUILT_IN_NAMES = new NameSet(builtInNames);
const NO_TYPES: Readonly<Record<string, FeelType>> = {};

interface Prepared extends KnownNames {
  /** Names in the scope when it was prepared: a scope that gained one is prepared anew. */
  readonly size: number;
}

/** Names prepared for a scope and its named types: many sources are compiled against the same ones. */
const prepared = new WeakMap<FeelScopeTypes, WeakMap<Readonly<Record<string, FeelType>>, Prepared>>();

/** Every field name in a type, to find where names with spaces end. Shared parts of types are looked at once. */
function collectMembers(type: FeelType, into: NameSet, seen: Set<object>): void {
  if (type.kind === 'context') {
    if (seen.has(type.fields)) return;
    seen.add(type.fields);
    for (const [name, of] of Object.entries(type.fields)) {
      into.add(name);
      collectMembers(of, into, seen);
    }
  } else if (type.kind === 'list' || type.kind === 'range') {
    collectMembers(type.of, into, seen);
  } else if (type.kind === 'function') {
    collectMembers(type.result, into, seen);
  }
}

function membersOf(types: readonly FeelType[]): NameSet {
  const members = new NameSet();
  const seen = new Set<object>();
  for (const type of types) collectMembers(type, members, seen);
  return members;
}

function namesFor(scope: FeelScopeTypes, types: Readonly<Record<string, FeelType>>): KnownNames {
  const byTypes = prepared.get(scope) ?? new WeakMap<Readonly<Record<string, FeelType>>, Prepared>();
  prepared.set(scope, byTypes);
  const known = byTypes.get(types);
  // Counting the names of a large scope for each of its sources would take longer than all else.
  if (known !== undefined && !Object.isExtensible(scope)) return known;
  const own = Object.keys(scope);
  if (known !== undefined && known.size === own.length) return known;
  const names: Prepared = {
    size: own.length,
    variables: [new NameSet(own), BUILT_IN_NAMES],
    members: membersOf([...own.flatMap((name) => scope[name] ?? []), ...Object.values(types)]),
    types: new NameSet(Object.keys(types)),
  };
  byTypes.set(types, names);
  return names;
}

/** Parses with the names of a scope. A scope may gain names between uses; the types of those it has may not change. */
export function parseIn(source: string, scope: FeelScopeTypes, options: CompileOptions = {}): Parsed {
  const names = namesFor(scope, options.types ?? NO_TYPES);
  const { input, form = 'expression' } = options;
  if (input === undefined || (input.kind !== 'context' && input.kind !== 'list')) return parse(source, form, names);
  const members = membersOf([input, ...Object.values(scope), ...Object.values(options.types ?? NO_TYPES)]);
  return parse(source, form, { ...names, members });
}

/** Compiles a part for an evaluation that the caller runs. Never throws on account of the source. */
export function compilePart(source: string, scope: FeelScopeTypes, options: CompileOptions = {}): CompiledPart {
  const parsed = parseIn(source, scope, options);
  if (!parsed.ok) return failedPart(parsed.failure);
  const named: NamedTypes = { types: options.types ?? {}, accepts: options.accepts ?? new Map() };
  const context = new CompileContext(scope, options.input ?? null, named, options.layout ?? null, compileNode);
  const { node } = parsed;
  const finish = (code: Code, test: Test): CompiledPart => ({
    type: code.type,
    reads: context.reads(),
    problems: context.problems,
    run: code.run,
    test,
    node,
    weight: weightOf(node),
  });
  if (node.kind === 'tests') {
    const test = compileTests(node, context);
    const run: Run = (e) => test(e.input, e);
    return finish({ run, type: MAYBE }, (value, e) => {
      e.input = value;
      return test(value, e);
    });
  }
  const code = compileNode(node, context);
  checkExpected(code.type, node, options.expects, context);
  return finish(code, (_value, e) => code.run(e) === true);
}

function failedPart(failure: { message: string; hint: string; from: number; to: number }): CompiledPart {
  const { message, hint, from, to } = failure;
  const run: Run = (e) => e.warn('FEEL_SYNTAX', message, from, to);
  return {
    type: NULL,
    reads: [],
    problems: [{ code: 'FEEL_SYNTAX', message, hint, from, to, severity: 'error' }],
    run,
    test: (_value, e) => {
      run(e);
      return null;
    },
    node: null,
    weight: 0,
  };
}

function checkExpected(type: FeelType, node: Node, expects: FeelType | undefined, context: CompileContext): void {
  if (expects === undefined || isAssignable(type, expects)) return;
  const asNullable = { ...expects, nullable: true } as const;
  if (isAssignable(type, asNullable)) {
    context.problem(
      'FEEL_NULLABLE',
      `This may be null, where ${describeType(expects)} is asked for.`,
      'Give a value for the case that it is null.',
      node,
    );
    return;
  }
  context.problem(
    'FEEL_TYPE',
    `This is ${(expects.kind === 'choice' ? describeType : describeKind)(type)}, where ${describeType(expects)} is asked for.`,
    `Write an expression that gives ${describeType(expects)}.`,
    node,
  );
}

/**
 * Compiles an expression or the unary tests of a cell once. Never throws: what is wrong with the source is in
 * `problems`, and evaluating it anyway gives null with the same as a warning.
 *
 * @example compileExpression('ticket.amount * 2', {ticket: {kind: 'context', fields: {amount: NUMBER}, open: false}})
 */
export function compileExpression(
  source: string,
  scope: FeelScopeTypes,
  options: CompileOptions = {},
): CompiledExpression {
  const part = compilePart(source, scope, options);
  const form = options.form ?? 'expression';
  return {
    source,
    form,
    type: part.type,
    reads: part.reads,
    problems: part.problems,
    evaluate: (values, evaluateOptions = {}) => {
      const e = startEvaluation(values, evaluateOptions);
      return { value: runGuarded(e, part.run), warnings: e.warnings };
    },
  };
}

export function startEvaluation(scope: ReadonlyMap<string, FeelValue>, options: EvaluateOptions): Evaluation {
  return new Evaluation(scope, options.input ?? null, options.now ?? null, options.budget ?? DEFAULT_BUDGET);
}

/** Runs within the budget; when it is spent, null with FEEL_BUDGET. The result's size is part of the budget. */
export function runGuarded(e: Evaluation, run: Run): FeelValue {
  try {
    const value = run(e);
    if (typeof value === 'object' && value !== null) measure(value, e);
    return value;
  } catch (error) {
    return endedBy(error, e);
  }
}

/** `runGuarded` for what pays for the size of its result itself. */
export function runWithin(e: Evaluation, run: Run): FeelValue {
  try {
    return run(e);
  } catch (error) {
    return endedBy(error, e);
  }
}

/** A stack that overflows before the depth budget is spent is the same verdict; anything else is a bug. */
function endedBy(error: unknown, e: Evaluation): null {
  if (!(error instanceof BudgetSpent || error instanceof RangeError)) throw error;
  const message = 'This takes too many steps. The evaluation was ended.';
  e.warnings.push({ code: 'FEEL_BUDGET', message, from: 0, to: 0 });
  return null;
}

/** The compiler's one switch. */
export function compileNode(node: Node, context: CompileContext): Code {
  switch (node.kind) {
    case 'literal':
      return compileLiteral(node, context);
    case 'name':
      return compileName(node, context);
    case 'input':
      return { run: (e) => e.input, type: context.narrowed(context.input ?? ANY, () => '?') };
    case 'member':
      return compileMember(node, context);
    case 'filter':
      return compileFilter(node, context);
    case 'call':
      return compileCall(node, context);
    case 'negate':
      return compileNegate(node, context);
    case 'arithmetic':
      return compileArithmetic(node, context);
    case 'compare':
      return compileCompare(node, context);
    case 'logic':
      return compileLogic(node, context);
    case 'between':
      return compileBetween(node, context);
    case 'in':
      return compileIn(node, context);
    case 'instance':
      return compileInstance(node, context);
    case 'if':
      return compileIf(node, context);
    case 'for':
      return compileFor(node, context);
    case 'quantified':
      return compileQuantified(node, context);
    case 'list':
      return compileList(node, context);
    case 'context':
      return compileContextLiteral(node, context);
    case 'range':
      return compileRange(node, context);
    case 'test':
      return compileTestAsRange(node, context);
    case 'tests': {
      const test = compileTests(node, context);
      return { run: (e) => test(e.input, e), type: MAYBE };
    }
    case 'function':
      return compileFunction(node, context);
    case 'group':
      return compileNode(node.inner, context);
  }
}

function compileLiteral(node: Node & { kind: 'literal' }, context: CompileContext): Code {
  const { value } = node;
  if (value === null && node.to - node.from > 4) {
    context.problem(
      'FEEL_INVALID_VALUE',
      'This is no date, time or duration.',
      'Write @"2026-03-02", @"10:30:00", @"2026-03-02T10:30:00Z", @"P1DT2H" or @"P1Y2M".',
      node,
    );
    const run: Run = (e) => e.warn('FEEL_INVALID_VALUE', 'This is no date, time or duration.', node.from, node.to);
    return { run, type: NULL };
  }
  // A text that is written out is one of a choice's values, or is not: the checker can say so.
  return constant(value, typeof value === 'string' ? { kind: 'choice', values: [value] } : typeOfValue(value));
}
