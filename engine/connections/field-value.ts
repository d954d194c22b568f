import { isFeelNumber } from '../feel/number.ts';
import { FeelDate, FeelDateTime, fromJson, toJson, type FeelValue } from '../feel/value.ts';
import { parseDate, parseDateTime } from '../feel/temporal-text.ts';
import type { Field } from '../flow/document.ts';

/** A value read or written by its declared type, or what the type asks for. */
export type Converted<T> = { ok: true; value: T } | { ok: false; wanted: string };

/** What may stand in a field of an outside system's request or response: scalars only. */
export type FieldJson = string | number | boolean;

const refused = (field: Field): { ok: false; wanted: string } => ({ ok: false, wanted: describeField(field) });

/** A field's type in words, such as `a number` or `one of "post", "courier"`. */
export function describeField(field: Field): string {
  switch (field.type) {
    case 'string':
      return field.values === undefined ? 'a text' : `one of ${field.values.map((v) => JSON.stringify(v)).join(', ')}`;
    case 'number':
      return 'a number';
    case 'boolean':
      return 'true or false';
    case 'date':
      return 'a date such as 2026-03-02';
    case 'date and time':
      return 'a date and time such as 2026-03-02T10:00:00Z';
  }
}

/** A FEEL value as the JSON that the field's type asks for. A number that JSON cannot carry exactly is refused. */
export function fieldToJson(field: Field, value: FeelValue): Converted<FieldJson> {
  switch (field.type) {
    case 'string':
      if (typeof value !== 'string' || !(field.values?.includes(value) ?? true)) return refused(field);
      return { ok: true, value };
    case 'number': {
      if (!isFeelNumber(value)) return refused(field);
      const json = toJson(value);
      return typeof json === 'number' ? { ok: true, value: json } : { ok: false, wanted: 'a number of at most 15 digits' };
    }
    case 'boolean':
      return typeof value === 'boolean' ? { ok: true, value } : refused(field);
    case 'date':
      return value instanceof FeelDate ? { ok: true, value: String(toJson(value)) } : refused(field);
    case 'date and time':
      return value instanceof FeelDateTime ? { ok: true, value: String(toJson(value)) } : refused(field);
  }
}

/** JSON of the outside as the FEEL value of the field's type. Nothing is coerced: `"5"` is no number. */
export function fieldFromJson(field: Field, json: unknown): Converted<FeelValue> {
  switch (field.type) {
    case 'string':
      if (typeof json !== 'string' || !(field.values?.includes(json) ?? true)) return refused(field);
      return { ok: true, value: json };
    case 'number': {
      const value = typeof json === 'number' ? fromJson(json) : null;
      return value === null ? refused(field) : { ok: true, value };
    }
    case 'boolean':
      return typeof json === 'boolean' ? { ok: true, value: json } : refused(field);
    case 'date': {
      const value = typeof json === 'string' ? parseDate(json) : null;
      return value === null ? refused(field) : { ok: true, value };
    }
    case 'date and time': {
      const value = typeof json === 'string' && json.includes('T') ? parseDateTime(json) : null;
      return value === null ? refused(field) : { ok: true, value };
    }
  }
}
