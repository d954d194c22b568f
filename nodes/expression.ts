import {
  compileExpression,
  renameInExpression,
  type CompiledExpression,
  type FeelScopeTypes,
} from '../engine/feel/index.ts';
import { momentOf } from '../engine/feel/moment.ts';
import type { FeelType } from '../engine/feel/type.ts';
import type { FeelValue } from '../engine/feel/value.ts';
import type { ConfigProblem, Step, Turn } from './kind.ts';

export { momentOf } from '../engine/feel/moment.ts';

export interface ExpressionFinding {
  type: FeelType;
  reads: readonly (readonly string[])[];
  problems: readonly ConfigProblem[];
}

/** Checks one FEEL expression of a config; `path` is its place in the config, `label` what the person calls it. */
export function checkExpression(
  source: string,
  scope: FeelScopeTypes,
  path: readonly (string | number)[],
  label: string,
  expects?: FeelType,
): ExpressionFinding {
  if (source.trim() === '') {
    return {
      type: { kind: 'null' },
      reads: [],
      problems: [
        {
          code: 'EXPRESSION',
          severity: 'error',
          path,
          message: `${label} is empty.`,
          hint: 'Write a FEEL expression, such as input.message or 20 * ticket.hours.',
        },
      ],
    };
  }
  const compiled = compileExpression(source, scope, expects === undefined ? {} : { expects });
  return {
    type: compiled.type,
    reads: compiled.reads,
    problems: compiled.problems.map((p) => ({
      code:
        p.code === 'FEEL_TYPE' ? 'EXPRESSION_TYPE' : p.code === 'FEEL_NULLABLE' ? 'EXPRESSION_NULLABLE' : 'EXPRESSION',
      severity: p.severity,
      path,
      message: `${label}: ${p.message}`,
      hint: p.hint,
      at: { from: p.from, to: p.to },
      ...(p.instead === undefined ? {} : { instead: p.instead }),
    })),
  };
}

/** Checks a record of expressions; the writes are a context of their types. */
export function checkExpressions(
  sources: Readonly<Record<string, string>>,
  scope: FeelScopeTypes,
  path: readonly (string | number)[],
): { fields: Record<string, FeelType>; reads: (readonly string[])[]; problems: ConfigProblem[] } {
  const fields: Record<string, FeelType> = {};
  const reads: (readonly string[])[] = [];
  const problems: ConfigProblem[] = [];
  for (const [name, source] of Object.entries(sources)) {
    const finding = checkExpression(source, scope, [...path, name], `“${name}”`);
    fields[name] = finding.type;
    reads.push(...finding.reads);
    problems.push(...finding.problems);
  }
  return { fields, reads, problems };
}

export const renameAll = (
  sources: Readonly<Record<string, string>>,
  scope: FeelScopeTypes,
  from: string,
  to: string,
): Record<string, string> =>
  Object.fromEntries(
    Object.entries(sources).map(([name, source]) => [name, renameInExpression(source, scope, from, to)]),
  );

/** Expressions compiled under their names, evaluated together. */
export class ExpressionSet {
  private readonly entries: readonly (readonly [string, CompiledExpression])[];

  constructor(sources: Readonly<Record<string, string>>, scope: FeelScopeTypes) {
    this.entries = Object.entries(sources).map(([name, source]) => [name, compileExpression(source, scope)] as const);
  }

  /** The values by name, and what FEEL warned of, each with the name it belongs to. */
  evaluate(turn: Turn): { values: ReadonlyMap<string, FeelValue>; warnings: string[] } {
    const values = new Map<string, FeelValue>();
    const warnings: string[] = [];
    for (const [name, expression] of this.entries) {
      const result = evaluateIn(expression, turn);
      values.set(name, result.value);
      for (const warning of result.warnings) warnings.push(`${name}: ${warning}`);
    }
    return { values, warnings };
  }
}

/** One expression's value in a turn; a warning is a sentence with its code. */
export function evaluateIn(expression: CompiledExpression, turn: Turn): { value: FeelValue; warnings: string[] } {
  const result = expression.evaluate(turn.scope, { now: momentOf(turn.now) });
  return { value: result.value, warnings: result.warnings.map((w) => `${w.code}: ${w.message}`) };
}

/** A node that a signal cannot reach: its kind never waits. A signal there is a defect of the engine. */
export function neverResumes(kind: string): () => Step {
  return () => {
    throw new Error(`a ${kind} node does not wait and cannot be resumed`);
  };
}
