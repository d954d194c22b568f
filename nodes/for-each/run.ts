import { compileExpression } from '../../engine/feel/index.ts';
import { isFeelList } from '../../engine/feel/value.ts';
import { evaluateIn, neverResumes } from '../expression.ts';
import type { KindRun } from '../kind.ts';
import { MAX_ITEMS, type ForEachConfig } from './config.ts';

export const forEachRun: KindRun<ForEachConfig> = {
  kind: 'for-each',
  compile: (config, scope) => {
    const list = compileExpression(config.list, scope);
    return {
      start: (turn) => {
        const { value } = evaluateIn(list, turn);
        // FEEL counts what is no list as a list of one, and nothing as an empty one.
        const items = isFeelList(value) ? value : value === null ? [] : [value];
        if (items.length > MAX_ITEMS)
          return {
            step: 'fail',
            error: {
              code: 'LIST_TOO_LONG',
              message: `The list has ${items.length} items, and one case goes through ${MAX_ITEMS} at most.`,
              hint: 'Start a case for each item, or cut the list in the step before.',
              retryable: false,
              fault: 'user',
            },
          };
        const keys = items.map((_, i) => String(i));
        return { step: 'open', branches: { keys, item: config.item, items: [...items], atOnce: config.atOnce } };
      },
      resume: neverResumes('for-each'),
    };
  },
};
