/** Operators: arithmetic, comparison, logic, between, instance of. */
import { bare } from './ast.ts';
import type { ArithmeticOp, CompareOp, Node, NodeOf, Span, TypeNode } from './ast.ts';
import { calculate } from './arithmetic.ts';
import { compareValues, equalOrNull } from './compare.ts';
import { conformsTo } from './conform.ts';
import { expectKind, MAYBE } from './context.ts';
import type { Code, CompileContext, Run } from './context.ts';
import { factsOf, placeOf } from './narrow.ts';
import { sameText } from './meter.ts';
import { nearest } from './nearest.ts';
import { Decimal, isFeelNumber, negateNumber } from './number.ts';
import type { Evaluation } from './evaluation.ts';
import { DayTimeDuration, YearMonthDuration } from './temporal.ts';
import { ANY, BOOLEAN, describeKind, describeType, mayBeNull, notNull, NUMBER, nullable, STRING } from './type.ts';
import type { FeelType } from './type.ts';
import type { FeelValue } from './value.ts';

/** Cost in steps of one decimal operation, in proportion to its time. */
const DECIMAL_COST: Readonly<Record<ArithmeticOp, number>> = { '+': 3, '-': 3, '*': 4, '/': 20, '**': 900 };

export function compileArithmetic(node: NodeOf<'arithmetic'>, context: CompileContext): Code {
  const left = context.compile(node.left);
  const right = context.compile(node.right);
  const type = arithmeticType(node, left.type, right.type, context);
  return { run: runArithmetic(node, left.run, right.run), type };
}

/** One closure for each operator: whole numbers are calculated in place, the rest goes the long way. */
function runArithmetic({ op, from, to }: NodeOf<'arithmetic'>, left: Run, right: Run): Run {
  switch (op) {
    case '+':
      return (e) => {
        const a = left(e);
        const b = right(e);
        if (typeof a === 'number' && typeof b === 'number' && Number.isSafeInteger(a + b)) return a + b;
        return slowly(op, a, b, e, from, to);
      };
    case '-':
      return (e) => {
        const a = left(e);
        const b = right(e);
        if (typeof a === 'number' && typeof b === 'number' && Number.isSafeInteger(a - b)) return a - b;
        return slowly(op, a, b, e, from, to);
      };
    case '*':
      return (e) => {
        const a = left(e);
        const b = right(e);
        if (typeof a === 'number' && typeof b === 'number' && Number.isSafeInteger(a * b)) return a * b + 0;
        return slowly(op, a, b, e, from, to);
      };
    default:
      return (e) => slowly(op, left(e), right(e), e, from, to);
  }
}

/** Steps for calculating with dates, times and durations; multiplying and dividing them is exact to the nanosecond. */
const TEMPORAL_COST = 6;
const SCALING_COST = 20;

function costOf(op: ArithmeticOp, a: FeelValue, b: FeelValue): number {
  if (typeof a === 'string' && typeof b === 'string') return (a.length + b.length) >> 5;
  if (isFeelNumber(a) && isFeelNumber(b)) return DECIMAL_COST[op];
  if (a === null || b === null) return 1;
  return op === '*' || op === '/' ? SCALING_COST : TEMPORAL_COST;
}

function slowly(op: ArithmeticOp, a: FeelValue, b: FeelValue, e: Evaluation, from: number, to: number): FeelValue {
  e.pay(costOf(op, a, b));
  const result = calculate(op, a, b);
  if (result === undefined) {
    return a === null || b === null
      ? e.warn('FEEL_NULL', `One side of “${op}” is null.`, from, to)
      : e.warn('FEEL_TYPE', `“${op}” does not fit the two values.`, from, to);
  }
  return result ?? e.warn('FEEL_ARITHMETIC', `“${op}” has no result here.`, from, to);
}

const isText = (type: FeelType): boolean => type.kind === 'string' || type.kind === 'choice';
const isSpan = (type: FeelType): boolean =>
  type.kind === 'days and time duration' || type.kind === 'years and months duration';
