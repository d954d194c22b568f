/**
 * FEEL types as the checker, the scope and the node kinds speak of them (DMN 1.5, 10.3.2). Plain data: a type can be
 * stored in a document and compared as JSON.
 */
import { isFeelContext, isFeelList } from './guards.ts';
import type { FeelValue } from './value.ts';
import { Decimal } from './number.ts';
import { DayTimeDuration, FeelDate, FeelDateTime, FeelTime, YearMonthDuration } from './temporal.ts';
import { FeelFunction } from './function.ts';
import { FeelRange } from './range.ts';

export type SimpleKind =
  | 'any'
  | 'null'
  | 'string'
  | 'number'
  | 'boolean'
  | 'date'
  | 'time'
  | 'date and time'
  | 'days and time duration'
  | 'years and months duration';

/** `nullable: true` means that null is among the values; `any` always includes it. */
export type FeelType = { readonly nullable?: true } & (
  | { readonly kind: SimpleKind }
  | { readonly kind: 'choice'; readonly values: readonly string[] }
  | { readonly kind: 'list'; readonly of: FeelType }
  | {
      readonly kind: 'context';
      readonly fields: Readonly<Record<string, FeelType>>;
      /** An open context may hold fields that are not listed. */
      readonly open: boolean;
    }
  | { readonly kind: 'range'; readonly of: FeelType }
  | {
      readonly kind: 'function';
      readonly parameters: readonly FeelType[];
      readonly result: FeelType;
      /** Names of the parameters, for calls by name and for help texts. */
      readonly names?: readonly string[];
      /** Fewest arguments that a call needs; the rest may be left out. All of them when absent. */
      readonly required?: number;
      /** The last parameter may be repeated. */
      readonly variadic?: true;
    }
);

export const ANY: FeelType = { kind: 'any' };
export const NULL: FeelType = { kind: 'null' };
export const STRING: FeelType = { kind: 'string' };
export const NUMBER: FeelType = { kind: 'number' };
export const BOOLEAN: FeelType = { kind: 'boolean' };

/** The same type with null among its values. */
export function nullable(type: FeelType): FeelType {
  return type.kind === 'any' || type.kind === 'null' || type.nullable ? type : { ...type, nullable: true };
}

/** The same type without null. */
export function notNull(type: FeelType): FeelType {
  if (!type.nullable) return type;
  const { nullable: _dropped, ...rest } = type;
  return rest;
}

/** Can a value of this type be null? */
export function mayBeNull(type: FeelType): boolean {
  return type.nullable === true || type.kind === 'any' || type.kind === 'null';
}

/** Own fields only: a field called `constructor` must be declared to be found. */
export function fieldOf(type: FeelType & { readonly kind: 'context' }, name: string): FeelType | undefined {
  return Object.hasOwn(type.fields, name) ? type.fields[name] : undefined;
}

const WORDS_DEPTH = 4;
const WORDS_FIELDS = 12;

/** Kinds that people know by another word: what a form calls them, so that a message speaks of the same. */
const SAID: Partial<Record<FeelType['kind'], string>> = { string: 'text', boolean: 'yes or no', any: 'anything' };

/** The same where only the kind matters, not which values there are. */
export const describeKind = (type: FeelType): string =>
  describeType(type.kind === 'choice' ? { ...(type.nullable ? { nullable: true } : {}), kind: 'string' } : type);

/** A type in words: `list of number`, `one of "a", "b"`, `{amount: number, note: text or null}`; large ones shortened. */
export function describeType(type: FeelType): string {
  return describeAt(type, 0);
}

function describeAt(type: FeelType, depth: number): string {
  const words = depth > WORDS_DEPTH ? '…' : describeBare(type, depth + 1);
  return type.nullable && type.kind !== 'any' && type.kind !== 'null' ? `${words} or null` : words;
}

function listed(words: readonly string[], more: boolean): string {
  return [...words.slice(0, WORDS_FIELDS), ...(more || words.length > WORDS_FIELDS ? ['…'] : [])].join(', ');
}

function describeBare(type: FeelType, depth: number): string {
  switch (type.kind) {
    case 'choice':
      return `one of ${listed(
        type.values.slice(0, WORDS_FIELDS + 1).map((value) => JSON.stringify(value)),
        false,
      )}`;
    case 'list':
      return `list of ${describeAt(type.of, depth)}`;
    case 'range':
      return `range of ${describeAt(type.of, depth)}`;
    case 'context': {
      const fields = Object.entries(type.fields).slice(0, WORDS_FIELDS + 1);
      return `{${listed(
        fields.map(([name, of]) => `${name}: ${describeAt(of, depth)}`),
        type.open,
      )}}`;
    }
    case 'function': {
      const parameters = type.parameters.map((parameter) => describeAt(parameter, depth));
      return `function(${parameters.join(', ')}) giving ${describeAt(type.result, depth)}`;
    }
    default:
      return SAID[type.kind] ?? type.kind;
  }
}

/**
 * May a value of type `from` stand where `to` is asked for? Gradual: what is not known (`any`) passes both ways and is
 * checked when it runs. Null passes only into a nullable type.
 */
export function isAssignable(from: FeelType, to: FeelType): boolean {
  if (from === to) return true;
  if (from.kind === 'any' || to.kind === 'any') return true;
  if (from.kind === 'null') return mayBeNull(to);
  if (to.kind === 'null') return false;
  if (from.nullable && !to.nullable) return false;
  switch (from.kind) {
    case 'choice':
      if (to.kind === 'string') return true;
      return to.kind === 'choice' && from.values.every((value) => to.values.includes(value));
    case 'list':
      return to.kind === 'list' && isAssignable(from.of, to.of);
    case 'range':
      return to.kind === 'range' && isAssignable(from.of, to.of);
    case 'context':
      return to.kind === 'context' && contextAssignable(from, to);
    case 'function':
      return to.kind === 'function' && functionAssignable(from, to);
    default:
      return from.kind === to.kind;
  }
}

