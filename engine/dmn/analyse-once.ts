/**
 * The analysis of a table, done once while the table says the same: checks run at every change of a flow, and most
 * changes are elsewhere. Known by the table's identity, or by its text where it was read anew.
 */
import { compilePart } from '../feel/compile.ts';
import type { FeelScopeTypes } from '../feel/problem.ts';
import { analyseTable } from './analyse.ts';
import type { TableAnalysis } from './analyse.ts';
import { readsConstants } from './analyse-shape.ts';
import type { DecisionTable } from './table-document.ts';

const byIdentity = new WeakMap<DecisionTable, WeakMap<FeelScopeTypes, TableAnalysis>>();

/** By text, the one used last at the end. */
const byText = new Map<string, TableAnalysis>();
let kept = 0;

/** Characters of tables that are kept; the ones that were not used for longest go first. */
const MOST_KEPT = 30_000_000;

/** As `analyseTable`, of which it asks all that is not known yet. The table and the scope must not be changed later. */
export function analyseTableOnce(table: DecisionTable, scope: FeelScopeTypes): TableAnalysis {
  const byScope = byIdentity.get(table) ?? new WeakMap<FeelScopeTypes, TableAnalysis>();
  byIdentity.set(table, byScope);
  const known = byScope.get(scope);
  if (known !== undefined) return known;
  const text = textOf(table, scope);
  const analysis = byText.get(text) ?? analyseTable(table, scope);
  byScope.set(scope, analysis);
  keep(text, analysis);
  return analysis;
}

/** All that an analysis depends on: of the scope, what it makes of the inputs and whether constants mean what they say. */
function textOf(table: DecisionTable, scope: FeelScopeTypes): string {
  const inputs = table.inputs.map(({ expression }) => {
    const { type, reads, node } = compilePart(expression, scope, {});
    return [type, reads, node === null];
  });
  return JSON.stringify([readsConstants(scope), inputs, table]);
}

function keep(text: string, analysis: TableAnalysis): void {
  if (byText.delete(text)) kept -= text.length;
  byText.set(text, analysis);
  kept += text.length;
  for (const oldest of byText.keys()) {
    if (kept <= MOST_KEPT || oldest === text) return;
    byText.delete(oldest);
    kept -= oldest.length;
  }
}
