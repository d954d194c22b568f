import { compileTable } from '../../engine/dmn/table.ts';
import type { FeelScopeTypes } from '../../engine/feel/problem.ts';
import { isFeelContext } from '../../engine/feel/value.ts';
import type { FeelValue } from '../../engine/feel/value.ts';
import { ExpressionSet, momentOf, neverResumes } from '../expression.ts';
import type { KindRun, Turn } from '../kind.ts';
import { OTHERWISE, outputsOf, routesOf, type RuleConfig, type RuleModel } from './config.ts';
import { decisionOf } from './logic.ts';
import { standsFor } from './model-analysis.ts';

interface Verdict {
  readonly value: FeelValue;
  /** Ids of the rows that matched. */
  readonly matched: readonly string[];
  readonly warnings: readonly { readonly code: string; readonly message: string }[];
}

type Decide = (turn: Turn) => Verdict;

function decider({ table, model }: RuleConfig, scope: FeelScopeTypes): Decide {
  if (model !== undefined) return modelDecider(model, scope);
  if (table === undefined) throw new Error('a rule without a table and a model does not fit its schema');
  const compiled = compileTable(table, scope);
  return (turn) => compiled.evaluate(turn.scope, { now: momentOf(turn.now) });
}

function modelDecider(model: RuleModel, scope: FeelScopeTypes): Decide {
  const decision = decisionOf(model);
  if (decision === null) throw new Error('a rule whose model has no such decision is not run');
  const inputs = new ExpressionSet(
    Object.fromEntries(decision.inputs.map(({ name }) => [name, standsFor(model, name)])),
    scope,
  );
  return (turn) => {
    const { values, warnings } = inputs.evaluate(turn);
    const result = decision.evaluate(values, { now: momentOf(turn.now) });
    const before = warnings.map((warning) => {
      const [code = '', ...message] = warning.split(': ');
      return { code, message: message.join(': ') };
    });
    return { ...result, warnings: [...before, ...result.warnings] };
  };
}

export const ruleRun: KindRun<RuleConfig> = {
  kind: 'rule',
  compile: (config, scope) => {
    const decide = decider(config, scope);
    const routes = routesOf(config);
    const column = config.branchBy;
    // A decision without columns gives its value bare, under its own name.
    const isBare = config.model !== undefined && outputsOf(config).length === 1;
    return {
      start: (turn) => {
        const result = decide(turn);
        const overlap = result.warnings.find((w) => w.code === 'DMN_UNIQUE_OVERLAP' || w.code === 'DMN_ANY_DISAGREE');
        if (overlap !== undefined) {
          return {
            step: 'fail',
            error: {
              code: 'TABLE_OVERLAP',
              message: `The table’s rows contradict each other: ${overlap.message}`,
              meaning: 'The hit policy says that this cannot happen, so no answer is given.',
              hint: 'Change the rows that overlap, or choose the hit policy FIRST.',
              retryable: false,
              fault: 'user',
            },
          };
        }
        const { value } = result;
        const route = column === null ? null : isFeelContext(value) ? value.get(column) : isBare ? value : null;
        const port = routes === null ? 'next' : typeof route === 'string' && routes.includes(route) ? route : OTHERWISE;
        return {
          step: 'complete',
          port,
          value: result.value,
          record: { by: 'rule', rows: result.matched, warnings: result.warnings.map((w) => `${w.code}: ${w.message}`) },
        };
      },
      resume: neverResumes('rule'),
    };
  },
};
