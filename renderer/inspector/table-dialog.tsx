import { useMemo } from 'react';
import { tableSchema, type DecisionTable } from '../../engine/dmn/table.ts';
import type { FlowNode } from '../../engine/flow/document.ts';
import { problemsOf } from '../canvas/marks.ts';
import { focusNode } from '../canvas/viewport.ts';
import { configure, endGesture } from '../state/edit.ts';
import { transit, useStudio } from '../state/store.ts';
import { present } from '../state/transitions.ts';
import { Dialog } from '../ui/dialog.tsx';
import { words } from '../words.ts';
import { offersOf } from './offers.ts';
import { TableEditor } from './table-editor.tsx';

/** Where a rule's decision table is edited: a sheet over the canvas. */
export function TableDialog() {
  const dialog = useStudio((state) => state.presence.dialog);
  const id = dialog?.dialog === 'table' ? dialog.node : null;
  const node = useStudio((state) => (id === null ? undefined : state.document?.history.present.nodes[id]));
  const close = () => {
    transit((state) => present(state, { dialog: null }));
    if (id !== null) setTimeout(() => focusNode(id), 60);
  };
  return (
    <Dialog
      opened={node !== undefined}
      onClose={close}
      title={words.table.title(node?.name ?? '')}
      size="min(1200px, 94vw)"
    >
      {id === null || node === undefined ? null : <Sheet id={id} node={node} />}
    </Dialog>
  );
}

function Sheet({ id, node }: { id: string; node: FlowNode }) {
  const all = useStudio((state) => problemsOf(state, id));
  const scope = useStudio((state) => state.checks.scopes[id]);
  const readOnly = useStudio((state) => state.document?.readOnly !== null);
  const place = Object.keys(node.config).find((key) => tableSchema.safeParse(node.config[key]).success);
  const problems = useMemo(() => {
    const start = ['nodes', id, 'config', place];
    return all
      .filter((problem) => start.every((key, i) => problem.path[i] === key))
      .map((problem) => ({ ...problem, path: problem.path.slice(start.length) }));
  }, [all, id, place]);
  const offered = useMemo(() => offersOf(scope ?? {}).map((offer) => offer.path), [scope]);
  if (place === undefined) return <p>{words.table.unreadable}</p>;
  const table = tableSchema.parse(node.config[place]);
  const change = (next: DecisionTable, gesture?: string) =>
    configure(id, { ...node.config, [place]: next }, gesture === undefined ? undefined : `${id} ${gesture}`);
  return (
    <TableEditor
      table={table}
      problems={problems}
      offered={offered}
      readOnly={readOnly}
      onChange={change}
      onDone={endGesture}
    />
  );
}
