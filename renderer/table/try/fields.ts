import { compileTable, type DecisionTable } from '../../../engine/dmn/table.ts';
import {
  compileExpression,
  conformsTo,
  fieldOf,
  formatValue,
  isFeelContext,
  type FeelContext,
  type FeelScopeTypes,
  type FeelType,
  type FeelValue,
  valueForType,
} from '../../../engine/feel/index.ts';
import { literalText } from '../../../engine/feel/format.ts';

/** One value that a table reads and that a person gives to try it: a path in the scope, such as `ticket.amount`. */
export interface TryField {
  readonly path: readonly string[];
  /** The path as FEEL writes it; no two fields have the same. */
  readonly key: string;
  readonly type: FeelType;
}

const ANY: FeelType = { kind: 'any' };
const MAX_DEPTH = 3;

/** The values that a table reads. A record that is read as a whole is asked for field by field. */
export function fieldsOf(table: DecisionTable, scope: FeelScopeTypes): readonly TryField[] {
  const fields = new Map<string, TryField>();
  const add = (path: readonly string[], type: FeelType, depth: number): void => {
    if (type.kind === 'context' && !type.open && depth < MAX_DEPTH)
      for (const [name, field] of Object.entries(type.fields)) add([...path, name], field, depth + 1);
    else fields.set(path.join('.'), { path, key: path.join('.'), type });
  };
  for (const path of compileTable(table, scope).reads) add(path, typeAt(scope, path), 0);
  // A record under which single fields are asked for is not asked for besides.
  const keys = [...fields.keys()];
  return [...fields.values()].filter(({ key }) => !keys.some((other) => other.startsWith(`${key}.`)));
}

function typeAt(scope: FeelScopeTypes, [root = '', ...rest]: readonly string[]): FeelType {
  let type: FeelType = Object.hasOwn(scope, root) ? (scope[root] ?? ANY) : ANY;
  for (const name of rest) type = (type.kind === 'context' ? fieldOf(type, name) : undefined) ?? ANY;
  return type;
}

/** What a person wrote as a value of a type; undefined when it is none. Nothing written is null. */
export function readValue(text: string, type: FeelType): FeelValue | undefined {
  if (text.trim() === '') return null;
  switch (type.kind) {
    case 'string':
    case 'choice':
      return text;
    case 'boolean':
      return text === 'true';
    case 'number':
    case 'date':
    case 'time':
    case 'date and time':
    case 'days and time duration':
    case 'years and months duration': {
      const value = valueForType(text.trim(), type);
      return conformsTo(value, type) ? value : undefined;
    }
    default: {
      const compiled = compileExpression(text, {});
      if (compiled.problems.some(({ severity }) => severity === 'error')) return undefined;
      const { value, warnings } = compiled.evaluate(new Map());
      return warnings.length > 0 ? undefined : value;
    }
  }
}

/** The text that {@link readValue} reads as the value. */
export function writeValue(value: FeelValue, type: FeelType): string {
  if (value === null) return '';
  return ['any', 'list', 'context', 'range', 'function', 'null'].includes(type.kind)
    ? literalText(value)
    : formatValue(value);
}

export interface Given {
  /** By the names of the scope. */
  readonly values: ReadonlyMap<string, FeelValue>;
  /** Keys of the fields whose text is no value of their type. */
  readonly faults: ReadonlySet<string>;
}

/** What a person gave, as the scope in which a table is tried. */
export function givenBy(fields: readonly TryField[], texts: ReadonlyMap<string, string>): Given {
  const faults = new Set<string>();
  const values = new Map<string, FeelValue>();
  for (const { path, key, type } of fields) {
    const value = readValue(texts.get(key) ?? '', type);
    if (value === undefined) faults.add(key);
    put(values, path, value ?? null);
  }
  return { values, faults };
}

function put(into: Map<string, FeelValue>, [name = '', ...rest]: readonly string[], value: FeelValue): void {
  if (rest.length === 0) {
    into.set(name, value);
    return;
  }
  const found = into.get(name);
  const inner = new Map<string, FeelValue>(found !== undefined && isFeelContext(found) ? found : []);
  put(inner, rest, value);
  into.set(name, inner);
}

/** The value at a path; undefined when there is none. */
export function valueAt(scope: FeelContext, path: readonly string[]): FeelValue | undefined {
  let value: FeelValue | undefined = scope;
  for (const name of path) value = value !== undefined && isFeelContext(value) ? value.get(name) : undefined;
  return value;
}
