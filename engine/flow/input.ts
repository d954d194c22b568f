import { conformsTo, valueForType } from '../feel/conform.ts';
import { fromJson, type FeelContext, type FeelValue } from '../feel/value.ts';
import { isPersonal, type Fields } from './document.ts';
import { CountersignError } from './error.ts';
import { fieldType } from './field-type.ts';

/** What is given: the input of a case, or a person's answer to a task. */
type Given = 'input' | 'answer';

/**
 * A case's input as FEEL sees it, checked against the flow's input schema; or a person's answer, against the fields that
 * they were asked for. Dates come as ISO text. Throws INPUT_INVALID with the path of the field; a field that is not
 * declared is refused as well. What a personal field was given is not told: nobody can erase it from where refusals go.
 */
export function inputOf(fields: Fields, given: Readonly<Record<string, unknown>>, what: Given = 'input'): FeelContext {
  const { owner, again } = WORDS[what];
  const invalid = (name: string, message: string, hint: string): CountersignError =>
    new CountersignError({ code: 'INPUT_INVALID', message, where: { path: [what, name] }, hint });
  for (const name of Object.keys(given))
    if (!Object.hasOwn(fields, name))
      throw invalid(
        name,
        `The ${what} has a field “${name}” that the ${owner} does not know.`,
        `Its fields are: ${Object.keys(fields).join(', ') || 'none'}.`,
      );
  const input = new Map<string, FeelValue>();
  for (const [name, field] of Object.entries(fields)) {
    const raw = Object.hasOwn(given, name) ? given[name] : undefined;
    if (raw === undefined || raw === null) {
      if (field.optional !== true)
        throw invalid(name, `The ${what} lacks “${name}”.`, `Give it as ${words(field.type)}.`);
      input.set(name, null);
      continue;
    }
    if (field.type === 'string' && field.values !== undefined && typeof raw === 'string' && !field.values.includes(raw))
      throw invalid(
        name,
        isPersonal(field)
          ? `What “${name}” is given is not among its values.`
          : `“${name}” is “${raw.slice(0, 80)}”, which is not among its values.`,
        `Use one of: ${field.values.join(', ')}.`,
      );
    const value = valueForType(fromJson(raw), fieldType(field));
    if (value === null || !conformsTo(value, fieldType(field)))
      throw invalid(
        name,
        `“${name}” is to be ${words(field.type)}, and is ${isPersonal(field) ? 'not' : JSON.stringify(raw).slice(0, 80)}.`,
        `Correct the value and ${again}.`,
      );
    input.set(name, value);
  }
  return input;
}

const WORDS: Readonly<Record<Given, { owner: string; again: string }>> = {
  input: { owner: 'flow', again: 'start the case again' },
  answer: { owner: 'task', again: 'answer again' },
};

const words = (type: string): string =>
  type === 'string' ? 'a text' : type === 'boolean' ? 'true or false' : `a ${type}`;
