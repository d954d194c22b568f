import { compileExpression, formatValue, fromJson, valueForType } from '../../engine/feel/index.ts';
import { momentOf } from '../../engine/feel/moment.ts';
import type { FeelScopeTypes, FeelValue } from '../../engine/feel/index.ts';
import type { Flow } from '../../engine/flow/document.ts';
import { outerEdge, outerNode } from '../../engine/flow/inlined-ids.ts';
import type { ScenarioResult, TraceStep } from '../../engine/studio/contract.ts';

/** What went into a step of a case, and what came of it: read off the case as the sandbox told it. */

export interface Turn {
  /** From 1; above 1 where the case came back to the step, or where it stands in branches. */
  number: number;
  /** The names that formulas of the step read, with their values; what the trace does not tell is not there. */
  before: ReadonlyMap<string, FeelValue>;
  /** Milliseconds since 1970, on the sandbox's clock. */
  at: number;
  /** How the step was settled, or how it waits. */
  step: TraceStep;
}

/** Every turn that a step of the drawn flow had. A step that stands for another flow has one for each time that is passed. */
export function turnsOf(
  { trace, clock, input }: Pick<ScenarioResult, 'trace' | 'clock' | 'input'>,
  flow: Flow,
  id: string,
  scope: FeelScopeTypes,
): Turn[] {
  const turns: Turn[] = [];
  const told = new Map<string, FeelValue>();
  const began = clock - Math.max(0, ...trace.map(({ atMs }) => atMs));
  const typed = (name: string, value: unknown): FeelValue => {
    const type = Object.hasOwn(scope, name) ? scope[name] : undefined;
    return type === undefined ? fromJson(value) : valueForType(fromJson(value), type);
  };
  if (Object.hasOwn(scope, 'input')) told.set('input', typed('input', input));
  /** What was told when the step's turn began, while it stands for a flow that is under way. */
  let entered: { before: ReadonlyMap<string, FeelValue>; at: number } | null = null;
  for (const step of trace) {
    const node = outerNode(step.node);
    const leaves = step.node === node || step.port === null || (step.edge !== null && outerEdge(step.edge) !== null);
    if (node === id) {
      entered ??= { before: new Map(told), at: began + step.fromMs };
      const last = turns.at(-1);
      // While what it stands for goes on, the turn is told by the step that was settled last.
      if (last !== undefined && last.step.node !== node && last.before === entered.before) turns.pop();
      turns.push({ number: turns.length + 1, ...entered, step });
      if (leaves) entered = null;
    }
    const name = flow.nodes[node]?.name;
    if (name !== undefined && Object.hasOwn(scope, name) && step.port !== null && leaves)
      told.set(name, typed(name, step.value));
  }
  return turns;
}

/** The values that a form's formulas have in a case. */
export interface CaseValues {
  /** The name of the case. */
  name: string;
  turn: Pick<Turn, 'before' | 'at'>;
}

/** The value of a formula in a case, as FEEL writes it; null where it has none, or reads what the case does not tell. */
export function valueIn(source: string, scope: FeelScopeTypes, { before, at }: CaseValues['turn']): string | null {
  if (source.trim() === '') return null;
  const compiled = compileExpression(source, scope);
  if (compiled.problems.some(({ severity }) => severity === 'error')) return null;
  if (compiled.reads.some(([root = '']) => !before.has(root))) return null;
  const { value } = compiled.evaluate(before, { now: momentOf(at) });
  // In quotes, so that a text of digits is not taken for a number.
  return typeof value === 'string' ? JSON.stringify(value) : formatValue(value);
}
