/** Does a value belong to a type, and what DMN's implicit conversions make of it (DMN 1.5, 10.3.2.9.4). */
import type { Pay } from './compare.ts';
import { isFeelContext, isFeelList } from './guards.ts';
import { Decimal } from './number.ts';
import { FeelFunction } from './function.ts';
import type { FunctionType } from './function.ts';
import { FeelRange } from './range.ts';
import { DayTimeDuration, FeelDate, FeelDateTime, FeelTime, YearMonthDuration } from './temporal.ts';
import { parseDate, parseDateTime, parseDuration, parseTime, startOfDay } from './temporal-text.ts';
import { parseNumber } from './number.ts';
import { isAssignable, mayBeNull, notNull } from './type.ts';
import type { FeelType } from './type.ts';
import type { FeelContext, FeelList, FeelValue } from './value.ts';

const free: Pay = () => undefined;

/**
 * How null is judged: `typed` lets null stand only for a nullable type and an absent field for null; `dmn` lets null
 * stand for every type and asks that each field is there.
 */
export type NullRule = 'typed' | 'dmn';

/** Is the value one of the type's? */
export function conformsTo(value: FeelValue, type: FeelType, rule: NullRule = 'typed', pay: Pay = free): boolean {
  if (value === null) return rule === 'dmn' || mayBeNull(type);
  switch (type.kind) {
    case 'any':
      return true;
    case 'null':
      return false;
    case 'string':
      return typeof value === 'string';
    case 'choice':
      return typeof value === 'string' && type.values.includes(value);
    case 'number':
      return typeof value === 'number' || value instanceof Decimal;
    case 'boolean':
      return typeof value === 'boolean';
    case 'date':
      return value instanceof FeelDate;
    case 'time':
      return value instanceof FeelTime;
    case 'date and time':
      return value instanceof FeelDateTime;
    case 'days and time duration':
      return value instanceof DayTimeDuration;
    case 'years and months duration':
      return value instanceof YearMonthDuration;
    case 'list':
      return isFeelList(value) && (type.of.kind === 'any' || everyItem(value, type.of, rule, pay));
    case 'context':
      return isFeelContext(value) && everyField(value, type.fields, rule, pay);
    case 'range':
      return (
        value instanceof FeelRange &&
        (value.low === null || conformsTo(value.low, type.of, rule, pay)) &&
        (value.high === null || conformsTo(value.high, type.of, rule, pay))
      );
    case 'function':
      return value instanceof FeelFunction && value.signatures.some((signature) => callableAs(signature, type));
  }
}

/** Items that are looked at for one step. */
const ITEMS_PER_STEP = 8;

function everyItem(items: FeelList, of: FeelType, rule: NullRule, pay: Pay): boolean {
  for (let i = 0; i < items.length; i += 1) {
    if (i % ITEMS_PER_STEP === 0) pay(1);
    if (!conformsTo(items[i] ?? null, of, rule, pay)) return false;
  }
  return true;
}

function everyField(
  context: FeelContext,
  fields: Readonly<Record<string, FeelType>>,
  rule: NullRule,
  pay: Pay,
): boolean {
  const entries = Object.entries(fields);
  pay((entries.length + 3) >> 2);
  return entries.every(([name, of]) => {
    const field = context.get(name);
    if (field === undefined) return rule === 'typed' && mayBeNull(of);
    return conformsTo(field, of, rule, pay);
  });
}

/** Can a function of one signature be called as another type says? What either makes of null is not looked at. */
function callableAs(signature: FunctionType, type: FunctionType): boolean {
  const count = type.parameters.length;
  const { parameters, required = parameters.length, variadic } = signature;
  if (count < required || (count > parameters.length && variadic !== true)) return false;
  const given = type.parameters.every((from, i) => {
    const to = parameters[Math.min(i, parameters.length - 1)];
    return to === undefined || isAssignable(notNull(from), notNull(to));
  });
  return given && isAssignable(notNull(signature.result), notNull(type.result));
}

/**
 * The value as a type asks for it, by DMN's conversions: a list of one item for the item, a date for the midnight (UTC)
 * of a date and time. `undefined` when it cannot conform.
 */
export function coerceTo(
  value: FeelValue,
  type: FeelType,
  rule: NullRule = 'dmn',
  pay: Pay = free,
): FeelValue | undefined {
  if (value === null || conformsTo(value, type, rule, pay)) return value;
  if (isFeelList(value) && value.length === 1 && type.kind !== 'list') {
    const [only] = value;
    if (only !== undefined && only !== null && conformsTo(only, type, rule, pay)) return only;
  }
  if (type.kind === 'list' && !isFeelList(value) && conformsTo(value, type.of, rule, pay)) return [value];
  if (type.kind === 'date and time' && value instanceof FeelDate) return startOfDay(value, 0);
  return undefined;
}

/**
 * A value from JSON read as the type that was declared for it: ISO text as a date, time or duration, and numeric text as
 * a number where the type says so, in lists and fields too. What does not fit stays as it is; check with `conformsTo`.
 */
export function valueForType(value: FeelValue, type: FeelType): FeelValue {
  if (typeof value === 'string') return textForType(value, type);
  if (type.kind === 'list' && isFeelList(value)) {
    return value.map((item) => valueForType(item, type.of));
  }
  if (type.kind === 'context' && isFeelContext(value)) {
    const fields = value;
    return new Map(
      [...fields].map(([name, field]) => {
        const of = Object.hasOwn(type.fields, name) ? type.fields[name] : undefined;
        return [name, of === undefined ? field : valueForType(field, of)];
      }),
    );
  }
  return value;
}

function textForType(text: string, type: FeelType): FeelValue {
  switch (type.kind) {
    case 'number':
      return parseNumber(text) ?? text;
    case 'date':
      return parseDate(text) ?? text;
    case 'time':
      return parseTime(text) ?? text;
    case 'date and time':
      return parseDateTime(text) ?? text;
    case 'days and time duration':
    case 'years and months duration': {
      const duration = parseDuration(text);
      return duration !== null && conformsTo(duration, type) ? duration : text;
    }
    default:
      return text;
  }
}
