/** What the types and lists of values of a DMN table's columns are in a table of ours. */
import { allowedValue, literalOf } from '../column-type.ts';
import type { DmnModel } from '../model.ts';
import { builtInType } from '../model-types.ts';
import { COLUMN_TYPES } from '../table-document.ts';
import type { TableInput, TableOutput } from '../table-document.ts';
import { NO_NAMES, parse } from '../../feel/parser.ts';
import { stringLiteral } from '../../feel/format.ts';

export type ColumnType = TableInput['type'];

export interface ColumnMeaning {
  /** Undefined where the type is none that a column of ours can have. */
  readonly type: ColumnType;
  /** The unary tests of the type's allowed values. */
  readonly values: string | null;
}

const UNKNOWN: ColumnMeaning = { type: undefined, values: null };

const MAX_CHAIN = 50;

/** What a type reference of a model means for a column: named types are followed to the simple type that they narrow. */
export function meaningOf(model: DmnModel, typeRef: string | null): ColumnMeaning {
  let name = typeRef;
  let values: string | null = null;
  for (let step = 0; step < MAX_CHAIN && name !== null; step += 1) {
    const item = model.types.find((one) => one.name === name);
    if (item === undefined) {
      const kind = builtInType(name)?.kind;
      const type = COLUMN_TYPES.find((one) => one === kind);
      return type === undefined ? UNKNOWN : { type, values };
    }
    if (item.components.length > 0 || item.isCollection || item.fn !== null) return UNKNOWN;
    values ??= item.allowedValues;
    name = item.typeRef;
  }
  return UNKNOWN;
}

/** The type of one field of a named type; null where it has none. */
export function fieldTypeOf(model: DmnModel, typeRef: string | null, field: string): string | null {
  const item = model.types.find((one) => one.name === typeRef);
  return item?.components.find((one) => one.name === field)?.typeRef ?? null;
}

/** How DMN names the type of a column. */
export const typeRefFor = (type: ColumnType): string | null =>
  type === undefined ? null : type === 'any' ? 'Any' : type;

/** The values of an output as DMN lists them: `"high", "low"`; null where there is no list. */
export function listText({ values, type }: Pick<TableOutput, 'values' | 'type'>): string | null {
  if (values === undefined) return null;
  return values
    .map((text) => {
      const value = allowedValue(text, type);
      return typeof value === 'string' ? stringLiteral(value) : text;
    })
    .join(', ');
}

/** DMN's list of an output's values, each as our column has it; undefined where it is more than a list of literals. */
export function valuesIn(text: string | null, type: ColumnType): string[] | undefined {
  if (text === null) return undefined;
  if (text.trim() === '') return [];
  const parsed = parse(text, 'unary tests', NO_NAMES);
  if (!parsed.ok || parsed.node.kind !== 'tests' || parsed.node.negated || parsed.node.items.length === 0)
    return undefined;
  const values: string[] = [];
  for (const { from, to } of parsed.node.items) {
    const source = text.slice(from, to).trim();
    const value = literalOf(source);
    if (value === undefined) return undefined;
    values.push(typeof value === 'string' && allowedValue(value, type) === value ? value : source);
  }
  return values;
}
