/**
 * FEEL, the one expression language of the product (DMN 1.5, chapter 10). An expression is parsed and compiled once to
 * closures; evaluating it neither parses nor reads a clock, and never throws.
 */
export { compileExpression } from './compile.ts';
export type { CompiledExpression, CompileOptions, EvaluateOptions, Evaluated } from './compile.ts';
export type { FeelProblem, FeelProblemCode, FeelScopeTypes } from './problem.ts';
export { DEFAULT_BUDGET } from './evaluation.ts';
export type { Budget, FeelWarning, FeelWarningCode } from './evaluation.ts';
export { normalise, renameInExpression } from './rewrite.ts';
export { boundsOf, boundsOfTest } from './bounds.ts';
export type { Bounds } from './bounds.ts';
export {
  ANY,
  BOOLEAN,
  describeType,
  fieldOf,
  isAssignable,
  mayBeNull,
  notNull,
  NULL,
  nullable,
  NUMBER,
  sameType,
  STRING,
  typeOfValue,
  unionOf,
} from './type.ts';
export type { FeelType, SimpleKind } from './type.ts';
export {
  compareValues,
  DayTimeDuration,
  Decimal,
  decodeValue,
  encodeValue,
  FeelDate,
  FeelDateTime,
  feelEquals,
  FeelFunction,
  FeelRange,
  FeelTime,
  formatValue,
  fromJson,
  isFeelContext,
  isFeelList,
  toJson,
  YearMonthDuration,
} from './value.ts';
export type { FeelContext, FeelList, FeelNumber, FeelTemporal, FeelValue, JsonValue } from './value.ts';
export { conformsTo, valueForType } from './conform.ts';
