import type { FeelType } from './type.ts';

/** Everything that checking an expression can find. */
export type FeelProblemCode =
  | 'FEEL_SYNTAX'
  | 'FEEL_UNKNOWN_NAME'
  | 'FEEL_UNKNOWN_MEMBER'
  | 'FEEL_UNKNOWN_TYPE'
  | 'FEEL_TYPE'
  | 'FEEL_ARGUMENTS'
  | 'FEEL_INVALID_VALUE'
  | 'FEEL_UNSUPPORTED'
  | 'FEEL_NULLABLE';

export interface FeelProblem {
  readonly code: FeelProblemCode;
  readonly message: string;
  /** What to do about it. */
  readonly hint: string;
  /** Where, as offsets of UTF-16 units into the source. */
  readonly from: number;
  readonly to: number;
  readonly severity: 'error' | 'warning';
  /** A name that is there, and nearly the one that stands there. */
  readonly instead?: string;
}

/** Names in scope and their types; names may hold spaces. */
export type FeelScopeTypes = Readonly<Record<string, FeelType>>;