const isMoment = (type: FeelType): boolean =>
  type.kind === 'date' || type.kind === 'date and time' || type.kind === 'time';

function arithmeticType(
  node: NodeOf<'arithmetic'>,
  left: FeelType,
  right: FeelType,
  context: CompileContext,
): FeelType {
  const { op } = node;
  if (left.kind === 'any' || right.kind === 'any' || left.kind === 'null' || right.kind === 'null') return ANY;
  const type = resultType(op, left, right);
  if (type === null) {
    context.problem(
      'FEEL_TYPE',
      `“${op}” does not fit ${describeKind(left)} and ${describeKind(right)}.`,
      op === '+' && (isText(left) || isText(right))
        ? 'Turn the other side into text with string( … ).'
        : 'Use values of fitting types.',
      node,
    );
    return ANY;
  }
  warnNullable(context, left, node.left);
  warnNullable(context, right, node.right);
  const partial = mayBeNull(left) || mayBeNull(right) || op === '**' || op === '/';
  return partial ? nullable(type) : type;
}

/** The type of the result for the two kinds, or null when the operator does not fit them. */
function resultType(op: ArithmeticOp, a: FeelType, b: FeelType): FeelType | null {
  if (a.kind === 'number' && b.kind === 'number') return NUMBER;
  if (op === '+') {
    if (isText(a) && isText(b)) return STRING;
    if (isSpan(a) && a.kind === b.kind) return notNull(a);
    if (isSpan(b) && isMoment(a)) return notNull(a);
    return isSpan(a) && isMoment(b) ? notNull(b) : null;
  }
  if (op === '-') {
    if (isSpan(a) && a.kind === b.kind) return notNull(a);
    if (isMoment(a) && isSpan(b)) return notNull(a);
    const both = isMoment(a) && isMoment(b) && (a.kind === 'time') === (b.kind === 'time');
    return both ? { kind: 'days and time duration' } : null;
  }
  if (op === '*') {
    if (isSpan(a) && b.kind === 'number') return notNull(a);
    return isSpan(b) && a.kind === 'number' ? notNull(b) : null;
  }
  if (op === '/' && isSpan(a)) {
    return b.kind === 'number' ? notNull(a) : a.kind === b.kind ? NUMBER : null;
  }
  return null;
}

function warnNullable(context: CompileContext, type: FeelType, at: Span): void {
  if (!type.nullable) return;
  context.problem(
    'FEEL_NULLABLE',
    'This may be null, and then the result is null.',
    'Test for null first, or give a value for that case.',
    at,
  );
}

export function compileNegate(node: NodeOf<'negate'>, context: CompileContext): Code {
  const operand = context.compile(node.operand);
  expectKind(
    context,
    operand,
    ['number', 'days and time duration', 'years and months duration'],
    `“-” does not fit ${describeKind(operand.type)}.`,
    node,
  );
  const { from, to } = node;
  const run: Run = (e) => {
    const value = operand.run(e);
    if (typeof value === 'number' || value instanceof Decimal) return negateNumber(value);
    if (value instanceof DayTimeDuration) return new DayTimeDuration(-value.nanos);
    if (value instanceof YearMonthDuration) return new YearMonthDuration(-value.months);
    return value === null ? null : e.warn('FEEL_TYPE', 'Only numbers and durations have an opposite.', from, to);
  };
  return { run, type: operand.type };
}

/** `a op b` of two whole numbers. */
export function compareWhole(op: CompareOp, a: number, b: number): boolean {
  switch (op) {
    case '<':
      return a < b;
    case '<=':
      return a <= b;
    case '>':
      return a > b;
    case '>=':
      return a >= b;
    case '=':
      return a === b;
    case '!=':
      return a !== b;
  }
}

