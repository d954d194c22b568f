import { pathKey, problemsAt, useForm } from './form-context.ts';
import type { FieldSpec, Path } from './schema-form.ts';

export interface WidgetProps {
  spec: FieldSpec;
  path: Path;
  value: unknown;
}

/** A field's value as it is to be shown, what is wrong with it, and the way to change it. */
export function useField({ path, value }: Pick<WidgetProps, 'path' | 'value'>) {
  const form = useForm();
  const refused = form.refused.get(pathKey(path));
  const problems = problemsAt(form.problems, path);
  const pointed = form.pointedAt !== null && pathKey(form.pointedAt) === pathKey(path);
  return {
    form,
    pointed,
    problems,
    value: refused === undefined ? value : refused.value,
    /** What is said of it is a doubt, and nothing that has to be put right. */
    doubted: refused === undefined && problems[0]?.severity === 'warning',
    fault: refused?.message ?? problems.map((problem) => `${problem.message} ${problem.hint}`)[0],
    set: (next: unknown) => form.set(path, next),
  };
}

/** A value as it stands in a field for text. */
export const textOf = (value: unknown): string => {
  if (typeof value === 'string') return value;
  return value === null || value === undefined ? '' : JSON.stringify(value);
};
