import { conformsTo } from '../feel/conform.ts';
import { NO_NAMES, parse } from '../feel/parser.ts';
import type { FeelType } from '../feel/type.ts';
import type { FeelValue } from '../feel/value.ts';
import { negateNumber, isFeelNumber } from '../feel/number.ts';
import type { TableInput } from './table-document.ts';

/** The type that a column declares; null when it declares none. */
export function typeOfColumn(name: TableInput['type']): FeelType | null {
  return name === undefined || name === 'any' ? null : { kind: name };
}

/**
 * One of the listed values of a column. In a column of text, and where no type is declared and the text is no FEEL
 * literal, the text stands for itself (in quotes or not). Undefined when it is none of the column's type.
 */
export function allowedValue(text: string, column: TableInput['type']): FeelValue | undefined {
  const literal = literalOf(text);
  if (column === 'string') return typeof literal === 'string' ? literal : text;
  const type = typeOfColumn(column);
  if (type === null) return literal === undefined ? text : literal;
  return literal !== undefined && conformsTo(literal, type) ? literal : undefined;
}

/** The value of a FEEL literal; undefined when the text is anything else. */
export function literalOf(text: string): FeelValue | undefined {
  const parsed = parse(text, 'expression', NO_NAMES);
  if (!parsed.ok) return undefined;
  const { node } = parsed;
  if (node.kind === 'literal') return node.value;
  if (node.kind !== 'negate' || node.operand.kind !== 'literal') return undefined;
  const { value } = node.operand;
  return isFeelNumber(value) ? negateNumber(value) : undefined;
}
