/** The problems of a rule's table: of its own, or of one in its model. */
import { leftOutOf } from '../../engine/dmn/analyse-left-out.ts';
import { analyseTableOnce } from '../../engine/dmn/analyse-once.ts';
import type { CompiledTable, DecisionTable, TablePath, TableProblem } from '../../engine/dmn/table.ts';
import type { FeelScopeTypes } from '../../engine/feel/problem.ts';
import type { ConfigProblem } from '../kind.ts';

/** Problems of cells and columns, and what no single cell shows; paths begin at the table. */
export function tableProblems(
  table: DecisionTable,
  compiled: CompiledTable,
  scope: FeelScopeTypes,
  /** Defaults say what comes out where no row matches, and that is all that is asked. */
  defaultsSuffice: boolean,
): readonly ConfigProblem[] {
  const cells = compiled.problems.map((p): ConfigProblem => ({
    code: p.code === 'FEEL_TYPE' ? 'EXPRESSION_TYPE' : p.code === 'FEEL_NULLABLE' ? 'EXPRESSION_NULLABLE' : 'TABLE',
    severity: p.severity,
    path: p.path,
    message: p.message,
    hint: p.hint,
    at: { from: p.from, to: p.to },
  }));
  return [...cells, ...findingsOf(table, scope, compiled.problems, defaultsSuffice)];
}

/**
 * What no single cell shows, and what of it was not looked at. A case that no row matches is no problem where defaults say
 * what then. `problems` are those of the cells and columns themselves.
 */
function findingsOf(
  table: DecisionTable,
  scope: FeelScopeTypes,
  problems: readonly TableProblem[],
  defaultsSuffice: boolean,
): readonly ConfigProblem[] {
  const defaults = defaultsSuffice && table.outputs.every((output) => (output.default ?? '').trim() !== '');
  const { findings, notAnalysed } = analyseTableOnce(table, scope);
  const faulty = new Set(problems.filter(({ severity }) => severity === 'error').map(({ path }) => path.join()));
  const isFaulty = (path: TablePath): boolean =>
    faulty.has(path.join()) ||
    (path[0] === 'inputs' && ['expression', 'values'].some((of) => faulty.has([...path, of].join())));
  return [
    ...findings
      .filter((finding) => finding.kind !== 'gap' || !defaults)
      .map(({ severity, path, message, hint }) => ({ severity, path, message, hint })),
    ...leftOutOf(table, notAnalysed, isFaulty)
      .filter((leftOut) => leftOut.of !== 'gap' || !defaults)
      .map(({ path, message, hint }) => ({ severity: 'warning' as const, path, message, hint })),
  ].map((finding) => ({ code: 'TABLE' as const, ...finding }));
}

/** Whether some row lets everything pass, so that there is always a result. */
export const catchesAll = (table: DecisionTable): boolean =>
  table.rows.some((row) => row.when.every((cell) => cell.trim() === '' || cell.trim() === '-'));
