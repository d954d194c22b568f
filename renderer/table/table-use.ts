import { useMemo } from 'react';
import { tableSchema, type DecisionTable } from '../../engine/dmn/table.ts';
import type { FeelScopeTypes } from '../../engine/feel/index.ts';
import type { FlowNode } from '../../engine/flow/document.ts';
import type { Problem } from '../../engine/flow/problem.ts';
import { problemsOf } from '../canvas/marks.ts';
import { configure, endGesture, redoEdit, undoEdit } from '../state/edit.ts';
import { valueAt, withValue, type Path } from '../inspector/schema-form.ts';
import { saveFlow } from '../state/files.ts';
import { useStudio } from '../state/store.ts';

/** A decision table where it stands in a flow: what may be done with it and what is known of it. */
export interface TableUse {
  readonly node: string;
  readonly scope: FeelScopeTypes;
  /** Problems with paths that begin at the table. */
  readonly problems: readonly Problem[];
  /** The table that they speak of; null when none was checked. */
  readonly checked: DecisionTable | null;
  readonly readOnly: boolean;
  /** Changes of one gesture are one step for undo; without one each is. */
  readonly change: (table: DecisionTable, gesture?: string) => void;
  readonly endGesture: () => void;
  readonly undo: () => void;
  readonly redo: () => void;
  readonly save: () => void;
}

const NO_SCOPE: FeelScopeTypes = {};

const known = new WeakMap<object, DecisionTable | null>();

/** What a config holds as a table; null when it is none. The same object is read once. */
export function readTable(value: unknown): DecisionTable | null {
  if (typeof value !== 'object' || value === null) return null;
  const before = known.get(value);
  if (before !== undefined) return before;
  const parsed = tableSchema.safeParse(value);
  const table = parsed.success ? parsed.data : null;
  known.set(value, table);
  return table;
}

/** Where a config may have a table: a rule's own, or the one that an AI decision falls back to. */
export const TABLE_PLACES: readonly Path[] = [['table'], ['fallback', 'table']];

const withTableAt = (config: Record<string, unknown>, path: Path, table: DecisionTable): Record<string, unknown> =>
  Object.fromEntries(Object.entries(withValue(config, path, table) ?? {}));

/** The table in a node's config at `path`. */
export function useTable(id: string, node: FlowNode, given: Path): { table: DecisionTable | null; use: TableUse } {
  // The very path that is kept: one that is made anew each time would make all of this anew.
  const path = TABLE_PLACES.find((one) => one.join() === given.join()) ?? given;
  const all = useStudio((state) => problemsOf(state, id));
  const scope = useStudio((state) => state.checks.scopes[id]) ?? NO_SCOPE;
  const checked = useStudio((state) => readTable(valueAt(state.checks.of?.nodes[id]?.config, path)));
  const readOnly = useStudio((state) => state.document?.readOnly !== null);
  const problems = useMemo(() => {
    const start = ['nodes', id, 'config', ...path];
    return all
      .filter((problem) => start.every((part, i) => problem.path[i] === part))
      .map((problem) => ({ ...problem, path: problem.path.slice(start.length) }));
  }, [all, id, path]);
  const use = useMemo(
    (): TableUse => ({
      node: id,
      scope,
      problems,
      checked,
      readOnly,
      change: (next, gesture) => {
        known.set(next, next);
        configure(id, withTableAt(node.config, path, next), gesture === undefined ? undefined : `${id} ${gesture}`);
      },
      endGesture,
      undo: undoEdit,
      redo: redoEdit,
      save: () => void saveFlow(),
    }),
    [id, node.config, path, scope, problems, checked, readOnly],
  );
  return { table: readTable(valueAt(node.config, path)), use };
}
