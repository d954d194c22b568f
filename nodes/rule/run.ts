import { compileTable } from '../../engine/dmn/table.ts';
import { isFeelContext } from '../../engine/feel/value.ts';
import { momentOf, neverResumes } from '../expression.ts';
import type { KindRun } from '../kind.ts';
import { OTHERWISE, routesOf, type RuleConfig } from './config.ts';

export const ruleRun: KindRun<RuleConfig> = {
  kind: 'rule',
  compile: (config, scope) => {
    const table = compileTable(config.table, scope);
    const routes = routesOf(config);
    const column = config.branchBy;
    return {
      start: (turn) => {
        const result = table.evaluate(turn.scope, { now: momentOf(turn.now) });
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
        const route = column !== null && isFeelContext(result.value) ? result.value.get(column) : null;
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
