import { Decimal, isFeelNumber } from '../feel/number.ts';
import { FeelDate, FeelDateTime, fromJson, toJson, type FeelValue } from '../feel/value.ts';
import { parseDate, parseDateTime, temporalText } from '../feel/temporal-text.ts';
import type { Field } from '../flow/document.ts';

/** A value read or written by its declared type, or what the type asks for. */
export type Converted<T> = { ok: true; value: T } | { ok: false; wanted: string };

/** What may stand in a field of an outside system's request or response: scalars only. */
export type FieldJson = string | number | boolean;

const refused = (field: Field): { ok: false; wanted: string } => ({ ok: false, wanted: describeField(field) });

/** A field's type in words, such as `a number` or `one of "post", "courier"`. */
export function describeField(field: Field): string {
  if (field.type === 'string' && field.values !== undefined)
    return `one of ${field.values.map((v) => JSON.stringify(v)).join(', ')}`;
  return WORDS[field.type];
}

const WORDS: Readonly<Record<Field['type'], string>> = {
  string: 'a text',
  number: 'a number',
  boolean: 'true or false',
  date: 'a date such as 2026-03-02',
  'date and time': 'a date and time such as 2026-03-02T10:00:00Z',
  list: 'a list',
};

/** A FEEL value as the JSON that the field's type asks for. A number that JSON cannot carry exactly is refused. */
export function fieldToJson(field: Field, value: FeelValue): Converted<FieldJson> {
  if (field.type === 'number' && isFeelNumber(value)) {
    const json = toJson(value);
    return typeof json === 'number'
      ? { ok: true, value: json }
      : { ok: false, wanted: 'a number of at most 15 digits' };
  }
  if (field.type === 'date' && value instanceof FeelDate) return { ok: true, value: temporalText(value) };
  if (field.type === 'date and time' && value instanceof FeelDateTime) return { ok: true, value: temporalText(value) };
  if (field.type === 'boolean' && typeof value === 'boolean') return { ok: true, value };
  if (field.type === 'string' && typeof value === 'string' && (field.values?.includes(value) ?? true))
    return { ok: true, value };
  return refused(field);
}

/** JSON of the outside, in it decimals for numbers that JSON's own would round, as the FEEL value of the field's type. Nothing is coerced: `"5"` is no number. */
export function fieldFromJson(field: Field, json: unknown): Converted<FeelValue> {
  const value = READERS[field.type](json);
  const listed = field.type !== 'string' || field.values === undefined || field.values.some((one) => one === value);
  return value === null || !listed ? refused(field) : { ok: true, value };
}

/** The value of each type, or null where the JSON is not of it. */
const READERS: Readonly<Record<Field['type'], (json: unknown) => FeelValue>> = {
  // Half a surrogate pair is no text: neither canonical JSON nor UTF-8 can hold it.
  string: (json) => (typeof json === 'string' && json.isWellFormed() ? json : null),
  number: (json) => (typeof json === 'number' ? fromJson(json) : json instanceof Decimal ? json : null),
  boolean: (json) => (typeof json === 'boolean' ? json : null),
  date: (json) => (typeof json === 'string' ? parseDate(json) : null),
  'date and time': (json) => (typeof json === 'string' && json.includes('T') ? parseDateTime(json) : null),
  // No contract declares one (contract.ts).
  list: () => null,
};
