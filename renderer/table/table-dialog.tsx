import type { DecisionTable } from '../../engine/dmn/table.ts';
import type { FlowNode } from '../../engine/flow/document.ts';
import { transit, useStudio } from '../state/store.ts';
import { present } from '../state/transitions.ts';
import { Dialog } from '../ui/dialog.tsx';
import { modelRule, useModelTable } from './exchange/model-table.ts';
import { TableExchange } from './exchange/table-exchange.tsx';
import { RuleExchange } from './exchange/rule-exchange.tsx';
import { TableEditor } from './table-editor.tsx';
import { valueAt, type Path } from '../inspector/schema-form.ts';
import { readTable, TABLE_PLACES, useTable, type TableUse } from './table-use.ts';
import { words } from '../words/index.ts';

/** Where a rule's decision table is edited with room: a dialog over the whole window. */
export function TableDialog() {
  const shown = useStudio((state) => state.presence.dialog);
  // The palette opens over a table, and leaves it as it is.
  const dialog = shown?.dialog === 'palette' ? (shown.over ?? null) : shown;
  const id = dialog?.dialog === 'table' ? dialog.node : null;
  const node = useStudio((state) => (id === null ? undefined : state.document?.history.present.nodes[id]));
  const close = () => transit((state) => present(state, { dialog: null }));
  return (
    <Dialog opened={node !== undefined} onClose={close} title={words().table.title(node?.name ?? '')} full>
      {id === null || node === undefined ? null : modelRule(node.config) === null ? (
        <Whole id={id} node={node} />
      ) : (
        <WholeOfModel id={id} node={node} at={dialog?.dialog === 'table' ? (dialog.table ?? null) : null} />
      )}
    </Dialog>
  );
}

const NOWHERE: Path = ['table'];

function Whole({ id, node }: { id: string; node: FlowNode }) {
  const place = TABLE_PLACES.find((one) => readTable(valueAt(node.config, one)) !== null) ?? NOWHERE;
  const { table, use } = useTable(id, node, place);
  if (table === null) return <p>{words().table.unreadable}</p>;
  return <TableEditor use={use} table={table} exchange={<Exchange use={use} table={table} name={node.name} />} />;
}

function Exchange({ use, table, name }: { use: TableUse; table: DecisionTable; name: string }) {
  return (
    <TableExchange
      table={table}
      scope={use.scope}
      readOnly={use.readOnly}
      onChange={(next) => use.change(next)}
      nodeName={name}
    />
  );
}

/** A table of a rule's DMN model; `at` is which, the one that the rule decides by when null. */
function WholeOfModel({ id, node, at }: { id: string; node: FlowNode; at: string | null }) {
  const found = useModelTable(id, node, at);
  if (found === null) return <p>{words().table.unreadable}</p>;
  const { use, table } = found;
  const exchange = <RuleExchange node={id} name={node.name} use={use} table={table} />;
  return <TableEditor use={use} table={table} exchange={exchange} />;
}
