import { Button } from '@mantine/core';
import { Maximize2 } from 'lucide-react';
import { useMemo } from 'react';
import { useOffer } from '../commands/offered.ts';
import { transit } from '../state/store.ts';
import { present } from '../state/transitions.ts';
import { DmnActs } from '../table/exchange/dmn-acts.tsx';
import { TableEditor } from '../table/table-editor.tsx';
import { useTable } from '../table/table-use.ts';
import { words } from '../words/index.ts';
import { FieldFrame } from './field-frame.tsx';
import { useForm } from './form-context.ts';
import type { FieldSpec, Path } from './schema-form.ts';

/** A decision table in the inspector, and the way to where it is edited with room. */
export function TableWidget({ spec, path }: { spec: FieldSpec; path: Path }) {
  const form = useForm();
  const node = useMemo(() => ({ kind: '', name: '', config: { ...form.config } }), [form.config]);
  const { table, use } = useTable(form.node, node, path);
  const edit = () => transit((state) => present(state, { dialog: { dialog: 'table', node: form.node } }));
  useOffer({ 'table.edit': table === null ? null : edit });
  if (table === null)
    return (
      <FieldFrame label={spec.label} help={words().table.unreadable}>
        {null}
      </FieldFrame>
    );
  return (
    <FieldFrame
      label={spec.label}
      help={spec.help}
      aside={<span className="chip">{words().table.policies[table.hitPolicy].name}</span>}
    >
      <TableEditor use={use} table={table} compact>
        <Button variant="default" leftSection={<Maximize2 size={14} aria-hidden />} onClick={edit}>
          {words().table.open}
        </Button>
        <span className="small quiet">{words().table.size(table.rows.length)}</span>
      </TableEditor>
      {path.length === 1 ? <DmnActs node={form.node} /> : null}
    </FieldFrame>
  );
}
