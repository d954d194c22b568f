/** What a column holds, for reading its cells: as declared, or as its cells show. */
import { compilePart } from '../../feel/compile.ts';
import type { FeelScopeTypes } from '../../feel/problem.ts';
import { COLUMN_TYPES } from '../table-document.ts';

export type ColumnType = (typeof COLUMN_TYPES)[number];

export const isColumnType = (text: string): text is ColumnType => COLUMN_TYPES.some((type) => type === text);

/** The type of an expression in a scope as a column would declare it; `any` when it is none of those. */
export function typeInScope(expression: string, scope: FeelScopeTypes): ColumnType {
  if (expression.trim() === '') return 'any';
  const part = compilePart(expression, scope);
  if (part.problems.some(({ severity }) => severity === 'error')) return 'any';
  const { kind } = part.type;
  if (kind === 'choice') return 'string';
  return isColumnType(kind) ? kind : 'any';
}

export type Side = 'when' | 'then';
