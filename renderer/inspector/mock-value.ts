import { conformsTo, describeType, fromJson, valueForType, type FeelType } from '../../engine/feel/index.ts';
import { toErrorShape } from '../../engine/flow/error.ts';
import { asJson, parseStrict, prettyJson, type JsonValue } from '../../engine/flow/json.ts';
import { words } from '../words/index.ts';

export type ReadMock = { ok: true; value: JsonValue } | { ok: false; message: string };

/** The value of a mock as it was written: strict JSON, and of the type that the step leaves by its exit. */
export function readMockValue(text: string, type: FeelType, exit: string): ReadMock {
  let value: JsonValue;
  try {
    value = parseStrict(text);
  } catch (error) {
    return { ok: false, message: toErrorShape(error).message };
  }
  return checkMockValue(value, type, exit);
}

/** Whether a value is of the type that the step leaves by its exit. */
export function checkMockValue(value: JsonValue, type: FeelType, exit: string): ReadMock {
  const fits = conformsTo(valueForType(fromJson(value), type), type) || (value === null && exit === 'failed');
  if (fits) return { ok: true, value };
  return {
    ok: false,
    message: type.kind === 'null' ? words().stepCase.noValue : words().stepCase.valueIs(describeType(type)),
  };
}

export const writeMockValue = (value: unknown): string => prettyJson(asJson(value)).trimEnd();

/** A value of a type, to begin from. */
export function sampleOf(type: FeelType): JsonValue {
  switch (type.kind) {
    case 'string':
      return '';
    case 'choice':
      return type.values[0] ?? '';
    case 'number':
      return 0;
    case 'boolean':
      return false;
    case 'date':
      return '2026-03-02';
    case 'time':
      return '09:00:00';
    case 'date and time':
      return '2026-03-02T09:00:00Z';
    case 'days and time duration':
      return 'P1D';
    case 'years and months duration':
      return 'P1Y';
    case 'list':
      return [];
    case 'context':
      return Object.fromEntries(
        Object.entries(type.fields).map(([name, field]) => [name, field.nullable === true ? null : sampleOf(field)]),
      );
    default:
      return null;
  }
}
