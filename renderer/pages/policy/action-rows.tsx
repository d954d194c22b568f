import { Button, NumberInput, Select } from '@mantine/core';
import { Pencil } from 'lucide-react';
import { useState } from 'react';
import { ClassChip } from '../connections/connection-card.tsx';
import { howOf, type How, type PolicyRow } from './policy-rows.ts';
import { words } from '../../words/index.ts';

type OnLimit = (entry: string, limit: PolicyRow['limit']) => void;

/** Every action, what it may do alone in a sentence, and a form to change it. */
export function ActionRows({ rows, onLimit }: { rows: readonly PolicyRow[]; onLimit: OnLimit }) {
  const [open, setOpen] = useState<string | null>(null);
  return (
    <table className="list">
      <thead>
        <tr>
          <th scope="col">{words().policy.action}</th>
          <th scope="col">{words().policy.takenBack}</th>
          <th scope="col">{words().policy.alone}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.entry}>
            <td>
              <span className="strong">{row.action.title}</span>
              <span className="small quiet block">
                {row.connection} · <span className="mono">{row.entry}</span>
              </span>
            </td>
            <td>
              <ClassChip action={row.action} />
            </td>
            <td className="policy-alone">
              <div className="row top">
                <span className="grow">{sentenceOf(row)}</span>
                <button
                  type="button"
                  className="plain icon"
                  aria-label={words().policy.change(row.action.title)}
                  aria-expanded={open === row.entry}
                  onClick={() => setOpen(open === row.entry ? null : row.entry)}
                >
                  <Pencil size={14} aria-hidden />
                </button>
              </div>
              {row.findings.map((finding) => (
                <p key={finding.code} className="small tone-bad">
                  {finding.message} {finding.hint}
                </p>
              ))}
              {open === row.entry ? <LimitForm row={row} onLimit={onLimit} onDone={() => setOpen(null)} /> : null}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function sentenceOf(row: PolicyRow): string {
  const { limit, action } = row;
  if (limit !== null) return words().policy.upTo(limit.field, limit.max);
  return action.undo === undefined ? words().policy.never : words().policy.free(action.undo.action, action.undo.within);
}

function LimitForm({ row, onLimit, onDone }: { row: PolicyRow; onLimit: OnLimit; onDone: () => void }) {
  const { entry, limit, fields, action } = row;
  const how = howOf(row);
  const choices: readonly How[] = [action.class === 'irreversible' ? 'never' : 'free', 'limit'];
  const [first] = fields;
  const chooseHow = (next: string | null) => {
    if (next !== 'limit') onLimit(entry, null);
    else if (first !== undefined) onLimit(entry, { field: first, max: 0 });
  };
  if (first === undefined && limit === null) return <p className="small tone-wait">{words().policy.noField}</p>;
  return (
    <div className="policy-form">
      <Select
        label={words().policy.how}
        data={choices.map((value) => ({ value, label: words().policy.hows[value] }))}
        value={how}
        onChange={chooseHow}
        data-autofocus
      />
      {limit === null ? null : (
        <>
          <Select
            label={words().policy.field}
            data={[...new Set([...fields, limit.field])]}
            value={limit.field}
            onChange={(field) => onLimit(entry, { ...limit, field: field ?? limit.field })}
          />
          <NumberInput
            label={words().policy.max}
            min={0}
            allowNegative={false}
            value={limit.max}
            onChange={(max) => {
              if (typeof max === 'number' && Number.isFinite(max)) onLimit(entry, { ...limit, max });
            }}
          />
        </>
      )}
      <Button variant="default" onClick={onDone}>
        {words().policy.done}
      </Button>
    </div>
  );
}
