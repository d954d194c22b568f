import { useMemo } from 'react';
import { logicTable } from '../../../engine/dmn/exchange/model-file.ts';
import type { DecisionTable } from '../../../engine/dmn/table.ts';
import type { FeelScopeTypes } from '../../../engine/feel/index.ts';
import type { FlowNode } from '../../../engine/flow/document.ts';
import { openModel, ruleSchema, withTable, type RuleConfig } from '../../../nodes/rule/config.ts';
import { problemsOf } from '../../canvas/marks.ts';
import { configure, endGesture, redoEdit, undoEdit } from '../../state/edit.ts';
import { saveFlow } from '../../state/files.ts';
import { useStudio } from '../../state/store.ts';
import type { TableUse } from '../table-use.ts';

const NO_SCOPE: FeelScopeTypes = {};

/** A node's config as a rule's with a model; null for any other. */
export function modelRule(config: Readonly<Record<string, unknown>>): RuleConfig | null {
  if (config['model'] === undefined) return null;
  const parsed = ruleSchema.safeParse(config);
  return parsed.success ? parsed.data : null;
}

/** A table of a rule's model: by its key, or the one that the rule decides by. */
function tableAt(rule: RuleConfig | null, key: string | null) {
  const opened = rule?.model === undefined ? null : openModel(rule.model);
  if (opened?.ok !== true || rule?.model === undefined) return null;
  const { file } = opened;
  const shown = key === null ? logicTable(file, rule.model.decision) : file.tables.find((one) => one.key === key);
  if (shown === null || shown === undefined) return null;
  return { shown, scope: file.compiled.environmentOf(shown.owner.id)?.scope ?? NO_SCOPE };
}

/** A table of a rule's DMN model, to be edited where it stands: a change of it is a change of the model's document. */
export function useModelTable(
  id: string,
  node: FlowNode,
  key: string | null,
): { table: DecisionTable; owner: string; use: TableUse } | null {
  const all = useStudio((state) => problemsOf(state, id));
  const checkedConfig = useStudio((state) => state.checks.of?.nodes[id]?.config);
  const readOnly = useStudio((state) => state.document?.readOnly !== null);
  const found = useMemo(() => tableAt(modelRule(node.config), key), [node.config, key]);
  const checked = useMemo(
    () => (checkedConfig === undefined ? null : (tableAt(modelRule(checkedConfig), key)?.shown.table ?? null)),
    [checkedConfig, key],
  );
  const at = found?.shown.key ?? '';
  const scope = found?.scope ?? NO_SCOPE;
  const problems = useMemo(() => {
    const start = ['nodes', id, 'config', 'model', 'tables', at];
    return all
      .filter((problem) => start.every((part, i) => problem.path[i] === part))
      .map((problem) => ({ ...problem, path: problem.path.slice(start.length) }));
  }, [all, id, at]);
  const use = useMemo(
    (): TableUse => ({
      node: `${id} ${at}`,
      scope,
      problems,
      checked,
      readOnly,
      change: (next, gesture) => {
        const rule = modelRule(node.config);
        if (rule !== null)
          configure(id, withTable(rule, next, at), gesture === undefined ? undefined : `${id} ${at} ${gesture}`);
      },
      endGesture,
      undo: undoEdit,
      redo: redoEdit,
      save: () => void saveFlow(),
    }),
    [id, at, node.config, scope, problems, checked, readOnly],
  );
  return found === null ? null : { table: found.shown.table, owner: found.shown.owner.name, use };
}
