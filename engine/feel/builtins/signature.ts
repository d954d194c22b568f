/**
 * How a built-in is declared: its signature as text, and what it does with arguments that were already checked. Null
 * where the signature does not say `any`, a wrong kind, or a wrong count ends the call with null and a warning, as DMN
 * says, before the built-in sees it.
 */
import { isFeelContext, isFeelList } from '../guards.ts';
import type { Evaluation } from '../evaluation.ts';
import { coerceTo } from '../conform.ts';
import { FeelFunction } from '../function.ts';
import { isFeelNumber } from '../number.ts';
import type { FeelNumber } from '../number.ts';
import { FeelRange } from '../range.ts';
import { FeelDate, FeelDateTime, FeelTime } from '../temporal.ts';
import { ANY, BOOLEAN, NUMBER, nullable, STRING } from '../type.ts';
import type { FeelType } from '../type.ts';
import type { FeelContext, FeelList, FeelValue } from '../value.ts';

export interface Param {
  readonly name: string;
  readonly type: FeelType;
  readonly optional: boolean;
  readonly rest: boolean;
}

export interface Overload {
  readonly params: readonly Param[];
  readonly result: FeelType;
  /** The result's type when it follows from the arguments' types. */
  readonly resultOf?: (types: readonly FeelType[]) => FeelType;
  /** Undefined: the arguments have no result here (null with a warning). */
  readonly run: (args: Arguments) => FeelValue | undefined;
}

export interface BuiltIn {
  readonly name: string;
  readonly overloads: readonly Overload[];
}

const KINDS: Readonly<Record<string, FeelType>> = {
  any: ANY,
  string: STRING,
  number: NUMBER,
  boolean: BOOLEAN,
  date: { kind: 'date' },
  time: { kind: 'time' },
  'date and time': { kind: 'date and time' },
  'days and time duration': { kind: 'days and time duration' },
  'years and months duration': { kind: 'years and months duration' },
  list: { kind: 'list', of: ANY },
  'list of boolean': { kind: 'list', of: nullable(BOOLEAN) },
  'list of number': { kind: 'list', of: NUMBER },
  'list of string': { kind: 'list', of: STRING },
  'list of context': { kind: 'list', of: { kind: 'context', fields: {}, open: true } },
  'list of list': { kind: 'list', of: { kind: 'list', of: ANY } },
  context: { kind: 'context', fields: {}, open: true },
  range: { kind: 'range', of: ANY },
  function: { kind: 'function', parameters: [ANY, ANY], result: ANY },
};

/** Reads a type of a signature; `?` at its end makes it nullable. */
function typeOf(text: string): FeelType {
  const type = KINDS[text.replace('?', '')];
  if (type === undefined) throw new TypeError(`No such type in a signature: ${text}`);
  return text.endsWith('?') ? nullable(type) : type;
}

/** Reads `string: string, length?: number, ...rest: any -> number`. */
export function overload(signature: string, run: Overload['run'], resultOf?: Overload['resultOf']): Overload {
  const [left = '', right = 'any'] = signature.split('->').map((part) => part.trim());
  const params =
    left === ''
      ? []
      : left.split(',').map((part): Param => {
          const [name = '', type = 'any'] = part.split(':').map((piece) => piece.trim());
          return {
            name: name.replace('...', '').replace('?', ''),
            type: typeOf(type),
            optional: name.endsWith('?'),
            rest: name.startsWith('...'),
          };
        });
  return { params, result: typeOf(right), run, ...(resultOf === undefined ? {} : { resultOf }) };
}

export function builtIn(name: string, ...overloads: Overload[]): BuiltIn {
  return { name, overloads };
}

/** Arguments that were checked against a signature; asking for another kind than it declares is a bug and throws. */
export class Arguments {
  readonly #values: readonly FeelValue[];
  readonly e: Evaluation;

  constructor(values: readonly FeelValue[], e: Evaluation) {
    this.#values = values;
    this.e = e;
  }

  get count(): number {
    return this.#values.length;
  }

  value(i: number): FeelValue {
    return this.#values[i] ?? null;
  }

  from(i: number): FeelList {
    return this.#values.slice(i);
  }

  has(i: number): boolean {
    return this.value(i) !== null;
  }

  text(i: number): string {
    const value = this.value(i);
    return typeof value === 'string' ? value : this.#wrong(i);
  }

  number(i: number): FeelNumber {
    const value = this.value(i);
    return isFeelNumber(value) ? value : this.#wrong(i);
  }

  boolean(i: number): boolean {
    const value = this.value(i);
    return typeof value === 'boolean' ? value : this.#wrong(i);
  }

  list(i: number): FeelList {
    const value = this.value(i);
    return isFeelList(value) ? value : this.#wrong(i);
  }

  context(i: number): FeelContext {
    const value = this.value(i);
    return isFeelContext(value) ? value : this.#wrong(i);
  }

  range(i: number): FeelRange {
    const value = this.value(i);
    return value instanceof FeelRange ? value : this.#wrong(i);
  }

  fn(i: number): FeelFunction {
    const value = this.value(i);
    return value instanceof FeelFunction ? value : this.#wrong(i);
  }

  date(i: number): FeelDate {
    const value = this.value(i);
    return value instanceof FeelDate ? value : this.#wrong(i);
  }

  time(i: number): FeelTime {
    const value = this.value(i);
    return value instanceof FeelTime ? value : this.#wrong(i);
  }

  dateTime(i: number): FeelDateTime {
    const value = this.value(i);
    return value instanceof FeelDateTime ? value : this.#wrong(i);
  }

  /** A list argument's numbers; null when another kind is among them. */
  numbers(list: FeelList): readonly FeelNumber[] | null {
    this.e.pay(list.length);
    const numbers = list.filter(isFeelNumber);
    return numbers.length === list.length ? numbers : null;
  }

  readonly pay = (steps: number): void => this.e.pay(steps);

  #wrong(i: number): never {
    throw new TypeError(`Argument ${i + 1} is of another kind than the signature says.`);
  }
}

/** The arguments as an overload takes them, converted where DMN converts; null when they do not fit it. */
export function fit(overloadOf: Overload, args: readonly FeelValue[], e: Evaluation): FeelValue[] | null {
  const { params } = overloadOf;
  const rest = params.at(-1)?.rest === true;
  if (args.length > params.length && !rest) return null;
  const fitted: FeelValue[] = [];
  const count = Math.max(args.length, params.filter((p) => !p.optional && !p.rest).length);
  for (let i = 0; i < count; i += 1) {
    const param = params[Math.min(i, params.length - 1)];
    if (param === undefined) return null;
    if (i >= args.length) return null;
    const value = args[i] ?? null;
    if (value === null) {
      if (param.type.kind !== 'any' && !param.type.nullable) return null;
      fitted.push(null);
      continue;
    }
    if (isFeelList(value)) e.pay(value.length >> 3);
    const coerced =
      param.type.kind === 'function'
        ? value instanceof FeelFunction
          ? value
          : undefined
        : param.type.kind === 'list' && param.type.of.kind === 'any' && !isFeelList(value)
          ? [value]
          : coerceTo(value, param.type, 'dmn', (steps) => e.pay(steps));
    if (coerced === undefined) return null;
    fitted.push(coerced);
  }
  return fitted;
}
