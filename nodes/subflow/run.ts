import { conformsTo } from '../../engine/feel/index.ts';
import type { FeelValue } from '../../engine/feel/value.ts';
import type { ErrorShape } from '../../engine/flow/error.ts';
import { fieldType } from '../../engine/flow/field-type.ts';
import { ExpressionSet, neverResumes } from '../expression.ts';
import type { EntryConfig, KindRun, ReturnConfig } from '../kind.ts';

/** Begins a sub-flow with an input that fits what it declares, or not at all. */
export const entryRun: KindRun<EntryConfig> = {
  kind: 'subflow-entry',
  compile: (config, scope) => {
    const given = new ExpressionSet(config.arguments, scope);
    const fields = Object.entries(config.input).map(
      ([name, field]) => [name, fieldType(field), field.optional === true] as const,
    );
    return {
      start: (turn) => {
        const { values, warnings } = given.evaluate(turn);
        const input = new Map<string, FeelValue>();
        for (const [name, type, optional] of fields) {
          const value = values.get(name) ?? null;
          if (value === null ? !optional : !conformsTo(value, type)) {
            const error = unfit(name, value === null);
            return { step: 'complete', port: 'failed', value: null, record: { by: 'formula', warnings, error } };
          }
          input.set(name, value);
        }
        const record = warnings.length === 0 ? null : ({ by: 'formula', warnings } as const);
        return { step: 'complete', port: 'next', value: input, record };
      },
      resume: neverResumes('subflow-entry'),
    };
  },
};

/** The value is not told: it may be about a person. */
const unfit = (field: string, missing: boolean): ErrorShape => ({
  code: 'INPUT_INVALID',
  message: missing
    ? `The sub-flow needs “${field}”, and its formula gave nothing.`
    : `What the formula for “${field}” gave is not what the input of the sub-flow declares.`,
  where: { path: ['input', field] },
  hint: 'Change the formula, or wire the exit “failed” of the step.',
  retryable: false,
  fault: 'user',
});

export const returnRun: KindRun<ReturnConfig> = {
  kind: 'subflow-return',
  compile: (config, scope) => {
    const value = config.value === null ? null : new ExpressionSet(config.value, scope);
    return {
      start: (turn) => {
        const found = value?.evaluate(turn) ?? { values: null, warnings: [] };
        const record = found.warnings.length === 0 ? null : ({ by: 'formula', warnings: found.warnings } as const);
        return { step: 'complete', port: config.result, value: found.values, record };
      },
      resume: neverResumes('subflow-return'),
    };
  },
};