/** `a op b` of two values: true, false, or null. */
export function compareBy(op: CompareOp, a: FeelValue, b: FeelValue, pay: (steps: number) => void): boolean | null {
  if (op === '=') return equalOrNull(a, b, pay);
  if (op === '!=') {
    const equal = equalOrNull(a, b, pay);
    return equal === null ? null : !equal;
  }
  const order = compareValues(a, b);
  if (order === null) return null;
  if (op === '<') return order < 0;
  if (op === '<=') return order <= 0;
  return op === '>' ? order > 0 : order >= 0;
}

const ORDERED: ReadonlySet<FeelType['kind']> = new Set([
  'any',
  'null',
  'string',
  'choice',
  'number',
  'date',
  'time',
  'date and time',
  'days and time duration',
  'years and months duration',
]);

const comparisonGroup = (type: FeelType): string =>
  isText(type) ? 'string' : type.kind === 'date' ? 'date and time' : type.kind;

/** Reports a comparison that can never be decided. */
export function checkComparison(
  context: CompileContext,
  op: CompareOp,
  left: FeelType,
  right: FeelType,
  at: Span,
): void {
  const unknown = [left, right].some((type) => type.kind === 'any' || type.kind === 'null');
  const unordered = op !== '=' && op !== '!=' && (!ORDERED.has(left.kind) || !ORDERED.has(right.kind));
  if (!unordered && (unknown || comparisonGroup(left) === comparisonGroup(right))) return;
  context.problem(
    'FEEL_TYPE',
    `${describeType(left)} and ${describeType(right)} cannot be compared by “${op}”.`,
    'Compare values of one type.',
    at,
  );
}

/** In `a.b = null` a may be null: that is what is asked. */
function compileSide(side: Node, other: Node, context: CompileContext): Code {
  const against = bare(other);
  const asked = against.kind === 'literal' && against.value === null && placeOf(side, context) !== null;
  return asked ? context.allowingNull(() => context.compile(side)) : context.compile(side);
}

export function compileCompare(node: NodeOf<'compare'>, context: CompileContext): Code {
  const left = compileSide(node.left, node.right, context);
  const right = compileSide(node.right, node.left, context);
  const { op, from, to } = node;
  checkComparison(context, op, left.type, right.type, node);
  const ordering = op !== '=' && op !== '!=';
  if (ordering) {
    warnNullable(context, left.type, node.left);
    warnNullable(context, right.type, node.right);
  }
  const run: Run = (e) => {
    const a = left.run(e);
    const b = right.run(e);
    if (typeof a === 'number' && typeof b === 'number') return compareWhole(op, a, b);
    if (typeof a === 'string' && typeof b === 'string' && !ordering) return sameText(a, b) === (op === '=');
    const verdict = compareBy(op, a, b, (steps) => e.pay(steps));
    if (verdict !== null) return verdict;
    return a === null || b === null
      ? e.warn('FEEL_NULL', `One side of “${op}” is null.`, from, to)
      : e.warn('FEEL_TYPE', `The two values cannot be compared by “${op}”.`, from, to);
  };
  const certain = !mayBeNull(left.type) && !mayBeNull(right.type);
  // Whether something is null can always be said.
  const withNull = !ordering && (left.type.kind === 'null' || right.type.kind === 'null');
  return { run, type: certain || withNull ? BOOLEAN : MAYBE };
}

/** Three-valued logic: what is neither true nor false counts as null (DMN 1.5, table 50). */
export function compileLogic(node: NodeOf<'logic'>, context: CompileContext): Code {
  const { op } = node;
  const left = context.compile(node.left);
  const facts = factsOf(node.left, context);
  const right = context.knowing(op === 'and' ? facts.whenTrue : facts.otherwise, () => context.compile(node.right));
  for (const [code, at] of [
    [left, node.left],
    [right, node.right],
  ] as const) {
    expectKind(context, code, ['boolean'], `“${op}” needs true or false on both sides.`, at);
  }
  const decisive = op === 'or';
  const run: Run = (e) => {
    const a = left.run(e);
    if (a === decisive) return decisive;
    const b = right.run(e);
    if (b === decisive) return decisive;
    return a === !decisive && b === !decisive ? !decisive : null;
  };
  const certain = [left, right].every((code) => code.type.kind === 'boolean' && !code.type.nullable);
  return { run, type: certain ? BOOLEAN : MAYBE };
}

