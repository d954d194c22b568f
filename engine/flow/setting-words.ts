import { durationWords } from '../../nodes/duration.ts';
import { fieldsOf, spoken, type FieldSpec } from './form-fields.ts';
import { isRecord } from './shape.ts';
import type { Path } from './problems.ts';
import { inWords, quote } from './words.ts';
import type { z } from './zod.ts';

/** How a difference speaks of one setting: what the form calls it, and its values as the form shows them. */
export interface SettingWords {
  readonly what: string;
  readonly value: (value: unknown) => string;
}

/** Labels within labels: `Trying again › Attempts`. */
const WITHIN = ' › ';

/**
 * The words of the setting at a path of a config. What lies in a list goes by its own label or name, else by its number;
 * what the form gives no label to goes by its key. `configs` are those in which it may be found.
 */
export function settingWords(schema: z.ZodType, path: Path, configs: readonly unknown[]): SettingWords {
  const labels: string[] = [];
  let specs: readonly FieldSpec[] = fieldsOf(schema);
  let spec: FieldSpec | undefined;
  let held = configs;
  for (const key of path) {
    const isItem = held.some(Array.isArray);
    const within = held.map((one) => memberAt(one, key));
    const named = !isItem && specs.find((field) => field.key === key);
    if (named) {
      labels.push(named.label);
      spec = named;
      specs = named.fields;
    } else {
      labels.push(isItem ? itemName(key, within) : isFreelyNamed(spec, specs) ? String(key) : spoken(String(key)));
      // An item of a list has the fields of the list.
      if (!isItem) specs = [];
      spec = undefined;
    }
    held = within;
  }
  return { what: quote(labels.join(WITHIN)), value: (value) => settingValue(spec, value) };
}

/** A key that a person wrote, such as the name of a value, stays as it was written. */
const isFreelyNamed = (spec: FieldSpec | undefined, specs: readonly FieldSpec[]): boolean =>
  spec !== undefined && specs.length === 0;

function memberAt(holder: unknown, key: string | number): unknown {
  if (Array.isArray(holder)) {
    const items: readonly unknown[] = holder;
    return typeof key === 'number' ? items[key] : items.find((item) => isRecord(item) && item['id'] === key);
  }
  return isRecord(holder) && Object.hasOwn(holder, key) ? holder[key] : undefined;
}

function itemName(key: string | number, found: readonly unknown[]): string {
  const texts = found.flatMap((item) => (isRecord(item) ? [item['label'], item['name']] : []));
  const name = texts.findLast((text) => typeof text === 'string' && text !== '');
  return typeof name === 'string' ? name : typeof key === 'number' ? String(key + 1) : key;
}

function settingValue(spec: FieldSpec | undefined, value: unknown): string {
  if (spec === undefined) return inWords(value);
  if (value === null && spec.nullable) return 'empty';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'string' && Object.hasOwn(spec.optionLabels, value))
    return quote(spec.optionLabels[value] ?? value);
  if (typeof value === 'string' && spec.control === 'duration') return durationWords(value);
  return inWords(value);
}
