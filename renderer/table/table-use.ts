import { useMemo } from 'react';
import { tableSchema, type DecisionTable } from '../../engine/dmn/table.ts';
import type { FeelScopeTypes } from '../../engine/feel/index.ts';
import type { FlowNode } from '../../engine/flow/document.ts';
import type { Problem } from '../../engine/flow/problem.ts';
import { problemsOf } from '../canvas/marks.ts';
import { configure, endGesture, redoEdit, undoEdit } from '../state/edit.ts';
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

/** The table in a node's config under `key`. */
export function useTable(id: string, node: FlowNode, key: string): { table: DecisionTable | null; use: TableUse } {
  const all = useStudio((state) => problemsOf(state, id));
  const scope = useStudio((state) => state.checks.scopes[id]) ?? NO_SCOPE;
  const checked = useStudio((state) => readTable(state.checks.of?.nodes[id]?.config[key]));
  const readOnly = useStudio((state) => state.document?.readOnly !== null);
  const problems = useMemo(() => {
    const start = ['nodes', id, 'config', key];
    return all
      .filter((problem) => start.every((part, i) => problem.path[i] === part))
      .map((problem) => ({ ...problem, path: problem.path.slice(start.length) }));
  }, [all, id, key]);
  const use = useMemo(
    (): TableUse => ({
      node: id,
      scope,
      problems,
      checked,
      readOnly,
      change: (next, gesture) => {
        known.set(next, next);
        configure(id, { ...node.config, [key]: next }, gesture === undefined ? undefined : `${id} ${gesture}`);
      },
      endGesture,
      undo: undoEdit,
      redo: redoEdit,
      save: () => void saveFlow(),
    }),
    [id, node.config, key, scope, problems, checked, readOnly],
  );
  return { table: readTable(node.config[key]), use };
}
