import { createContext, use } from 'react';
import type { FeelScopeTypes } from '../../engine/feel/index.ts';
import type { Flow } from '../../engine/flow/document.ts';
import type { Problem } from '../../engine/flow/problem.ts';
import type { Surroundings } from '../../nodes/kind.ts';
import type { CaseValues } from './case-scope.ts';
import type { Path } from './schema-form.ts';

/** What the widgets of a form may know of where they stand. */
export interface FormContext {
  node: string;
  config: Readonly<Record<string, unknown>>;
  scope: FeelScopeTypes;
  surroundings: Surroundings;
  flow: Flow;
  /** The node's problems; their paths begin at the config. */
  problems: readonly Problem[];
  /** A value that the schema refused, as it stands in its field, and why. */
  refused: ReadonlyMap<string, { value: unknown; message: string }>;
  /** The field that a problem led to. */
  pointedAt: Path | null;
  readOnly: boolean;
  /** The case whose values are shown beside formulas; null when none is. */
  values: CaseValues | null;
  set: (path: Path, value: unknown) => void;
  /** Writing in a field is over: the next change is a step of its own. */
  done: () => void;
}

export const FormContext = createContext<FormContext | null>(null);

export function useForm(): FormContext {
  const context = use(FormContext);
  if (context === null) throw new Error('a form field outside a form');
  return context;
}

export const pathKey = (path: Path): string => JSON.stringify(path);

const startsWith = (path: Path, start: Path): boolean => start.every((key, i) => String(path[i]) === String(key));

/** The problems at a field or within it. */
export const problemsAt = (problems: readonly Problem[], path: Path): readonly Problem[] =>
  problems.filter((problem) => startsWith(problem.path, path));