export function compileBetween(node: NodeOf<'between'>, context: CompileContext): Code {
  const value = context.compile(node.value);
  const low = context.compile(node.low);
  const high = context.compile(node.high);
  checkComparison(context, '>=', value.type, low.type, node.low);
  checkComparison(context, '<=', value.type, high.type, node.high);
  warnNullable(context, value.type, node.value);
  const { from, to } = node;
  const run: Run = (e) => {
    const at = value.run(e);
    const above = compareValues(low.run(e), at);
    const below = compareValues(at, high.run(e));
    if (above === null || below === null) {
      return e.warn('FEEL_TYPE', 'The value cannot be compared with both ends.', from, to);
    }
    return above <= 0 && below <= 0;
  };
  return { run, type: MAYBE };
}

/** FEEL's built-in types by name, in both spellings of DMN. */
export const SIMPLE_TYPES: Readonly<Record<string, FeelType>> = {
  Any: ANY,
  Null: { kind: 'null' },
  string: STRING,
  number: NUMBER,
  boolean: BOOLEAN,
  date: { kind: 'date' },
  time: { kind: 'time' },
  'date and time': { kind: 'date and time' },
  dateTime: { kind: 'date and time' },
  'days and time duration': { kind: 'days and time duration' },
  dayTimeDuration: { kind: 'days and time duration' },
  'years and months duration': { kind: 'years and months duration' },
  yearMonthDuration: { kind: 'years and months duration' },
};

/** The type that stands in the source; an unknown one is a problem, and null. */
export function resolveType(node: TypeNode, context: CompileContext): FeelType | null {
  switch (node.kind) {
    case 'named':
      return resolveNamed(node, context);
    case 'list':
    case 'range': {
      const of = resolveType(node.of, context);
      return of === null ? null : { kind: node.kind, of };
    }
    case 'context': {
      const fields = node.fields.map(([name, of]) => [name, resolveType(of, context)] as const);
      if (fields.some(([, of]) => of === null)) return null;
      return {
        kind: 'context',
        fields: Object.fromEntries(fields.map(([name, of]) => [name, of ?? ANY])),
        open: true,
      };
    }
    case 'function': {
      const parameters = node.parameters.map((of) => resolveType(of, context) ?? ANY);
      const result = node.result === null ? ANY : (resolveType(node.result, context) ?? ANY);
      return { kind: 'function', parameters, result };
    }
  }
}

function resolveNamed(node: TypeNode & { readonly kind: 'named' }, context: CompileContext): FeelType | null {
  const { types } = context.named;
  if (Object.hasOwn(types, node.name)) return types[node.name] ?? ANY;
  if (Object.hasOwn(SIMPLE_TYPES, node.name)) return SIMPLE_TYPES[node.name] ?? ANY;
  const close = nearest(node.name, [...Object.keys(SIMPLE_TYPES), ...Object.keys(types)]);
  context.problem(
    'FEEL_UNKNOWN_TYPE',
    `There is no type “${node.name}”.`,
    close === null ? 'Use a type such as number, string or list<number>.' : `Did you mean “${close}”?`,
    node,
  );
  return null;
}

/** Does a value have the shape of the type written here? Allowed values are no part of the shape (the kit has it so). */
export function compileInstance(node: NodeOf<'instance'>, context: CompileContext): Code {
  const value = context.compile(node.value);
  const type = resolveType(node.type, context);
  if (type === null) return { run: () => null, type: MAYBE };
  const run: Run = (e) => {
    const v = value.run(e);
    if (v === null) return type.kind === 'null';
    return conformsTo(v, type, 'dmn', (steps) => e.pay(steps));
  };
  return { run, type: BOOLEAN };
}
