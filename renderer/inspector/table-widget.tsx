import { Button } from '@mantine/core';
import { Table2 } from 'lucide-react';
import { tableSchema } from '../../engine/dmn/table.ts';
import { transit } from '../state/store.ts';
import { present } from '../state/transitions.ts';
import { words } from '../words.ts';
import { FieldFrame } from './field-frame.tsx';
import { problemsAt, useForm } from './form-context.ts';
import type { FieldSpec, Path } from './schema-form.ts';

const SHOWN_ROWS = 5;

/** A decision table in small, and the way to where it is edited. */
export function TableWidget({ spec, path, value }: { spec: FieldSpec; path: Path; value: unknown }) {
  const form = useForm();
  const parsed = tableSchema.safeParse(value);
  const problems = problemsAt(form.problems, path);
  if (!parsed.success)
    return (
      <FieldFrame label={spec.label} help={words.table.unreadable}>
        {null}
      </FieldFrame>
    );
  const table = parsed.data;
  return (
    <FieldFrame
      label={spec.label}
      help={spec.help}
      problems={problems}
      aside={<span className="chip">{words.table.policies[table.hitPolicy]}</span>}
    >
      <div className="mini-table scroll" tabIndex={0} role="region" aria-label={spec.label}>
        <table>
          <thead>
            <tr>
              {table.inputs.map((input) => (
                <th key={input.id}>{input.label ?? (input.expression || '…')}</th>
              ))}
              {table.outputs.map((output) => (
                <th key={output.id} className="out">
                  {output.name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {table.rows.slice(0, SHOWN_ROWS).map((row) => (
              <tr key={row.id}>
                {table.inputs.map((input, i) => (
                  <td key={input.id}>{row.when[i]}</td>
                ))}
                {table.outputs.map((output, i) => (
                  <td key={output.id} className="out">
                    {row.then[i]}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {table.rows.length > SHOWN_ROWS ? (
        <p className="field-help after">{words.table.more(table.rows.length - SHOWN_ROWS)}</p>
      ) : null}
      <Button
        variant="default"
        mt={8}
        leftSection={<Table2 size={14} aria-hidden />}
        onClick={() => transit((state) => present(state, { dialog: { dialog: 'table', node: form.node } }))}
      >
        {words.table.open}
      </Button>
    </FieldFrame>
  );
}
