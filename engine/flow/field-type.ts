import { nullable, type FeelType } from '../feel/type.ts';
import type { Field, Fields } from './document.ts';

/** The FEEL type of a declared field; an optional one may be null. */
export function fieldType(field: Field): FeelType {
  const type: FeelType =
    field.type === 'string' && field.values !== undefined
      ? { kind: 'choice', values: field.values }
      : field.type === 'list'
        ? { kind: 'list', of: { kind: field.of } }
        : { kind: field.type };
  return field.optional === true ? nullable(type) : type;
}

/** The closed context of declared fields, such as a flow's input or an action's response. */
export function fieldsType(fields: Fields): FeelType {
  return {
    kind: 'context',
    fields: Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, fieldType(field)])),
    open: false,
  };
}
