import { conformsTo, valueForType } from '../feel/conform.ts';
import { fromJson, type FeelContext, type FeelValue } from '../feel/value.ts';
import type { Fields } from './document.ts';
import { CountersignError } from './error.ts';
import { fieldType } from './field-type.ts';

/**
 * A case's input as FEEL sees it, checked against the flow's input schema. Dates come as ISO text. Throws INPUT_INVALID
 * with the path of the field; a field that the flow does not know is refused as well.
 */
export function inputOf(fields: Fields, given: Readonly<Record<string, unknown>>): FeelContext {
  for (const name of Object.keys(given))
    if (!Object.hasOwn(fields, name))
      throw invalid(
        name,
        `The input has a field “${name}” that the flow does not know.`,
        `Its fields are: ${Object.keys(fields).join(', ') || 'none'}.`,
      );
  const input = new Map<string, FeelValue>();
  for (const [name, field] of Object.entries(fields)) {
    const raw = Object.hasOwn(given, name) ? given[name] : undefined;
    if (raw === undefined || raw === null) {
      if (field.optional !== true)
        throw invalid(name, `The input lacks “${name}”.`, `Give it as ${words(field.type)}.`);
      input.set(name, null);
      continue;
    }
    if (field.type === 'string' && field.values !== undefined && typeof raw === 'string' && !field.values.includes(raw))
      throw invalid(
        name,
        `“${name}” is “${raw.slice(0, 80)}”, which is not among its values.`,
        `Use one of: ${field.values.join(', ')}.`,
      );
    const value = valueForType(fromJson(raw), fieldType(field));
    if (value === null || !conformsTo(value, fieldType(field)))
      throw invalid(
        name,
        `“${name}” is to be ${words(field.type)}, and is ${JSON.stringify(raw).slice(0, 80)}.`,
        'Correct the value and start the case again.',
      );
    input.set(name, value);
  }
  return input;
}

const words = (type: string): string =>
  type === 'string' ? 'a text' : type === 'boolean' ? 'true or false' : `a ${type}`;

function invalid(name: string, message: string, hint: string): CountersignError {
  return new CountersignError({ code: 'INPUT_INVALID', message, where: { path: ['input', name] }, hint });
}