type ContextType = FeelType & { readonly kind: 'context' };
type FunctionType = FeelType & { readonly kind: 'function' };

function contextAssignable(from: ContextType, to: ContextType): boolean {
  if (from.fields === to.fields) return true;
  return Object.entries(to.fields).every(([name, wanted]) => {
    const given = fieldOf(from, name);
    if (given === undefined) return from.open || mayBeNull(wanted);
    return isAssignable(given, wanted);
  });
}

function functionAssignable(from: FunctionType, to: FunctionType): boolean {
  return (
    from.parameters.length === to.parameters.length &&
    to.parameters.every((given, i) => isAssignable(given, from.parameters[i] ?? ANY)) &&
    isAssignable(from.result, to.result)
  );
}

/** Are the two types the same, field by field? */
export function sameType(a: FeelType, b: FeelType): boolean {
  if ((a.nullable ?? false) !== (b.nullable ?? false)) return false;
  if (a.kind === 'any' || b.kind === 'any') return a.kind === b.kind;
  return isAssignable(a, b) && isAssignable(b, a);
}

/** The smallest type, as far as we name types, that holds the values of both. */
export function unionOf(a: FeelType, b: FeelType): FeelType {
  if (a === b) return a;
  if (a.kind === 'any' || b.kind === 'any') return ANY;
  if (a.kind === 'null') return nullable(b);
  if (b.kind === 'null') return nullable(a);
  const either = a.nullable === true || b.nullable === true;
  const joined = joinBare(notNull(a), notNull(b));
  return either ? nullable(joined) : joined;
}

const MAX_CHOICE = 100;

function joinBare(a: FeelType, b: FeelType): FeelType {
  if (a.kind === 'choice' && b.kind === 'choice') {
    const values = new Set([...a.values, ...b.values]);
    // Many literals are text, no longer a choice; the bound also keeps long tables quick to check.
    return values.size > MAX_CHOICE ? STRING : { kind: 'choice', values: [...values] };
  }
  if (a.kind === 'list' && b.kind === 'list') return { kind: 'list', of: unionOf(a.of, b.of) };
  if (a.kind === 'context' && b.kind === 'context') return joinContexts(a, b);
  if (isAssignable(a, b)) return b;
  if (isAssignable(b, a)) return a;
  return ANY;
}

/** So many fields a type may come to have by joining others. */
const MAX_JOINED_FIELDS = 200;

const hasAnything = ({ fields, open }: ContextType): boolean => open && Object.keys(fields).length === 0;

function joinContexts(a: ContextType, b: ContextType): FeelType {
  if (a.fields === b.fields && a.open === b.open) return a;
  if (hasAnything(a)) return a;
  if (hasAnything(b)) return b;
  const fields: [string, FeelType][] = [];
  for (const [name, type] of Object.entries(a.fields)) {
    const other = fieldOf(b, name);
    fields.push([name, other === undefined ? (b.open ? ANY : nullable(type)) : unionOf(type, other)]);
  }
  for (const [name, type] of Object.entries(b.fields)) {
    if (fieldOf(a, name) === undefined) fields.push([name, a.open ? ANY : nullable(type)]);
  }
  const widest = Math.max(Object.keys(a.fields).length, Object.keys(b.fields).length);
  // Many contexts without a name in common have no shape together; to carry all their names takes time without bound.
  if (fields.length > Math.max(MAX_JOINED_FIELDS, widest)) return { kind: 'context', fields: {}, open: true };
  return { kind: 'context', fields: Object.fromEntries(fields), open: a.open || b.open };
}

/** The type of a value, as narrow as the value shows it. */
export function typeOfValue(value: FeelValue): FeelType {
  if (value === null) return NULL;
  if (typeof value === 'string') return STRING;
  if (typeof value === 'boolean') return BOOLEAN;
  if (typeof value === 'number' || value instanceof Decimal) return NUMBER;
  if (value instanceof FeelDate) return { kind: 'date' };
  if (value instanceof FeelTime) return { kind: 'time' };
  if (value instanceof FeelDateTime) return { kind: 'date and time' };
  if (value instanceof DayTimeDuration) return { kind: 'days and time duration' };
  if (value instanceof YearMonthDuration) return { kind: 'years and months duration' };
  if (value instanceof FeelRange) {
    return { kind: 'range', of: unionOf(typeOfValue(value.low), notNullOrAny(value.high)) };
  }
  if (value instanceof FeelFunction) return value.type;
  if (isFeelContext(value)) {
    const fields = [...value].map(([name, of]) => [name, typeOfValue(of)] as const);
    return { kind: 'context', fields: Object.fromEntries(fields), open: false };
  }
  const items: readonly FeelValue[] = isFeelList(value) ? value : [];
  let of: FeelType | undefined;
  for (const item of items) {
    const type = typeOfValue(item);
    of = of === undefined ? type : unionOf(of, type);
  }
  return { kind: 'list', of: of ?? ANY };
}

/** The kind of a value's type, without looking inside the value. */
export function kindOf(value: FeelValue): FeelType['kind'] {
  if (isFeelContext(value)) return 'context';
  if (isFeelList(value)) return 'list';
  return value instanceof FeelRange ? 'range' : typeOfValue(value).kind;
}

function notNullOrAny(value: FeelValue): FeelType {
  return value === null ? NULL : typeOfValue(value);
}
